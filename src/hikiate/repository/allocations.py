"""How a plan is written, in a constant number of statements whatever its size."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import LiteralString, NamedTuple

from sqlalchemy import Connection

from hikiate.domain.decimals import AVERAGE_PLACES, to_decimal, to_text
from hikiate.domain.plan import Averaged, Pick, Shortage
from hikiate.domain.states import OrderStatus
from hikiate.repository.rows import copy_in, copy_lines
from hikiate.repository.runs import NEWEST_RESULT
from hikiate.repository.trips import Ask, numbers, texts

# Of an order's lines together: none is ever given more than it asks for, so that their sums tell what is open.
STATUS: LiteralString = (
    "CASE WHEN coalesce(allocated + shipped, 0) = ordered"
    "   THEN CASE WHEN allocated = 0 THEN 'shipped' ELSE 'allocated' END"
    " WHEN allocated + shipped > 0 THEN 'partially_allocated' ELSE 'open' END"
)
GIVEN: LiteralString = (
    "coalesce(sum(quantity) FILTER (WHERE status = 'allocated'), 0) AS allocated,"
    " coalesce(sum(quantity) FILTER (WHERE status = 'shipped'), 0) AS shipped"
)


class NewResult(NamedTuple):
    """A result to be written."""

    run_id: int
    pick: Pick
    hold_until: datetime | None


_COLUMNS: LiteralString = (
    "run_id, order_id, line_no, inventory_id, quantity, unit_price, amount, average, reason, hold_until"
)


def adding_results(results: Sequence[NewResult], places: int) -> Ask:
    """Append a few results; the rows are their ids, in the order given."""
    columns = list(zip(*(_row(result, places) for result in results), strict=True)) or [()] * 10
    return (
        "INSERT INTO allocation_results (" + _COLUMNS + ") SELECT * FROM unnest($1::bigint[], $2::bigint[],"
        " $3::integer[], $4::bigint[], $5::bigint[], $6::bigint[], $7::numeric[], $8::numeric[], $9::pick_reason[],"
        " $10::timestamptz[]) RETURNING id",
        (*map(numbers, columns[:9]), texts(None if hold is None else str(hold) for hold in columns[9])),
    )


def copy_results(connection: Connection, results: Iterable[NewResult], places: int) -> None:
    """Append many results, whose ids ascend in the order given."""
    copy_lines(
        connection,
        "allocation_results",
        _COLUMNS,
        ("\t".join(["\\N" if value is None else str(value) for value in _row(result, places)]) for result in results),
    )


def _row(result: NewResult, places: int) -> tuple[object, ...]:
    run_id, pick, hold_until = result
    average = pick.average
    return (
        run_id,
        pick.order_id,
        pick.line_no,
        pick.lot.id,
        pick.quantity,
        pick.unit_price,
        to_text(pick.amount, places),
        None if average is None else to_text(average, AVERAGE_PLACES),
        pick.reason.value,
        hold_until,
    )


def adding_shortages(shortages: Sequence[tuple[int, Shortage]]) -> Ask:
    """Append a little that runs could not give, by run id."""
    return (
        "INSERT INTO allocation_shortages (run_id, order_id, line_no, item_code, quantity, reasons)"
        " SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::integer[], $4::text[], $5::bigint[], $6::jsonb[])",
        (
            numbers(run_id for run_id, _ in shortages),
            numbers(shortage.order_id for _, shortage in shortages),
            numbers(shortage.line_no for _, shortage in shortages),
            texts(shortage.item_code for _, shortage in shortages),
            numbers(shortage.quantity for _, shortage in shortages),
            texts(_reasons(shortage) for _, shortage in shortages),
        ),
    )


def copy_shortages(connection: Connection, shortages: Iterable[tuple[int, Shortage]]) -> None:
    """Append much that runs could not give, by run id."""
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
                _reasons(shortage),
            )
            for run_id, shortage in shortages
        ),
    )


def _reasons(shortage: Shortage) -> str:
    return json.dumps([[code.value, quantity] for code, quantity in shortage.reasons])


_CHANGING: LiteralString = (
    "WITH changed AS (UPDATE inventories SET allocated_quantity = allocated_quantity + change.quantity"
)
_CHANGED: LiteralString = (
    " FROM unnest($1::bigint[], $2::bigint[]) AS change(id, quantity) WHERE inventories.id = change.id"
    " RETURNING inventories.id, item_code, receipt_date, allocated_quantity = inventories.quantity AS is_depleted)"
)


def taking(quantities: Mapping[int, int], results_after: int) -> Ask:
    """Allocate so much of lots, by lot id; the results are written already, with ids above `results_after`."""
    return (
        _CHANGING
        + ", results_after = coalesce(results_after, $3::bigint), results_until = "
        + NEWEST_RESULT
        + _CHANGED
        + " DELETE FROM available_lots USING changed WHERE is_depleted"
        " AND available_lots.item_code = changed.item_code AND available_lots.receipt_date = changed.receipt_date"
        " AND inventory_id = changed.id",
        (numbers(quantities), numbers(quantities.values()), str(results_after)),
    )


def giving_back(quantities: Mapping[int, int]) -> Ask:
    """Have so much less allocated of lots, by lot id."""
    return (
        _CHANGING + _CHANGED + " INSERT INTO available_lots (item_code, receipt_date, inventory_id)"
        " SELECT item_code, receipt_date, id FROM changed WHERE NOT is_depleted ON CONFLICT DO NOTHING",
        (numbers(quantities), numbers(-quantity for quantity in quantities.values())),
    )


def joining_average(averaged: Mapping[str, Averaged]) -> Sequence[Ask]:
    """Let lots join the moving averages of their items, by item code."""
    joined = [(code, lot_id) for code, made in averaged.items() for lot_id in made.lot_ids]
    return (
        (
            "DELETE FROM new_lots USING unnest($1::text[], $2::bigint[]) AS joined(item_code, id)"
            " WHERE new_lots.item_code = joined.item_code AND inventory_id = joined.id",
            (texts(code for code, _ in joined), numbers(lot_id for _, lot_id in joined)),
        ),
        setting_averages({code: made.average for code, made in averaged.items()}),
    )


def setting_averages(averages: Mapping[str, int | None]) -> Ask:
    """Set the running moving averages, in 10⁻¹², by item code."""
    return (
        "UPDATE items SET average = change.average FROM unnest($1::text[], $2::numeric[]) AS change(item_code, average)"
        " WHERE items.item_code = change.item_code",
        (
            texts(averages),
            numbers(None if value is None else to_decimal(value, AVERAGE_PLACES) for value in averages.values()),
        ),
    )


def setting_status(statuses: Mapping[int, OrderStatus]) -> Ask:
    """Set the status of locked orders to what follows from what their lines were just given."""
    return (
        "UPDATE orders SET status = now.status FROM unnest($1::bigint[], $2::order_status[]) AS now(id, status)"
        " WHERE orders.id = now.id",
        (numbers(statuses), numbers(status.value for status in statuses.values())),
    )


def refreshing_status(order_ids: Collection[int]) -> Ask:
    """Set the status of orders from their lines and results."""
    return (
        "UPDATE orders SET status = now.status FROM (SELECT asked.id, (" + STATUS + ")::order_status AS status"
        " FROM unnest($1::bigint[]) AS asked(id),"
        " LATERAL (SELECT sum(quantity) AS ordered FROM order_lines WHERE order_id = asked.id) AS lines,"
        " LATERAL (SELECT " + GIVEN + " FROM allocation_results WHERE order_id = asked.id) AS given) AS now"
        " WHERE orders.id = now.id AND orders.status NOT IN ('cancelled', now.status)",
        (numbers(order_ids),),
    )
