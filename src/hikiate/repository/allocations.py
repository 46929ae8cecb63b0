"""How a plan is written, in a constant number of statements whatever its size."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from hikiate.domain.decimals import AVERAGE_PLACES, to_decimal
from hikiate.domain.plan import Pick, Shortage
from hikiate.repository.rows import copy_in, execute, next_ids


def write_results(
    connection: Connection, run_id: int, picks: Collection[Pick], hold_until: datetime | None, places: int
) -> list[int]:
    """Append a run's results and return their ids, in the picks' order."""
    ids = next_ids(connection, "allocation_results", len(picks))
    copy_in(
        connection,
        "allocation_results",
        "id, run_id, order_id, line_no, inventory_id, quantity, unit_price, amount, average, reason, hold_until",
        (
            (
                result_id,
                run_id,
                pick.order_id,
                pick.line_no,
                pick.lot.id,
                pick.quantity,
                pick.unit_price,
                to_decimal(pick.amount, places),
                None if pick.average is None else to_decimal(pick.average, AVERAGE_PLACES),
                pick.reason.value,
                hold_until,
            )
            for result_id, pick in zip(ids, picks, strict=True)
        ),
    )
    return ids


def write_shortages(connection: Connection, run_id: int, shortages: Iterable[Shortage]) -> None:
    """Append what a run could not give."""
    copy_in(
        connection,
        "allocation_shortages",
        "run_id, order_id, line_no, item_code, quantity, reasons",
        (
            (
                run_id,
                shortage.order_id,
                shortage.line_no,
                shortage.item_code,
                shortage.quantity,
                json.dumps([[code.value, quantity] for code, quantity in shortage.reasons]),
            )
            for shortage in shortages
        ),
    )


def change_allocated(connection: Connection, changes: Mapping[int, int], joined: Collection[int] = ()) -> None:
    """Add to what is allocated of lots, by lot id, and mark lots that joined the moving average."""
    lot_ids = list(changes.keys() | set(joined))
    joining = set(joined)
    execute(
        connection,
        "UPDATE inventories SET allocated_quantity = allocated_quantity + change.quantity,"
        " averaged = averaged OR change.joins"
        " FROM unnest(%(ids)s::bigint[], %(quantities)s::bigint[], %(joins)s::boolean[])"
        "   AS change(id, quantity, joins)"
        " WHERE inventories.id = change.id",
        ids=lot_ids,
        quantities=[changes.get(lot_id, 0) for lot_id in lot_ids],
        joins=[lot_id in joining for lot_id in lot_ids],
    )


def set_averages(connection: Connection, averages: Mapping[str, int | None]) -> None:
    """Set the running moving averages, in 10⁻¹², by item code."""
    execute(
        connection,
        "UPDATE items SET average = change.average"
        " FROM unnest(%(codes)s::text[], %(averages)s::numeric[]) AS change(item_code, average)"
        " WHERE items.item_code = change.item_code",
        codes=list(averages),
        averages=[None if value is None else to_decimal(value, AVERAGE_PLACES) for value in averages.values()],
    )


def change_lines(connection: Connection, changes: Mapping[tuple[int, int], int]) -> None:
    """Add to what is allocated to lines, by (order id, line number)."""
    execute(
        connection,
        "UPDATE order_lines SET allocated_quantity = allocated_quantity + change.quantity"
        " FROM unnest(%(orders)s::bigint[], %(lines)s::integer[], %(quantities)s::bigint[])"
        "   AS change(order_id, line_no, quantity)"
        " WHERE order_lines.order_id = change.order_id AND order_lines.line_no = change.line_no",
        orders=[order_id for order_id, _ in changes],
        lines=[line_no for _, line_no in changes],
        quantities=list(changes.values()),
    )


def refresh_status(connection: Connection, order_ids: Collection[int]) -> None:
    """Set the status of orders from their lines; nothing else sets it, but cancelling."""
    execute(
        connection,
        "UPDATE orders SET status = now.status FROM ("
        "  SELECT order_id, CASE"
        "    WHEN NOT bool_or(is_open) AND sum(allocated_quantity) = 0 THEN 'shipped'"
        "    WHEN NOT bool_or(is_open) THEN 'allocated'"
        "    WHEN sum(allocated_quantity + shipped_quantity) > 0 THEN 'partially_allocated'"
        "    ELSE 'open' END::order_status AS status"
        "  FROM order_lines WHERE order_id = ANY(%(ids)s) GROUP BY order_id) AS now"
        " WHERE orders.id = now.order_id AND orders.status NOT IN ('cancelled', now.status)",
        ids=list(order_ids),
    )
