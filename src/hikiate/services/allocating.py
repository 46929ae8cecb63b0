"""Allocate: lock and read → plan → write, for one order as for a million lines."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

from sqlalchemy import Connection

from hikiate.database import Database
from hikiate.domain.costing import month_of, total_averages
from hikiate.domain.errors import Fault, Invalid, NotFound
from hikiate.domain.lots import Item
from hikiate.domain.methods import Costing, Scarcity
from hikiate.domain.plan import Plan, may_run_short, plan
from hikiate.domain.policy import Policy
from hikiate.models import AllocationRun, ResultStatus, RunStatus
from hikiate.repository import allocations, demand, runs, supply
from hikiate.repository.locks import read_items
from hikiate.repository.results import ResultRow
from hikiate.repository.runs import Chunk, Totals
from hikiate.schemas import AllocationRequest, AllocationResultResponse, AllocationRunResponse, CompareRequest
from hikiate.services import views
from hikiate.services.holds import release_expired
from hikiate.services.locking import lock_stock
from hikiate.services.runs import show
from hikiate.settings import Settings

CHUNK_LINES = 20_000
"""Lines served in one transaction of a long run: others wait for a lock no longer than these take."""


def allocate(database: Database, settings: Settings, request: AllocationRequest) -> AllocationRunResponse:
    """Allocate waiting orders, or show what would be, and return when it is done.

    Raises:
        Invalid: an order is unknown, or the hold would have ended already.
        Busy: races were lost too often.
    """
    if request.dry_run:
        release_expired(database)
        return database.read(lambda connection: preview(connection, settings, request))
    answer = database.transact(lambda connection: start(connection, settings, request))
    while answer.status is RunStatus.RUNNING and answer.id is not None:
        answer = database.transact(partial(advance, settings=settings, run_id=answer.id))
    return answer


def compare(database: Database, settings: Settings, request: CompareRequest) -> list[AllocationRunResponse]:
    """Show what each method would do, all on one snapshot."""
    release_expired(database)
    return database.read(lambda connection: [preview(connection, settings, each) for each in request.each()])


def start(connection: Connection, settings: Settings, request: AllocationRequest) -> AllocationRunResponse:
    """Record a run and fix its demand; serve it at once if that is one chunk, else leave it running."""
    request = _checked(connection, settings, request)
    policy = _policy(settings, request)
    run_id = runs.create(
        connection,
        policy.method,
        policy.costing_method,
        policy.allocation_date,
        request.hold_until,
        request.model_dump(mode="json"),
    )
    chunks = list(_chunks(connection, request))
    if len(chunks) > 1:
        runs.add_chunks(connection, run_id, chunks)
        for chunk in chunks:
            runs.add_totals(
                connection, run_id, Totals(len(chunk.order_ids), chunk.lines, chunk.quantity, 0, 0, Decimal())
            )
        return _progress(connection, run_id)
    made = [_serve(connection, settings, request, run_id, chunk) for chunk in chunks]
    runs.finish(connection, run_id, RunStatus.COMPLETED)
    answer = _progress(connection, run_id)
    if not made:
        return answer
    planned, ids = made[0]
    return answer.model_copy(
        update={
            "results": _shown(settings, request, planned, run_id, ids),
            "shortages": [views.shortage(*short) for short in planned.shortages[: request.max_results]],
        }
    )


def advance(connection: Connection, settings: Settings, run_id: int) -> AllocationRunResponse:
    """Serve the next chunk of a running run, or finish it when none is left."""
    chunk = runs.take_chunk(connection, run_id)
    run = runs.get(connection, run_id)
    if run is None:
        raise NotFound(f"There is no allocation run {run_id}.")
    if chunk is not None:
        request = AllocationRequest.model_validate(run.request)
        _serve(connection, settings, request, run_id, chunk)
        # What the run counted when it started is corrected by what was open when the chunk was served.
        runs.add_totals(
            connection,
            run_id,
            Totals(-len(chunk.order_ids), -chunk.lines, -chunk.quantity, 0, 0, Decimal()),
        )
        return _progress(connection, run_id)
    if run.status is RunStatus.RUNNING:
        runs.finish(connection, run_id, RunStatus.COMPLETED)
    return show(connection, settings, run_id)


def preview(connection: Connection, settings: Settings, request: AllocationRequest) -> AllocationRunResponse:
    """Plan a run on the transaction's snapshot, without a lock, and write nothing."""
    request = _checked(connection, settings, request)
    policy = _policy(settings, request)
    order_ids = [order.order_id for order in demand.find_demand(connection, request.order_ids, request.item_codes)]
    items = read_items(connection, demand.items_of(connection, order_ids, request.item_codes))
    planned, totals = _plan(connection, settings, request, order_ids, items)
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
    return views.run(
        row,
        _shown(settings, request, planned, None, None),
        [views.shortage(*short) for short in planned.shortages[: request.max_results]],
    )


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
                Fault(f"/order_ids/{place}", "unknown-order", f"There is no order {order_id}.")
                for place, order_id in enumerate(request.order_ids or ())
                if order_id in unknown
            ],
        )
    if request.allocation_date is None:
        return request.model_copy(update={"allocation_date": settings.today()})
    return request


