"""How the rate of a run and its memory change with the lines that wait and with the lots of an item: `growth`."""

from functools import partial

from bench.batch import run_all
from bench.report import Bench, Contender, Report, alternate
from bench.workloads import batch

_LINES = (10_000, 100_000, 1_000_000)
_LOTS = (5, 50, 500)
_ITEMS = 1_000
"""Few enough that 500 lots of each can be loaded."""


def growth(bench: Bench) -> Report:
    """Allocate lists of growing length, then over growing numbers of lots; the baseline is the step before."""
    contenders: list[Contender] = []
    for lines in _LINES:
        workload = batch(lines, bench.scale)
        before = contenders[-1].name if contenders else None
        contenders.append(Contender(f"{lines:,} lines", partial(run_all, bench, workload), baseline=before))
    by_lots: list[Contender] = []
    for lots in _LOTS:
        workload = batch(100_000, bench.scale, items=_ITEMS, lots=lots)
        before = by_lots[-1].name if by_lots else None
        by_lots.append(Contender(f"{lots} lots an item", partial(run_all, bench, workload), baseline=before))
    what = "10,000 items × 50 lots; then 100,000 lines, 1,000 items"
    return Report("growth", what, "lines/s", alternate([*contenders, *by_lots], bench.repeat))
