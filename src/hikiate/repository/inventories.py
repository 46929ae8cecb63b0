"""Items and lots: made known, received, listed."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from hikiate.domain.states import MovementKind
from hikiate.models import Inventory, NewLot, StockMovement
from hikiate.repository.rows import NEVER, Page, entities, execute


class InventoryFilter(NamedTuple):
    """Which lots are asked for; None limits nothing."""

    item_code: str | None = None
    lot_number: str | None = None
    location: str | None = None
    available: bool | None = None
    expires_before: date | None = None
    received_before: date | None = None
    received_since: date | None = None
    on_hand: bool | None = None


def make_items_known(connection: Connection, item_codes: Collection[str]) -> None:
    """Make a row for each item that has none, in one order: two who do so at once never wait in a circle."""
    execute(
        connection,
        "INSERT INTO items (item_code) SELECT code FROM unnest(%(codes)s::text[]) WITH ORDINALITY AS known(code, place)"
        " WHERE NOT EXISTS (SELECT FROM items WHERE item_code = code) ORDER BY place ON CONFLICT DO NOTHING",
        codes=sorted(set(item_codes)),
    )


def insert_lot(connection: Connection, values: dict[str, Any]) -> Inventory | None:
    """Insert a lot and the movement that brought it; None when its reference is taken."""
    lot_id = connection.execute(
        insert_or(Inventory)
        .values(**values)
        .on_conflict_do_nothing(index_elements=[Inventory.reference])
        .returning(Inventory.id)
    ).scalar_one_or_none()
    if lot_id is None:
        return None
    connection.execute(
        insert(StockMovement).values(
            inventory_id=lot_id,
            item_code=values["item_code"],
            kind=MovementKind.RECEIPT,
            quantity_change=values["quantity"],
        )
    )
    connection.execute(insert(NewLot).values(item_code=values["item_code"], inventory_id=lot_id))
    list_available(connection, [lot_id])
    return get(connection, lot_id)


def list_available(connection: Connection, lot_ids: Collection[int]) -> None:
    """List lots whose quantities were set among those of which something is available, or strike them off."""
    execute(
        connection,
        "INSERT INTO available_lots (item_code, receipt_date, inventory_id)"
        " SELECT item_code, receipt_date, id FROM inventories WHERE id = ANY(%(ids)s) AND allocated_quantity < quantity"
        " ON CONFLICT DO NOTHING",
        ids=list(lot_ids),
    )
    execute(
        connection,
        "DELETE FROM available_lots USING inventories WHERE id = ANY(%(ids)s) AND allocated_quantity >= quantity"
        " AND available_lots.item_code = inventories.item_code"
        " AND available_lots.receipt_date = inventories.receipt_date AND inventory_id = id",
        ids=list(lot_ids),
    )


def get(connection: Connection, lot_id: int) -> Inventory | None:
    """Return one lot."""
    found = entities(connection, select(Inventory).where(Inventory.id == lot_id))
    return found[0] if found else None


def adjust(connection: Connection, lot: Inventory, change: int, reason: str) -> None:
    """Change what is on hand of a locked lot, and record the movement."""
    connection.execute(update(Inventory).where(Inventory.id == lot.id).values(quantity=Inventory.quantity + change))
    connection.execute(
        insert(StockMovement).values(
            inventory_id=lot.id,
            item_code=lot.item_code,
            kind=MovementKind.ADJUSTMENT,
            quantity_change=change,
            reason=reason,
        )
    )
    list_available(connection, [lot.id])


def set_held(connection: Connection, lot_id: int, *, held: bool) -> None:
    """Hold a locked lot or let it go."""
    connection.execute(update(Inventory).where(Inventory.id == lot_id).values(held=held))


def movements(connection: Connection, lot_id: int, page: Page) -> list[StockMovement]:
    """Return one page of what changed a lot's stock on hand, newest first."""
    statement = (
        select(StockMovement)
        .where(StockMovement.inventory_id == lot_id)
        .order_by(StockMovement.id.desc())
        .limit(page.limit)
    )
    if page.after is not None:
        statement = statement.where(StockMovement.id < page.after[0])
    return entities(connection, statement)


def items_of_lots(connection: Connection, lot_ids: Collection[int]) -> dict[int, str]:
    """Return the item code of each lot that exists."""
    rows = connection.execute(select(Inventory.id, Inventory.item_code).where(Inventory.id.in_(lot_ids)))
    return {row.id: row.item_code for row in rows}


def listed(connection: Connection, wanted: InventoryFilter, page: Page, *, by_expiry: bool) -> list[Inventory]:
    """Return one page of lots, newest first or by expiry (none last)."""
    expiry = func.coalesce(Inventory.expiration_date, NEVER)
    statement = select(Inventory).limit(page.limit)
    if by_expiry:
        statement = statement.order_by(expiry, Inventory.id)
        if page.after is not None:
            day, lot_id = page.after
            statement = statement.where(tuple_(expiry, Inventory.id) > tuple_(day or NEVER, lot_id))
    else:
        statement = statement.order_by(Inventory.id.desc())
        if page.after is not None:
            statement = statement.where(Inventory.id < page.after[0])
    if wanted.item_code is not None:
        statement = statement.where(Inventory.item_code == wanted.item_code)
    if wanted.lot_number is not None:
        statement = statement.where(Inventory.lot_number == wanted.lot_number)
    if wanted.location is not None:
        statement = statement.where(Inventory.location == wanted.location)
    if wanted.available is not None:
        available = Inventory.allocated_quantity < Inventory.quantity
        statement = statement.where(available if wanted.available else ~available)
    if wanted.expires_before is not None:
        statement = statement.where(Inventory.expiration_date < wanted.expires_before)
    if wanted.received_before is not None:
        statement = statement.where(Inventory.receipt_date < wanted.received_before)
    if wanted.received_since is not None:
        statement = statement.where(Inventory.receipt_date >= wanted.received_since)
    if wanted.on_hand is not None:
        statement = statement.where(Inventory.quantity > 0 if wanted.on_hand else Inventory.quantity == 0)
    return entities(connection, statement)
