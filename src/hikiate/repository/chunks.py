"""What a chunk of a long run reads and writes: rows as they come, since there are too many to make objects of."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, LiteralString, NamedTuple

from sqlalchemy import Connection

from hikiate.repository.batches import CODES, EXPIRED, ITEMS, LIMITED_CODES, LINES, ORDERS, WAIT
from hikiate.repository.rows import copy_lines, query
from hikiate.repository.trips import numbers, texts, trip

_JOINING: LiteralString = "SELECT DISTINCT item_code FROM new_lots WHERE item_code IN "
# Only what may be taken counts, so that a lot that is held does not stand in for one that is not.
_OLDEST: LiteralString = (
    "SELECT wanted.code, lots.* FROM unnest($1::text[], $2::integer[]) AS wanted(code, most), LATERAL ("
    "  SELECT id, quantity - allocated_quantity, unit_price FROM available_lots JOIN inventories ON id = inventory_id"
    "  WHERE available_lots.item_code = wanted.code AND available_lots.receipt_date <= $3::date AND NOT held"
    "   AND (expiration_date IS NULL OR expiration_date >= $3::date)"
    "  ORDER BY available_lots.receipt_date, inventory_id LIMIT wanted.most) AS lots"
)


class Rows(NamedTuple):
    """Orders of a chunk, and the items of their lines."""

    items: list[Any]
    """(item code, safety stock, quantity step, moving average)."""
    orders: list[Any]
    """(id, priority, requested date, customer, must be complete, status)."""
    lines: list[Any]
    """(order id, line number, item code, open quantity, and the options of the line)."""
    joining: set[str]
    """The items with lots that have not joined the moving average."""
    expired: set[str]
    """The items on which holds have ended that nobody has noticed yet."""


def lock_chunk(connection: Connection, order_ids: Collection[int], item_codes: Collection[str] | None) -> Rows:
    """Lock the orders' items by code, then the orders by id, and read what is open of them."""
    ids = numbers(order_ids)
    codes = CODES if item_codes is None else LIMITED_CODES
    scope = (ids,) if item_codes is None else (ids, texts(item_codes))
    items, orders, lines, joining, expired = trip(
        connection,
        [
            (ITEMS + codes + " ORDER BY item_code" + WAIT, scope),
            (ORDERS + WAIT, (ids,)),
            (LINES, (ids,)),
            (_JOINING + codes, scope),
            (EXPIRED, ()),
        ],
    )
    known = {row[0] for row in items}
    return Rows(items, orders, lines, {code for (code,) in joining}, {code for (code,) in expired if code in known})


def read_oldest(connection: Connection, most: Mapping[str, int], day: date) -> list[Any]:
    """Return the oldest lots that may be taken on a day, so many of each item.

    Rows are (item code, lot id, available, unit price).
    """
    [lots] = trip(connection, [(_OLDEST, (texts(most), numbers(most.values()), str(day)))])
    return lots


def read_joining(connection: Connection, item_codes: Collection[str], day: date) -> list[Any]:
    """Return the lots received by a day that have yet to join the moving average, in the order in which they do.

    Rows are (item code, lot id, available, unit price).
    """
    return query(
        connection,
        "SELECT i.item_code, id, quantity - allocated_quantity, unit_price FROM new_lots"
        " JOIN inventories i ON id = inventory_id WHERE new_lots.item_code = ANY(%(codes)s) AND receipt_date <= %(day)s"
        " ORDER BY i.item_code, receipt_date, id",
        codes=list(item_codes),
        day=day,
    )


_RESULT_COLUMNS: LiteralString = (
    "run_id, order_id, line_no, inventory_id, quantity, amount, average, reason, hold_until"
)


def copy_results(connection: Connection, rows: Iterable[str]) -> None:
    """Append results that are written already, each at its lot's price; their ids ascend in the order given."""
    copy_lines(connection, "allocation_results", _RESULT_COLUMNS, rows)
