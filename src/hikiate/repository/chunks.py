"""What a chunk of a long run reads and writes: rows as they come, since there are too many to make objects of."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any, LiteralString, NamedTuple

from sqlalchemy import Connection

from hikiate.domain.decimals import AVERAGE_PLACES, to_text
from hikiate.domain.methods import Reason
from hikiate.repository.batches import CODES, EXPIRED, ITEMS, LIMITED_CODES, LINES, ORDERS, WAIT
from hikiate.repository.rows import copy_lines, query
from hikiate.repository.runs import NEWEST_RESULT
from hikiate.repository.trips import numbers, texts, trip

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
    expired: set[str]
    """The items on which holds have ended that nobody has noticed yet."""
    results_after: int
    """The newest result's id before any of the chunk's."""


def lock_chunk(connection: Connection, order_ids: Collection[int], item_codes: Collection[str] | None) -> Rows:
    """Lock the orders' items by code, then the orders by id, and read what is open of them."""
    ids = numbers(order_ids)
    codes = CODES if item_codes is None else LIMITED_CODES
    scope = (ids,) if item_codes is None else (ids, texts(item_codes))
    items, orders, lines, expired, [(results_after,)] = trip(
        connection,
        [
            (ITEMS + codes + ") ORDER BY item_code" + WAIT, scope),
            (ORDERS + WAIT, (ids,)),
            (LINES, (ids,)),
            (EXPIRED, ()),
            ("SELECT " + NEWEST_RESULT, ()),
        ],
    )
    known = {row[0] for row in items}
    return Rows(items, orders, lines, {code for (code,) in expired if code in known}, results_after)


def read_oldest(connection: Connection, most: Mapping[str, int], day: date) -> list[Any]:
    """Return the oldest lots that may be taken on a day, so many of each item.

    Rows are (item code, lot id, available, unit price).
    """
    [lots] = trip(connection, [(_OLDEST, (texts(most), numbers(most.values()), str(day)))])
    return lots


def joining(connection: Connection, item_codes: Collection[str]) -> set[str]:
    """Return the items with lots that have not joined the moving average.

    It is asked after their lots were read: one that is received meanwhile, and read, joins too.
    """
    rows = query(
        connection,
        "SELECT code FROM unnest(%(codes)s::text[]) AS code WHERE EXISTS (SELECT FROM new_lots WHERE item_code = code)",
        codes=list(item_codes),
    )
    return {code for (code,) in rows}


def take_joining(connection: Connection, item_codes: Collection[str], day: date) -> list[Any]:
    """Let the lots of locked items that were received by a day join the moving average, and return them in that order.

    Rows are (item code, lot id, available, unit price).
    """
    return query(
        connection,
        "WITH joined AS (DELETE FROM new_lots USING inventories i WHERE i.id = inventory_id"
        "  AND new_lots.item_code = ANY(%(codes)s) AND receipt_date <= %(day)s"
        "  RETURNING i.item_code, i.id, quantity - allocated_quantity AS available, unit_price, receipt_date)"
        " SELECT item_code, id, available, unit_price FROM joined ORDER BY item_code, receipt_date, id",
        codes=list(item_codes),
        day=day,
    )


class KeptBack(NamedTuple):
    """What of an item's stock lines that name nothing could not have."""

    held: int
    not_yet_received: int
    expires_too_soon: int
    allocated: int
    """Of the lots that they might have been given."""


NOTHING_KEPT = KeptBack(0, 0, 0, 0)


def read_kept_back(connection: Connection, item_codes: Collection[str], day: date) -> dict[str, KeptBack]:
    """Return what lines could not have on a day, by item code; a lot counts under its first reason."""
    rows = query(
        connection,
        "SELECT item_code,"
        " sum(quantity - allocated_quantity) FILTER (WHERE held),"
        " sum(quantity - allocated_quantity) FILTER (WHERE NOT held AND receipt_date > %(day)s),"
        " sum(quantity - allocated_quantity) FILTER (WHERE NOT held AND receipt_date <= %(day)s"
        "   AND expiration_date < %(day)s),"
        " sum(allocated_quantity) FILTER (WHERE NOT held AND receipt_date <= %(day)s"
        "   AND (expiration_date IS NULL OR expiration_date >= %(day)s))"
        " FROM inventories WHERE quantity > 0 AND item_code = ANY(%(codes)s) GROUP BY item_code",
        codes=list(item_codes),
        day=day,
    )
    return {code: KeptBack(*(int(quantity or 0) for quantity in quantities)) for code, *quantities in rows}


def read_own(connection: Connection, order_ids: Collection[int], day: date) -> dict[tuple[int, int], int]:
    """Return what lines hold already of lots that they might be given on a day, by (order id, line number)."""
    rows = query(
        connection,
        "SELECT order_id, line_no, sum(r.quantity)::bigint FROM allocation_results r JOIN inventories i"
        " ON i.id = inventory_id WHERE order_id = ANY(%(ids)s) AND status = 'allocated' AND NOT held"
        "  AND receipt_date <= %(day)s AND (expiration_date IS NULL OR expiration_date >= %(day)s)"
        " GROUP BY order_id, line_no",
        ids=list(order_ids),
        day=day,
    )
    return {(order_id, line_no): quantity for order_id, line_no, quantity in rows}


Taken = tuple[int, int, int, int, int, int | None, Reason]
"""(Order id, line number, lot id, quantity, amount, average, reason), at the lot's own price."""
_COLUMNS: LiteralString = "run_id, order_id, line_no, inventory_id, quantity, amount, average, reason, hold_until"


def copy_results(
    connection: Connection, rows: Iterable[Taken], run_id: int, hold_until: datetime | None, places: int
) -> None:
    """Append a run's results, whose ids ascend in the order given; the first are sent while others are written."""
    hold = "\\N" if hold_until is None else str(hold_until)
    endings: dict[tuple[int | None, Reason], str] = {}

    def ending(average: int | None, reason: Reason) -> str:
        # Rows of one item have this in common, and an amount is written by its digits and where they end.
        stored = "\\N" if average is None else to_text(average, AVERAGE_PLACES)
        endings[average, reason] = f"e-{places}\t{stored}\t{reason.value}\t{hold}"
        return endings[average, reason]

    copy_lines(
        connection,
        "allocation_results",
        _COLUMNS,
        (
            f"{run_id}\t{order_id}\t{line_no}\t{lot_id}\t{quantity}\t{amount}"
            f"{endings.get((average, reason)) or ending(average, reason)}"
            for order_id, line_no, lot_id, quantity, amount, average, reason in rows
        ),
    )
