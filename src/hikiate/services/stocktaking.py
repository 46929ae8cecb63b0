"""Correct, hold and trace what is on hand, and set what an item's lots share."""

from sqlalchemy import Connection

from hikiate.domain.decimals import SCALE, to_decimal, to_scaled
from hikiate.domain.errors import BelowAllocated, Invalid, NotFound
from hikiate.models import Inventory, Item
from hikiate.repository import inventories, items
from hikiate.repository.rows import Page
from hikiate.schemas import AdjustRequest, InventoryResponse, ItemRequest, ItemResponse, MovementResponse
from hikiate.schemas.fields import LIMIT
from hikiate.services import views
from hikiate.services.auditing import Actor
from hikiate.services.locking import lock_stock
from hikiate.services.offering import offer
from hikiate.settings import Settings

_MOST = int(LIMIT) * SCALE


def adjust(
    connection: Connection, settings: Settings, actor: Actor, lot_id: int, request: AdjustRequest
) -> InventoryResponse:
    """Change what is on hand of a lot, with the reason.

    Raises:
        NotFound: there is none with that id.
        BelowAllocated: less would be on hand than is allocated.
        Invalid: more would be on hand than can be counted.
    """
    lot = _locked(connection, settings, lot_id)
    change = to_scaled(request.quantity_change)
    if lot.quantity + change < lot.allocated_quantity:
        raise BelowAllocated(
            f"Of inventory {lot_id} {to_decimal(lot.allocated_quantity)} is allocated;"
            f" {to_decimal(lot.quantity + change)} would be on hand."
        )
    if lot.quantity + change >= _MOST:
        raise Invalid.at("/quantity_change", "too-large", f"what is on hand must stay below {LIMIT:,}")
    inventories.adjust(connection, lot, change, request.reason)
    if change > 0:
        offer(connection, settings, [lot.item_code], "adjustment")
    actor.record(
        connection,
        "adjust",
        f"inventories/{lot_id}",
        quantity_change=request.quantity_change,
        reason=request.reason,
    )
    return _shown(connection, lot_id)


def hold(connection: Connection, settings: Settings, actor: Actor, lot_id: int, *, held: bool) -> InventoryResponse:
    """Hold a lot, so that it is neither allocated nor shipped, or let it go; what is allocated stays.

    Raises:
        NotFound: there is none with that id.
    """
    lot = _locked(connection, settings, lot_id)
    if lot.held != held:
        inventories.set_held(connection, lot_id, held=held)
        if not held:
            offer(connection, settings, [lot.item_code], "unhold")
        actor.record(connection, "hold" if held else "unhold", f"inventories/{lot_id}")
    return _shown(connection, lot_id)


def movements(connection: Connection, lot_id: int, page: Page) -> list[MovementResponse]:
    """List what changed a lot's stock on hand, newest first.

    Raises:
        NotFound: there is no such lot.
    """
    _existing(connection, lot_id)
    return [
        MovementResponse(
            id=row.id,
            inventory_id=row.inventory_id,
            kind=row.kind,
            quantity_change=to_decimal(row.quantity_change),
            reason=row.reason,
            allocation_result_id=row.result_id,
            created_at=row.created_at,
        )
        for row in inventories.movements(connection, lot_id, page)
    ]


def _locked(connection: Connection, settings: Settings, lot_id: int) -> Inventory:
    lock_stock(connection, settings, [_existing(connection, lot_id).item_code], ())
    return _existing(connection, lot_id)


def _existing(connection: Connection, lot_id: int) -> Inventory:
    lot = inventories.get(connection, lot_id)
    if lot is None:
        raise NotFound(f"There is no inventory {lot_id}.")
    return lot


def _shown(connection: Connection, lot_id: int) -> InventoryResponse:
    return views.inventory(_existing(connection, lot_id))


def put_item(
    connection: Connection, settings: Settings, actor: Actor, item_code: str, request: ItemRequest
) -> ItemResponse:
    """Set an item's settings; the item exists from then on."""
    inventories.make_items_known(connection, [item_code])
    before = lock_stock(connection, settings, [item_code], ())[item_code]
    safety_stock = to_scaled(request.safety_stock)
    step = None if request.quantity_step is None else to_scaled(request.quantity_step)
    items.update_settings(connection, item_code, safety_stock, step)
    if safety_stock < before.safety_stock:
        offer(connection, settings, [item_code], "safety-stock")
    actor.record(connection, "set", f"items/{item_code}", **request.model_dump())
    return show_item(connection, item_code)


def show_item(connection: Connection, item_code: str) -> ItemResponse:
    """Show an item's settings.

    Raises:
        NotFound: nothing has named it yet.
    """
    item = items.get(connection, item_code)
    if item is None:
        raise NotFound(f"There is no item '{item_code}'.")
    return _item(item)


def list_items(connection: Connection, after: str | None, limit: int) -> list[ItemResponse]:
    """List items by code."""
    return [_item(item) for item in items.listed(connection, after, limit)]


def _item(item: Item) -> ItemResponse:
    return ItemResponse(
        item_code=item.item_code,
        safety_stock=to_decimal(item.safety_stock),
        quantity_step=None if item.quantity_step is None else to_decimal(item.quantity_step),
        created_at=item.created_at,
    )
