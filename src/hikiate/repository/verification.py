"""Balances recomputed from the records: what differs, and setting it right."""

from typing import LiteralString, NamedTuple

from sqlalchemy import Connection

from hikiate.repository.allocations import GIVEN, STATUS
from hikiate.repository.rows import execute, query


class Difference(NamedTuple):
    """A balance that is not what the records say. Quantities in millionths; states in words."""

    what: str
    """`inventory`, `order-line`, `order` or `run`."""
    id: int
    line_no: int | None
    item_code: str | None
    column: str
    stored: str
    recorded: str


_LOTS = """
    SELECT i.id, i.item_code, i.quantity, i.allocated_quantity,
           coalesce(m.quantity, 0) AS on_hand, coalesce(r.quantity, 0) AS allocated
    FROM inventories i
    LEFT JOIN (SELECT inventory_id, sum(quantity_change) AS quantity FROM stock_movements GROUP BY inventory_id) m
      ON m.inventory_id = i.id
    LEFT JOIN (SELECT inventory_id, sum(quantity) AS quantity FROM allocation_results WHERE status = 'allocated'
      GROUP BY inventory_id) r ON r.inventory_id = i.id
"""
_LINES = """
    SELECT l.order_id, l.line_no, l.item_code, l.quantity, r.quantity AS given
    FROM order_lines l JOIN (SELECT order_id, line_no, sum(quantity) AS quantity FROM allocation_results
      WHERE status <> 'released' GROUP BY order_id, line_no) r USING (order_id, line_no)
"""
_BOUNDS = """
    SELECT i.id, i.item_code, coalesce(i.results_after, 0) AS after, coalesce(i.results_until, 0) AS until, r.first,
           r.last
    FROM inventories i JOIN (SELECT inventory_id, min(id) AS first, max(id) AS last FROM allocation_results
      GROUP BY inventory_id) r ON r.inventory_id = i.id
"""
_ORDERS: LiteralString = (
    "SELECT o.id, o.status::text, CASE WHEN o.status = 'cancelled' THEN 'cancelled' ELSE " + STATUS + " END AS derived"
    " FROM orders o JOIN (SELECT order_id, sum(quantity) AS ordered FROM order_lines GROUP BY order_id) AS lines"
    "  ON lines.order_id = o.id"
    " LEFT JOIN (SELECT order_id, " + GIVEN + " FROM allocation_results GROUP BY order_id) AS given"
    "  ON given.order_id = o.id"
)


def oversold(connection: Connection) -> list[Difference]:
    """Return the lots of which more is promised than is on hand, by the records."""
    rows = query(
        connection,
        "SELECT 'inventory', id, NULL::integer, item_code, 'oversold', on_hand::text, allocated::text"
        " FROM (" + _LOTS + ") AS lots WHERE allocated > on_hand ORDER BY id",
    )
    return [Difference(*row) for row in rows]


def differences(connection: Connection) -> list[Difference]:
    """Return every stored balance that differs from the records."""
    rows = query(
        connection,
        "SELECT 'inventory', id, NULL::integer, item_code, 'quantity', quantity::text, on_hand::text"
        " FROM (" + _LOTS + ") AS lots WHERE quantity <> on_hand"
        " UNION ALL SELECT 'inventory', id, NULL, item_code, 'allocated_quantity', allocated_quantity::text,"
        " allocated::text FROM (" + _LOTS + ") AS lots WHERE allocated_quantity <> allocated"
        " UNION ALL SELECT 'inventory', coalesce(id, inventory_id), NULL, coalesce(i.item_code, a.item_code),"
        " 'available', CASE WHEN inventory_id IS NULL THEN 'not listed' ELSE 'listed' END,"
        " CASE WHEN inventory_id IS NULL THEN 'listed' ELSE 'not listed' END FROM available_lots a FULL JOIN ("
        "   SELECT id, item_code, receipt_date FROM inventories WHERE allocated_quantity < quantity) i"
        "   ON id = inventory_id AND i.item_code = a.item_code AND i.receipt_date = a.receipt_date"
        " WHERE id IS NULL OR inventory_id IS NULL"
        " UNION ALL SELECT 'inventory', id, NULL, item_code, 'results', (after + 1) || '–' || until,"
        " first || '–' || last FROM (" + _BOUNDS + ") AS bounds WHERE first <= after OR last > until"
        " UNION ALL SELECT 'order-line', order_id, line_no, item_code, 'quantity', quantity::text, given::text"
        " FROM (" + _LINES + ") AS lines WHERE given > quantity"
        " UNION ALL SELECT 'order', id, NULL, NULL, 'status', status, derived"
        " FROM (" + _ORDERS + ") AS orders WHERE status <> derived"
        " UNION ALL SELECT 'run', run.id, NULL, NULL, 'allocated_quantity', run.allocated_quantity::text,"
        " coalesce(r.quantity, 0)::text FROM allocation_runs run LEFT JOIN ("
        "   SELECT run_id, sum(quantity) AS quantity FROM allocation_results GROUP BY run_id) r ON r.run_id = run.id"
        " WHERE run.allocated_quantity <> coalesce(r.quantity, 0)"
        " ORDER BY 1, 2, 3, 5",
    )
    return [Difference(*row) for row in rows]


def items_of_orders(connection: Connection, order_ids: list[int]) -> list[str]:
    """Return the items that orders are about."""
    rows = query(connection, "SELECT DISTINCT item_code FROM order_lines WHERE order_id = ANY(%(ids)s)", ids=order_ids)
    return [code for (code,) in rows]


def repair_lots(connection: Connection, item_code: str) -> None:
    """Set the balances of an item's lots from the records; an oversold lot can't be set right and is left."""
    execute(
        connection,
        "UPDATE inventories SET quantity = lots.on_hand, allocated_quantity = lots.allocated"
        " FROM (" + _LOTS + " WHERE i.item_code = %(code)s) AS lots"
        " WHERE inventories.id = lots.id AND lots.allocated <= lots.on_hand"
        "  AND (lots.quantity, lots.allocated_quantity) <> (lots.on_hand, lots.allocated)",
        code=item_code,
    )
    execute(
        connection,
        "UPDATE inventories SET results_after = least(results_after, first - 1),"
        " results_until = greatest(results_until, last)"
        " FROM (" + _BOUNDS + " WHERE i.item_code = %(code)s) AS bounds"
        " WHERE inventories.id = bounds.id AND (first <= after OR last > until)",
        code=item_code,
    )
    execute(connection, "DELETE FROM available_lots WHERE item_code = %(code)s", code=item_code)
    execute(
        connection,
        "INSERT INTO available_lots (item_code, receipt_date, inventory_id)"
        " SELECT item_code, receipt_date, id FROM inventories"
        " WHERE item_code = %(code)s AND allocated_quantity < quantity",
        code=item_code,
    )
