"""How runs are compared, shown and kept: each contender several times, in turn, and the medians beside each other."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from bench.machine import Machine
from bench.meter import Figures
from bench.server import Server


class Unable(Exception):
    """A benchmark could not be measured; the message says why and what to do."""


class Bench(NamedTuple):
    """What every benchmark is given."""

    server: Server
    scale: float
    repeat: int
    seconds: float
    """How long a run of callers is measured."""


class Contender(NamedTuple):
    """One of the ways that are compared."""

    name: str
    run: Callable[[], Figures]
    floor: str | None = None
    """The contender that shows what the machine can do at most."""
    baseline: str | None = None
    """The contender that shows what is done without the product."""


class Row(NamedTuple):
    """What came of a contender."""

    contender: Contender
    runs: list[Figures]

    def figures(self) -> Figures:
        """Return the median of each figure."""
        return {name: median(run[name] for run in self.runs if name in run) for name in self.runs[0]}


class Report(NamedTuple):
    """What came of a benchmark."""

    name: str
    what: str
    """What was allocated."""
    unit: str
    """What the rates count."""
    rows: list[Row]

    def ratio(self, row: Row, to: str | None) -> float | None:
        """Return a row's rate as a part of another's."""
        for other in self.rows:
            if other.contender.name == to:
                return row.figures()["rate"] / other.figures()["rate"]
        return None

    def as_json(self, machine: Machine, bench: Bench) -> str:
        """Write the report as JSON, every run included."""
        rows = [
            {
                "name": row.contender.name,
                "median": row.figures(),
                "of_floor": self.ratio(row, row.contender.floor),
                "floor": row.contender.floor,
                "of_baseline": self.ratio(row, row.contender.baseline),
                "baseline": row.contender.baseline,
                "runs": row.runs,
            }
            for row in self.rows
        ]
        measured = {"scale": bench.scale, "repeat": bench.repeat, "seconds": bench.seconds}
        report = {"benchmark": self.name, "what": self.what, "unit": self.unit, "measured": measured}
        return json.dumps(report | {"rows": rows} | machine._asdict(), indent=2, ensure_ascii=False)

    def show(self, console: Console) -> None:
        """Print the report as a table."""
        every = [row.figures() for row in self.rows]
        others = list(dict.fromkeys(name for figures in every for name in figures if name != "rate"))
        table = Table(title=f"{self.name}: {self.what}", title_justify="left", expand=False)
        table.add_column("", no_wrap=True)
        for heading in (self.unit, "lowest–highest", "of floor", "of baseline", *others):
            table.add_column(heading.replace("_", " "), justify="right")
        for row, figures in zip(self.rows, every, strict=True):
            rates = [run["rate"] for run in row.runs]
            floor, baseline = (self.ratio(row, to) for to in (row.contender.floor, row.contender.baseline))
            table.add_row(
                row.contender.name,
                f"{figures['rate']:,.0f}",
                f"{min(rates):,.0f}–{max(rates):,.0f}",
                "" if floor is None else f"{floor:.0%}",
                "" if baseline is None else f"{baseline:,.2f}×" if baseline < 2 else f"{baseline:,.1f}×",
                *(_short(figures[name]) if name in figures else "" for name in others),
            )
        console.print(table)


def alternate(contenders: Sequence[Contender], repeat: int) -> list[Row]:
    """Run all in turn, so often, that what else the machine does meets them alike."""
    rows = [Row(contender, []) for contender in contenders]
    for _ in range(repeat):
        for row in rows:
            row.runs.append(row.contender.run())
    return rows


def keep(report: Report, machine: Machine, bench: Bench, folder: Path) -> Path:
    """Write a report into a folder, over an older one of the same benchmark."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{report.name}.json"
    file.write_text(report.as_json(machine, bench) + "\n")
    return file


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2g}" if value < 1 else f"{value:.1f}"
