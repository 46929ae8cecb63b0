"""Allocate: lock and read → plan → write, for one order as for a million lines."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

from sqlalchemy import Connection

from hikiate.database import Database
from hikiate.domain.errors import Fault, Invalid, NotFound, TooLarge
from hikiate.domain.methods import Scarcity
from hikiate.domain.plan import Plan
from hikiate.models import AllocationRun, RunStatus
from hikiate.repository import allocations, demand, runs
from hikiate.repository.locks import read_items
from hikiate.repository.runs import Chunk, Totals
from hikiate.schemas import AllocationRequest, AllocationRunResponse, CompareRequest
from hikiate.services import views
from hikiate.services.auditing import Actor
from hikiate.services.holds import release_expired
from hikiate.services.locking import lock_stock
from hikiate.services.planning import plan_orders, policy_of, shown_results, shown_shortages
from hikiate.services.runs import show
from hikiate.settings import Settings

CHUNK_LINES = 20_000
"""Lines served in one transaction of a long run: others wait for a lock no longer than these take."""

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
    request = _checked(connection, settings, request)
    policy = policy_of(settings, request)
    chunks = [] if queue else list(_chunks(connection, request))
    lines = sum(chunk.lines for chunk in chunks)
    queue = queue or (settings.sync_lines is not None and lines > settings.sync_lines)
    run_id = runs.create(
        connection,
        RunStatus.QUEUED if queue else RunStatus.RUNNING,
        policy.method,
        policy.costing_method,
        policy.allocation_date,
        request.hold_until,
        request.model_dump(mode="json"),
        trigger,
    )
    actor.record(connection, "allocate", f"allocation-runs/{run_id}", allocation_method=policy.method.value)
    if queue:
        return _progress(connection, run_id)
    if len(chunks) > 1:
        _plan_chunks(connection, run_id, chunks)
        return _progress(connection, run_id)
    made = [_serve(connection, settings, request, run_id, chunk) for chunk in chunks]
    runs.set_status(connection, run_id, RunStatus.COMPLETED)
    answer = _progress(connection, run_id)
    if not made:
        return answer
    planned, ids = made[0]
    return answer.model_copy(
        update={
            "results": shown_results(settings, request, planned, run_id, ids),
            "shortages": shown_shortages(request, planned),
        }
    )


def begin(connection: Connection, run_id: int) -> AllocationRunResponse:
    """Start a queued run: its demand is fixed now."""
    run = runs.locked(connection, run_id)
    if run is not None and run.status is RunStatus.QUEUED:
        request = AllocationRequest.model_validate(run.request)
        runs.set_status(connection, run_id, RunStatus.RUNNING)
        _plan_chunks(connection, run_id, list(_chunks(connection, request)))
    return _progress(connection, run_id)


def advance(connection: Connection, settings: Settings, run_id: int) -> AllocationRunResponse:
    """Serve the next chunk of a running run, or end the run when none is left."""
    run = runs.locked(connection, run_id)
    if run is None:
        raise NotFound(f"There is no allocation run {run_id}.")
    if run.status is not RunStatus.RUNNING:
        return show(connection, settings, run_id)
    chunk = runs.take_chunk(connection, run_id)
    if chunk is None:
        runs.set_status(connection, run_id, RunStatus.COMPLETED)
        return show(connection, settings, run_id)
    _serve(connection, settings, AllocationRequest.model_validate(run.request), run_id, chunk)
    # What the run counted when it started is corrected by what was open when the chunk was served.
    runs.add_totals(connection, run_id, _counted(chunk, -1))
    return _progress(connection, run_id)


def cancel(connection: Connection, settings: Settings, actor: Actor, run_id: int) -> AllocationRunResponse:
    """Stop a queued or running run after the chunk that is being served; one that has ended stays as it is.

    Raises:
        NotFound: there is none with that id.
    """
    run = runs.locked(connection, run_id)
    if run is not None and run.status in (RunStatus.QUEUED, RunStatus.RUNNING):
        for chunk in runs.drop_chunks(connection, run_id):
            runs.add_totals(connection, run_id, _counted(chunk, -1))
        runs.set_status(connection, run_id, RunStatus.CANCELLED)
        actor.record(connection, "cancel", f"allocation-runs/{run_id}")
    return show(connection, settings, run_id)


def preview(connection: Connection, settings: Settings, request: AllocationRequest) -> AllocationRunResponse:
    """Plan a run on the transaction's snapshot, without a lock, and write nothing.

    Raises:
        TooLarge: it has more lines than may be planned while a caller waits.
    """
    request = _checked(connection, settings, request)
    policy = policy_of(settings, request)
    found = demand.find_demand(connection, request.order_ids, request.item_codes)
    if settings.sync_lines is not None and sum(order.lines for order in found) > settings.sync_lines:
        raise TooLarge(f"A dry run may have {settings.sync_lines} lines here; limit it by order_ids or item_codes.")
    order_ids = [order.order_id for order in found]
    items = read_items(connection, demand.items_of(connection, order_ids, request.item_codes))
    planned, totals = plan_orders(connection, settings, request, order_ids, items)
    row = AllocationRun(
        id=None,
        status=RunStatus.COMPLETED,
        allocation_method=policy.method,
        costing_method=policy.costing_method,
        allocation_date=policy.allocation_date,
        request=request.model_dump(mode="json"),
        orders=totals.orders,
        lines=totals.lines,
        requested_quantity=Decimal(totals.requested),
        allocated_quantity=Decimal(totals.allocated),
        short_quantity=Decimal(totals.short),
        allocated_price=totals.price,
    )
    return views.run(row, shown_results(settings, request, planned, None, None), shown_shortages(request, planned))


def _progress(connection: Connection, run_id: int) -> AllocationRunResponse:
    run = runs.get(connection, run_id)
    if run is None:
        raise NotFound(f"There is no allocation run {run_id}.")
    return views.run(run, [], [])


def _checked(connection: Connection, settings: Settings, request: AllocationRequest) -> AllocationRequest:
    if request.hold_until is not None and request.hold_until <= datetime.now(UTC):
        raise Invalid.at("/hold_until", "past", "hold_until must lie in the future.")
    unknown = set(demand.unknown_orders(connection, request.order_ids or ()))
    if unknown:
        raise Invalid(
            "There is no such order.",
            [
                Fault(f"/order_ids/{place}", "unknown-order", f"there is no order {order_id}")
                for place, order_id in enumerate(request.order_ids or ())
                if order_id in unknown
            ],
        )
    if request.allocation_date is None:
        return request.model_copy(update={"allocation_date": settings.today()})
    return request


def _chunks(connection: Connection, request: AllocationRequest) -> Iterator[Chunk]:
    """Cut the demand into chunks of whole orders; shares need all of it at once."""
    order_ids: list[int] = []
    lines = quantity = 0
    for order in demand.find_demand(connection, request.order_ids, request.item_codes):
        if order_ids and lines + order.lines > CHUNK_LINES and request.scarcity is not Scarcity.FAIR_SHARE:
            yield Chunk(order_ids, lines, quantity)
            order_ids, lines, quantity = [], 0, 0
        order_ids.append(order.order_id)
        lines += order.lines
        quantity += order.quantity
    if order_ids:
        yield Chunk(order_ids, lines, quantity)


def _plan_chunks(connection: Connection, run_id: int, chunks: list[Chunk]) -> None:
    runs.add_chunks(connection, run_id, chunks)
    for chunk in chunks:
        runs.add_totals(connection, run_id, _counted(chunk, 1))


def _counted(chunk: Chunk, sign: int) -> Totals:
    return Totals(sign * len(chunk.order_ids), sign * chunk.lines, sign * chunk.quantity, 0, 0, Decimal())


def _serve(
    connection: Connection, settings: Settings, request: AllocationRequest, run_id: int, chunk: Chunk
) -> tuple[Plan, list[int]]:
    codes = demand.items_of(connection, chunk.order_ids, request.item_codes)
    items = lock_stock(connection, settings, codes, chunk.order_ids)
    planned, totals = plan_orders(connection, settings, request, chunk.order_ids, items)
    ids: list[int] = []
    joined = [lot_id for averaged in planned.averaged.values() for lot_id in averaged.lot_ids]
    if planned.picks or joined:
        taken: dict[int, int] = {}
        given: dict[tuple[int, int], int] = {}
        for pick in planned.picks:
            taken[pick.lot.id] = taken.get(pick.lot.id, 0) + pick.quantity
            line = pick.order_id, pick.line_no
            given[line] = given.get(line, 0) + pick.quantity
        allocations.change_allocated(connection, taken, joined)
        allocations.set_averages(connection, {code: made.average for code, made in planned.averaged.items()})
        ids = allocations.write_results(connection, run_id, planned.picks, request.hold_until, settings.currency.places)
        allocations.change_lines(connection, given)
        allocations.refresh_status(connection, {order_id for order_id, _ in given})
    allocations.write_shortages(connection, run_id, planned.shortages)
    runs.add_totals(connection, run_id, totals)
    return planned, ids
