"""The inner loop over columns: compiled where the extra `fast` is installed and a process has enough to do."""

from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

import structlog

from hikiate.domain.filling import fill

log = structlog.get_logger(__name__)

_WORTH_COMPILING = 200_000
"""Lines after which a process loads the compiler: that takes a second of CPU time, and saves as much in a million."""
_MOST = 2**63 - 1

Columns = Sequence[int]
_Filled = tuple[list[int], list[int], list[int], list[int]]


class _Process:
    lines = 0
    """Served so far, or about to be."""


def compile_if_worth(lines: int) -> None:
    """Compile the loop if so many more lines make it worth while: it takes a second or two, so before a lock is had."""
    _Process.lines += lines
    if _Process.lines >= _WORTH_COMPILING:
        _compiled()


def fill_columns(
    items: Columns, open_quantities: Columns, heads: Columns, allowances: Columns, available: Columns
) -> _Filled:
    """Serve lines as `fill` does; return the columns it writes, and what each line is short of."""
    fits = max(allowances, default=0) <= _MOST
    compiled = _compiled() if fits and _Process.lines >= _WORTH_COMPILING else None
    if compiled is not None:
        return compiled(items, open_quantities, heads, allowances, available)
    short = list(open_quantities)
    lines, lots, taken = ([0] * (len(items) + len(available)) for _ in range(3))
    count = fill(items, short, list(heads), list(allowances), list(available), lines, lots, taken)
    return lines[:count], lots[:count], taken[:count], short


@cache
def _compiled() -> Callable[..., _Filled] | None:
    if find_spec("numba") is None:
        return None
    try:
        import numba
        import numpy

        loop: Any = numba.njit(cache=True)(fill)

        def run(*columns: Columns) -> _Filled:
            items, short, heads, allowances, available = (numpy.array(column, numpy.int64) for column in columns)
            written = [numpy.empty(len(items) + len(available), numpy.int64) for _ in range(3)]
            count = int(loop(items, short, heads, allowances, available, *written))
            lines, lots, taken = (column[:count].tolist() for column in written)
            return lines, lots, taken, short.tolist()

        run([0], [1], [0], [1], [1])
    except Exception:
        # It is only faster: a compiler that finds no folder to write to, say, must not end a run.
        log.exception("the inner loop is not compiled")
        return None
    return run
