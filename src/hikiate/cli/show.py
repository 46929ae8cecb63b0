"""What commands print: tables that fit 80 columns, plain when nobody looks at a terminal, and the API's JSON."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO

from rich import box
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from pydantic import BaseModel
    from rich.progress import Progress

    from hikiate.schemas import (
        AllocationResultResponse,
        AllocationRunResponse,
        RowError,
        ShortageResponse,
    )
    from hikiate.schemas.responses import VerificationResponse

FIRST_ROWS = 10
"""How many results and shortages a person is shown."""
FIRST_ERRORS = 20
_WITHOUT_ID = "--json --max-results 10000"

Advance = Callable[[float], None]


def console(*, stderr: bool = False) -> Console:
    """Return a console that prints data as they are: nothing in them is markup."""
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def say(text: str = "") -> None:
    """Print a sentence."""
    console().print(_clean(text), soft_wrap=True)


def complain(text: str) -> None:
    """Print a sentence on stderr."""
    print(_clean(text), file=sys.stderr)


def json(answer: BaseModel | dict[str, Any]) -> None:
    """Print what the API would answer."""
    from hikiate.schemas.codec import encode

    sys.stdout.buffer.write(encode(answer) + b"\n")
    sys.stdout.buffer.flush()


@contextmanager
def waiting(what: str) -> Iterator[Callable[[str], None]]:
    """Show on a terminal's stderr that something goes on; what is yielded says it anew."""
    errors = console(stderr=True)
    if not errors.is_terminal:
        yield lambda what: None
        return
    with errors.status(f"{what}…") as status:
        yield lambda what: status.update(f"{what}…")


@contextmanager
def progress(what: str) -> Iterator[Advance]:
    """Show a bar on a terminal's stderr; what is yielded sets how much is done, from 0 to 1."""
    with _bar() as bar:
        task = bar.add_task(what, total=None)
        yield lambda done: bar.update(task, total=1.0, completed=done)


@contextmanager
def reading(file: BinaryIO, what: str) -> Iterator[BinaryIO]:
    """Show on a terminal's stderr how much of a file has been read through what is yielded."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    # One byte more than there is: a bar that is done stands still, while what was read is still to be written.
    with _bar() as bar, bar.wrap_file(file, size + 1, description=what) as counted:
        yield counted


def _bar() -> Progress:
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

    errors = console(stderr=True)
    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()
    return Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal)


def number(value: Decimal | int) -> str:
    """Write a number with separators."""
    return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"


def count(number_of: int, noun: str) -> str:
    """Write how many there are of something."""
    return f"{number(number_of)} {noun}" + ("" if number_of == 1 else "s")


def amount(value: Decimal, places: int) -> str:
    """Write an amount with separators and the currency's places."""
    return f"{value:,.{places}f}"


def percent(rate: Decimal | None) -> str:
    """Write a rate; what is not all is never rounded up to all."""
    if rate is None:
        return "–"
    shown = (rate * 100).quantize(Decimal("0.1"))
    return f"{min(shown, Decimal('99.9')) if rate < 1 else shown} %"


def moment(value: datetime | None) -> str:
    """Write an instant, to the second."""
    return "–" if value is None else f"{value:%Y-%m-%d %H:%M:%S}Z"


def table(columns: str, rows: Iterable[Iterable[object]], *, stderr: bool = False) -> None:
    """Print rows under a line of headings, written with a `>` before those whose column is right-aligned."""
    shown = Table(box=box.SIMPLE, show_edge=False, pad_edge=False, padding=(0, 1), collapse_padding=True)
    for heading in columns.split("|"):
        right = heading.startswith(">")
        shown.add_column(
            heading.removeprefix(">"), justify="right" if right else "left", no_wrap=right, overflow="fold"
        )
    for row in rows:
        shown.add_row(*(_clean("" if cell is None else str(cell)) for cell in row))
    console(stderr=stderr).print(shown)


def facts(pairs: Iterable[tuple[str, str]]) -> None:
    """Print names with their values."""
    shown = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2))
    shown.add_column(style="dim")
    shown.add_column(justify="right")
    for pair in pairs:
        shown.add_row(*map(_clean, pair))
    console().print(shown)


