"""Imports in bulk: rows are staged in a table of the transaction's own, checked there, and written from there."""

from collections.abc import Iterable
from typing import LiteralString, NamedTuple

from sqlalchemy import Connection

from hikiate.repository.rows import copy_in, execute, query

LOT_COLUMNS: LiteralString = (
    "reference, item_code, quantity, receipt_date, unit_price, lot_number, location, expiration_date"
)
ORDER_COLUMNS: LiteralString = "customer, priority, requested_date, fulfilment"
LINE_COLUMNS: LiteralString = (
    "item_code, quantity, inventory_id, lot_number, location, min_remaining_days, single_lot, no_date_reversal"
)


# Another import of the same transaction may have left its own.
_FORGET: LiteralString = "DROP TABLE IF EXISTS pg_temp.staged, pg_temp.staged_orders, pg_temp.taken; "


MOST_REFUSED = 1_000
"""How many refused rows of one kind are returned; a file of nothing else must not fill the memory."""


class Refused(NamedTuple):
    """A row that only the database could refuse."""

    row: int
    column: str
    value: str | None
    code: str


class Counts(NamedTuple):
    """How many rows may be written, and how many may not."""

    accepted: int
    rejected: int


def stage_lots(connection: Connection, rows: Iterable[tuple[object, ...]]) -> None:
    """Stage (row number, is bad, *LOT_COLUMNS)."""
    execute(
        connection,
        _FORGET + "CREATE TEMPORARY TABLE staged (row bigint, is_bad boolean, reference text, item_code text,"
        " quantity bigint, receipt_date date, unit_price bigint, lot_number text, location text, expiration_date date)"
        " ON COMMIT DROP",
    )
    copy_in(connection, "staged", "row, is_bad, " + LOT_COLUMNS, rows)
    execute(connection, "ANALYZE staged")


def check_lots(connection: Connection) -> list[Refused]:
    """Mark lots whose reference is taken, in the file or before it, and return the first of them."""
    return _refused(
        connection,
        "SELECT again.row, 'reference', staged.reference, 'duplicate-reference' FROM ("
        "  SELECT row, row_number() OVER (PARTITION BY reference ORDER BY row) AS nth FROM staged"
        "  WHERE reference IS NOT NULL AND NOT is_bad) AS again JOIN staged ON staged.row = again.row"
        " WHERE again.nth > 1"
        "   OR EXISTS (SELECT FROM inventories WHERE inventories.reference = staged.reference)",
    )


def write_lots(connection: Connection) -> None:
    """Receive the staged lots that are not bad, in the file's order."""
    _make_items_known(connection)
    execute(
        connection,
        "WITH lots AS (INSERT INTO inventories (" + LOT_COLUMNS + ")"
        " SELECT " + LOT_COLUMNS + " FROM staged WHERE NOT is_bad ORDER BY row"
        " RETURNING id, item_code, receipt_date, quantity),"
        " new AS (INSERT INTO new_lots (item_code, inventory_id) SELECT item_code, id FROM lots),"
        " available AS (INSERT INTO available_lots (item_code, receipt_date, inventory_id)"
        "  SELECT item_code, receipt_date, id FROM lots WHERE quantity > 0)"
        " INSERT INTO stock_movements (inventory_id, item_code, kind, quantity_change)"
        " SELECT id, item_code, 'receipt', quantity FROM lots ORDER BY id",
    )


def stage_lines(connection: Connection, rows: Iterable[tuple[object, ...]]) -> None:
    """Stage (row number, is bad, reference, *ORDER_COLUMNS, *LINE_COLUMNS).

    Each row learns the first row of its order: rows of one reference are one order, one without is its own.
    """
    execute(
        connection,
        _FORGET
        + "CREATE TEMPORARY TABLE staged (row bigint, is_bad boolean, reference text, customer text, priority bigint,"
        " requested_date date, fulfilment fulfilment, item_code text, quantity bigint, inventory_id bigint,"
        " lot_number text, location text, min_remaining_days integer, single_lot boolean, no_date_reversal boolean)"
        " ON COMMIT DROP",
    )
    copy_in(connection, "staged", "row, is_bad, reference, " + ORDER_COLUMNS + ", " + LINE_COLUMNS, rows)
    execute(
        connection,
        "CREATE TEMPORARY TABLE staged_orders ON COMMIT DROP AS"
        " SELECT reference, min(row) AS first_row, bool_or(is_bad) AS is_bad FROM staged"
        " GROUP BY reference, CASE WHEN reference IS NULL THEN row END",
    )
    execute(connection, "CREATE INDEX ON staged_orders (reference)")
    execute(connection, "ANALYZE staged, staged_orders")


