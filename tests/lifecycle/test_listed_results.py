"""Results are listed by whatever they have in common: each filter finds what reading all of them finds."""

from itertools import product
from typing import Any

import httpx
import pytest
from life import get, post, rows

from builders import allocate, order, receive
from hikiate.repository import results as listed

FILTERS = {
    "run_id": [1, 2, 3],
    "order_id": [1, 2, 3],
    "inventory_id": [1, 2, 3, 4],
    "item_code": ["A", "B", "C"],
    "lot_number": ["L", "M"],
    "status": ["allocated", "released", "shipped"],
}


@pytest.fixture
def results(client: httpx.Client) -> list[dict[str, Any]]:
    """Results of two runs on three items, some of which were split after the runs; another run gave nothing."""
    receive(client, "A", 5, lot_number="L")
    receive(client, "A", 5, lot_number="M")
    receive(client, "B", 9, lot_number="L")
    receive(client, "C", 9)
    order(client, ("A", 7), ("B", 2))
    order(client, ("B", 3), ("C", 4))
    allocate(client)
    order(client, ("A", 2), ("C", 1))
    allocate(client)
    allocate(client)
    post(client, "/allocation-results/1/release", {"quantity": 2})
    post(client, "/allocation-results/4/ship", {"quantity": 1})
    post(client, "/allocation-results/5/ship")
    post(client, "/allocation-results/6/release", {"quantity": 1})
    return rows(client)


def _paged(client: httpx.Client, wanted: dict[str, Any]) -> list[Any]:
    found, cursor = [], {}
    while True:
        page = get(client, "/allocation-results", limit=2, **wanted, **cursor)
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


@pytest.mark.parametrize("late", [1, 3, 20_000])
def test_each_filter_finds_what_reading_all_finds(
    client: httpx.Client, results: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, late: int
) -> None:
    """Alone, and with another one, in pages of two, newest first; found among the last of the lots' or by lines."""
    monkeypatch.setattr(listed, "_LATE", late)
    newest = sorted(results, key=lambda row: -int(row["id"]))
    assert len(newest) == 10
    single = [{name: value} for name, values in FILTERS.items() for value in values]
    pairs = [one | other for one, other in product(single, single) if one.keys() != other.keys()]
    for wanted in [{}, *single, *pairs]:
        expected = [row for row in newest if all(row[name] == value for name, value in wanted.items())]
        assert _paged(client, wanted) == expected, wanted


def test_a_run_shows_its_results_in_the_order_made(client: httpx.Client, results: list[dict[str, Any]]) -> None:
    """What was split off later comes last."""
    shown = get(client, "/allocation-runs/1")["results"]
    assert [row["id"] for row in shown] == sorted(row["id"] for row in results if row["run_id"] == 1)
    assert get(client, "/allocation-runs/3")["results"] == []
