"""What becomes of a promise: allocations released (引当解除) or shipped (出庫), whole and in part."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from hikiate.domain.costing import share_of_amount
from hikiate.domain.decimals import to_decimal, to_scaled
from hikiate.domain.errors import Fault, Held, Invalid, NotAllocated, NotFound, NotYetReceived
from hikiate.domain.lots import Item
from hikiate.domain.states import ResultStatus
from hikiate.repository import allocations, live, orders, results
from hikiate.repository.live import Live, Part
from hikiate.repository.trips import trip
from hikiate.schemas import AllocationResultResponse, LineQuantity, OrderResponse
from hikiate.services import ordering, views
from hikiate.services.auditing import Actor
from hikiate.services.locking import lock_stock, release, whole
from hikiate.settings import Settings


def settle_order(
    connection: Connection,
    settings: Settings,
    actor: Actor,
    order_id: int,
    lines: Sequence[LineQuantity] | None,
    status: ResultStatus,
) -> OrderResponse:
    """Release or ship all that an order holds, or so much of its lines in the order allocated; all or nothing.

    Raises:
        NotFound: there is no such order.
        NotAllocated: it holds nothing.
        Invalid: a line is unknown, named twice, or holds nothing or less.
        Held, NotYetReceived: a lot that should leave can't.
    """
    items = lock_stock(connection, settings, ordering.items_of(connection, order_id), [order_id])
    rows = live.of_order(connection, order_id)
    if lines is not None:
        parts = _parts_of_lines(connection, settings, order_id, rows, lines)
    elif rows:
        parts = [whole(row) for row in rows]
    else:
        raise NotAllocated(f"Order {order_id} holds nothing that could be {status.value}.")
    _settle(connection, settings, parts, status, items)
    actor.record(connection, _VERBS[status], f"orders/{order_id}", results=[_recorded(part) for part in parts])
    return ordering.show(connection, settings, order_id)


def settle_result(
    connection: Connection,
    settings: Settings,
    actor: Actor,
    result_id: int,
    quantity: Decimal | None,
    status: ResultStatus,
) -> AllocationResultResponse:
    """Release or ship an allocation, or so much of it, and return the row of that id.

    Raises:
        NotFound: there is no such result.
        NotAllocated: it has been released or shipped.
        Invalid: it holds less.
        Held, NotYetReceived: its lot can't leave.
    """
    items = lock_stock(connection, settings, *stock_of(connection, result_id))
    row = live.one(connection, result_id)
    if row is None:
        raise NotAllocated(f"Allocation result {result_id} holds nothing that could be {status.value}.")
    part = whole(row)
    if quantity is not None:
        wanted = to_scaled(quantity)
        if wanted > row.quantity:
            raise Invalid.at("/quantity", "more-than-allocated", f"only {to_decimal(row.quantity)} is allocated")
        part = _part(settings, row, wanted)
    _settle(connection, settings, [part], status, items)
    actor.record(connection, _VERBS[status], f"allocation-results/{result_id}", quantity=str(to_decimal(part.quantity)))
    return views.result(results.one(connection, result_id), settings.today())


def stock_of(connection: Connection, result_id: int) -> tuple[list[str], list[int]]:
    """Return the item and the order that a change of an allocation locks.

    Raises:
        NotFound: there is none with that id.
    """
    place = live.place_of(connection, result_id)
    if place is None:
        raise NotFound(f"There is no allocation result {result_id}.")
    item_code, order_id = place
    return [item_code], [order_id]


_VERBS: Mapping[ResultStatus, str] = {ResultStatus.RELEASED: "release", ResultStatus.SHIPPED: "ship"}


def _settle(
    connection: Connection,
    settings: Settings,
    parts: Collection[Part],
    status: ResultStatus,
    items: Mapping[str, Item],
) -> None:
    if status is ResultStatus.RELEASED:
        release(connection, parts, items)
        return
    today = settings.today()
    for part in parts:
        if part.row.receipt_date > today:
            raise NotYetReceived(f"Inventory {part.row.inventory_id} is expected on {part.row.receipt_date}.")
        if part.row.held:
            raise Held(f"Inventory {part.row.inventory_id} is held.")
    live.ship(connection, parts, live.end(connection, parts, status))
    trip(connection, [allocations.refreshing_status({part.row.order_id for part in parts})])


def _parts_of_lines(
    connection: Connection,
    settings: Settings,
    order_id: int,
    rows: Sequence[Live],
    lines: Sequence[LineQuantity],
) -> list[Part]:
    known = {line.line_no for line in orders.lines_of(connection, [order_id])}
    faults: list[Fault] = []
    parts: list[Part] = []
    for place, line in enumerate(lines):
        holding = [row for row in rows if row.line_no == line.line_no]
        allocated = sum(row.quantity for row in holding)
        wanted = allocated if line.quantity is None else to_scaled(line.quantity)
        pointer = f"/lines/{place}"
        if line.line_no not in known:
            faults.append(Fault(f"{pointer}/line_no", "unknown-line", f"the order has no line {line.line_no}"))
        elif any(line.line_no == other.line_no for other in lines[:place]):
            faults.append(Fault(f"{pointer}/line_no", "repeated-line", f"line {line.line_no} is named twice"))
        elif not allocated:
            faults.append(Fault(f"{pointer}/line_no", "not-allocated", f"line {line.line_no} holds nothing"))
        elif wanted > allocated:
            faults.append(
                Fault(f"{pointer}/quantity", "more-than-allocated", f"only {to_decimal(allocated)} is allocated")
            )
        for row in holding:
            taken = min(wanted, row.quantity)
            if taken:
                parts.append(_part(settings, row, taken))
            wanted -= taken
    if faults:
        raise Invalid(f"{faults[0].pointer[1:]}: {faults[0].message}.", faults)
    return parts


def _part(settings: Settings, row: Live, quantity: int) -> Part:
    if quantity == row.quantity:
        return whole(row)
    places = max(settings.currency.places, -int(row.amount.as_tuple().exponent))
    amount = share_of_amount(to_scaled(row.amount, places), quantity, row.quantity, settings.currency)
    return Part(row, quantity, to_decimal(amount, places))


def _recorded(part: Part) -> dict[str, Any]:
    return {"id": part.row.id, "quantity": str(to_decimal(part.quantity))}
