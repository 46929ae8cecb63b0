"""The inner loop of long runs: by hand, against the plainest way to say it, and compiled as it is plain."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hikiate.services import filling
from hikiate.services.filling import fill_columns

Columns = tuple[list[int], list[int], list[int], list[int], list[int]]


@st.composite
def columns(draw: st.DrawFn) -> Columns:
    """Draw items with lots, what of them may be taken, and lines."""
    stocks = draw(st.lists(st.lists(st.integers(0, 9), max_size=4), min_size=1, max_size=4))
    allowances = [draw(st.integers(0, sum(stock))) for stock in stocks]
    heads = [sum(len(stock) for stock in stocks[:number]) for number in range(len(stocks))]
    items = draw(st.lists(st.integers(0, len(stocks) - 1), max_size=12))
    wanted = [draw(st.integers(1, 12)) for _ in items]
    return items, wanted, heads, allowances, [quantity for stock in stocks for quantity in stock]


def naive(columns: Columns) -> tuple[list[tuple[int, int, int]], list[int]]:
    """Give units one by one."""
    items, wanted, heads, allowances, available = columns
    left, allowed, stock = list(wanted), list(allowances), list(available)
    units: list[tuple[int, int]] = []
    for line, item in enumerate(items):
        end = heads[item + 1] if item + 1 < len(heads) else len(stock)
        while left[line] and allowed[item]:
            lot = next(lot for lot in range(heads[item], end) if stock[lot])
            stock[lot] -= 1
            left[line] -= 1
            allowed[item] -= 1
            units.append((line, lot))
    return [(*taking, units.count(taking)) for taking in dict.fromkeys(units)], left


@given(columns())
def test_as_giving_units_one_by_one(drawn: Columns) -> None:
    lines, lots, taken, short = fill_columns(*drawn)
    assert (list(zip(lines, lots, taken, strict=True)), short) == naive(drawn)


@settings(deadline=None)  # the first example waits for the compiler
@given(columns())
def test_compiled_as_plain(drawn: Columns) -> None:
    """One source, two speeds; nothing given is changed by either."""
    before = [list(column) for column in drawn]
    compiled = filling._compiled()
    assert compiled is not None
    assert compiled(*drawn) == fill_columns(*drawn)
    assert [list(column) for column in drawn] == before


def test_a_compiler_that_fails_leaves_the_plain_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """It keeps what it made in a folder, for one, and there may be none that can be written to."""

    def no_folder(**options: bool) -> None:
        raise RuntimeError("no locator available")

    monkeypatch.setattr("numba.njit", no_folder)
    assert filling._compiled.__wrapped__() is None


@pytest.mark.parametrize("lots", [2, 20])
def test_a_long_run_is_compiled_unless_no_machine_word_holds_the_stock(
    monkeypatch: pytest.MonkeyPatch, lots: int
) -> None:
    """Lots of almost all there can be: two still fit, twenty don't, and are counted all the same."""
    called = []
    compiled = filling._compiled()
    assert compiled is not None
    monkeypatch.setattr(filling, "_compiled", lambda: lambda *columns: called.append(1) or compiled(*columns))
    monkeypatch.setattr(filling, "_WORTH_COMPILING", 0)
    stock = [10**18 - 1] * lots
    assert fill_columns([0, 0], [1, 2], [0], [sum(stock)], stock) == ([0, 1], [0, 0], [1, 2], [0, 0])
    assert len(called) == (lots == 2)
