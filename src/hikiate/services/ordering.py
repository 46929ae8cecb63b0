"""Take orders, and show them."""

from typing import Any

from sqlalchemy import Connection

from hikiate.domain.decimals import to_scaled
from hikiate.domain.errors import DuplicateReference, Fault, Invalid, NotFound
from hikiate.models import Order
from hikiate.repository import inventories, orders, results
from hikiate.repository.orders import OrderFilter
from hikiate.repository.rows import Page
from hikiate.schemas import OrderLineRequest, OrderRequest, OrderResponse
from hikiate.services import views
from hikiate.settings import Settings


def create(connection: Connection, settings: Settings, request: OrderRequest) -> OrderResponse:
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


def show(connection: Connection, settings: Settings, order_id: int) -> OrderResponse:
    """Show an order with its lines and what they were given.

    Raises:
        NotFound: there is none with that id.
    """
    order = orders.get(connection, order_id)
    if order is None:
        raise NotFound(f"There is no order {order_id}.")
    return _shown(connection, settings, [order])[0]


def listed(
    connection: Connection, settings: Settings, wanted: OrderFilter, page: Page, *, by_demand: bool
) -> list[OrderResponse]:
    """List orders with their lines."""
    return _shown(connection, settings, orders.listed(connection, wanted, page, by_demand=by_demand))


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
