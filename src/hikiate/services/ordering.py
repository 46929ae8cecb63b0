"""Take orders, and show them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from hikiate.domain.decimals import to_decimal, to_scaled
from hikiate.domain.errors import (
    AlreadyCancelled,
    AlreadyShipped,
    DuplicateReference,
    Fault,
    Invalid,
    NotFound,
)
from hikiate.domain.states import OrderStatus
from hikiate.models import Order, OrderLine
from hikiate.repository import allocations, inventories, live, orders, results, runs
from hikiate.repository.orders import OrderFilter
from hikiate.repository.rows import Page
from hikiate.repository.trips import trip
from hikiate.schemas import OrderLinePatch, OrderLineRequest, OrderPatch, OrderRequest, OrderResponse
from hikiate.services import views
from hikiate.services.auditing import Actor
from hikiate.services.locking import lock_stock, release, whole
from hikiate.services.offering import offer
from hikiate.settings import Settings


def create(connection: Connection, settings: Settings, actor: Actor, request: OrderRequest) -> OrderResponse:
    """Take an order.

    Raises:
        Invalid: a line names a lot that does not exist or is another item's.
        DuplicateReference: the reference is another order's.
    """
    _check_named_lots(connection, request.lines)
    inventories.make_items_known(connection, [line.item_code for line in request.lines])
    order_id = orders.insert_order(
        connection, request.model_dump(exclude={"lines"}), [line_values(line) for line in request.lines]
    )
    if order_id is None:
        raise DuplicateReference(f"An order with the reference '{request.reference}' exists already.")
    actor.record(connection, "create", f"orders/{order_id}")
    return show(connection, settings, order_id)


def line_values(line: OrderLineRequest) -> dict[str, Any]:
    """Return the columns of a new line."""
    return {**line.model_dump(), "quantity": to_scaled(line.quantity)}


def _check_named_lots(connection: Connection, lines: list[OrderLineRequest]) -> None:
    named = {line.inventory_id for line in lines if line.inventory_id is not None}
    if not named:
        return
    items = inventories.items_of_lots(connection, named)
    faults = [
        Fault(f"/lines/{place}/inventory_id", *fault)
        for place, line in enumerate(lines)
        if line.inventory_id is not None
        and (fault := lot_fault(line.inventory_id, items.get(line.inventory_id), line.item_code))
    ]
    if faults:
        raise Invalid(faults[0].message, faults)


def lot_fault(lot_id: int, lot_item: str | None, item_code: str) -> tuple[str, str] | None:
    """Return what is wrong, as a code and a sentence, with naming a lot for an item; None when nothing is."""
    if lot_item is None:
        return "unknown-inventory", f"There is no inventory {lot_id}."
    if lot_item != item_code:
        return "other-item", f"Inventory {lot_id} is of item '{lot_item}', not of '{item_code}'."
    return None


def change(
    connection: Connection, settings: Settings, actor: Actor, order_id: int, request: OrderPatch
) -> OrderResponse:
    """Change an order; a line that grows opens again.

    Raises:
        NotFound: there is none with that id.
        AlreadyCancelled: it is cancelled.
        Invalid: a line is unknown or named twice, gets less than it holds and has shipped, or names a wrong lot.
    """
    lock_stock(connection, settings, items_of(connection, order_id), [order_id])
    order = _existing(connection, order_id)
    if order.status is OrderStatus.CANCELLED:
        raise AlreadyCancelled(f"Order {order_id} is cancelled.")
    lines = {line.line_no: line for line in orders.lines_of(connection, [order_id])}
    _check_changes(connection, order_id, lines, request.lines)
    if any(changed.quantity is not None for changed in request.lines):
        runs.fix_demand(connection, order_id)
    orders.update_order(connection, order_id, request.model_dump(exclude_unset=True, exclude={"lines"}))
    for changed in request.lines:
        values = changed.model_dump(exclude_unset=True, exclude={"line_no"})
        if changed.quantity is not None:
            values["quantity"] = to_scaled(changed.quantity)
        orders.update_line(connection, order_id, changed.line_no, values)
    trip(connection, [allocations.refreshing_status([order_id])])
    actor.record(connection, "change", f"orders/{order_id}", **request.model_dump(exclude_unset=True))
    return show(connection, settings, order_id)


def _check_changes(
    connection: Connection, order_id: int, lines: Mapping[int, OrderLine], changes: Sequence[OrderLinePatch]
) -> None:
    given = results.of_orders(connection, [order_id])
    named = {change.inventory_id for change in changes if change.inventory_id is not None}
    lots = inventories.items_of_lots(connection, named) if named else {}
    faults: list[Fault] = []
    for place, change in enumerate(changes):
        line = lines.get(change.line_no)
        pointer = f"/lines/{place}"
        if line is None:
            faults.append(Fault(f"{pointer}/line_no", "unknown-line", f"the order has no line {change.line_no}"))
            continue
        if any(change.line_no == other.line_no for other in changes[:place]):
            faults.append(Fault(f"{pointer}/line_no", "repeated-line", f"line {change.line_no} is named twice"))
        least = sum(result.quantity for result in given if result.line_no == change.line_no)
        if change.quantity is not None and to_scaled(change.quantity) < least:
            message = f"{to_decimal(least)} is allocated or shipped already; release it first"
            faults.append(Fault(f"{pointer}/quantity", "below-allocated", message))
        if change.inventory_id is not None:
            fault = lot_fault(change.inventory_id, lots.get(change.inventory_id), line.item_code)
            if fault:
                faults.append(Fault(f"{pointer}/inventory_id", *fault))
    if faults:
        raise Invalid(f"{faults[0].pointer[1:]}: {faults[0].message}.", faults)


def cancel(connection: Connection, settings: Settings, actor: Actor, order_id: int) -> OrderResponse:
    """Release what an order holds and end what is open; again, it stays cancelled.

    Raises:
        NotFound: there is none with that id.
        AlreadyShipped: everything has left.
    """
    items = lock_stock(connection, settings, items_of(connection, order_id), [order_id])
    order = _existing(connection, order_id)
    if order.status is OrderStatus.SHIPPED:
        raise AlreadyShipped(f"Order {order_id} has been shipped.")
    if order.status is not OrderStatus.CANCELLED:
        held = live.of_order(connection, order_id)
        if held:
            release(connection, [whole(row) for row in held], items)
            offer(connection, settings, {row.item_code for row in held}, "cancel")
        orders.cancel(connection, order_id)
        actor.record(connection, "cancel", f"orders/{order_id}")
    return show(connection, settings, order_id)


def items_of(connection: Connection, order_id: int) -> list[str]:
    """Return the items that an order is about, to lock them.

    Raises:
        NotFound: there is none with that id.
    """
    lines = orders.lines_of(connection, [order_id])
    if not lines:
        raise NotFound(f"There is no order {order_id}.")
    return sorted({line.item_code for line in lines})


def stock_of(connection: Connection, order_id: int) -> tuple[list[str], list[int]]:
    """Return the items and orders that a change of an order locks.

    Raises:
        NotFound: there is none with that id.
    """
    return items_of(connection, order_id), [order_id]


def _existing(connection: Connection, order_id: int) -> Order:
    order = orders.get(connection, order_id)
    if order is None:
        raise NotFound(f"There is no order {order_id}.")
    return order


def show(connection: Connection, settings: Settings, order_id: int) -> OrderResponse:
    """Show an order with its lines and what they were given.

    Raises:
        NotFound: there is none with that id.
    """
    return _shown(connection, settings, [_existing(connection, order_id)])[0]


def listed(
    connection: Connection, settings: Settings, wanted: OrderFilter, page: Page, *, by_demand: bool
) -> list[OrderResponse]:
    """List orders with their lines."""
    return _shown(
        connection, settings, orders.listed(connection, wanted, page, settings.time_zone, by_demand=by_demand)
    )


def _shown(connection: Connection, settings: Settings, found: list[Order]) -> list[OrderResponse]:
    ids = [order.id for order in found]
    lines: dict[int, list[Any]] = {order_id: [] for order_id in ids}
    given: dict[int, list[Any]] = {order_id: [] for order_id in ids}
    for line in orders.lines_of(connection, ids):
        lines[line.order_id].append(line)
    for result in results.of_orders(connection, ids):
        given[result.order_id].append(result)
    today = settings.today()
    return [views.order(order, lines[order.id], given[order.id], today) for order in found]
