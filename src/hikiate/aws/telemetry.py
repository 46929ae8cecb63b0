"""What can be watched: logs of one JSON object an event, metrics that CloudWatch reads from them, and traces."""

import warnings
from collections.abc import MutableMapping
from typing import Any

import structlog
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

# An invocation in which nothing was counted is no fault.
warnings.filterwarnings("ignore", "No application metrics to publish")

# Where in our code a line was logged would be the same place for all.
logger = Logger(location=None)
metrics = Metrics()
tracer = Tracer(auto_patch=False)

COUNT = MetricUnit.Count


def configure() -> None:
    """Let what hikiate logs go through the function's logger, which adds the request and the trace to it."""
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, _as_powertools_has_it],
        wrapper_class=structlog.BoundLogger,
        logger_factory=lambda *_: logger,
        cache_logger_on_first_use=True,
    )


def _as_powertools_has_it(_: Any, __: str, event: MutableMapping[str, Any]) -> tuple[tuple[str], dict[str, Any]]:
    message = str(event.pop("event"))
    event.pop("level", None)
    exc_info = event.pop("exc_info", None)
    return (message,), {"extra": dict(event), "exc_info": exc_info}


def count(name: str, value: float = 1) -> None:
    """Add to a metric of this invocation."""
    metrics.add_metric(name, COUNT, value)