def run(run: AllocationRunResponse, places: int) -> None:
    """Print a run with the first of its results and shortages."""
    costing = f" at {run.costing_method} cost" if run.costing_method.value != "LOT" else ""
    what, day = f"{run.allocation_method}{costing}", run.allocation_date
    say(f"What {what} would allocate as of {day}:" if run.id is None else f"Run {run.id}: {what} as of {day}.")
    if run.status.value != "completed":
        say(f"It is {run.status}; what it has allocated stays.")
    say()
    facts(
        [
            ("Orders", number(run.orders)),
            ("Lines", number(run.lines)),
            ("Requested", number(run.requested_quantity)),
            ("Allocated", number(run.allocated_quantity)),
            ("Short", number(run.short_quantity)),
            ("Fill rate", percent(run.fill_rate)),
            ("Amount", amount(run.allocated_price, places)),
        ]
    )
    if run.results:
        more = "hikiate export results" if run.id else _WITHOUT_ID
        _heading("Results", len(run.results), has_all_results(run), more)
        _results(run.results[:FIRST_ROWS], places)
    if run.shortages:
        complete = sum(short.short_quantity for short in run.shortages) == run.short_quantity
        more = f"GET /allocation-runs/{run.id}/shortages" if run.id else _WITHOUT_ID
        _heading("Shortages", len(run.shortages), complete, more)
        _shortages(run.shortages[:FIRST_ROWS])


def has_all_results(run: AllocationRunResponse) -> bool:
    """Tell whether the run's answer has all of its results, not only the first."""
    return sum(row.allocated_quantity for row in run.results) == run.allocated_quantity


def _heading(what: str, known: int, complete: bool, more: str) -> None:
    total = number(known) if complete else f"more than {number(known)}"
    say()
    say(what if complete and known <= FIRST_ROWS else f"{what}, {FIRST_ROWS} of {total}; all: {more}")
    say()


def _results(rows: list[AllocationResultResponse], places: int) -> None:
    table(
        "Order|Item|Lot|>Quantity|>Amount|Reason",
        [
            (
                f"{row.order_id}/{row.line_no}",
                row.item_code,
                row.lot_number or f"no. {row.inventory_id}",
                number(row.allocated_quantity),
                amount(row.allocated_price, places),
                row.reason.value,
            )
            for row in rows
        ],
    )


def _shortages(rows: list[ShortageResponse]) -> None:
    table(
        "Order|Item|>Short|Reasons",
        [
            (
                f"{row.order_id}/{row.line_no}",
                row.item_code,
                number(row.short_quantity),
                ", ".join(f"{reason.code.value} {number(reason.quantity)}" for reason in row.reasons),
            )
            for row in rows
        ],
    )


def comparison(runs: list[AllocationRunResponse], places: int) -> None:
    """Print what each method would do; the lots touched only if every result is known."""
    if not any(run.lines for run in runs):
        say("Nothing waits to be allocated.")
        return
    lots = all(has_all_results(run) for run in runs)
    table(
        "Method|Costing|>Fill|>Allocated|>Short|>Amount" + ("|>Lots" if lots else ""),
        [
            (
                run.allocation_method.value,
                run.costing_method.value,
                percent(run.fill_rate),
                number(run.allocated_quantity),
                number(run.short_quantity),
                amount(run.allocated_price, places),
                *([number(len({row.inventory_id for row in run.results}))] if lots else []),
            )
            for run in runs
        ],
    )


def runs(runs: list[AllocationRunResponse], places: int) -> None:
    """Print runs, one a row."""
    table(
        ">Run|Started|Method|Status|>Lines|>Fill|>Amount",
        [
            (
                run.id,
                moment(run.started_at),
                run.allocation_method.value,
                run.status.value,
                number(run.lines),
                percent(run.fill_rate),
                amount(run.allocated_price, places),
            )
            for run in runs
        ],
    )


def row_errors(errors: list[RowError]) -> None:
    """Print on stderr what is wrong with the rows of a file."""
    table(
        ">Row|Column|Value|Message",
        [(error.row, error.column, error.value, error.message) for error in errors[:FIRST_ERRORS]],
        stderr=True,
    )
    if len(errors) > FIRST_ERRORS:
        complain(f"… and {number(len(errors) - FIRST_ERRORS)} more; `--json` prints the first 1,000.")


def differences(found: VerificationResponse) -> None:
    """Print every balance that differs from the records, those of oversold lots first."""
    table(
        "What|Item|Balance|>Stored|>By the records",
        [
            (
                f"{row.what} {row.id}" + (f"/{row.line_no}" if row.line_no else ""),
                row.item_code,
                row.column,
                row.stored,
                row.recorded,
            )
            for row in [*found.oversold, *found.differences]
        ],
    )


def _clean(text: str) -> str:
    """Keep what could steer the terminal out of it."""
    return "".join(character if character.isprintable() or character == "\n" else "�" for character in text)
