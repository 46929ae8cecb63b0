"""Serve a chunk of a long run by columns: what is plain by the inner loop alone, the rest by a plan as ever.

Most lines want so much of an item that has more than all of them want. What those are given depends on nothing but
their turn, so that the loop is enough, and no object is made of a line or a lot. Where an item may run short, or a
line has options, or an order must be complete and can't be sure to be, the lines of the item are planned.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection

from hikiate.domain.decimals import AVERAGE_PER_PRICE, AVERAGE_PLACES, to_decimal, to_scaled, to_text
from hikiate.domain.demand import Demand, Line, in_demand_order
from hikiate.domain.filling import fill
from hikiate.domain.lots import Item
from hikiate.domain.methods import METHODS, Costing, Method, Scarcity
from hikiate.domain.plan import Averaged, Plan
from hikiate.domain.policy import Policy
from hikiate.domain.states import OrderStatus
from hikiate.domain.stock import blended
from hikiate.repository import allocations, chunks, live
from hikiate.repository.batches import Batch, read_lots
from hikiate.repository.chunks import Rows
from hikiate.repository.runs import Chunk, Totals
from hikiate.repository.trips import trip
from hikiate.schemas import AllocationRequest
from hikiate.services.locking import lock_stock
from hikiate.services.planning import Run, plan_runs
from hikiate.settings import Settings

_NO_OPTIONS = (None, None, None, 0, False, False)
_MORE = 4
"""How many times as many lots of an item are read when those read were not enough."""

_Row = tuple[Any, ...]
"""A line: order id, line number, item code, quantity, and the options of the line."""


class _Plain(NamedTuple):
    """Items that have enough for all their lines, and their oldest lots, one item's after the other's."""

    heads: dict[str, int]
    """Where an item's lots begin."""
    lots: list[int]
    available: list[int]
    prices: list[int]


class _Filled(NamedTuple):
    """So much of a lot for a line, in the order taken; lines and lots by their places."""

    lines: list[int]
    lots: list[int]
    quantities: list[int]
    amounts: list[int]


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
    rows = chunks.lock_chunk(connection, chunk.order_ids, request.item_codes)
    if rows.expired:
        lock_stock(connection, settings, rows.expired, chunk.order_ids)
        rows = chunks.lock_chunk(connection, chunk.order_ids, request.item_codes)
    items = {
        code: Item(code, safety, step, None if average is None else to_scaled(average, AVERAGE_PLACES))
        for code, safety, step, average in rows.items
    }
    orders = in_demand_order(Demand(row[0], (), *row[1:5]) for row in rows.orders)
    lines = _lines(rows, orders, request.item_codes, chunk)
    plain = _plain(connection, policy, items, orders, lines)
    joined = _joined(connection, policy, items, rows.joining & plain.heads.keys())
    careful = _careful(orders, lines, plain)
    planned = _plan(connection, settings, Run(run_id, request, policy, careful), rows, items)
    filled = _fill(settings, lines, plain)
    taken = sum(filled.quantities) + sum(pick.quantity for pick in planned.picks)
    price = sum(filled.amounts) + sum(pick.amount for pick in planned.picks)
    _write(
        connection, settings, Run(run_id, request, policy, careful), rows, items, lines, plain, joined, filled, planned
    )
    requested = sum([line[3] for line in lines])
    return Totals(
        len({line[0] for line in lines}),
        len(lines),
        requested,
        taken,
        requested - taken,
        to_decimal(price, settings.currency.places),
    )


def _lines(rows: Rows, orders: Sequence[Demand], item_codes: Collection[str] | None, chunk: Chunk) -> list[_Row]:
    """Return the lines that are asked for, in demand order, with no more than was open when the run started."""
    of_order: dict[int, list[_Row]] = {order.order_id: [] for order in orders}
    for line in rows.lines:
        of_order[line[0]].append(line)
    if item_codes is not None:
        limit, known = set(item_codes), {row[0] for row in rows.items}
        for order in orders:
            in_scope = known if order.complete else known & limit
            of_order[order.order_id] = [line for line in of_order[order.order_id] if line[2] in in_scope]
    lines = [line for order in orders for line in of_order[order.order_id]]
    if not chunk.fixed:
        return lines
    limited = [(line, chunk.fixed.get((line[0], line[1]), line[3])) for line in lines]
    return [line if line[3] <= most else (*line[:3], most, *line[4:]) for line, most in limited if most]


