"""The background worker of a local server: a thread that does what waits."""

import threading
import time

import structlog

from hikiate.database import Database
from hikiate.domain.errors import Busy
from hikiate.services.working import tidy, work
from hikiate.settings import Settings

log = structlog.get_logger(__name__)

_PAUSE_SECONDS = 1.0
_TIDY_SECONDS = 3600.0


class Worker:
    """Works from `start` to `stop`; a run that is being served then is left for another worker after its chunk."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after what is being done now, or give up waiting for it."""
        self._stopping.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        tidied = -_TIDY_SECONDS
        while not self._stopping.wait(_PAUSE_SECONDS):
            try:
                work(self._database, self._settings)
                if time.monotonic() - tidied > _TIDY_SECONDS:
                    tidy(self._database)
                    tidied = time.monotonic()
            except Busy as error:
                log.warning("worker waits", reason=error.detail)
            except Exception:
                # A worker that died in silence would leave every queued run waiting.
                log.exception("worker failed")
