"""What a plan reads of the orders."""

from collections.abc import Collection, Iterable, Mapping
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import Connection

from hikiate.domain.demand import Demand, Line
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
        "SELECT o.id, count(*), sum(l.quantity - l.allocated_quantity - l.shipped_quantity)"
        " FROM orders o JOIN order_lines l ON l.order_id = o.id AND l.is_open"
        " WHERE o.is_open AND (%(ids)s::bigint[] IS NULL OR o.id = ANY(%(ids)s))"
        "  AND (%(codes)s::text[] IS NULL OR o.id IN ("
        "    SELECT order_id FROM order_lines WHERE is_open AND item_code = ANY(%(codes)s)))"
        "  AND (%(codes)s::text[] IS NULL OR o.fulfilment = 'complete'"
        "   OR l.item_code IN (SELECT unnest(%(codes)s::text[])))"
        " GROUP BY o.id ORDER BY -o.priority, coalesce(o.requested_date, 'infinity'::date), o.id",
        ids=None if order_ids is None else list(order_ids),
        codes=None if item_codes is None else list(item_codes),
    )
    return [OpenOrder(order_id, lines, int(quantity)) for order_id, lines, quantity in rows]


def items_of(connection: Connection, order_ids: Collection[int], item_codes: Collection[str] | None) -> set[str]:
    """Return the items that serving the orders may touch.

    Of orders that must be complete those are the items of all lines: one that opens again before the lock is had
    belongs to the order too.
    """
    rows = query(
        connection,
        "SELECT DISTINCT l.item_code FROM orders o JOIN order_lines l ON l.order_id = o.id"
        " WHERE o.id = ANY(%(ids)s) AND (o.fulfilment = 'complete'"
        "   OR l.is_open AND (%(codes)s::text[] IS NULL OR l.item_code IN (SELECT unnest(%(codes)s::text[]))))",
        ids=list(order_ids),
        codes=None if item_codes is None else list(item_codes),
    )
    return {code for (code,) in rows}


def read_demand(
    connection: Connection,
    order_ids: Collection[int],
    item_codes: Collection[str] | None,
    locked: Collection[str],
) -> list[Demand]:
    """Return what is open on the orders' lines, as `find_demand` limits them, of the items that are locked."""
    rows = query(
        connection,
        "SELECT o.id, o.priority, o.requested_date, o.customer, o.fulfilment = 'complete', l.line_no, l.item_code,"
        " l.quantity - l.allocated_quantity - l.shipped_quantity, l.inventory_id, l.lot_number, l.location,"
        " coalesce(l.min_remaining_days, 0), l.single_lot, l.no_date_reversal"
        " FROM orders o JOIN order_lines l ON l.order_id = o.id"
        " WHERE o.id = ANY(%(ids)s) AND o.is_open AND l.is_open AND (%(codes)s::text[] IS NULL"
        "   OR l.item_code IN (SELECT unnest(%(codes)s::text[])) OR o.fulfilment = 'complete')"
        " ORDER BY o.id, l.line_no",
        ids=list(order_ids),
        codes=None if item_codes is None else list(item_codes),
    )
    # A line that opened while the locks were waited for may be of an item that isn't locked; it waits for the next run.
    rows = [row for row in rows if row[6] in locked]
    demand = []
    for (order_id, priority, requested, customer, complete), lines in groupby(rows, key=itemgetter(0, 1, 2, 3, 4)):
        demand.append(Demand(order_id, tuple(Line(*row[5:]) for row in lines), priority, requested, customer, complete))
    return demand


def as_fixed(demand: Iterable[Demand], fixed: Mapping[tuple[int, int], int]) -> list[Demand]:
    """Return no more than was open when the run started: by (order id, line number), in millionths."""
    limited = []
    for order in demand:
        lines = tuple(
            line._replace(open_quantity=min(line.open_quantity, fixed[order.order_id, line.line_no]))
            for line in order.lines
            if (order.order_id, line.line_no) in fixed
        )
        if lines:
            limited.append(order._replace(lines=lines))
    return limited


def with_own(demand: Iterable[Demand], own: Mapping[tuple[int, int], Mapping[int, int]]) -> list[Demand]:
    """Return the demand with what its lines hold already."""
    return [
        order._replace(
            lines=tuple(line._replace(own=own.get((order.order_id, line.line_no), line.own)) for line in order.lines)
        )
        for order in demand
    ]


def unknown_orders(connection: Connection, order_ids: Collection[int]) -> list[int]:
    """Return those of the ids that no order has."""
    rows = query(
        connection,
        "SELECT id FROM unnest(%(ids)s::bigint[]) AS id WHERE NOT EXISTS (SELECT FROM orders WHERE orders.id = id.id)",
        ids=list(order_ids),
    )
    return [order_id for (order_id,) in rows]
