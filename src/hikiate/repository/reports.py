"""What reports read. Quantities in millionths, values in 10⁻¹²."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Connection, select

from hikiate.models import AuditEntry
from hikiate.repository.rows import Page, entities, query


class Stock(NamedTuple):
    """One item's stock as of a day."""

    item_code: str
    safety_stock: int
    quantity: int
    allocated: int
    unrestricted: int
    """Available, neither held nor expired."""
    inbound: int
    open: int


def availability(connection: Connection, item_codes: Collection[str] | None, as_of: date) -> list[Stock]:
    """Return the stock of items, by code; None asks for all."""
    rows = query(
        connection,
        "SELECT items.item_code, items.safety_stock, coalesce(lots.quantity, 0), coalesce(lots.allocated, 0),"
        " coalesce(lots.unrestricted, 0), coalesce(lots.inbound, 0), coalesce(lines.open, 0)"
        " FROM items LEFT JOIN ("
        "   SELECT item_code, sum(quantity) FILTER (WHERE receipt_date <= %(as_of)s) AS quantity,"
        "     sum(allocated_quantity) FILTER (WHERE receipt_date <= %(as_of)s) AS allocated,"
        "     sum(quantity - allocated_quantity) FILTER (WHERE receipt_date <= %(as_of)s AND NOT held"
        "       AND (expiration_date IS NULL OR expiration_date >= %(as_of)s)) AS unrestricted,"
        "     sum(quantity) FILTER (WHERE receipt_date > %(as_of)s) AS inbound"
        "   FROM inventories WHERE quantity > 0 AND (%(codes)s::text[] IS NULL OR item_code = ANY(%(codes)s))"
        "   GROUP BY item_code) AS lots ON lots.item_code = items.item_code"
        " LEFT JOIN ("
        "   SELECT item_code, sum(open_quantity) AS open FROM open_lines"
        "   WHERE %(codes)s::text[] IS NULL OR item_code = ANY(%(codes)s) GROUP BY item_code"
        " ) AS lines ON lines.item_code = items.item_code"
        " WHERE %(codes)s::text[] IS NULL OR items.item_code = ANY(%(codes)s) ORDER BY items.item_code",
        codes=None if item_codes is None else list(item_codes),
        as_of=as_of,
    )
    return [Stock(code, *(int(number) for number in numbers)) for code, *numbers in rows]


class Backlog(NamedTuple):
    """What waits: orders and lines with something open."""

    orders: int
    lines: int
    quantity: int


def backlog(connection: Connection) -> Backlog:
    """Return what waits."""
    [(orders, lines, quantity)] = query(
        connection,
        "SELECT count(DISTINCT order_id), count(*), coalesce(sum(open_quantity), 0) FROM open_lines",
    )
    return Backlog(orders, lines, int(quantity))


class Lacking(NamedTuple):
    """An item of which more is open than may be allocated."""

    item_code: str
    open: int
    allocatable: int
    items: int
    """Of how many items more is open."""
    short: int
    """What all of them lack."""


def lacking(connection: Connection, as_of: date, limit: int) -> list[Lacking]:
    """Return the items that lack most, beside what all of them lack."""
    rows = query(
        connection,
        "SELECT item_code, open, allocatable, count(*) OVER (), sum(open - allocatable) OVER () FROM ("
        "   SELECT lines.item_code, lines.open, greatest(0, coalesce(lots.available, 0) - i.safety_stock)"
        "     AS allocatable FROM ("
        "     SELECT item_code, sum(open_quantity) AS open FROM open_lines GROUP BY item_code) AS lines"
        "   JOIN items i ON i.item_code = lines.item_code"
        "   LEFT JOIN ("
        "     SELECT item_code, sum(quantity - allocated_quantity) AS available FROM inventories"
        "     WHERE allocated_quantity < quantity AND NOT held AND receipt_date <= %(as_of)s"
        "      AND (expiration_date IS NULL OR expiration_date >= %(as_of)s) GROUP BY item_code"
        "   ) AS lots ON lots.item_code = lines.item_code) AS waiting"
        " WHERE open > allocatable ORDER BY open - allocatable DESC, item_code LIMIT %(limit)s",
        as_of=as_of,
        limit=limit,
    )
    return [
        Lacking(code, int(waiting), int(allocatable), items, int(short))
        for code, waiting, allocatable, items, short in rows
    ]


class Left(NamedTuple):
    """What a plan would leave behind of its items."""

    oldest: date | None
    expiring: int


