"""Serve orders: find them, cut them into chunks, and do one chunk in the transaction given."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Connection

from hikiate.domain.decimals import exact_sum
from hikiate.domain.errors import Fault, Invalid
from hikiate.domain.methods import Scarcity
from hikiate.domain.plan import Plan
from hikiate.repository import allocations, demand
from hikiate.repository.demand import OpenOrder
from hikiate.repository.runs import Chunk, Totals
from hikiate.schemas import AllocationRequest
from hikiate.services.locking import lock_stock
from hikiate.services.planning import plan_orders
from hikiate.settings import Settings

CHUNK_LINES = 20_000
"""Lines served in one transaction of a long run: others wait for a lock no longer than these take."""


class Served(NamedTuple):
    """What was done: the plan, the ids of its results, and what it adds up to."""

    plan: Plan
    result_ids: list[int]
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
        faults = [
            Fault(f"/order_ids/{place}", "unknown-order", f"there is no order {order_id}")
            for place, order_id in enumerate(named)
            if order_id in unknown
        ]
        if faults:
            raise Invalid(f"{faults[0].pointer[1:]}: {faults[0].message}.", faults)
    return found


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


def serve(connection: Connection, settings: Settings, request: AllocationRequest, run_id: int, chunk: Chunk) -> Served:
    """Lock and read → plan → write, for whole orders; the run itself is recorded by the caller."""
    codes = demand.items_of(connection, chunk.order_ids, request.item_codes)
    items = lock_stock(connection, settings, codes, chunk.order_ids)
    planned, totals = plan_orders(connection, settings, request, chunk.order_ids, items, chunk.fixed)
    ids: list[int] = []
    joined = [lot_id for averaged in planned.averaged.values() for lot_id in averaged.lot_ids]
    taken: dict[int, int] = {}
    given: dict[tuple[int, int], int] = {}
    for pick in planned.picks:
        taken[pick.lot.id] = taken.get(pick.lot.id, 0) + pick.quantity
        line = pick.order_id, pick.line_no
        given[line] = given.get(line, 0) + pick.quantity
    if taken or joined:
        allocations.change_allocated(connection, taken, joined)
    if joined:
        allocations.set_averages(connection, {code: made.average for code, made in planned.averaged.items()})
    if planned.picks:
        ids = allocations.write_results(connection, run_id, planned.picks, request.hold_until, settings.currency.places)
        allocations.change_lines(connection, given)
        allocations.refresh_status(connection, {order_id for order_id, _ in given})
    if planned.shortages:
        allocations.write_shortages(connection, run_id, planned.shortages)
    return Served(planned, ids, totals)
