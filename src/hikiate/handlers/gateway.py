"""The API behind API Gateway: the gateway checks tokens, a queue has the runs, a bucket has the big files."""

from collections.abc import Mapping
from typing import Any

import structlog
from starlette.requests import Request

from hikiate.api.surroundings import Surroundings
from hikiate.auth import payload
from hikiate.aws.queue import RunQueue
from hikiate.aws.telemetry import count
from hikiate.aws.uploads import Uploads
from hikiate.domain.errors import Unauthorized
from hikiate.schemas import TokenPayload
from hikiate.settings import AwsSettings

log = structlog.get_logger(__name__)


class BehindGateway(Surroundings):
    """Trusts the claims that the gateway's authorizer has checked and put into the event; nothing else can.

    What a caller sends comes in the event's headers, query and body, and is never looked at to learn who asks.
    """

    def __init__(self, settings: AwsSettings) -> None:
        self._queue = RunQueue(settings.queue_url) if settings.queue_url else None
        self._uploads = Uploads(settings.uploads_bucket) if settings.uploads_bucket else None

    async def identify(self, request: Request) -> TokenPayload:
        """Return who the gateway says asks.

        Raises:
            Unauthorized: no authorizer has seen this request, or the token was none for access.
        """
        event: Mapping[str, Any] = request.scope["aws.event"]
        authorizer = event["requestContext"].get("authorizer") or {}
        claims = authorizer.get("claims") if isinstance(authorizer, dict) else None
        if not isinstance(claims, dict) or not claims.get("sub") or claims.get("token_use") != "access":
            raise Unauthorized("Send an access token: Authorization: Bearer <token>.")
        return payload({**claims, "cognito:groups": _listed(claims.get("cognito:groups"))})

    def run_queued(self, run_id: int) -> None:
        """Send the run to the Allocation function.

        If that fails, the answer is 202 all the same: the run is recorded, and the next sweep will find it.
        """
        if self._queue is None:
            return
        try:
            self._queue.send(run_id)
            count("RunsQueued")
        except Exception:
            log.exception("the queue can't be reached; the sweep will send the run", run_id=run_id)
            count("QueueUnreachable")

    def upload_url(self, import_id: int) -> str:
        """Return a signed address in the bucket, good for an hour: whoever has it may PUT this one file."""
        if self._uploads is None:
            return super().upload_url(import_id)
        return self._uploads.address(import_id)


def _listed(groups: object) -> object:
    """Return groups as a list: the gateway writes them into one text, with commas between."""
    return groups.strip("[]").replace(",", " ").split() if isinstance(groups, str) else groups
