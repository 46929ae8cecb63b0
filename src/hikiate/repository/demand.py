"""What a plan reads of the orders."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection

from hikiate.repository.rows import query


class OpenOrder(NamedTuple):
    """An order that a run will serve."""

    order_id: int
    lines: int
    quantity: int


def find_demand(
    connection: Connection, order_ids: Collection[int] | None, item_codes: Collection[str] | None
) -> list[OpenOrder]:
    """Return the orders with something open, in demand order, without a lock; None limits nothing.

    Item codes limit lines, but an order that must be complete comes with all its lines if one is in scope.
    """
    rows = query(
        connection,
        "SELECT o.id, open.lines, open.quantity FROM orders o, LATERAL ("
        "  SELECT count(*) AS lines, sum(open_quantity) AS quantity FROM open_lines WHERE order_id = o.id"
        "   AND (%(codes)s::text[] IS NULL OR o.fulfilment = 'complete' OR item_code = ANY(%(codes)s))) AS open"
        " WHERE o.is_open AND (%(ids)s::bigint[] IS NULL OR o.id = ANY(%(ids)s))"
        "  AND (%(codes)s::text[] IS NULL OR o.id IN ("
        "    SELECT order_id FROM open_lines WHERE item_code = ANY(%(codes)s))) AND open.lines > 0"
        " ORDER BY -o.priority, coalesce(o.requested_date, 'infinity'::date), o.id",
        ids=None if order_ids is None else list(order_ids),
        codes=None if item_codes is None else list(item_codes),
    )
    return [OpenOrder(order_id, lines, int(quantity)) for order_id, lines, quantity in rows]


def unknown_orders(connection: Connection, order_ids: Collection[int]) -> list[int]:
    """Return those of the ids that no order has."""
    rows = query(
        connection,
        "SELECT id FROM unnest(%(ids)s::bigint[]) AS id WHERE NOT EXISTS (SELECT FROM orders WHERE orders.id = id.id)",
        ids=list(order_ids),
    )
    return [order_id for (order_id,) in rows]
