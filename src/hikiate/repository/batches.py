"""What a batch of orders and its stock are when they are locked: one round trip, whatever its size."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any, LiteralString, NamedTuple

from sqlalchemy import Connection

from hikiate.domain.decimals import AVERAGE_PLACES, to_scaled
from hikiate.domain.demand import Demand, Line
from hikiate.domain.lots import Item, Lot
from hikiate.domain.states import OrderStatus
from hikiate.repository.rows import query
from hikiate.repository.runs import NEWEST_RESULT
from hikiate.repository.trips import numbers, texts, trip

UNLOCKED: LiteralString = ""
"""Rows are read to be shown only."""
WAIT: LiteralString = " FOR NO KEY UPDATE"
SKIP: LiteralString = " FOR NO KEY UPDATE SKIP LOCKED"
"""What somebody else holds is left out."""


class Batch(NamedTuple):
    """Orders, and all stock they may be served from."""

    items: dict[str, Item]
    orders: dict[int, Demand]
    """With what is open of them, of the items above; an order with nothing open has no lines."""
    statuses: dict[int, OrderStatus]
    open_quantities: dict[int, int]
    """All that is open of an order, whatever its items."""
    lots: list[Lot]
    """The oldest with something available, and all that have not joined the moving average."""
    with_more: set[str]
    """The items that may have more lots with something available."""
    expired: set[str]
    """The items on which holds have ended that nobody has noticed yet."""
    run_ids: list[int]
    results_after: int
    """The newest result's id before any of these runs."""


FIRST_LOTS = 3
"""How many lots of an item are read before it is known whether more can matter; `_FIRST_LOTS` has it as its limit."""

# Never limited to open lines: a line whose hold has ended opens again only when its item is locked.
CODES: LiteralString = "(SELECT item_code FROM order_lines WHERE order_id = ANY($1::bigint[]))"
LIMITED_CODES: LiteralString = (
    "(SELECT l.item_code FROM orders o JOIN order_lines l ON l.order_id = o.id WHERE o.id = ANY($1::bigint[])"
    " AND (o.fulfilment = 'complete' OR l.item_code IN (SELECT unnest($2::text[]))))"
)
# An array, and so a probe for each: a plan for whatever orders come guesses that they have many items, and reads all.
ITEMS: LiteralString = "SELECT item_code, safety_stock, quantity_step, average FROM items WHERE item_code = ANY(ARRAY"
ORDERS: LiteralString = (
    "SELECT id, priority, requested_date, customer, fulfilment = 'complete', status::text FROM orders"
    " WHERE id = ANY($1::bigint[]) ORDER BY id"
)
LINES: LiteralString = (
    "SELECT order_id, line_no, item_code, open_quantity, inventory_id, lot_number, location,"
    " coalesce(min_remaining_days, 0), single_lot, no_date_reversal FROM open_lines"
    " WHERE order_id = ANY($1::bigint[]) ORDER BY order_id, line_no"
)
_LOT: LiteralString = (
    "id, inventories.item_code, quantity, allocated_quantity, unit_price, inventories.receipt_date, expiration_date,"
    " lot_number, location, held"
)
_OF_EACH: LiteralString = "SELECT lots.*, true FROM (SELECT DISTINCT item_code FROM "
_FIRST_LOTS: LiteralString = (
    " AS every) AS wanted, LATERAL (SELECT " + _LOT + " FROM available_lots JOIN inventories ON id = inventory_id"
    "  WHERE available_lots.item_code = wanted.item_code"
    "  ORDER BY available_lots.receipt_date, inventory_id LIMIT 3) AS lots"
)
_ALL_LOTS: LiteralString = (
    "SELECT " + _LOT + ", true FROM available_lots JOIN inventories ON id = inventory_id"
    " WHERE available_lots.item_code = ANY(ARRAY"
)
_THESE: LiteralString = "(SELECT unnest($1::text[])))"
_NEW_LOTS: LiteralString = (
    "SELECT " + _LOT + ", false FROM new_lots JOIN inventories ON id = inventory_id WHERE"
    " new_lots.item_code = ANY(ARRAY"
)
# The holds come first, however the planner guesses: there are few, and mostly none.
EXPIRED: LiteralString = (
    "WITH expired AS MATERIALIZED (SELECT inventory_id FROM allocation_results"
    "  WHERE status = 'allocated' AND hold_until <= clock_timestamp())"
    " SELECT item_code FROM expired JOIN inventories ON inventories.id = expired.inventory_id"
)
# The ids of runs are none of what is locked, but this way they cost no round trip.
_RUN_IDS: LiteralString = (
    "SELECT CASE WHEN n > 0 THEN nextval('allocation_runs_id_seq') ELSE " + NEWEST_RESULT + " END"
    " FROM generate_series(0, $1::integer) AS n"
)


