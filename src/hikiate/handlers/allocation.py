"""The Allocation function: serves queued runs from a queue, and what waits on a schedule."""

from functools import cache
from typing import Any

import structlog

from hikiate.database import Database, WrongDatabase
from hikiate.schemas.codec import decode
from hikiate.services.working import finish_run, work
from hikiate.settings import Settings

log = structlog.get_logger(__name__)


@cache
def _database() -> Database:
    # On first use, so that a snapshot of the initialized function holds no connection.
    settings = Settings()
    if settings.database_url is None:
        raise WrongDatabase("DATABASE_URL is not set.")
    return Database(settings.database_url, pool_size=1)


def allocate_inventory(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Serve the runs that the event's messages name; an event without messages does all that waits.

    A message's body is `{"run_id": 12}`. A message that can't be served is reported alone, so that only it is sent
    again.
    """
    settings = Settings()
    records = event.get("Records")
    if records is None:
        work(_database(), settings)
        return {}
    failures: list[dict[str, str]] = []
    for record in records:
        try:
            finish_run(_database(), settings, int(decode(record["body"])["run_id"]))
        except Exception:
            log.exception("message failed", message_id=record["messageId"])
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
