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

_Compiled = Callable[..., tuple[int, list[list[int]]]]


class _Process:
    lines = 0
    """Served so far, or about to be."""


def compile_if_worth(lines: int) -> None:
    """Compile the loop if so many more lines make it worth while: it takes a second or two, so before a lock is had."""
    _Process.lines += lines
    if _Process.lines >= _WORTH_COMPILING:
        _compiled()


def fill_columns(
    items: Sequence[int],
    open_quantities: Sequence[int],
    heads: Sequence[int],
    allowances: Sequence[int],
    available: Sequence[int],
) -> tuple[list[int], list[int], list[int], list[int]]:
    """Serve lines as `fill` does; return the columns it writes, and what each line is short of."""
    room = [0] * (len(items) + len(available))
    given = [list(open_quantities), list(heads), list(allowances), list(available), room, room[:], room[:]]
    fits = max(allowances, default=0) <= _MOST
    compiled = _compiled() if fits and _Process.lines >= _WORTH_COMPILING else None
    if compiled is None:
        count = fill(items, *given)
    else:
        count, given = compiled(items, *given)
    short, _, _, _, lines, lots, taken = given
    return lines[:count], lots[:count], taken[:count], short


@cache
def _compiled() -> _Compiled | None:
    if find_spec("numba") is None:
        return None
    try:
        import numba
        import numpy

        loop: Any = numba.njit(cache=True)(fill)

        def run(*columns: list[int]) -> tuple[int, list[list[int]]]:
            arrays = [numpy.array(column, dtype=numpy.int64) for column in columns]
            count = int(loop(*arrays))
            return count, [array.tolist() for array in arrays[1:]]

        run([0], [1], [0], [1], [1], [0], [0], [0])
    except Exception:
        # It is only faster: a compiler that finds no folder to write to, say, must not end a run.
        log.exception("the inner loop is not compiled")
        return None
    return run
