"""Rows of CSV and NDJSON files, read as a stream."""

import csv
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, BinaryIO, NamedTuple

from hikiate.domain.errors import UnsupportedMediaType
from hikiate.schemas.codec import MalformedJson, decode, encodable

MOST_LINE_BYTES = 1024 * 1024
"""A file without line ends must not be read into memory whole."""


class FileFormat(StrEnum):
    """How rows are written."""

    CSV = "csv"
    NDJSON = "ndjson"


_MEDIA_TYPES = {
    "text/csv": FileFormat.CSV,
    "application/csv": FileFormat.CSV,
    "application/x-ndjson": FileFormat.NDJSON,
    "application/ndjson": FileFormat.NDJSON,
    "application/jsonl": FileFormat.NDJSON,
}


def format_of(content_type: str) -> FileFormat:
    """Return the format that a `Content-Type` names.

    Raises:
        UnsupportedMediaType: it names none of ours.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    try:
        return _MEDIA_TYPES[media_type]
    except KeyError:
        raise UnsupportedMediaType(
            f"The body is {media_type or 'of no stated type'}; send Content-Type: text/csv or application/x-ndjson."
        ) from None


class RefusedFile(Exception):
    """The file as a whole can't be read: the row, the column if one is to blame, its text, a code and a sentence."""

    def __init__(self, row: int, column: str | None, value: str | None, code: str, message: str) -> None:
        super().__init__(message)
        self.row = row
        self.column = column
        self.value = value
        self.code = code
        self.message = message


class BadRow(NamedTuple):
    """A row that can't be taken apart."""

    code: str
    message: str


Cells = dict[str, Any]


def read_rows(
    source: BinaryIO, file_format: FileFormat, encoding: str, required: tuple[str, ...], optional: tuple[str, ...]
) -> Iterator[tuple[int, Cells | BadRow]]:
    """Yield each row's number and its cells that aren't empty; a CSV's header is row 1, blank lines are passed over.

    Raises:
        RefusedFile: the encoding is wrong, the header is, or the quoting.
    """
    if file_format is FileFormat.CSV:
        return _csv_rows(source, encoding, required, optional)
    return _json_rows(source, encoding)


class LineTooLong(Exception):
    """A line is too long to be a row."""


class _Lines:
    """Lines of text, remembering in which one the decoding failed."""

    def __init__(self, source: BinaryIO, encoding: str) -> None:
        self._source = source
        self._encoding = encoding

    def __iter__(self) -> Iterator[str]:
        first = True
        while line := self._source.readline(MOST_LINE_BYTES + 1):
            if len(line) > MOST_LINE_BYTES:
                raise LineTooLong
            text = line.decode(self._encoding)
            yield text.removeprefix("\ufeff") if first else text
            first = False


def _csv_rows(
    source: BinaryIO, encoding: str, required: tuple[str, ...], optional: tuple[str, ...]
) -> Iterator[tuple[int, Cells | BadRow]]:
    number = 0
    try:
        reader = csv.reader(_Lines(source, encoding), strict=True)
        header: list[str] | None = None
        for number, cells in enumerate(reader, start=1):
            if not cells:
                continue
            if header is None:
                header = _header(number, cells, required, optional)
            elif len(cells) != len(header):
                yield number, BadRow("cells", f"has {len(cells)} cells where the header has {len(header)}")
            else:
                yield number, {name: cell for name, cell in zip(header, cells, strict=True) if cell}
        if header is None:
            raise RefusedFile(
                1,
                None,
                None,
                "empty-file",
                f"the file is empty; its first row must name the columns {', '.join(required)}",
            )
    except UnicodeDecodeError as error:
        raise _wrong_encoding(number + 1, error) from error
    except LineTooLong as error:
        raise _too_long(number + 1) from error
    except csv.Error as error:
        raise RefusedFile(number + 1, None, None, "malformed-csv", f"is not CSV: {error}") from error


def _header(number: int, cells: list[str], required: tuple[str, ...], optional: tuple[str, ...]) -> list[str]:
    names = [cell.strip() for cell in cells]
    allowed = ", ".join((*required, *optional))
    for place, name in enumerate(names):
        if name in names[:place]:
            raise RefusedFile(number, name, name, "doubled-column", f"the column '{name}' stands twice in the header")
        if name not in required and name not in optional:
            raise RefusedFile(
                number, name, name, "unknown-column", f"there is no column '{name}'; the columns are {allowed}"
            )
    for name in required:
        if name not in names:
            raise RefusedFile(
                number, name, None, "missing-column", f"the column '{name}' is missing; the columns are {allowed}"
            )
    return names


def _json_rows(source: BinaryIO, encoding: str) -> Iterator[tuple[int, Cells | BadRow]]:
    number = 0
    found = False
    try:
        for number, line in enumerate(_Lines(source, encoding), start=1):
            if not line.strip():
                continue
            found = True
            try:
                row = decode(line)
            except MalformedJson as error:
                yield number, BadRow("malformed-json", f"is not JSON: {error}")
                continue
            if isinstance(row, dict):
                yield number, {encodable(name): value for name, value in row.items() if value is not None}
            else:
                yield number, BadRow("malformed-json", "must be a JSON object")
    except UnicodeDecodeError as error:
        raise _wrong_encoding(number + 1, error) from error
    except LineTooLong as error:
        raise _too_long(number + 1) from error
    if not found:
        raise RefusedFile(1, None, None, "empty-file", "the file is empty; each line must be a JSON object")


def _too_long(row: int) -> RefusedFile:
    return RefusedFile(
        row, None, None, "too-long", f"has a line of over {MOST_LINE_BYTES // 2**20} MiB; is it the right file?"
    )


def _wrong_encoding(row: int, error: UnicodeDecodeError) -> RefusedFile:
    byte = error.object[error.start : error.start + 1].hex().upper()
    return RefusedFile(
        row,
        None,
        None,
        "encoding",
        f"is not {error.encoding.upper()} (byte {byte}); save the file as UTF-8, or import it with"
        " `hikiate import --encoding`, for example cp932 for Japanese Excel",
    )
