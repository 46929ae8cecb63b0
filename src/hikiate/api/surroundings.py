"""What the place where the API runs does for it: who asks, who serves queued runs, where big files go."""

from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request

from hikiate.auth import LOCAL_ADMIN
from hikiate.schemas import TokenPayload
from hikiate.settings import Settings


class Surroundings:
    """A server of one's own: it checks tokens itself, its worker looks for queued runs, and files come to it."""

    def __init__(self, settings: Settings) -> None:
        self._authenticator = None
        if settings.issuer:
            # Only now: where nobody's token is checked, the cryptography need not be loaded, nor even be there.
            from hikiate.tokens import Authenticator

            self._authenticator = Authenticator(settings.issuer, settings.audience)

    async def identify(self, request: Request) -> TokenPayload:
        """Return who asks.

        Raises:
            Unauthorized: it is not known.
        """
        if self._authenticator is None:
            return LOCAL_ADMIN
        # The issuer's keys may have to be fetched, which must not stop the other requests.
        return await run_in_threadpool(self._authenticator.check, request.headers.get("authorization"))

    def run_queued(self, run_id: int) -> None:
        """Be told, after the commit, of a run that waits to be served."""

    def upload_url(self, import_id: int) -> str:
        """Return where the file of an announced import is to be PUT."""
        return f"/imports/{import_id}/file"
