"""The Main function: the API, called by API Gateway."""

import random
from typing import Any

from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.utilities.typing import LambdaContext
from mangum import Mangum
from snapshot_restore_py import register_after_restore

from hikiate.api.app import create_app
from hikiate.aws import database, telemetry
from hikiate.handlers.gateway import BehindGateway
from hikiate.settings import AwsSettings

# Everything that can be made before the first request is made here, where a snapshot keeps it.
telemetry.configure()
_settings = AwsSettings()
_api = Mangum(
    create_app(database.connect(_settings), _settings, BehindGateway(_settings)),
    lifespan="off",
    text_mime_types=["text/", "application/json", "application/problem+json"],
)

# Copies of one snapshot would all wait the same "random" times before they try for a lost race again.
register_after_restore(random.seed)


@telemetry.logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
@telemetry.tracer.capture_lambda_handler(capture_response=False)
@telemetry.metrics.log_metrics(capture_cold_start_metric=True, raise_on_empty_metrics=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    answer = _api(event, context)  # type: ignore[arg-type]  # two descriptions of one object
    if answer["statusCode"] >= 500:
        telemetry.count("Busy" if answer["statusCode"] == 503 else "Faults")
    return answer