def _plain(
    connection: Connection, policy: Policy, items: Mapping[str, Item], orders: Sequence[Demand], lines: Sequence[_Row]
) -> _Plain:
    wanted: dict[str, int] = {}
    most: dict[str, int] = {}
    for line in lines:
        code = line[2]
        wanted[code] = wanted.get(code, 0) + line[3]
        most[code] = most.get(code, 1) + 1
    for line in lines:
        if line[4:] != _NO_OPTIONS:
            most.pop(line[2], None)
    enough: dict[str, list[_Row]] = {}
    while most:
        more: dict[str, int] = {}
        for code, found in groupby(chunks.read_oldest(connection, most, policy.allocation_date), itemgetter(0)):
            lots = list(found)
            if sum([lot[2] for lot in lots]) >= wanted[code] + items[code].safety_stock:
                enough[code] = lots
            elif len(lots) == most[code]:
                more[code] = most[code] * _MORE
        most = more
    _keep_whole(orders, lines, enough)
    plain = _Plain({}, [], [], [])
    for code, lots in enough.items():
        plain.heads[code] = len(plain.lots)
        plain.lots.extend([lot[1] for lot in lots])
        plain.available.extend([lot[2] for lot in lots])
        plain.prices.extend([lot[3] for lot in lots])
    return plain


def _keep_whole(orders: Sequence[Demand], lines: Sequence[_Row], enough: dict[str, list[_Row]]) -> None:
    """Leave out what else is wanted by an order that must be complete and wants of an item that may run short."""
    complete = {order.order_id for order in orders if order.complete}
    if not complete:
        return
    wanted: dict[int, set[str]] = {}
    for line in lines:
        if line[0] in complete:
            wanted.setdefault(line[0], set()).add(line[2])
    is_settled = False
    while not is_settled:
        is_settled = True
        for codes in wanted.values():
            if (there := codes & enough.keys()) and len(there) < len(codes):
                is_settled = False
                for code in there:
                    del enough[code]


def _joined(
    connection: Connection, policy: Policy, items: dict[str, Item], joining: Collection[str]
) -> dict[str, Averaged]:
    """Let lots that have yet to do so join their items' moving average."""
    joined: dict[str, Averaged] = {}
    if not joining:
        return joined
    held = live.averaged_quantities(connection, joining)
    for code, found in groupby(chunks.read_joining(connection, joining, policy.allocation_date), itemgetter(0)):
        lots = list(found)
        average, quantity = items[code].average, held.get(code, 0)
        for _, _, available, price in lots:
            average = blended(average, quantity, available, price * AVERAGE_PER_PRICE)
            quantity += available
        items[code] = items[code]._replace(average=average)
        joined[code] = Averaged(average, tuple(lot[1] for lot in lots))
    return joined


def _careful(orders: Sequence[Demand], lines: Sequence[_Row], plain: _Plain) -> list[Demand]:
    """Return what has to be planned, in demand order."""
    of_order: dict[int, list[Line]] = {}
    for line in lines:
        if line[2] not in plain.heads:
            of_order.setdefault(line[0], []).append(Line(*line[1:]))
    return [order._replace(lines=tuple(of_order[order.order_id])) for order in orders if order.order_id in of_order]


def _plan(connection: Connection, settings: Settings, run: Run, rows: Rows, items: Mapping[str, Item]) -> Plan:
    if not run.demand:
        return Plan([], [], {})
    codes = {line.item_code for order in run.demand for line in order.lines}
    known = {code: items[code] for code in codes}
    batch = Batch(known, {}, {}, {}, read_lots(connection, codes), set(), set(), [], 0)
    return plan_runs(connection, settings, batch, [run])[0]


