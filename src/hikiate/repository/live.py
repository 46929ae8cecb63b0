"""Allocations that may be released or shipped, and how they end."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import LiteralString, NamedTuple

from sqlalchemy import Connection

from hikiate.domain.states import ResultStatus
from hikiate.repository.rows import copy_in, execute, next_ids, query
from hikiate.repository.runs import NEWEST_RESULT


class Live(NamedTuple):
    """An allocation that may be released or shipped."""

    id: int
    order_id: int
    line_no: int
    inventory_id: int
    item_code: str
    quantity: int
    amount: Decimal
    average: Decimal | None
    held: bool
    receipt_date: date


class Part(NamedTuple):
    """So much of an allocation that ends, and its share of the amount."""

    row: Live
    quantity: int
    amount: Decimal

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the allocation is left."""
        return self.quantity == self.row.quantity


_LIVE: LiteralString = (
    "SELECT r.id, r.order_id, r.line_no, r.inventory_id, i.item_code, r.quantity, r.amount, r.average, i.held,"
    " i.receipt_date FROM allocation_results r JOIN inventories i ON i.id = r.inventory_id WHERE r.status = 'allocated'"
)


def read_expired(connection: Connection, item_codes: Collection[str] | None = None) -> list[Live]:
    """Return the allocations whose hold has ended, of these items or of all: one probe of a partial index."""
    rows = query(
        connection,
        _LIVE + " AND r.hold_until <= clock_timestamp()"
        " AND (%(codes)s::text[] IS NULL OR i.item_code = ANY(%(codes)s)) ORDER BY r.id",
        codes=None if item_codes is None else list(item_codes),
    )
    return [Live(*row) for row in rows]


def of_order(connection: Connection, order_id: int) -> list[Live]:
    """Return what an order holds, in the order allocated."""
    return [Live(*row) for row in query(connection, _LIVE + " AND r.order_id = %(id)s ORDER BY r.id", id=order_id)]


def one(connection: Connection, result_id: int) -> Live | None:
    """Return one allocation if it still holds stock."""
    rows = query(connection, _LIVE + " AND r.id = %(id)s", id=result_id)
    return Live(*rows[0]) if rows else None


def place_of(connection: Connection, result_id: int) -> tuple[str, int] | None:
    """Return the item code and the order id of a result, which never change; None when there is no such result."""
    rows = query(
        connection,
        "SELECT i.item_code, r.order_id FROM allocation_results r JOIN inventories i ON i.id = r.inventory_id"
        " WHERE r.id = %(id)s",
        id=result_id,
    )
    return rows[0] if rows else None


def end(connection: Connection, parts: Collection[Part], status: ResultStatus) -> list[int]:
    """Set allocations to their last status and return the ids of the rows that carry it, in the parts' order.

    A whole one keeps its id; of another, a new row carries the part and the id keeps the allocated rest.
    """
    split = [part for part in parts if not part.is_whole]
    execute(
        connection,
        "UPDATE allocation_results SET status = %(status)s::result_status WHERE id = ANY(%(ids)s)",
        ids=[part.row.id for part in parts if part.is_whole],
        status=status.value,
    )
    if not split:
        return [part.row.id for part in parts]
    new_ids = next_ids(connection, "allocation_results", len(split))
    values = {
        "ids": [part.row.id for part in split],
        "new_ids": new_ids,
        "quantities": [part.quantity for part in split],
        "amounts": [part.amount for part in split],
    }
    execute(
        connection,
        "INSERT INTO allocation_results (id, run_id, order_id, line_no, inventory_id, quantity, unit_price, amount,"
        " average, status, reason, hold_until, is_part)"
        " SELECT part.new_id, run_id, order_id, line_no, inventory_id, part.quantity, unit_price, part.amount,"
        " average, %(status)s::result_status, reason, hold_until, true"
        " FROM unnest(%(ids)s::bigint[], %(new_ids)s::bigint[], %(quantities)s::bigint[], %(amounts)s::numeric[])"
        "   AS part(id, new_id, quantity, amount) JOIN allocation_results r ON r.id = part.id",
        status=status.value,
        **values,
    )
    execute(
        connection,
        "UPDATE inventories SET results_until = " + NEWEST_RESULT + " WHERE id = ANY(%(ids)s)",
        ids=[part.row.inventory_id for part in split],
    )
    execute(
        connection,
        "UPDATE allocation_results SET quantity = allocation_results.quantity - part.quantity,"
        " amount = allocation_results.amount - part.amount"
        " FROM unnest(%(ids)s::bigint[], %(quantities)s::bigint[], %(amounts)s::numeric[])"
        "   AS part(id, quantity, amount) WHERE allocation_results.id = part.id",
        ids=values["ids"],
        quantities=values["quantities"],
        amounts=values["amounts"],
    )
    carried = iter(new_ids)
    return [part.row.id if part.is_whole else next(carried) for part in parts]


def ship(connection: Connection, parts: Collection[Part], result_ids: Collection[int]) -> None:
    """Let parts leave: what is on hand falls with what is allocated, and each is a movement."""
    execute(
        connection,
        "UPDATE inventories SET quantity = inventories.quantity - part.quantity,"
        " allocated_quantity = allocated_quantity - part.quantity"
        " FROM (SELECT id, sum(quantity) AS quantity FROM unnest(%(ids)s::bigint[], %(quantities)s::bigint[])"
        "   AS part(id, quantity) GROUP BY id) AS part WHERE inventories.id = part.id",
        ids=[part.row.inventory_id for part in parts],
        quantities=[part.quantity for part in parts],
    )
    copy_in(
        connection,
        "stock_movements",
        "inventory_id, item_code, kind, quantity_change, result_id",
        (
            (part.row.inventory_id, part.row.item_code, "shipment", -part.quantity, result_id)
            for part, result_id in zip(parts, result_ids, strict=True)
        ),
    )


def averaged_quantities(connection: Connection, item_codes: Collection[str]) -> dict[str, int]:
    """Return what is available of the lots that have joined the moving average, by item code."""
    rows = query(
        connection,
        "SELECT item_code, sum(quantity - allocated_quantity) FROM available_lots"
        " JOIN inventories USING (item_code, receipt_date)"
        " WHERE id = inventory_id AND item_code = ANY(%(codes)s) AND NOT EXISTS (SELECT FROM new_lots"
        "  WHERE new_lots.item_code = inventories.item_code AND new_lots.inventory_id = id) GROUP BY item_code",
        codes=list(item_codes),
    )
    return {code: int(quantity) for code, quantity in rows}
