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
from hikiate.cli.allocate import JsonOption
from hikiate.cli.session import Refused, load_settings, open_database

if TYPE_CHECKING:
    from hikiate.services.files import FileFormat
    from hikiate.services.importing import Outcome

_GZIP = b"\x1f\x8b"
_STDIN = Path("-")


def import_(
    kind: Annotated[Literal["orders", "inventories"], typer.Argument(help="What the file holds.")],
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            readable=True,
            allow_dash=True,
            help="A .csv, .ndjson or .jsonl file, or one of them as .gz; - reads what comes in.",
        ),
    ],
    on_error: Annotated[
        Literal["refuse", "skip"],
        typer.Option("--on-error", help="Refuse the file for one bad row, or skip the bad rows."),
    ] = "refuse",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check the file.")] = False,
    encoding: Annotated[
        str, typer.Option("--encoding", help="How the text is written, for example cp932 for Japanese Excel.")
    ] = "utf-8",
    json: JsonOption = False,
) -> None:
    """Import orders or inventories from a file, all of it or nothing."""
    from hikiate.services.importing import ImportKind, OnError, import_file

    _check_encoding(encoding)
    name = "the input" if file == _STDIN else str(file)
    settings = load_settings()
    with _opened(file) as (source, file_format), open_database(settings) as database:
        try:
            outcome = database.transact(
                partial(
                    import_file,
                    kind=ImportKind(kind),
                    source=source,
                    file_format=file_format,
                    on_error=OnError(on_error),
                    dry_run=dry_run,
                    encoding=encoding,
                )
            )
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise Refused(f"Nothing was imported: {name} is not a whole gzip file; make it again.") from error
    if json:
        show.json(outcome.report)
    if outcome.refused or not json:
        _summarise(outcome, name, dry_run=dry_run)


def _summarise(outcome: Outcome, name: str, *, dry_run: bool) -> None:
    """Say what came of it.

    Raises:
        Refused: nothing was imported.
    """
    report = outcome.report
    if outcome.refused and not report.rejected:
        raise Refused(f"Nothing was imported from {name}: {report.errors[0].message}.")
    if report.errors:
        show.row_errors(report.errors)
    if outcome.refused:
        raise Refused(
            f"Nothing was imported from {name}: {show.number(report.rejected)} of its rows are bad; "
            "put them right, or take the others with --on-error skip."
        )
    done = "would be imported" if dry_run else "imported"
    skipped = f", {show.number(report.rejected)} skipped" if report.rejected else ""
    show.say(f"{show.number(report.accepted)} rows {done} from {name}{skipped}.")


def _check_encoding(encoding: str) -> None:
    try:
        # Some codecs are not of text.
        "".encode(encoding)
    except LookupError as error:
        raise typer.BadParameter(f"'{encoding}' is no encoding of text.", param_hint="'--encoding'") from error


@contextmanager
def _opened(file: Path) -> Iterator[tuple[BinaryIO, FileFormat]]:
    """Open a file for reading again and again, with a bar on a terminal."""
    from rich.progress import wrap_file

    from hikiate.services.files import FileFormat

    with _kept(sys.stdin.buffer) if file == _STDIN else file.open("rb") as raw:
        beginning = raw.read(2)
        zipped = beginning == _GZIP
        size = raw.seek(0, os.SEEK_END)
        raw.seek(0)
        suffix = Path(file.stem).suffix if file.suffix == ".gz" else file.suffix
        if file == _STDIN:
            suffix = ".ndjson" if _first_byte(raw, zipped=zipped) == b"{" else ".csv"
        if suffix not in (".csv", ".ndjson", ".jsonl"):
            raise typer.BadParameter(
                f"'{file}' is of no known kind; name it .csv, .ndjson or .jsonl, or one of them with .gz.",
                param_hint="'FILE'",
            )
        errors = show.console(stderr=True)
        with wrap_file(
            raw, size, description=f"Importing {file.name}", console=errors, transient=True,
            disable=not errors.is_terminal,
        ) as counted:  # fmt: skip
            # Read in blocks, so that not every line moves the bar.
            blocks = io.BufferedReader(cast(io.RawIOBase, counted), 1 << 20)
            source = cast(BinaryIO, gzip.GzipFile(fileobj=blocks) if zipped else blocks)
            yield source, FileFormat.CSV if suffix == ".csv" else FileFormat.NDJSON


@contextmanager
def _kept(source: BinaryIO) -> Iterator[BinaryIO]:
    with TemporaryFile() as file:
        shutil.copyfileobj(source, file)
        file.seek(0)
        yield cast(BinaryIO, file)


def _first_byte(raw: BinaryIO, *, zipped: bool) -> bytes:
    text = (gzip.GzipFile(fileobj=raw) if zipped else raw).read(4096)
    raw.seek(0)
    return text.lstrip()[:1]


def export(
    kind: Annotated[Literal["results", "orders", "inventories"], typer.Argument(help="What to export.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", dir_okay=False, show_default="the terminal", help="The CSV file to write."),
    ] = None,
) -> None:
    """Export results, orders or inventories as CSV, newest first, as they are at one moment."""
    from hikiate.services.exporting import ExportKind
    from hikiate.services.exporting import export as write
    from hikiate.services.holds import release_expired

    settings = load_settings()
    with _target(output) as target, open_database(settings) as database:
        release_expired(database, settings)

        def whole(connection: Connection) -> int:
            # It may be tried again.
            target.seek(0)
            target.truncate()
            return write(connection, settings, ExportKind(kind), target, counted)

        with show.waiting(f"Exporting {kind}") as :
            rows = database.read(whole)
        if output is not None: show.say(...)
