"""Allocate: lock and read → plan → write, for one order as for a million lines."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import Connection

from hikiate.database import Database
from hikiate.domain.errors import Invalid, NotFound, TooLarge
from hikiate.domain.states import RunStatus
from hikiate.models import AllocationRun
from hikiate.repository import runs
from hikiate.repository.batches import UNLOCKED, read_batch
from hikiate.repository.runs import Totals
from hikiate.schemas import AllocationRequest, AllocationRunResponse, CompareRequest
from hikiate.services import views
from hikiate.services.auditing import Actor
from hikiate.services.holds import release_expired
from hikiate.services.planning import (
    needs_all_lots,
    outlook,
    plan_runs,
    policy_of,
    shown_results,
    shown_shortages,
    totals_of,
)
from hikiate.services.runs import show
from hikiate.services.serving import Served, chunks_of, counted, find_demand, run_on, serve, sum_of
from hikiate.services.together import Asked, Done, TooMany, may_join, serve_together, shown
from hikiate.settings import Settings

Progress = Callable[[AllocationRunResponse], None]


def allocate(
    database: Database,
    settings: Settings,
    actor: Actor,
    request: AllocationRequest,
    progress: Progress = lambda run: None,
) -> AllocationRunResponse:
    """Allocate waiting orders, or show what would be, and return when it is done.

    Raises:
        Invalid: an order is unknown, or the hold would have ended already.
        Busy: races were lost too often.
    """
    if request.dry_run:
        return compare(database, settings, [request])[0]
    request = checked(settings, request)
    if may_join(request):
        [done] = serve_together(database, settings, [Asked(actor, request)])
        if isinstance(done, Done):
            return shown(settings, done)
        if not isinstance(done, TooMany):
            raise done
    release_expired(database, settings)
    run = database.transact(partial(start, settings=settings, actor=actor, request=request))
    if run.status is RunStatus.RUNNING and run.id is not None:
        return finish(database, settings, run.id, progress)
    return run


def finish(
    database: Database, settings: Settings, run_id: int, progress: Progress = lambda run: None
) -> AllocationRunResponse:
    """Serve the chunks of a running run, one transaction each, until it is done or cancelled."""
    while True:
        run = database.transact(partial(advance, settings=settings, run_id=run_id))
        progress(run)
        if run.status is not RunStatus.RUNNING:
            return run


def compare(database: Database, settings: Settings, requests: list[AllocationRequest]) -> list[AllocationRunResponse]:
    """Show what each request would do, all on one snapshot; nothing is written."""
    release_expired(database, settings)
    return database.read(lambda connection: [preview(connection, settings, request) for request in requests])


def each_method(request: CompareRequest) -> list[AllocationRequest]:
    """Return the dry run of each method that is to be compared."""
    options = request.model_dump(exclude={"allocation_methods", "dry_run"})
    return [
        AllocationRequest(allocation_method=method, dry_run=True, **options) for method in request.allocation_methods
    ]


def start(
    connection: Connection,
    settings: Settings,
    actor: Actor,
    request: AllocationRequest,
    *,
    queue: bool = False,
    trigger: str | None = None,
) -> AllocationRunResponse:
    """Record a run, and serve it at once if its demand is one chunk; else it is left running, or queued.

    It is queued if that is asked for, or if it has more lines than may be served while a caller waits.
    """
    request = checked(settings, request)
    chunks = list(chunks_of(request, find_demand(connection, request)))
    run_id, results_after = runs.new_id(connection)
    actor.record(connection, "allocate", f"allocation-runs/{run_id}")
    if queue or (settings.sync_lines is not None and sum(chunk.lines for chunk in chunks) > settings.sync_lines):
        run = _record(connection, settings, request, run_id, RunStatus.QUEUED, trigger, results_after)
        return views.run(run, [], [])
    if len(chunks) > 1:
        totals = sum_of(counted(chunk, 1) for chunk in chunks)
        run = _record(connection, settings, request, run_id, RunStatus.RUNNING, trigger, results_after, totals)
        runs.add_chunks(connection, run_id, chunks)
        return views.run(run, [], [])
    # A run of one chunk is recorded when it is done, in one statement.
    served = serve(connection, settings, request, run_id, chunks[0]) if chunks else runs.NOTHING
    totals = served.totals if isinstance(served, Served) else served
    run = _record(connection, settings, request, run_id, RunStatus.COMPLETED, trigger, results_after, totals)
    if not isinstance(served, Served):
        return show(connection, settings, run_id)
    return views.run(
        run,
        shown_results(settings, served.run, served.plan, served.result_ids, settings.today()),
        shown_shortages(served.run, served.plan),
    )


def _record(
    connection: Connection,
    settings: Settings,
    request: AllocationRequest,
    run_id: int,
    status: RunStatus,
    trigger: str | None,
    results_after: int,
    totals: Totals = runs.NOTHING,
) -> AllocationRun:
    policy = policy_of(settings, request)
    return runs.create(
        connection,
        run_id,
        status,
        policy.method,
        policy.costing_method,
        policy.allocation_date,
        request.hold_until,
        request.model_dump(mode="json"),
        trigger,
        totals,
        results_after,
    )


def begin(connection: Connection, run_id: int) -> RunStatus:
    """Start a queued run, whose demand is fixed now, and return the status it has then.

    Raises:
        NotFound: there is none with that id.
    """
    run = _locked(connection, run_id)
    if run.status is not RunStatus.QUEUED:
        return run.status
    request = AllocationRequest.model_validate(run.request)
    chunks = list(chunks_of(request, find_demand(connection, request)))
    runs.set_status(connection, run_id, RunStatus.RUNNING)
    runs.add_chunks(connection, run_id, chunks)
    runs.add_totals(connection, run_id, sum_of(counted(chunk, 1) for chunk in chunks))
    return RunStatus.RUNNING


def advance(connection: Connection, settings: Settings, run_id: int) -> AllocationRunResponse:
    """Serve the next chunk of a running run, or end the run when none is left.

    Raises:
        NotFound: there is none with that id.
    """
    run = _locked(connection, run_id)
    chunk = runs.take_chunk(connection, run_id) if run.status is RunStatus.RUNNING else None
    if chunk is None:
        if run.status is RunStatus.RUNNING:
            runs.set_status(connection, run_id, RunStatus.COMPLETED)
        return show(connection, settings, run_id)
    served = serve(connection, settings, AllocationRequest.model_validate(run.request), run_id, chunk)
    # What the run counted when it started is corrected by what was open when the chunk was served.
    totals = served.totals if isinstance(served, Served) else served
    runs.add_totals(connection, run_id, sum_of([totals, counted(chunk, -1)]))
    return views.run(_locked(connection, run_id), [], [])


def cancel(connection: Connection, settings: Settings, actor: Actor, run_id: int) -> AllocationRunResponse:
    """Stop a queued or running run after the chunk that is being served; one that has ended stays as it is.

    Raises:
        NotFound: there is none with that id.
    """
    run = _locked(connection, run_id)
    if run.status in (RunStatus.QUEUED, RunStatus.RUNNING):
        dropped = runs.drop_chunks(connection, run_id)
        runs.add_totals(connection, run_id, sum_of(counted(chunk, -1) for chunk in dropped))
        runs.set_status(connection, run_id, RunStatus.CANCELLED)
        actor.record(connection, "cancel", f"allocation-runs/{run_id}")
    return show(connection, settings, run_id)


def _locked(connection: Connection, run_id: int) -> AllocationRun:
    run = runs.locked(connection, run_id)
    if run is None:
        raise NotFound(f"There is no allocation run {run_id}.")
    return run


def preview(connection: Connection, settings: Settings, request: AllocationRequest) -> AllocationRunResponse:
    """Plan a run on the transaction's snapshot, without a lock, and write nothing.

    Raises:
        TooLarge: it has more lines than may be planned while a caller waits.
    """
    request = checked(settings, request)
    found = find_demand(connection, request)
    if settings.sync_lines is not None and sum(order.lines for order in found) > settings.sync_lines:
        raise TooLarge(f"A dry run may have {settings.sync_lines} lines here; limit it by order_ids or item_codes.")
    order_ids = [order.order_id for order in found]
    all_lots = needs_all_lots(policy_of(settings, request))
    batch = read_batch(connection, order_ids, request.item_codes, lock=UNLOCKED, all_lots=all_lots)
    # The batch's snapshot is the one that they were found on.
    run = run_on(settings, request, None, [batch.orders[order_id] for order_id in order_ids])
    [planned] = plan_runs(connection, settings, batch, [run])
    return views.finished_run(
        None,
        request,
        run.policy.costing_method,
        run.policy.allocation_date,
        totals_of(settings, run, planned),
        shown_results(settings, run, planned, None, settings.today()),
        shown_shortages(run, planned),
        None,
        None,
        outlook(connection, batch, run, planned),
    )


def checked(settings: Settings, request: AllocationRequest) -> AllocationRequest:
    """Return the request with its date.

    Raises:
        Invalid: the hold would have ended already.
    """
    if request.hold_until is not None and request.hold_until <= datetime.now(UTC):
        raise Invalid.at("/hold_until", "past", "hold_until must lie in the future.")
    if request.allocation_date is None:
        return request.model_copy(update={"allocation_date": settings.today()})
    return request