def read_batch(
    connection: Connection,
    order_ids: Collection[int],
    item_codes: Collection[str] | None = None,
    *,
    lock: LiteralString = WAIT,
    runs: int = 0,
    all_lots: bool = False,
) -> Batch:
    """Lock the orders' items by code, then the orders by id, and read them, each in a statement of its own.

    What is read after a lock was waited for is true. Item codes limit the items, but not those of orders that must be
    complete. `runs` ids of runs are reserved. Of an item's lots the first are read, or all that have something.
    """
    ids = numbers(order_ids)
    codes = CODES if item_codes is None else LIMITED_CODES
    scope = (ids,) if item_codes is None else (ids, texts(item_codes))
    items, headers, lines, lots, new_lots, expired, [(results_after,), *run_ids] = trip(
        connection,
        [
            (ITEMS + codes + ") ORDER BY item_code" + lock, scope),
            (ORDERS + lock, (ids,)),
            (LINES, (ids,)),
            (_ALL_LOTS + codes + ")" if all_lots else _OF_EACH + codes + _FIRST_LOTS, scope),
            (_NEW_LOTS + codes + ")", scope),
            (EXPIRED, ()),
            (_RUN_IDS, (str(runs),)),
        ],
    )
    known = {
        code: Item(code, safety, step, None if average is None else to_scaled(average, AVERAGE_PLACES))
        for code, safety, step, average in items
    }
    open_lines: dict[int, list[Line]] = {header[0]: [] for header in headers}
    open_quantities = dict.fromkeys(open_lines, 0)
    limit = None if item_codes is None else set(item_codes)
    complete = {header[0] for header in headers if header[4]}
    for order_id, *line in lines:
        if order_id not in open_lines:
            continue
        open_quantities[order_id] += line[2]
        # A line that opened while the locks were waited for may be of an item that isn't locked; it waits.
        if line[1] in known and (limit is None or line[1] in limit or order_id in complete):
            open_lines[order_id].append(Line(*line))
    return Batch(
        known,
        {header[0]: Demand(header[0], tuple(open_lines[header[0]]), *header[1:5]) for header in headers},
        {header[0]: OrderStatus(header[5]) for header in headers},
        open_quantities,
        _lots(lots, new_lots, known),
        set() if all_lots else {code for code, n in Counter(row[1] for row in lots).items() if n == FIRST_LOTS},
        {code for (code,) in expired if code in known},
        [run_id for (run_id,) in run_ids],
        results_after,
    )


def skipped(connection: Connection, batch: Batch, order_ids: Collection[int]) -> set[int]:
    """Return the orders that were not locked, or of which an item was not: what is open of it can't be told."""
    rows = query(
        connection,
        "SELECT order_id FROM order_lines WHERE order_id = ANY(%(ids)s) AND item_code <> ALL(%(codes)s)",
        ids=list(order_ids),
        codes=list(batch.items),
    )
    return {*order_ids} - batch.orders.keys() | {order_id for (order_id,) in rows}


def read_lots(connection: Connection, item_codes: Collection[str]) -> list[Lot]:
    """Return all lots of locked items that have something available or have not joined the moving average.

    The new ones are read last: one that is received meanwhile is new, and has not joined.
    """
    codes = (texts(item_codes),)
    lots, new_lots = trip(connection, [(_ALL_LOTS + _THESE, codes), (_NEW_LOTS + _THESE, codes)])
    return _lots(lots, new_lots, item_codes)


def _lots(lots: Iterable[Any], new_lots: Iterable[Any], items: Collection[str]) -> list[Lot]:
    # A new lot is among the others too if something of it is available.
    found = {row[0]: row for row in lots}
    found.update({row[0]: row for row in new_lots})
    return [Lot._make(row) for row in found.values() if row[1] in items]
