"""Import orders and inventories from files: streamed, checked row by row, all or nothing unless told to skip."""

from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlalchemy import Connection

from hikiate.domain.decimals import to_scaled
from hikiate.repository import staging
from hikiate.repository.staging import Refused
from hikiate.schemas import ImportKind, ImportReport, InventoryRequest, OnError, OrderInShort, RowError
from hikiate.schemas.codec import encodable
from hikiate.schemas.fields import Text
from hikiate.services.auditing import Actor
from hikiate.services.files import BadRow, Cells, FileFormat, RefusedFile, read_rows
from hikiate.services.offering import offer
from hikiate.settings import Settings

MOST_ERRORS = 1_000
_MANY_ROWS = 10_000
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Outcome(NamedTuple):
    """The report, and whether the file was refused as a whole."""

    report: ImportReport
    refused: bool


INVENTORY_COLUMNS = (
    ("item_code", "quantity", "receipt_date", "unit_price"),
    ("lot_number", "location", "expiration_date", "reference"),
)
ORDER_COLUMNS = (
    ("reference", "item_code", "quantity"),
    (
        "customer", "priority", "requested_date", "fulfilment", "inventory_id", "lot_number", "location",
        "min_remaining_days", "single_lot", "no_date_reversal",
    ),
)  # fmt: skip

_MESSAGES = {
    "duplicate-reference": "'{value}' has been used already",
    "order-columns-disagree": "must be the same on all rows of one order",
    "unknown-inventory": "there is no inventory {value}",
    "other-item": "inventory {value} is of another item",
}


def import_file(
    connection: Connection,
    settings: Settings,
    actor: Actor,
    kind: ImportKind,
    source: BinaryIO,
    file_format: FileFormat,
    on_error: OnError,
    *,
    dry_run: bool,
    encoding: str = "utf-8",
) -> Outcome:
    """Import a file, which is read from its start however often the transaction is tried."""
    source.seek(0)
    is_orders = kind is ImportKind.ORDERS
    errors = _Errors()
    required, optional = ORDER_COLUMNS if is_orders else INVENTORY_COLUMNS
    rows = read_rows(source, file_format, encoding, required, optional)
    try:
        # A file that turns out unreadable half-way breaks off its COPY; what the caller does next must still work.
        with connection.begin_nested():
            if is_orders:
                staging.stage_lines(connection, _order_rows(rows, errors))
                errors.refuse(staging.check_lines(connection))
            else:
                staging.stage_lots(connection, _inventory_rows(rows, errors))
                errors.refuse(staging.check_lots(connection))
    except RefusedFile as refusal:
        error = RowError(
            row=refusal.row, column=refusal.column, value=refusal.value, code=refusal.code, message=refusal.message
        )
        return Outcome(ImportReport(accepted=0, rejected=0, errors=[error]), refused=True)
    counts = staging.counts(connection)
    if counts.rejected and on_error is OnError.REFUSE:
        return Outcome(ImportReport(accepted=0, rejected=counts.rejected, errors=errors.first()), refused=True)
    if not dry_run and counts.accepted:
        (staging.write_lines if is_orders else staging.write_lots)(connection)
        if not is_orders:
            offer(connection, settings, staging.item_codes(connection), "receipt")
        if counts.accepted > _MANY_ROWS:
            staging.refresh_statistics(connection)
        actor.record(connection, "import", kind.value, rows=counts.accepted)
    return Outcome(
        ImportReport(accepted=counts.accepted, rejected=counts.rejected, errors=errors.first()), refused=False
    )


class _Errors:
    """The first errors; a file with a million bad rows must not fill the memory with them."""

    def __init__(self) -> None:
        self._found: list[RowError] = []

    def add(self, row: int, column: str | None, value: object, code: str, message: str) -> None:
        if len(self._found) < MOST_ERRORS:
            shown = None if value is None else encodable(str(value)[:200])
            self._found.append(
                RowError(row=row, column=encodable(column), value=shown, code=code, message=encodable(message))
            )

    def refuse(self, refused: list[Refused]) -> None:
        found = [
            RowError(row=row, column=column, value=value, code=code, message=_MESSAGES[code].format(value=value))
            for row, column, value, code in refused
        ]
        self._found = sorted([*self._found, *found], key=lambda error: error.row)[:MOST_ERRORS]

    def first(self) -> list[RowError]:
        return self._found


def _checked(model: type[BaseModel], number: int, cells: Cells | BadRow, errors: _Errors) -> Any:
    if isinstance(cells, BadRow):
        errors.add(number, None, None, cells.code, cells.message)
        return None
    for name in ("single_lot", "no_date_reversal"):
        flag = cells.get(name)
        if isinstance(flag, str):
            cells[name] = _FLAGS.get(flag.lower(), flag)
    try:
        return model.model_validate(cells)
    except ValidationError as invalid:
        for error in invalid.errors(include_url=False, include_context=False):
            column = str(error["loc"][0])
            errors.add(number, column, cells.get(column), error["type"].replace("_", "-"), error["msg"])
        return None


def _inventory_rows(rows: Iterator[tuple[int, Cells | BadRow]], errors: _Errors) -> Iterator[tuple[object, ...]]:
    for number, cells in rows:
        lot: InventoryRequest | None = _checked(InventoryRequest, number, cells, errors)
        if lot is None:
            yield number, True, *(None,) * 8
        else:
            yield (
                number, False, lot.reference, lot.item_code, to_scaled(lot.quantity), lot.receipt_date,
                to_scaled(lot.unit_price), lot.lot_number, lot.location, lot.expiration_date,
            )  # fmt: skip


def _order_rows(rows: Iterator[tuple[int, Cells | BadRow]], errors: _Errors) -> Iterator[tuple[object, ...]]:
    for number, cells in rows:
        line: OrderInShort | None = _checked(OrderInShort, number, cells, errors)
        if line is None:
            # Its order is rejected with it, so the row keeps its reference.
            yield number, True, _reference(cells), *(None,) * 12
        else:
            yield (
                number, False, line.reference, line.customer, line.priority, line.requested_date,
                line.fulfilment.value, line.item_code, to_scaled(line.quantity), line.inventory_id, line.lot_number,
                line.location, line.min_remaining_days, line.single_lot, line.no_date_reversal,
            )  # fmt: skip


def _reference(cells: Cells | BadRow) -> str | None:
    try:
        return _REFERENCE.validate_python(cells.get("reference")) if isinstance(cells, dict) else None
    except ValidationError:
        return None


_REFERENCE: TypeAdapter[str | None] = TypeAdapter(Text | None)
