"""What a plan reads of the stock."""

from collections.abc import Collection
from datetime import date
from typing import LiteralString

from sqlalchemy import Connection

from hikiate.domain.costing import Month
from hikiate.domain.lots import Lot
from hikiate.repository.rows import query

_LOTS: LiteralString = (
    "SELECT id, item_code, quantity, allocated_quantity, unit_price, receipt_date, expiration_date, lot_number,"
    " location, held, true FROM inventories WHERE "
)


def read_exhausted(connection: Connection, item_codes: Collection[str]) -> list[Lot]:
    """Return the lots of the items that are allocated in full and not yet shipped: they explain a shortage."""
    rows = query(
        connection,
        _LOTS + "allocated_quantity = quantity AND quantity > 0 AND item_code = ANY(%(codes)s)",
        codes=list(item_codes),
    )
    return [Lot(*row) for row in rows]


def read_floors(
    connection: Connection, customers: Collection[str], item_codes: Collection[str]
) -> dict[tuple[str, str], date]:
    """Return the latest expiry among the customers' allocated and shipped rows of the items."""
    rows = query(
        connection,
        "SELECT o.customer, i.item_code, max(i.expiration_date)"
        " FROM order_lines l JOIN orders o ON o.id = l.order_id"
        " JOIN allocation_results r ON r.order_id = l.order_id AND r.line_no = l.line_no AND r.status <> 'released'"
        " JOIN inventories i ON i.id = r.inventory_id"
        " WHERE l.item_code = ANY(%(codes)s) AND o.customer = ANY(%(customers)s) AND i.expiration_date IS NOT NULL"
        " GROUP BY o.customer, i.item_code",
        codes=list(item_codes),
        customers=list(customers),
    )
    return {(customer, code): expiry for customer, code, expiry in rows}


def read_own(connection: Connection, order_ids: Collection[int]) -> dict[tuple[int, int], dict[int, int]]:
    """Return what lines hold already: by (order id, line number), the quantity by lot id."""
    own: dict[tuple[int, int], dict[int, int]] = {}
    for order_id, line_no, lot_id, quantity in query(
        connection,
        "SELECT order_id, line_no, inventory_id, sum(quantity)::bigint FROM allocation_results"
        " WHERE order_id = ANY(%(ids)s) AND status = 'allocated' GROUP BY order_id, line_no, inventory_id",
        ids=list(order_ids),
    ):
        own.setdefault((order_id, line_no), {})[lot_id] = quantity
    return own


def read_months(
    connection: Connection, item_codes: Collection[str], until: date, time_zone: str
) -> dict[str, dict[date, Month]]:
    """Return what each month up to that of `until` did to the items, its receipts counted up to that day.

    A receipt is dated by its receipt date, an adjustment by its day in the time zone, a row by its allocation date.
    """
    months: dict[str, dict[date, Month]] = {}
    for code, first, received, value, adjusted, allocated in query(
        connection,
        "SELECT item_code, month, sum(received), sum(value), sum(adjusted), sum(allocated) FROM ("
        "  SELECT i.item_code, date_trunc('month', i.receipt_date)::date AS month, m.quantity_change AS received,"
        "    m.quantity_change::numeric * i.unit_price AS value, 0 AS adjusted, 0 AS allocated"
        "  FROM inventories i JOIN stock_movements m ON m.inventory_id = i.id AND m.kind = 'receipt'"
        "  WHERE i.item_code = ANY(%(codes)s) AND i.receipt_date <= %(until)s"
        "  UNION ALL"
        "  SELECT item_code, date_trunc('month', created_at AT TIME ZONE %(zone)s)::date, 0, 0, quantity_change, 0"
        "  FROM stock_movements WHERE kind = 'adjustment' AND item_code = ANY(%(codes)s)"
        "    AND (created_at AT TIME ZONE %(zone)s)::date <= %(until)s"
        "  UNION ALL"
        "  SELECT l.item_code, date_trunc('month', run.allocation_date)::date, 0, 0, 0, r.quantity"
        "  FROM order_lines l JOIN allocation_results r USING (order_id, line_no)"
        "  JOIN allocation_runs run ON run.id = r.run_id"
        "  WHERE l.item_code = ANY(%(codes)s) AND r.status <> 'released' AND run.allocation_date <= %(until)s"
        ") AS changes GROUP BY item_code, month",
        codes=list(item_codes),
        until=until,
        zone=time_zone,
    ):
        months.setdefault(code, {})[first] = Month(int(received), int(value), int(adjusted), int(allocated))
    return months
