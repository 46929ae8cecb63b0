"""Results and shortages of runs, read."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select, tuple_

from hikiate.domain.methods import Costing, Method, Reason
from hikiate.domain.states import ResultStatus
from hikiate.models import AllocationResult, AllocationRun, AllocationShortage, Inventory, OrderLine
from hikiate.repository.rows import Page, entities


class ResultRow(NamedTuple):
    """An allocation with what its run and its lot say; ids are None in a dry run."""

    id: int | None
    run_id: int | None
    order_id: int
    line_no: int
    inventory_id: int
    item_code: str
    lot_number: str | None
    location: str | None
    quantity: int
    unit_price: int
    amount: Decimal
    allocation_method: Method
    costing_method: Costing
    allocation_date: date
    status: ResultStatus
    hold_until: datetime | None
    reason: Reason


class ResultFilter(NamedTuple):
    """Which results are asked for; None limits nothing."""

    run_id: int | None = None
    order_id: int | None = None
    inventory_id: int | None = None
    item_code: str | None = None
    lot_number: str | None = None
    status: ResultStatus | None = None


_LATE = 20_000
"""So many results are looked through, from the newest that a lot may have, before those of its item's lines are."""


def _results() -> Select[*tuple[Any, ...]]:
    return (
        select(
            AllocationResult.id,
            AllocationResult.run_id,
            AllocationResult.order_id,
            AllocationResult.line_no,
            AllocationResult.inventory_id,
            Inventory.item_code,
            Inventory.lot_number,
            Inventory.location,
            AllocationResult.quantity,
            AllocationResult.unit_price,
            Inventory.unit_price,
            AllocationResult.amount,
            AllocationRun.allocation_method,
            AllocationRun.costing_method,
            AllocationRun.allocation_date,
            AllocationResult.status,
            AllocationResult.hold_until,
            AllocationResult.reason,
        )
        .join(AllocationRun, AllocationRun.id == AllocationResult.run_id)
        .join(Inventory, Inventory.id == AllocationResult.inventory_id)
    )


def _fetch(connection: Connection, statement: Select[*tuple[Any, ...]]) -> list[ResultRow]:
    rows: list[Any] = [tuple(row) for row in connection.execute(statement)]
    # The row's own price stands before its lot's.
    return [ResultRow._make((*row[:9], row[10] if row[9] is None else row[9], *row[11:])) for row in rows]


def newest(connection: Connection, wanted: ResultFilter, page: Page) -> list[ResultRow]:
    """Return one page of results, newest first."""
    lots = _lots_of(wanted)
    found = select(AllocationResult.id).order_by(AllocationResult.id.desc()).limit(page.limit)
    if lots:
        found = found.where(AllocationResult.inventory_id.in_(select(Inventory.id).where(*lots)))
    if page.after is not None:
        found = found.where(AllocationResult.id < page.after[0])
    if wanted.order_id is not None:
        found = found.where(AllocationResult.order_id == wanted.order_id)
    if wanted.status is not None:
        found = found.where(AllocationResult.status == wanted.status)
    if wanted.run_id is not None:
        each = [_listed(connection, found.where(part)) for part in _of_run(connection, wanted.run_id)]
        return sorted(chain(*each), key=lambda row: row.id or 0, reverse=True)[: page.limit]
    if not lots or wanted.order_id is not None:
        return _listed(connection, found)
    [(after, until)] = connection.execute(
        select(func.min(Inventory.results_after), func.max(Inventory.results_until)).where(*lots)
    )
    if after is None or until is None:
        return []
    # What is wanted of many lines is mostly among the last that its lots gave.
    last = until if page.after is None else min(until, int(str(page.after[0])) - 1)
    first = max(after, last - _LATE)
    late = _listed(connection, found.where(AllocationResult.id > first, AllocationResult.id <= last))
    if len(late) == page.limit or first == after:
        return late
    items = select(Inventory.item_code).where(*lots)
    lines = select(OrderLine.order_id, OrderLine.line_no).where(OrderLine.item_code.in_(items))
    of_lines = tuple_(AllocationResult.order_id, AllocationResult.line_no).in_(lines)
    return _listed(connection, found.where(of_lines))


def _listed(connection: Connection, found: Select[int]) -> list[ResultRow]:
    """Fetch what was found, newest first: found by the results alone, since a page has few and a filter reads many."""
    return _fetch(connection, _results().where(AllocationResult.id.in_(found)).order_by(AllocationResult.id.desc()))


def _lots_of(wanted: ResultFilter) -> list[ColumnElement[bool]]:
    """Say which lots results are wanted of, if not of all."""
    lots: list[ColumnElement[bool]] = []
    if wanted.item_code is not None:
        lots.append(Inventory.item_code == wanted.item_code)
    if wanted.inventory_id is not None:
        lots.append(Inventory.id == wanted.inventory_id)
    if wanted.lot_number is not None:
        lots.append(Inventory.lot_number == wanted.lot_number)
    return lots


def _of_run(connection: Connection, run_id: int) -> list[ColumnElement[bool]]:
    """Say what a run's results have in common: those it made lie together, parts split off later lie anywhere."""
    bounds = select(AllocationRun.results_after, AllocationRun.results_until).where(AllocationRun.id == run_id)
    of_run = AllocationResult.run_id == run_id
    made = [
        and_(of_run, ~AllocationResult.is_part, AllocationResult.id > after, AllocationResult.id <= until)
        for after, until in connection.execute(bounds)
    ]
    return [*made, and_(of_run, AllocationResult.is_part)]


def one(connection: Connection, result_id: int) -> ResultRow:
    """Return a result that exists."""
    return _fetch(connection, _results().where(AllocationResult.id == result_id))[0]


def first_of_run(connection: Connection, run_id: int, limit: int) -> list[ResultRow]:
    """Return the first results of a run, in the order they were made."""
    statement = _results().order_by(AllocationResult.id).limit(limit)
    each = [_fetch(connection, statement.where(part)) for part in _of_run(connection, run_id)]
    return sorted(chain(*each), key=lambda row: row.id or 0)[:limit]


def of_orders(connection: Connection, order_ids: Collection[int]) -> list[ResultRow]:
    """Return all that orders have been given and not given back."""
    return _fetch(
        connection,
        _results()
        .where(AllocationResult.order_id.in_(order_ids), AllocationResult.status != ResultStatus.RELEASED)
        .order_by(AllocationResult.id),
    )


def shortages(connection: Connection, run_id: int, page: Page) -> list[AllocationShortage]:
    """Return one page of a run's shortages, in demand order."""
    statement = (
        select(AllocationShortage)
        .where(AllocationShortage.run_id == run_id)
        .order_by(AllocationShortage.id)
        .limit(page.limit)
    )
    if page.after is not None:
        statement = statement.where(AllocationShortage.id > page.after[0])
    return entities(connection, statement)
