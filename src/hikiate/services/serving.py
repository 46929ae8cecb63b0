"""Serve runs: lock and read → plan → write, in the transaction given, for one order as for a chunk of a long run."""

import gc
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import LiteralString, NamedTuple

from sqlalchemy import Connection

from hikiate.domain.decimals import exact_sum
from hikiate.domain.demand import Demand, as_fixed
from hikiate.domain.errors import Fault, Invalid
from hikiate.domain.methods import Scarcity
from hikiate.domain.plan import Plan
from hikiate.domain.states import OrderStatus
from hikiate.repository import allocations, batches, demand
from hikiate.repository.allocations import NewResult
from hikiate.repository.batches import Batch
from hikiate.repository.demand import OpenOrder
from hikiate.repository.runs import Chunk, Totals, fixed_demand
from hikiate.repository.trips import Ask, trip
from hikiate.schemas import AllocationRequest
from hikiate.services.in_bulk import serve_in_bulk, suits
from hikiate.services.locking import lock_stock
from hikiate.services.planning import Run, needs_all_lots, plan_runs, policy_of, totals_of
from hikiate.settings import Settings

CHUNK_LINES = 14_000
"""Lines served in one transaction of a long run: others wait for a lock no longer than these take."""
FEW_ROWS = 1_000
"""Up to here one statement with arrays is faster than COPY."""


class Served(NamedTuple):
    """What was done for one run: what it was, the plan, the ids of its results, and what it adds up to."""

    run: Run
    plan: Plan
    result_ids: Sequence[int]
    totals: Totals


def find_demand(connection: Connection, request: AllocationRequest) -> list[OpenOrder]:
    """Return the orders that a run will serve, in demand order, without a lock.

    Raises:
        Invalid: the request names an order that does not exist.
    """
    found = demand.find_demand(connection, request.order_ids, request.item_codes)
    named = request.order_ids or ()
    if len(found) < len(set(named)):
        unknown = set(demand.unknown_orders(connection, named))
        if unknown:
            raise unknown_orders(named, unknown)
    return found


def unknown_orders(named: Sequence[int], unknown: Collection[int]) -> Invalid:
    """Return the error that some of the orders named do not exist."""
    faults = [
        Fault(f"/order_ids/{place}", "unknown-order", f"there is no order {order_id}")
        for place, order_id in enumerate(named)
        if order_id in unknown
    ]
    return Invalid(f"{faults[0].pointer[1:]}: {faults[0].message}.", faults)


def chunks_of(request: AllocationRequest, found: Iterable[OpenOrder]) -> Iterator[Chunk]:
    """Cut the demand into chunks of whole orders; shares need all of it at once."""
    order_ids: list[int] = []
    lines = quantity = 0
    for order in found:
        if order_ids and lines + order.lines > CHUNK_LINES and request.scarcity is not Scarcity.FAIR_SHARE:
            yield Chunk(order_ids, lines, quantity)
            order_ids, lines, quantity = [], 0, 0
        order_ids.append(order.order_id)
        lines += order.lines
        quantity += order.quantity
    if order_ids:
        yield Chunk(order_ids, lines, quantity)


def counted(chunk: Chunk, sign: int) -> Totals:
    """Return what a chunk asks for, to be added to its run or taken away again."""
    return Totals(sign * len(chunk.order_ids), sign * chunk.lines, sign * chunk.quantity, 0, 0, Decimal())


def sum_of(totals: Iterable[Totals]) -> Totals:
    """Add totals up."""
    every = list(totals)
    counts = [sum(column) for column in zip(*(each[:-1] for each in every), strict=True)] or [0] * 5
    orders, lines, requested, allocated, short = counts
    return Totals(orders, lines, requested, allocated, short, exact_sum(each.price for each in every))


