"""Every lock on stock and orders, in one order: items by code, then orders by id; only then is anything read."""

from collections.abc import Collection
from decimal import Decimal

from sqlalchemy import Connection

from hikiate.domain.decimals import AVERAGE_PLACES, to_scaled
from hikiate.domain.lots import Item
from hikiate.repository.rows import query

Items = dict[str, Item]


def lock_items(connection: Connection, item_codes: Collection[str]) -> Items:
    """Lock items and return them.

    A statement of its own: what is read in a later one is then true, however long this one waited.
    """
    return _items(
        query(
            connection,
            "SELECT item_code, safety_stock, quantity_step, average FROM items"
            " WHERE item_code = ANY(%(codes)s) ORDER BY item_code FOR NO KEY UPDATE",
            codes=list(item_codes),
        )
    )


def lock_orders(connection: Connection, order_ids: Collection[int]) -> None:
    """Lock orders; their items are locked already."""
    query(
        connection,
        "SELECT FROM orders WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE",
        ids=list(order_ids),
    )


def _items(rows: list[tuple[str, int, int | None, Decimal | None]]) -> Items:
    return {
        code: Item(code, safety, step, None if average is None else to_scaled(average, AVERAGE_PLACES))
        for code, safety, step, average in rows
    }
