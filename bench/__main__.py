"""Run benchmarks: `python -m bench`, or `python -m bench spread hot`."""

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench import batch, filters, growth, history, http, online
from bench.facts import FactBroken
from bench.machine import describe
from bench.report import Bench, Unable, keep
from bench.server import TEMPORARY, running

BENCHMARKS = {
    "spread": online.spread,
    "hot": online.hot_item,
    "batch-100k": batch.hundred_thousand,
    "batch-1m": batch.million,
    "http": http.http,
    "history": history.history,
    "filters": filters.filters,
    "growth": growth.growth,
}


def main(
    names: Annotated[list[str] | None, typer.Argument(help=f"Of {', '.join(BENCHMARKS)}; default: all.")] = None,
    scale: Annotated[float, typer.Option(help="The part of the rows and of the time; 0.01 takes seconds.")] = 1.0,
    repeat: Annotated[int, typer.Option(min=1, help="Runs of each contender, in turn; medians are shown.")] = 3,
    seconds: Annotated[float, typer.Option(help="How long callers are measured, at scale 1.")] = 4.0,
    url: Annotated[
        str | None, typer.Option(help="A PostgreSQL to measure, where databases may be made; default: one of its own.")
    ] = None,
    folder: Annotated[Path, typer.Option(help="Where the data of its own PostgreSQL lie meanwhile.")] = TEMPORARY,
    results: Annotated[Path, typer.Option(help="Where reports are kept, as JSON.")] = Path(__file__).parent / "results",
) -> None:
    """Measure, print a table of each benchmark, and keep it as JSON; exit 1 when a fact is broken."""
    chosen = names or list(BENCHMARKS)
    unknown = [name for name in chosen if name not in BENCHMARKS]
    if unknown:
        raise typer.BadParameter(f"there is no benchmark {unknown[0]}; there are {', '.join(BENCHMARKS)}")
    console = Console(width=None if sys.stdout.isatty() else 200)
    failed = False
    with running(url, folder) as server:
        bench = Bench(server, scale, repeat, max(seconds * scale, 0.1))
        for name in chosen:
            machine = describe(server)
            try:
                report = BENCHMARKS[name](bench)
            except FactBroken as fact:
                console.print(f"[bold red]{name}: a fact is broken.[/] {fact}")
                failed = True
                continue
            except Unable as reason:
                console.print(f"[bold red]{name}:[/] {reason}")
                failed = True
                continue
            report.show(console)
            console.print(f"{machine}\nkept in {keep(report, machine, bench, results)}\n", highlight=False)
    if failed:
        raise typer.Exit(1)


def _end(number: int, _: object) -> None:
    """Stop its PostgreSQL and remove its folder, as at every end; being told twice must not interrupt that."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    typer.run(main)