def serve(
    connection: Connection, settings: Settings, request: AllocationRequest, run_id: int, chunk: Chunk
) -> Served | Totals:
    """Serve whole orders for one run, which is recorded by the caller; of many, only what they add up to is told."""
    with _uncollected():
        return _serve(connection, settings, request, run_id, chunk)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the collector of cycles from walking, again and again, over the many rows of a chunk: they have none."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _serve(
    connection: Connection, settings: Settings, request: AllocationRequest, run_id: int, chunk: Chunk
) -> Served | Totals:
    policy = policy_of(settings, request)
    if chunk.lines > FEW_ROWS and suits(policy):
        return serve_in_bulk(connection, settings, request, policy, run_id, chunk)
    batch = lock_and_read(connection, settings, chunk.order_ids, request.item_codes, all_lots=needs_all_lots(policy))
    wanted = [batch.orders[order_id] for order_id in chunk.order_ids if order_id in batch.orders]
    run = run_on(settings, request, run_id, as_fixed(wanted, fixed_demand(connection, run_id, chunk.order_ids)))
    [planned] = plan_runs(connection, settings, batch, [run])
    totals = totals_of(settings, run, planned)
    if len(planned.picks) + len(planned.shortages) <= FEW_ROWS:
        ids, *_ = trip(connection, writing(settings, batch, [run], [planned]))
        return Served(run, planned, [result_id for (result_id,) in ids], totals)
    _write_in_bulk(connection, settings, batch, run, planned)
    return totals


def lock_and_read(
    connection: Connection,
    settings: Settings,
    order_ids: Collection[int],
    item_codes: Collection[str] | None = None,
    *,
    lock: LiteralString = batches.WAIT,
    runs: int = 0,
    all_lots: bool = False,
) -> Batch:
    """Lock orders and their stock and read them, after giving back what timed holds no longer keep."""
    batch = batches.read_batch(connection, order_ids, item_codes, lock=lock, runs=runs, all_lots=all_lots)
    if not batch.expired:
        return batch
    lock_stock(connection, settings, batch.expired, order_ids)
    again = batches.read_batch(connection, order_ids, item_codes, lock=lock, all_lots=all_lots)
    return again._replace(run_ids=batch.run_ids, results_after=batch.results_after)


def run_on(settings: Settings, request: AllocationRequest, run_id: int | None, orders: Iterable[Demand]) -> Run:
    """Return a run, or a chunk of it, on orders given in demand order."""
    return Run(run_id, request, policy_of(settings, request), [order for order in orders if order.lines])


def writing(settings: Settings, batch: Batch, served: Sequence[Run], plans: Sequence[Plan]) -> list[Ask]:
    """Say what writes plans; the rows of the first statement are the ids of the results, in the plans' order."""
    found = [
        NewResult(run.run_id or 0, pick, run.request.hold_until)
        for run, planned in zip(served, plans, strict=True)
        for pick in planned.picks
    ]
    short = [
        (run.run_id or 0, shortage)
        for run, planned in zip(served, plans, strict=True)
        for shortage in planned.shortages
    ]
    asks = [allocations.adding_results(found, settings.currency.places), *_balancing(batch, plans)]
    if short:
        asks.append(allocations.adding_shortages(short))
    return asks


def _write_in_bulk(connection: Connection, settings: Settings, batch: Batch, run: Run, planned: Plan) -> None:
    run_id, hold_until = run.run_id or 0, run.request.hold_until
    rows = (NewResult(run_id, pick, hold_until) for pick in planned.picks)
    allocations.copy_results(connection, rows, settings.currency.places)
    trip(connection, _balancing(batch, [planned]))
    if planned.shortages:
        allocations.copy_shortages(connection, ((run_id, shortage) for shortage in planned.shortages))


def _balancing(batch: Batch, plans: Sequence[Plan]) -> list[Ask]:
    taken: dict[int, int] = {}
    left: dict[int, int] = {}
    for planned in plans:
        for pick in planned.picks:
            order_id, lot_id, quantity = pick.order_id, pick.lot.id, pick.quantity
            taken[lot_id] = taken.get(lot_id, 0) + quantity
            left[order_id] = left.get(order_id, batch.open_quantities[order_id]) - quantity
    statuses = {
        order_id: OrderStatus.PARTIALLY_ALLOCATED if open_quantity else OrderStatus.ALLOCATED
        for order_id, open_quantity in left.items()
    }
    changed = {order_id: status for order_id, status in statuses.items() if batch.statuses[order_id] is not status}
    asks: list[Ask] = []
    for planned in plans:
        if planned.averaged:
            asks += allocations.joining_average(planned.averaged)
    if taken:
        asks.append(allocations.taking(taken, batch.results_after))
    if changed:
        asks.append(allocations.setting_status(changed))
    return asks
