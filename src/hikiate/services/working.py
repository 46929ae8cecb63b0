"""What goes on without being asked each time: queued runs, abandoned runs, expired holds, standing allocation."""

from collections.abc import Callable
from functools import partial

import structlog
from sqlalchemy import Connection

from hikiate.database import Database
from hikiate.domain.errors import Busy, NotFound
from hikiate.domain.states import RunStatus
from hikiate.repository import demand, idempotency, offers, runs
from hikiate.schemas import AllocationRequest, AllocationRunResponse
from hikiate.services.allocating import advance, begin, start
from hikiate.services.auditing import Actor
from hikiate.services.holds import release_expired
from hikiate.settings import Settings

log = structlog.get_logger(__name__)

ABANDONED_AFTER_SECONDS = 30.0
"""A running run that nobody advanced for so long is taken over; a chunk takes a second or two."""

WORKER = Actor("worker")


Serve = Callable[[int], None]
"""What is done with the id of a run that waits."""


def work(database: Database, settings: Settings, serve: Serve | None = None) -> list[int]:
    """Do all that waits, once, and return the runs among it; they are served here, or handed to `serve`.

    Several workers may do so at the same time.

    Raises:
        Busy: the database does not answer, or races were lost too often; what is left waits for the next call.
    """

    def serve_here(run_id: int) -> None:
        finish_run(database, settings, run_id)

    release_expired(database, settings)
    offer_new_stock(database, settings, serve or serve_here)
    waiting = database.read(partial(runs.waiting, abandoned_after_seconds=ABANDONED_AFTER_SECONDS))
    for run_id in waiting:
        (serve or serve_here)(run_id)
    return waiting


def finish_run(database: Database, settings: Settings, run_id: int, enough: Callable[[], bool] = lambda: False) -> bool:
    """Start a queued run, or take over a running one, and serve it to its end; one that can't be is marked failed.

    Returns whether the run has ended; it has not if there was `enough` before one of its chunks.

    Raises:
        Busy: the run stays as it is.
        NotFound: there is none with that id.
    """
    release_expired(database, settings)
    try:
        status = database.transact(partial(begin, run_id=run_id))
        while status is RunStatus.RUNNING:
            if enough():
                return False
            status = database.transact(partial(advance, settings=settings, run_id=run_id)).status
    except (Busy, NotFound):
        raise
    except Exception:
        # Whatever is wrong with this run must not keep the others waiting.
        log.exception("run failed", run_id=run_id)
        database.transact(partial(runs.set_status, run_id=run_id, status=RunStatus.FAILED))
    return True


def offer_new_stock(database: Database, settings: Settings, serve: Serve) -> None:
    """Offer stock that has become available to its items' waiting lines, in demand order, as a run of its own."""
    if settings.standing_method is None or not database.read(offers.flagged):
        return
    run = database.transact(partial(_offer, settings=settings))
    if run is not None and run.status is RunStatus.RUNNING and run.id is not None:
        serve(run.id)


def _offer(connection: Connection, settings: Settings) -> AllocationRunResponse | None:
    triggers = offers.flagged(connection)
    if not triggers or settings.standing_method is None:
        return None
    codes = offers.unflag(connection, triggers.keys())
    if not demand.find_demand(connection, None, codes):
        return None
    request = AllocationRequest(allocation_method=settings.standing_method, item_codes=codes, max_results=0)
    trigger = ", ".join(sorted({triggers[code] for code in codes}))
    return start(connection, settings, WORKER, request, trigger=trigger)


def tidy(database: Database) -> None:
    """Remove what was kept and nobody may ask for any more: answers, and the demand of runs that have ended."""
    database.transact(idempotency.forget_old)
    database.transact(runs.forget_ended)