def left_behind(
    connection: Connection,
    item_codes: Collection[str],
    taken: Mapping[int, int],
    as_of: date,
    expires_by: date,
    *,
    include_inbound: bool,
) -> Left:
    """Return what stays of the items' stock that may be allocated, after so much is taken of each lot."""
    [(oldest, expiring)] = query(
        connection,
        "SELECT min(receipt_date) FILTER (WHERE rest > 0),"
        " coalesce(sum(rest) FILTER (WHERE expiration_date <= %(expires_by)s), 0) FROM ("
        "   SELECT receipt_date, expiration_date, quantity - allocated_quantity - coalesce(taken, 0) AS rest"
        "   FROM available_lots JOIN inventories USING (item_code, receipt_date)"
        "   LEFT JOIN unnest(%(lots)s::bigint[], %(taken)s::bigint[]) AS picked(id, taken) USING (id)"
        "   WHERE id = inventory_id AND item_code = ANY(%(codes)s) AND NOT held"
        "    AND (%(include_inbound)s OR receipt_date <= %(as_of)s)"
        "    AND (expiration_date IS NULL OR expiration_date >= %(as_of)s)) AS after",
        codes=list(item_codes),
        lots=list(taken),
        taken=list(taken.values()),
        as_of=as_of,
        expires_by=expires_by,
        include_inbound=include_inbound,
    )
    return Left(oldest, int(expiring))


class Day(NamedTuple):
    """What was ordered on one day, and what of it is allocated or shipped."""

    day: date
    orders: int
    lines: int
    requested: int
    filled: int


def fill_rate(connection: Connection, since: date, until: date, time_zone: str) -> list[Day]:
    """Return the days on which orders were created that are not cancelled, newest first; both ends included."""
    rows = query(
        connection,
        "SELECT (o.created_at AT TIME ZONE %(zone)s)::date AS day, count(DISTINCT o.id), count(*), sum(l.quantity),"
        " coalesce(sum((SELECT sum(r.quantity) FROM allocation_results r"
        "   WHERE r.order_id = l.order_id AND r.line_no = l.line_no AND r.status <> 'released')), 0)"
        " FROM orders o JOIN order_lines l ON l.order_id = o.id"
        " WHERE o.status <> 'cancelled' AND o.created_at >= %(since)s::date::timestamp AT TIME ZONE %(zone)s"
        "  AND o.created_at < (%(until)s::date + 1)::timestamp AT TIME ZONE %(zone)s"
        " GROUP BY day ORDER BY day DESC",
        since=since,
        until=until,
        zone=time_zone,
    )
    return [Day(day, orders, lines, int(requested), int(filled)) for day, orders, lines, requested, filled in rows]


class Age(NamedTuple):
    """Stock on hand of one age."""

    bucket: int
    lots: int
    quantity: int
    value: int


def stock_age(connection: Connection, as_of: date, bounds: Collection[int]) -> list[Age]:
    """Return the stock received by a day, by age; bucket n holds what is older than n of the bounds, in days."""
    rows = query(
        connection,
        "SELECT width_bucket(%(as_of)s::date - receipt_date, %(bounds)s::integer[]) AS bucket, count(*),"
        " sum(quantity), sum(quantity::numeric * unit_price) FROM inventories"
        " WHERE quantity > 0 AND receipt_date <= %(as_of)s GROUP BY bucket ORDER BY bucket",
        as_of=as_of,
        bounds=list(bounds),
    )
    return [Age(bucket, lots, int(quantity), int(value)) for bucket, lots, quantity, value in rows]


def allocated_prices(connection: Connection, item_code: str) -> dict[date, Decimal]:
    """Return what an item's rows that were not released cost, by the first day of their month."""
    rows = query(
        connection,
        "SELECT date_trunc('month', run.allocation_date)::date, sum(r.amount) FROM order_lines l"
        " JOIN allocation_results r USING (order_id, line_no)"
        " JOIN allocation_runs run ON run.id = r.run_id "
        " WHERE l.item_code = %(code)s AND r.status <> 'released' GROUP BY 1",
        code=item_code,
    )
    return dict(rows)


def audit(connection: Connection, page: Page) -> list[AuditEntry]:
    """Return one page of the audit, newest first."""
    statement = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(page.limit)
    if page.after is not None:
        statement = statement.where(AuditEntry.id < page.after[0])
    return entities(connection, statement)