def check_lines(connection: Connection) -> list[Refused]:
    """Mark orders that can't be taken and return the first rows that are why."""
    refused = _refused(
        connection,
        "SELECT first_row, 'reference', orders.reference, 'duplicate-reference'"
        " FROM orders JOIN staged_orders ON orders.reference = staged_orders.reference",
    )
    refused += _refused(
        connection,
        "SELECT s.row, differs.name, differs.value, 'order-columns-disagree'"
        " FROM staged s JOIN staged_orders o ON o.reference = s.reference"
        " JOIN staged f ON f.row = o.first_row,"
        " LATERAL (VALUES ('customer', s.customer, s.customer IS DISTINCT FROM f.customer),"
        "   ('priority', s.priority::text, s.priority <> f.priority),"
        "   ('requested_date', s.requested_date::text, s.requested_date IS DISTINCT FROM f.requested_date),"
        "   ('fulfilment', s.fulfilment::text, s.fulfilment <> f.fulfilment)) AS differs(name, value, is_so)"
        " WHERE differs.is_so AND s.item_code IS NOT NULL AND f.item_code IS NOT NULL",
    )
    refused += _refused(
        connection,
        "SELECT s.row, 'inventory_id', s.inventory_id::text,"
        " CASE WHEN i.id IS NULL THEN 'unknown-inventory' ELSE 'other-item' END"
        " FROM staged s LEFT JOIN inventories i ON i.id = s.inventory_id"
        " WHERE s.inventory_id IS NOT NULL AND i.item_code IS DISTINCT FROM s.item_code",
    )
    # A bad row rejects its order. An order without a reference is its one row, so only the others have more to mark.
    execute(
        connection,
        "UPDATE staged_orders SET is_bad = true WHERE NOT is_bad AND first_row IN ("
        "  SELECT row FROM staged WHERE is_bad AND reference IS NULL)",
    )
    execute(
        connection,
        "UPDATE staged_orders SET is_bad = true WHERE NOT is_bad AND reference IN ("
        "  SELECT reference FROM staged WHERE is_bad)",
    )
    execute(
        connection,
        "UPDATE staged SET is_bad = true WHERE NOT is_bad AND reference IN ("
        "  SELECT reference FROM staged_orders WHERE is_bad)",
    )
    return refused


def write_lines(connection: Connection) -> None:
    """Take the staged orders that are not bad, in the order of their first rows."""
    _make_items_known(connection)
    execute(
        connection,
        "CREATE TEMPORARY TABLE taken ON COMMIT DROP AS"
        " SELECT nextval(pg_get_serial_sequence('orders', 'id')) AS id, first_row, reference"
        " FROM (SELECT first_row, reference FROM staged_orders WHERE NOT is_bad ORDER BY first_row) AS good",
    )
    execute(connection, "ANALYZE taken")
    execute(
        connection,
        "INSERT INTO orders (id, reference, " + ORDER_COLUMNS + ")"
        " SELECT taken.id, taken.reference, " + ORDER_COLUMNS + ""
        " FROM taken JOIN staged ON staged.row = taken.first_row ORDER BY taken.id",
    )
    for join in (
        "taken.reference = staged.reference",
        "staged.reference IS NULL AND taken.first_row = staged.row",
    ):
        execute(
            connection,
            "INSERT INTO order_lines (order_id, line_no, " + LINE_COLUMNS + ")"
            " SELECT taken.id, row_number() OVER (PARTITION BY taken.id ORDER BY staged.row), " + LINE_COLUMNS + ""
            " FROM staged JOIN taken ON " + join + " WHERE NOT staged.is_bad ORDER BY 1, 2",
        )


def refresh_statistics(connection: Connection) -> None:
    """Tell the planner what came in, so that the next run doesn't plan for empty tables."""
    execute(connection, "ANALYZE items, inventories, available_lots, orders, order_lines")


def counts(connection: Connection) -> Counts:
    """Count the staged rows."""
    [(accepted, rejected)] = query(
        connection, "SELECT count(*) FILTER (WHERE NOT is_bad), count(*) FILTER (WHERE is_bad) FROM staged"
    )
    return Counts(accepted, rejected)


def item_codes(connection: Connection) -> list[str]:
    """Return the items of the staged rows that are not bad."""
    return [code for (code,) in query(connection, "SELECT DISTINCT item_code FROM staged WHERE NOT is_bad")]


def _make_items_known(connection: Connection) -> None:
    execute(
        connection,
        'INSERT INTO items (item_code) SELECT DISTINCT item_code COLLATE "C" AS code FROM staged'
        " WHERE NOT is_bad ORDER BY code ON CONFLICT DO NOTHING",
    )


def _refused(connection: Connection, bad_rows: LiteralString) -> list[Refused]:
    """Mark the rows that a query finds, however many, and return the first of them."""
    rows = query(
        connection,
        'WITH bad (row, "column", value, code) AS (' + bad_rows + "),"
        " marked AS (UPDATE staged SET is_bad = true FROM bad WHERE staged.row = bad.row)"
        " SELECT * FROM bad ORDER BY row LIMIT %(most)s",
        most=MOST_REFUSED,
    )
    return [Refused(*row) for row in rows]
