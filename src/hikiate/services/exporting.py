"""Export results, orders and inventories as CSV, streamed from one snapshot."""

import csv
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TextIO

from pydantic import BaseModel
from sqlalchemy import Connection

from hikiate.repository import inventories, results
from hikiate.repository.inventories import InventoryFilter
from hikiate.repository.orders import OrderFilter
from hikiate.repository.results import ResultFilter
from hikiate.repository.rows import Key, Page
from hikiate.schemas import AllocationResultResponse, InventoryResponse, OrderLineResponse, OrderResponse
from hikiate.services import ordering, views
from hikiate.settings import Settings

_PAGE = 500
# A cell that begins with one of these is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class ExportKind(StrEnum):
    """What is exported."""

    RESULTS = "results"
    ORDERS = "orders"
    INVENTORIES = "inventories"


def export(
    connection: Connection,
    settings: Settings,
    kind: ExportKind,
    target: TextIO,
    progress: Callable[[int], None] = lambda rows: None,
) -> int:
    """Write all rows, newest first, with the API's columns, and return how many there were.

    Orders have one row a line. Text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    columns, rows = _SOURCES[kind](connection, settings)
    writer = csv.writer(target)
    writer.writerow(columns)
    count = 0
    for count, row in enumerate(rows, start=1):
        writer.writerow([cell(row[column]) for column in columns])
        if count % _PAGE == 0:
            progress(count)
    progress(count)
    return count


def cell(value: object) -> str:
    """Write one value as a CSV cell that is safe to open in a spreadsheet."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case StrEnum():
            return value.value
        case str() if value.startswith(_FORMULA):
            return "'" + value
    return str(value)


Source = tuple[list[str], Iterator[dict[str, Any]]]


def _paged(fetch: Callable[[Page], list[Any]]) -> Iterator[Any]:
    after: Key | None = None
    while page := fetch(Page(_PAGE, after)):
        yield from page
        after = (page[-1].id,)


def _columns(model: type[BaseModel], *without: str) -> list[str]:
    return [name for name in model.model_fields if name not in without]


def _results(connection: Connection, settings: Settings) -> Source:
    today = settings.today()
    found = _paged(lambda page: results.newest(connection, ResultFilter(), page))
    return _columns(AllocationResultResponse), (dict(views.result(row, today)) for row in found)


def _inventories(connection: Connection, settings: Settings) -> Source:
    found = _paged(lambda page: inventories.listed(connection, InventoryFilter(), page, by_expiry=False))
    return _columns(InventoryResponse), (dict(views.inventory(row)) for row in found)


def _orders(connection: Connection, settings: Settings) -> Source:
    found: Iterator[OrderResponse] = _paged(
        lambda page: ordering.listed(connection, settings, OrderFilter(), page, by_demand=False)
    )
    columns = _columns(OrderResponse, "lines") + _columns(OrderLineResponse, "allocations")
    return columns, (dict(order) | dict(line) for order in found for line in order.lines)


_SOURCES: dict[ExportKind, Callable[[Connection, Settings], Source]] = {
    ExportKind.RESULTS: _results,
    ExportKind.ORDERS: _orders,
    ExportKind.INVENTORIES: _inventories,
}