def _fill(settings: Settings, lines: Sequence[_Row], plain: _Plain) -> _Filled:
    places = [place for place, line in enumerate(lines) if line[2] in plain.heads]
    number = {code: place for place, code in enumerate(plain.heads)}
    room = [0] * (len(places) + len(plain.lots))
    taking, lots, quantities = room, room[:], room[:]
    count = fill(
        [number[lines[place][2]] for place in places],
        [lines[place][3] for place in places],
        list(plain.heads.values()),
        plain.available,
        taking,
        lots,
        quantities,
    )
    for column in (taking, lots, quantities):
        del column[count:]
    prices = plain.prices
    amounts = settings.currency.round_each(
        [quantity * prices[lot] for quantity, lot in zip(quantities, lots, strict=True)]
    )
    return _Filled([places[place] for place in taking], lots, quantities, amounts)


def _write(
    connection: Connection,
    settings: Settings,
    run: Run,
    rows: Rows,
    items: Mapping[str, Item],
    lines: Sequence[_Row],
    plain: _Plain,
    joined: Mapping[str, Averaged],
    filled: _Filled,
    planned: Plan,
) -> None:
    taken: dict[int, int] = {}
    left: dict[int, int] = {}
    for line in rows.lines:
        left[line[0]] = left.get(line[0], 0) + line[3]
    opened = dict(left)
    for place, lot, quantity in zip(filled.lines, filled.lots, filled.quantities, strict=True):
        lot_id = plain.lots[lot]
        taken[lot_id] = taken.get(lot_id, 0) + quantity
        left[lines[place][0]] -= quantity
    for pick in planned.picks:
        taken[pick.lot.id] = taken.get(pick.lot.id, 0) + pick.quantity
        left[pick.order_id] -= pick.quantity
    statuses: dict[int, OrderStatus] = {}
    for order_id, *_, before in rows.orders:
        if left.get(order_id, 0) != opened.get(order_id, 0):
            status = OrderStatus.PARTIALLY_ALLOCATED if left[order_id] else OrderStatus.ALLOCATED
            if status != before:
                statuses[order_id] = status
    asks = [*allocations.joining_average({**joined, **planned.averaged})] if joined or planned.averaged else []
    if taken:
        asks += [allocations.taking(taken), allocations.setting_status(statuses)]
    trip(connection, asks)
    chunks.copy_results(connection, _texts(settings, run, items, lines, plain, filled, planned))
    if planned.shortages:
        allocations.copy_shortages(connection, ((run.run_id or 0, shortage) for shortage in planned.shortages))


def _texts(
    settings: Settings,
    run: Run,
    items: Mapping[str, Item],
    lines: Sequence[_Row],
    plain: _Plain,
    filled: _Filled,
    planned: Plan,
) -> Iterable[str]:
    """Write results as rows of COPY, in demand order; the first are on their way while the last are written."""
    exponent = f"e-{settings.currency.places}"
    hold = "\\N" if run.request.hold_until is None else str(run.request.hold_until)

    def ending(average: int | None, reason: str) -> str:
        stored = "\\N" if average is None else to_text(average, AVERAGE_PLACES)
        return f"{exponent}\t{stored}\t{reason}\t{hold}"

    reason = METHODS[run.policy.method].reason.value
    endings = {code: ending(items[code].average, reason) for code in plain.heads}
    lots = plain.lots
    texts = (
        f"{run.run_id}\t{line[0]}\t{line[1]}\t{lots[lot]}\t{quantity}\t{amount}{endings[line[2]]}"
        for line, lot, quantity, amount in zip(map(lines.__getitem__, filled.lines), *filled[1:], strict=True)
    )
    if not planned.picks:
        return texts
    places = {(line[0], line[1]): place for place, line in enumerate(lines)}
    ranked = list(zip(filled.lines, texts, strict=True))
    for pick in planned.picks:
        text = (
            f"{run.run_id}\t{pick.order_id}\t{pick.line_no}\t{pick.lot.id}\t{pick.quantity}\t{pick.amount}"
            f"{ending(pick.average, pick.reason.value)}"
        )
        ranked.append((places[pick.order_id, pick.line_no], text))
    return [text for _, text in sorted(ranked, key=itemgetter(0))]
