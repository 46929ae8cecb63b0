"""Serve a chunk of a long run by columns: what is plain by the inner loop alone, the rest by a plan as ever.

What a plain line is given depends on nothing but its turn and what its item has, so that the loop is enough, and no
object is made of a line or a lot. Where a line has options, or an order must be complete and can't be sure to be, the
lines of the item are planned.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import chain, groupby
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import Connection

from hikiate.domain.decimals import AVERAGE_PER_PRICE, AVERAGE_PLACES, to_decimal, to_scaled
from hikiate.domain.demand import Demand, Line, as_fixed
from hikiate.domain.lots import Item
from hikiate.domain.methods import METHODS, Costing, Method, Scarcity, ShortageReason
from hikiate.domain.plan import Plan, Shortage
from hikiate.domain.policy import Policy
from hikiate.domain.shortages import attributed
from hikiate.domain.states import OrderStatus
from hikiate.domain.stock import blended
from hikiate.repository import allocations, chunks, live, runs
from hikiate.repository.batches import Batch, read_lots
from hikiate.repository.chunks import Rows, Taken
from hikiate.repository.runs import Chunk, Totals
from hikiate.repository.trips import trip
from hikiate.schemas import AllocationRequest
from hikiate.services.filling import compile_if_worth, fill_columns
from hikiate.services.locking import lock_stock
from hikiate.services.plain_stock import LineRow, PlainStock, read_plain_stock
from hikiate.services.planning import Run, plan_runs
from hikiate.settings import Settings


class _Filled(NamedTuple):
    """What plain lines were given, in the order taken, and what those are short of that were not given all."""

    lines: list[LineRow]
    lots: list[int]
    """By their ids."""
    quantities: list[int]
    amounts: list[int]
    short: list[tuple[LineRow, int]]


def suits(policy: Policy) -> bool:
    """Tell whether a run may be served by columns: the oldest lots are taken, each at its own price."""
    return (
        policy.method is Method.FIFO
        and policy.costing_method is Costing.LOT
        and policy.scarcity is Scarcity.SEQUENCE
        and not policy.include_inbound
    )


def serve_in_bulk(
    connection: Connection, settings: Settings, request: AllocationRequest, policy: Policy, run_id: int, chunk: Chunk
) -> Totals:
    """Serve whole orders for one run that `suits`, which is recorded by the caller."""
    compile_if_worth(chunk.lines)
    rows = chunks.lock_chunk(connection, chunk.order_ids, request.item_codes)
    if rows.expired:
        lock_stock(connection, settings, rows.expired, chunk.order_ids)
        rows = chunks.lock_chunk(connection, chunk.order_ids, request.item_codes)
    items = {
        code: Item(code, safety, step, None if average is None else to_scaled(average, AVERAGE_PLACES))
        for code, safety, step, average in rows.items
    }
    found = {row[0]: Demand(row[0], (), *row[1:5]) for row in rows.orders}
    orders = [found[order_id] for order_id in chunk.order_ids if order_id in found]
    fixed = runs.fixed_demand(connection, run_id, chunk.order_ids)
    lines = _lines(rows, orders, request.item_codes, fixed)
    plain = read_plain_stock(connection, policy, items, orders, lines)
    averages = _joined(connection, policy, items, chunks.joining(connection, plain.number))
    planned = _planned(connection, settings, Run(run_id, request, policy, _careful(orders, lines, plain)), items)
    filled = _filled(settings, lines, plain)
    shortages = _shortages(connection, policy.allocation_date, items, lines, filled, plain) if filled.short else []
    reason = METHODS[policy.method].reason
    taken: Iterable[Taken] = (
        (line[0], line[1], lot, quantity, amount, items[line[2]].average, reason)
        for line, lot, quantity, amount in zip(*filled[:4], strict=True)
    )
    if planned.picks or planned.shortages:
        turn = {line[:2]: place for place, line in enumerate(lines)}
        carefully = (
            (pick.order_id, pick.line_no, pick.lot.id, pick.quantity, pick.amount, pick.average, pick.reason)
            for pick in planned.picks
        )
        taken = sorted(chain(taken, carefully), key=lambda row: turn[row[:2]])
        shortages = sorted([*shortages, *planned.shortages], key=lambda short: turn[short[:2]])
    chunks.copy_results(connection, taken, run_id, request.hold_until, settings.currency.places)
    _balance(connection, rows, filled, planned, averages)
    if shortages:
        allocations.copy_shortages(connection, ((run_id, shortage) for shortage in shortages))
    short = sum([shortage.quantity for shortage in shortages])
    given = sum(filled.quantities) + sum([pick.quantity for pick in planned.picks])
    amounts = sum(filled.amounts) + sum([pick.amount for pick in planned.picks])
    price = to_decimal(amounts, settings.currency.places)
    return Totals(len({line[0] for line in lines}), len(lines), given + short, given, short, price)


def _lines(
    rows: Rows, orders: Sequence[Demand], item_codes: Collection[str] | None, fixed: Mapping[tuple[int, int], int]
) -> list[LineRow]:
    """Return the lines that are asked for, in demand order, with no more than was open when the run started."""
    of_order: dict[int, list[LineRow]] = {order.order_id: [] for order in orders}
    for line in rows.lines:
        of_order[line[0]].append(line)
    if item_codes is not None:
        limit, known = set(item_codes), {row[0] for row in rows.items}
        for order in orders:
            in_scope = known if order.complete else known & limit
            of_order[order.order_id] = [line for line in of_order[order.order_id] if line[2] in in_scope]
    if fixed:
        asked = (order._replace(lines=tuple(Line(*line[1:]) for line in of_order[order.order_id])) for order in orders)
        # A row has all of a line but its own stock.
        return [(order.order_id, *line[:-1]) for order in as_fixed(asked, fixed) for line in order.lines]
    return [line for order in orders for line in of_order[order.order_id]]


def _joined(
    connection: Connection, policy: Policy, items: dict[str, Item], joining: Collection[str]
) -> dict[str, int | None]:
    """Let lots that have yet to do so join their items' moving average, and return what it is then, by item code."""
    if not joining:
        return {}
    held = live.averaged_quantities(connection, joining)
    averages: dict[str, int | None] = {}
    for code, lots in groupby(chunks.take_joining(connection, joining, policy.allocation_date), itemgetter(0)):
        average, quantity = items[code].average, held.get(code, 0)
        for _, _, available, price in lots:
            average = blended(average, quantity, available, price * AVERAGE_PER_PRICE)
            quantity += available
        items[code] = items[code]._replace(average=average)
        averages[code] = average
    return averages


