"""The inner loop over columns: compiled where the extra `fast` is installed and a process has enough to do."""

from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

from hikiate.domain.filling import fill

_WORTH_COMPILING = 200_000
"""Lines after which a process loads the compiler: that takes a second of CPU time, and saves as much in a million."""
_MOST = 2**63 - 1


class _Process:
    served = 0
    """Lines so far."""


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
    _Process.served += len(items)
    is_long = _Process.served >= _WORTH_COMPILING
    compiled = _compiled() if is_long and max(allowances, default=0) <= _MOST else None
    if compiled is None:
        count = fill(items, *given)
    else:
        count, given = compiled(items, *given)
    short, _, _, _, lines, lots, taken = given
    return lines[:count], lots[:count], taken[:count], short


@cache
def _compiled() -> Callable[..., tuple[int, list[list[int]]]] | None:
    if find_spec("numba") is None:
        return None
    import numba
    import numpy

    loop: Any = numba.njit(cache=True)(fill)

    def run(*columns: list[int]) -> tuple[int, list[list[int]]]:
        arrays = [numpy.array(column, dtype=numpy.int64) for column in columns]
        count = int(loop(*arrays))
        return count, [array.tolist() for array in arrays[1:]]

    return run