def _policy(settings: Settings, request: AllocationRequest) -> Policy:
    return Policy(
        request.allocation_method,
        request.allocation_date or settings.today(),
        request.costing_method,
        request.include_inbound,
        tuple(request.locations),
        request.scarcity,
        settings.currency,
    )


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


def _serve(
    connection: Connection, settings: Settings, request: AllocationRequest, run_id: int, chunk: Chunk
) -> tuple[Plan, list[int]]:
    codes = demand.items_of(connection, chunk.order_ids, request.item_codes)
    items = lock_stock(connection, codes, chunk.order_ids)
    planned, totals = _plan(connection, settings, request, chunk.order_ids, items)
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


def _plan(
    connection: Connection,
    settings: Settings,
    request: AllocationRequest,
    order_ids: list[int],
    items: Mapping[str, Item],
) -> tuple[Plan, Totals]:
    policy = _policy(settings, request)
    wanted = demand.read_demand(connection, order_ids, request.item_codes, items)
    lots = supply.read_supply(connection, items)
    doubtful = may_run_short(wanted, items, lots, policy)
    if doubtful:
        lots += supply.read_exhausted(connection, doubtful)
        wanted = demand.with_own(wanted, supply.read_own(connection, order_ids))
    if policy.costing_method is Costing.TOTAL_AVERAGE:
        month = month_of(policy.allocation_date)
        months = supply.read_months(connection, items, policy.allocation_date, settings.time_zone)
        items = {
            code: item._replace(month_average=total_averages(months.get(code, {}), [month])[month].average)
            for code, item in items.items()
        }
    careful = {
        (order.customer, line.item_code)
        for order in wanted
        if order.customer is not None
        for line in order.lines
        if line.no_date_reversal
    }
    floors = {}
    if careful:
        customers, codes = {customer for customer, _ in careful}, {code for _, code in careful}
        floors = supply.read_floors(connection, customers, codes)
    planned = plan(wanted, items.values(), lots, policy, floors)
    requested = sum(line.open_quantity for order in wanted for line in order.lines)
    allocated = sum(pick.quantity for pick in planned.picks)
    return planned, Totals(
        len(wanted),
        sum(len(order.lines) for order in wanted),
        requested,
        allocated,
        requested - allocated,
        Decimal(sum(pick.amount for pick in planned.picks)).scaleb(-settings.currency.places),
    )


def _shown(
    settings: Settings, request: AllocationRequest, planned: Plan, run_id: int | None, ids: list[int] | None
) -> list[AllocationResultResponse]:
    policy = _policy(settings, request)
    today = settings.today()
    places = settings.currency.places
    return [
        views.result(
            ResultRow(
                None if ids is None else ids[place],
                run_id,
                pick.order_id,
                pick.line_no,
                pick.lot.id,
                pick.lot.item_code,
                pick.lot.lot_number,
                pick.lot.location,
                pick.quantity,
                pick.lot.unit_price if pick.unit_price is None else pick.unit_price,
                Decimal(pick.amount).scaleb(-places),
                policy.method,
                policy.costing_method,
                policy.allocation_date,
                ResultStatus.ALLOCATED,
                request.hold_until,
                pick.reason,
            ),
            today,
        )
        for place, pick in enumerate(planned.picks[: request.max_results])
    ]