def _careful(orders: Sequence[Demand], lines: Sequence[LineRow], plain: PlainStock) -> list[Demand]:
    """Return what has to be planned, in demand order."""
    of_order: dict[int, list[Line]] = {}
    for line in lines:
        if line[2] not in plain.number:
            of_order.setdefault(line[0], []).append(Line(*line[1:]))
    return [order._replace(lines=tuple(of_order[order.order_id])) for order in orders if order.order_id in of_order]


def _planned(connection: Connection, settings: Settings, run: Run, items: Mapping[str, Item]) -> Plan:
    if not run.demand:
        return Plan([], [], {})
    codes = {line.item_code for order in run.demand for line in order.lines}
    batch = Batch({code: items[code] for code in codes}, {}, {}, {}, read_lots(connection, codes), set(), set(), [], 0)
    return plan_runs(connection, settings, batch, [run])[0]


def _filled(settings: Settings, lines: Sequence[LineRow], plain: PlainStock) -> _Filled:
    served = [line for line in lines if line[2] in plain.number]
    places, lots, quantities, missing = fill_columns(
        [plain.number[line[2]] for line in served],
        [line[3] for line in served],
        plain.heads,
        plain.allowances,
        plain.available,
    )
    costs = [quantity * plain.prices[lot] for lot, quantity in zip(lots, quantities, strict=True)]
    return _Filled(
        [served[place] for place in places],
        [plain.lots[lot] for lot in lots],
        quantities,
        settings.currency.round_each(costs),
        [(line, quantity) for line, quantity in zip(served, missing, strict=True) if quantity],
    )


def _shortages(
    connection: Connection,
    day: date,
    items: Mapping[str, Item],
    lines: Sequence[LineRow],
    filled: _Filled,
    plain: PlainStock,
) -> list[Shortage]:
    """Say what plain lines are short of, and why: what `domain.shortages.explain` finds when it is their turn."""
    missing = {line[:2]: quantity for line, quantity in filled.short}
    codes = {line[2] for line, _ in filled.short}
    kept = chunks.read_kept_back(connection, codes, day)
    own = chunks.read_own(connection, {line[0] for line, _ in filled.short}, day)
    available = {code: plain.available_of(code) for code in codes}
    allocated = {code: kept[code].allocated if code in kept else 0 for code in codes}
    shortages: list[Shortage] = []
    for line in lines:
        code = line[2]
        if code not in codes:
            continue
        short = missing.get(line[:2], 0)
        if short:
            held, not_yet_received, expires_too_soon, _ = kept.get(code, chunks.NOTHING_KEPT)
            kept_back = (
                (ShortageReason.SAFETY_STOCK, min(available[code], items[code].safety_stock)),
                (ShortageReason.HELD, held),
                (ShortageReason.NOT_YET_RECEIVED, not_yet_received),
                (ShortageReason.EXPIRES_TOO_SOON, expires_too_soon),
                (ShortageReason.ALL_ALLOCATED, allocated[code] - own.get(line[:2], 0)),
            )
            why = attributed(short, kept_back, ShortageReason.NO_STOCK)
            shortages.append(Shortage(line[0], line[1], code, short, why))
        available[code] -= line[3] - short
        allocated[code] += line[3] - short
    return shortages


def _balance(
    connection: Connection, rows: Rows, filled: _Filled, planned: Plan, averages: Mapping[str, int | None]
) -> None:
    """Write what lots, averages and orders are after the chunk."""
    taken: dict[int, int] = {}
    left: dict[int, int] = {}
    for line in rows.lines:
        left[line[0]] = left.get(line[0], 0) + line[3]
    opened = left.copy()
    for line, lot_id, quantity in zip(filled.lines, filled.lots, filled.quantities, strict=True):
        taken[lot_id] = taken.get(lot_id, 0) + quantity
        left[line[0]] -= quantity
    for pick in planned.picks:
        taken[pick.lot.id] = taken.get(pick.lot.id, 0) + pick.quantity
        left[pick.order_id] -= pick.quantity
    statuses: dict[int, OrderStatus] = {}
    for order_id, *_, before in rows.orders:
        if order_id in left and left[order_id] < opened[order_id]:
            status = OrderStatus.PARTIALLY_ALLOCATED if left[order_id] else OrderStatus.ALLOCATED
            if status != before:
                statuses[order_id] = status
    asks = [*allocations.joining_average(planned.averaged)] if planned.averaged else []
    if averages:
        asks.append(allocations.setting_averages(averages))
    if taken:
        asks += [allocations.taking(taken, rows.results_after), allocations.setting_status(statuses)]
    if asks:
        trip(connection, asks)
