"""Files in and out."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Annotated, BinaryIO, Literal, TextIO, cast

import typer

from hikiate.cli import show
from hikiate.cli.options import JsonOption
from hikiate.cli.session import Refused, load_settings, local_actor, open_database

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hikiate.schemas import ImportReport

_GZIP = b"\x1f\x8b"
_BLOCK = 1 << 16
_FORMATS = {".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson"}
_STDIN = Path("-")


def import_(
    kind: Annotated[Literal["orders", "inventories"], typer.Argument(help="What the file holds.")],
    file: Annotated[
        Path,
        typer.Argument(help="A .csv, .ndjson or .jsonl file, or one of them as .gz; - reads what comes in."),
    ],
    on_error: Annotated[
        Literal["refuse", "skip"],
        typer.Option("--on-error", help="Refuse the file for one bad row, or skip the bad rows."),
    ] = "refuse",
    dry_run: Annotated[bool, typer.Option("--dry-run", metavar="", help="Only check the file.")] = False,
    encoding: Annotated[
        str, typer.Option("--encoding", help="How the text is written, for example cp932 for Japanese Excel.")
    ] = "utf-8",
    json: JsonOption = False,
) -> None:
    """Import orders or inventories from a file.

    All of it or nothing, unless bad rows are to be skipped.
    """
    _check_name(file)
    _check_encoding(encoding)
    from hikiate.schemas import ImportKind, OnError
    from hikiate.services.files import FileFormat
    from hikiate.services.importing import import_file

    name = "the input" if file == _STDIN else str(file)
    settings = load_settings()
    with open_database(settings) as database, _opened(file, name) as source:
        outcome = database.transact(
            partial(
                import_file,
                settings=settings,
                actor=local_actor(),
                kind=ImportKind(kind),
                source=source,
                file_format=FileFormat(_format(file, source)),
                on_error=OnError(on_error),
                dry_run=dry_run,
                encoding=encoding,
            )
        )
    if json:
        show.json(outcome.report)
    elif outcome.report.rejected:
        show.row_errors(outcome.report.errors)
    if outcome.refused:
        raise Refused(f"Nothing was imported from {name}: {_reason(outcome.report)}")
    if not json:
        done = "would be imported" if dry_run else "imported"
        skipped = f", {show.number(outcome.report.rejected)} skipped" if outcome.report.rejected else ""
        show.say(f"{show.count(outcome.report.accepted, 'row')} {done} from {name}{skipped}.")


def _reason(report: ImportReport) -> str:
    if report.rejected:
        bad = f"{show.count(report.rejected, 'row')} {'is' if report.rejected == 1 else 'are'} bad"
        return f"{bad}; put that right, or take the others with --on-error skip."
    refusal = report.errors[0]
    # Of the file as a whole: its header is to blame, or else a row that can't be read.
    return f"row {refusal.row} {refusal.message}." if refusal.message.startswith("is ") else f"{refusal.message}."


def _check_encoding(encoding: str) -> None:
    try:
        readable = "\n".encode(encoding) == b"\n"
    except LookupError:
        readable = False
    if not readable:
        raise typer.BadParameter(
            f"files in '{encoding}' can't be read; save the file as UTF-8.", param_hint="'--encoding'"
        )


@contextmanager
def _opened(file: Path, name: str) -> Iterator[BinaryIO]:
    """Open a file that can be read again and again, with a bar on a terminal.

    Raises:
        Refused: it turns out to be no whole gzip file.
    """
    with (
        _kept(sys.stdin.buffer) if file == _STDIN else file.open("rb") as raw,
        show.reading(raw, f"Importing {name}") as counted,
        # In blocks, so that not every line moves the bar.
        io.BufferedReader(cast(io.RawIOBase, counted), _BLOCK) as blocks,
    ):
        zipped = blocks.peek(2).startswith(_GZIP)
        try:
            yield cast(BinaryIO, gzip.GzipFile(fileobj=blocks) if zipped else blocks)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise Refused(f"Nothing was imported: {name} is no whole gzip file; make it again.") from error


def _check_name(file: Path) -> None:
    if file == _STDIN:
        return
    if not file.is_file():
        raise typer.BadParameter(f"there is no file '{file}'.", param_hint="'FILE'")
    if _suffix(file) not in _FORMATS:
        raise typer.BadParameter(
            f"'{file}' is of no known kind; name it {', '.join(_FORMATS)}, or one of them with .gz.",
            param_hint="'FILE'",
        )


def _suffix(file: Path) -> str:
    return Path(file.stem).suffix if file.suffix == ".gz" else file.suffix


def _format(file: Path, source: BinaryIO) -> str:
    if file == _STDIN:
        return "ndjson" if source.read(_BLOCK).lstrip().startswith(b"{") else "csv"
    return _FORMATS[_suffix(file)]


@contextmanager
def _kept(source: BinaryIO) -> Iterator[BinaryIO]:
    with TemporaryFile() as file:
        shutil.copyfileobj(source, file)
        file.seek(0)
        yield cast(BinaryIO, file)


def export(
    kind: Annotated[Literal["results", "orders", "inventories"], typer.Argument(help="What to export.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", dir_okay=False, show_default="standard output", help="The CSV file to write."),
    ] = None,
) -> None:
    """Export results, orders or inventories as CSV.

    Newest first, all as they were at one moment.
    """
    from hikiate.services import exporting
    from hikiate.services.holds import release_expired

    settings = load_settings()
    with _target(output) as target, open_database(settings) as database, show.waiting(f"Exporting {kind}") as tell:
        release_expired(database, settings)

        def write(connection: Connection) -> int:
            # What an attempt wrote whose connection broke goes.
            target.seek(0)
            target.truncate()
            return exporting.export(
                connection,
                settings,
                exporting.ExportKind(kind),
                target,
                lambda rows: tell(f"Exporting {kind}: {show.number(rows)} rows"),
            )

        rows = database.read(write)
    if output is not None:
        show.say(f"{show.count(rows, 'row')} written to {output}.")


@contextmanager
def _target(output: Path | None) -> Iterator[TextIO]:
    """Yield a file whose text appears in its place all at once, if the block ends well."""
    if output is None:
        with TemporaryFile("w+", encoding="utf-8", newline="") as file:
            yield file
            file.seek(0)
            shutil.copyfileobj(file.buffer, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        return
    place = output.resolve()
    if place.exists() and not place.is_file():
        raise typer.BadParameter(f"'{output}' is no file.", param_hint="'--output'")
    part = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            yield file
        part.replace(place)
    except OSError as error:
        raise Refused(f"{output} can't be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
