"""The Allocation function: serves queued runs and uploaded files from a queue, and what waits on a schedule."""

from collections.abc import Callable
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from hikiate.aws import database, telemetry
from hikiate.aws.queue import RunQueue
from hikiate.aws.uploads import Uploads, import_of
from hikiate.schemas.codec import decode
from hikiate.services import uploading
from hikiate.services.working import finish_run, tidy, work
from hikiate.settings import AwsSettings

telemetry.configure()
_settings = AwsSettings()
_database = database.connect(_settings)
_queue = RunQueue(_settings.queue_url) if _settings.queue_url else None
_uploads = Uploads(_settings.uploads_bucket) if _settings.uploads_bucket else None
_messages = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


@telemetry.logger.inject_lambda_context
@telemetry.tracer.capture_lambda_handler(capture_response=False)
@telemetry.metrics.log_metrics(capture_cold_start_metric=True, raise_on_empty_metrics=False)
def allocate_inventory(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Serve what the event's messages name; the event `{"task": "sweep"}` does all that waits.

    A message that can't be served is reported alone, so that only it is sent again.
    """
    # The rest of the time is for one chunk and the message that asks for the next.
    reserve = context.get_remaining_time_in_millis() / 3
    if event.get("task") == "sweep":
        return _sweep()

    def enough() -> bool:
        return context.get_remaining_time_in_millis() < reserve

    answer = process_partial_response(event, partial(_serve, enough=enough), _messages, context)
    if answer["batchItemFailures"]:
        telemetry.count("MessagesFailed", len(answer["batchItemFailures"]))
    return dict(answer)


handler = allocate_inventory


def _serve(record: SQSRecord, enough: Callable[[], bool]) -> None:
    """Serve one message: a run, or the news of files in the bucket."""
    message = decode(record.body)
    if "run_id" in message:
        _serve_run(int(message["run_id"]), enough)
    # When notifications are switched on, a test that names no file comes first.
    elif message.get("Event") != "s3:TestEvent":
        for news in message["Records"]:
            _take_file(import_of(news["s3"]["object"]["key"]))


def _serve_run(run_id: int, enough: Callable[[], bool]) -> None:
    if finish_run(_database, _settings, run_id, enough):
        telemetry.count("RunsServed")
    else:
        _hand_on(run_id)
        telemetry.count("RunsHandedOn")


def _hand_on(run_id: int) -> None:
    if _queue is not None:
        _queue.send(run_id)


def _take_file(import_id: int) -> None:
    if _uploads is None:
        raise LookupError("HIKIATE_UPLOADS_BUCKET is not set.")
    with _uploads.open(import_id) as (file, media_type):
        status = _database.transact(
            lambda connection: uploading.take(connection, _settings, import_id, file, media_type)
        )
    telemetry.logger.info("file taken", extra={"import_id": import_id, "status": status})
    telemetry.count("FilesTaken")


def _sweep() -> dict[str, Any]:
    """End holds, offer new stock, and send the runs again that nobody serves: their messages may be lost."""
    sent = work(_database, _settings, None if _queue is None else _queue.send)
    tidy(_database)
    telemetry.count("RunsResent", len(sent))
    return {"runs": sent}
