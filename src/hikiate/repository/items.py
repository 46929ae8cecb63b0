"""Items and their settings."""

from sqlalchemy import Connection, select, update

from hikiate.models import Item
from hikiate.repository.rows import entities


def get(connection: Connection, item_code: str) -> Item | None:
    """Return one item."""
    found = entities(connection, select(Item).where(Item.item_code == item_code))
    return found[0] if found else None


def listed(connection: Connection, after: str | None, limit: int) -> list[Item]:
    """Return items by code."""
    statement = select(Item).order_by(Item.item_code).limit(limit)
    if after is not None:
        statement = statement.where(Item.item_code > after)
    return entities(connection, statement)


def update_settings(connection: Connection, item_code: str, safety_stock: int, quantity_step: int | None) -> None:
    """Set an item's safety stock and quantity step, in millionths."""
    connection.execute(
        update(Item).where(Item.item_code == item_code).values(safety_stock=safety_stock, quantity_step=quantity_step)
    )
