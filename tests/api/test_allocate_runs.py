"""Dry runs, real runs, comparisons, and what is left to read of them."""

import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import httpx
import pytest
from checks import DAY, METHODS, everything, exact, ids, listed, run, short, taken, without_ids

from builders import order, receive

COSTINGS = (None, "LOT", "AVERAGE", "TOTAL_AVERAGE", "MOVING_AVERAGE")
EXPIRIES = (None, None, "2026-06-10", "2026-06-15", "2026-07-01", "2026-12-31")
PLACES = (None, "Tokyo", "Osaka", "Kobe")


def ndjson(rows: Iterator[dict[str, Any]]) -> bytes:
    """Write rows, leaving out what is None."""
    lines = ({name: value for name, value in row.items() if value is not None} for row in rows)
    return "\n".join(json.dumps(line) for line in lines).encode()


def add_stock_and_orders(client: httpx.Client, dice: random.Random, number: int) -> None:
    """Import a few lots and orders of all kinds, of five items."""

    def amount(most: int) -> str:
        return str(Decimal(dice.randint(1, most * 10 ** (places := dice.choice((0, 0, 1, 3, 6))))).scaleb(-places))

    def lots() -> Iterator[dict[str, Any]]:
        for _ in range(4):
            yield {
                "item_code": dice.choice("ABCDE"), "quantity": amount(12), "unit_price": amount(99),
                "receipt_date": f"2026-0{dice.randint(5, 7)}-{dice.randint(1, 28):02}", "location": dice.choice(PLACES),
                "expiration_date": dice.choice(EXPIRIES), "lot_number": dice.choice((None, "L1", "L2")),
            }  # fmt: skip

    def lines() -> Iterator[dict[str, Any]]:
        for place in range(3):
            whole = {"priority": dice.randint(-1, 1), "fulfilment": dice.choice(("partial", "partial", "complete"))}
            whole |= {"customer": dice.choice((None, "C", "D")), "requested_date": dice.choice((None, "2026-07-01"))}
            for _ in range(dice.randint(1, 3)):
                yield whole | {
                    "reference": f"{number}-{place}", "item_code": dice.choice("ABCDE"), "quantity": amount(9),
                    "lot_number": dice.choice((None,) * 6 + ("L1",)), "location": dice.choice((None,) * 6 + PLACES),
                    "min_remaining_days": dice.choice((None, None, 0, 20)), "single_lot": dice.random() < 0.2,
                    "no_date_reversal": dice.random() < 0.3,
                }  # fmt: skip

    for kind, rows in (("inventories", lots()), ("orders", lines())):
        answer = client.post(f"/{kind}/import", content=ndjson(rows), headers={"Content-Type": "application/x-ndjson"})
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("seed", range(3))
def test_a_real_run_is_its_dry_run_row_for_row(client: httpx.Client, seed: int) -> None:
    dice = random.Random(seed)
    combinations = [(method, costing) for method in METHODS for costing in COSTINGS]
    dice.shuffle(combinations)
    for number, (method, costing) in enumerate(combinations[:20]):
        add_stock_and_orders(client, dice, number)
        options = {
            "costing_method": costing,
            "scarcity": dice.choice(("sequence", "fair_share")),
            "include_inbound": dice.random() < 0.3,
            "locations": dice.choice(([], ["Osaka", "Tokyo"])),
            "item_codes": dice.choice((None, None, ["A", "B", "C"])),
            "allocation_date": dice.choice((DAY, DAY, "2026-05-20", "2026-07-20")),
        }
        before = everything(client)
        dry = run(client, method, dry_run=True, max_results=10_000, **options)
        assert everything(client) == before
        assert len(listed(client, "/allocation-runs")) == number
        assert {row["id"] for row in dry["results"]} | {row["run_id"] for row in dry["results"]} <= {None}
        assert (dry["id"], dry["dry_run"]) == (None, True)
        real = run(client, method, max_results=10_000, **options)
        assert without_ids(real) == without_ids(dry), (seed, method, costing, options)
        assert (real["id"], real["dry_run"]) == (number + 1, False)
        assert exact(client.get(f"/allocation-runs/{real['id']}")) == real
        assert ids(real["results"]) == sorted(ids(real["results"]))
        check_sums(client, real)


def check_sums(client: httpx.Client, shown: dict[str, Any]) -> None:
    """Check that a run's numbers, its rows and its shortages agree."""
    rows = listed(client, "/allocation-results", run_id=shown["id"])
    assert rows == list(reversed(shown["results"]))
    assert sum(row["allocated_quantity"] for row in rows) == shown["allocated_quantity"]
    assert sum(row["allocated_price"] for row in rows) == shown["allocated_price"]
    assert sum(row["short_quantity"] for row in shown["shortages"]) == shown["short_quantity"]
    assert shown["allocated_quantity"] + shown["short_quantity"] == shown["requested_quantity"]
    assert listed(client, f"/allocation-runs/{shown['id']}/shortages", 3) == shown["shortages"]
    short(shown)
    if shown["costing_method"] == "LOT":
        for row in rows:
            amount = Decimal(row["allocated_quantity"]) * Decimal(row["unit_price"])
            assert row["allocated_price"] == amount.quantize(Decimal("0.01"), "ROUND_HALF_UP")


def test_a_comparison_is_the_dry_run_of_each_method(client: httpx.Client) -> None:
    dice = random.Random(7)
    for number in range(8):
        add_stock_and_orders(client, dice, number)
    run(client, "MOVING_AVERAGE", order_ids=[1, 2, 3])
    before = everything(client), listed(client, "/allocation-runs")
    for more in ({}, {"costing_method": "MOVING_AVERAGE", "scarcity": "fair_share", "max_results": 3}):
        body = {"allocation_methods": METHODS, "allocation_date": DAY, **more}
        compared = exact(client.post("/allocate/compare", json=body))["methods"]
        assert compared == [run(client, method, dry_run=True, **more) for method in METHODS]
    assert (everything(client), listed(client, "/allocation-runs")) == before


def test_running_again_changes_nothing_and_records_only_the_run(client: httpx.Client) -> None:
    dice = random.Random(3)
    for number in range(4):
        add_stock_and_orders(client, dice, number)
    first = run(client)
    before = everything(client)
    for _ in range(2):
        again = run(client)
        assert (again["allocated_quantity"], again["results"], again["allocated_price"]) == (0, [], 0)
        assert again["short_quantity"] == first["short_quantity"]
    assert everything(client) == before
    assert ids(listed(client, "/allocation-runs")) == [3, 2, 1]


def test_what_came_in_between_is_all_that_a_second_run_gives(client: httpx.Client) -> None:
    receive(client, "A", 6)
    order(client, ("A", 10))
    assert (taken(run(client)), exact(client.get("/orders/1"))["status"]) == ([(1, 1, 1, 6)], "partially_allocated")
    receive(client, "A", 3)
    assert taken(run(client)) == [(1, 1, 2, 3)]
    receive(client, "A", 3)
    assert taken(run(client)) == [(1, 1, 3, 1)]
    shown = exact(client.get("/orders/1"))
    assert (shown["status"], shown["allocated"], shown["lines"][0]["open_quantity"]) == ("allocated", True, 0)
    assert [row["inventory_id"] for row in shown["lines"][0]["allocations"]] == [1, 2, 3]


def test_statuses_follow_what_was_given(client: httpx.Client) -> None:
    receive(client, "A", 3)
    order(client, ("A", 2))
    order(client, ("A", 2))
    order(client, ("A", 2))
    order(client, ("A", 1), ("B", 1), priority=1)
    run(client)
    shown = {row["id"]: row for row in listed(client, "/orders")}
    assert [shown[number]["status"] for number in (1, 2, 3, 4)] == [
        "allocated", "open", "open", "partially_allocated",
    ]  # fmt: skip
    assert [shown[number]["allocated"] for number in (1, 2, 3, 4)] == [True, False, False, False]
    assert [line["open_quantity"] for line in shown[4]["lines"]] == [0, 1]
    assert [line["allocated_quantity"] for line in shown[4]["lines"]] == [1, 0]


def test_results_are_found_by_what_they_are_about(client: httpx.Client) -> None:
    receive(client, "A", 5, lot_number="L1")
    receive(client, "B", 5, lot_number="L2")
    for lines in ([("A", 2), ("B", 2)], [("A", 3)], [("B", 1)]):
        order(client, *lines)
        run(client)
    for params, expected in (
        ({}, [4, 3, 2, 1]),
        ({"run_id": 1}, [2, 1]),
        ({"run_id": 9}, []),
        ({"order_id": 2}, [3]),
        ({"inventory_id": 1}, [3, 1]),
        ({"item_code": "B"}, [4, 2]),
        ({"lot_number": "L1"}, [3, 1]),
        ({"status": "allocated"}, [4, 3, 2, 1]),
        ({"status": "released"}, []),
        ({"item_code": "B", "run_id": 3}, [4]),
    ):
        for limit in (1, 500):
            assert ids(listed(client, "/allocation-results", limit, **params)) == expected, params


def test_a_result_says_all_about_itself(client: httpx.Client) -> None:
    receive(client, "A", 5, "1.25", lot_number="L1", location="Tokyo", expiration_date="2026-12-31")
    order(client, ("A", "2.5"))
    shown = run(client, "FEFO")
    expected = {
        "id": 1, "run_id": 1, "order_id": 1, "line_no": 1, "inventory_id": 1, "item_code": "A", "lot_number": "L1",
        "location": "Tokyo", "allocated_quantity": Decimal("2.5"), "unit_price": Decimal("1.25"),
        "allocated_price": Decimal("3.13"), "allocation_method": "FEFO", "costing_method": "LOT", "provisional": False,
        "allocation_date": DAY, "status": "allocated", "hold_until": None, "reason": "earliest-expiry",
    }  # fmt: skip
    assert shown["results"] == [expected]
    assert listed(client, "/allocation-results") == [expected]
    assert exact(client.get("/orders/1"))["lines"][0]["allocations"] == [expected]


def test_runs_are_listed_newest_first_with_their_totals(client: httpx.Client) -> None:
    receive(client, "A", 2, 7)
    order(client, ("A", 3))
    for method in ("FIFO", "LIFO"):
        run(client, method)
    second, first = listed(client, "/allocation-runs", 1)
    assert [(row["id"], row["allocation_method"]) for row in (second, first)] == [(2, "LIFO"), (1, "FIFO")]
    totals = ("orders", "lines", "requested_quantity", "allocated_quantity", "short_quantity", "fill_rate")
    assert [first[name] for name in totals] == [1, 1, 3, 2, 1, Decimal("0.666667")]
    assert [second[name] for name in totals] == [1, 1, 1, 0, 1, 0]
    assert first["allocated_price"] == 14


def test_the_methods_are_listed_with_their_names(client: httpx.Client) -> None:
    methods = client.get("/allocation-methods").json()["items"]
    assert tuple(row["allocation_method"] for row in methods) == METHODS
    assert [row["name_ja"] for row in methods][:3] == ["先入先出法", "後入先出法", "先期限先出法"]
    assert all(row["name_en"] and row["costing_method"] and row["reason"] for row in methods)


def test_many_runs_at_once_give_each_unit_once(client: httpx.Client) -> None:
    receive(client, "A", 50)
    for _ in range(40):
        order(client, ("A", 2))

    def allocate(number: int) -> httpx.Response:
        limit = {"order_ids": [number, number + 8, number + 16]} if number % 2 else {}
        return client.post("/allocate", json={"allocation_method": "FIFO", **limit})

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(allocate, range(1, 17)))
    assert {answer.status_code for answer in answers} == {200}
    assert sum(answer.json()["allocated_quantity"] for answer in answers) == 50
    assert exact(client.get("/inventories/1"))["available_quantity"] == 0


def test_a_run_of_more_than_one_chunk_gives_what_one_would(client: httpx.Client) -> None:
    # A chunk is twenty thousand lines.
    lots = "item_code,quantity,receipt_date,unit_price\n" + "".join(f"I{n},{n},2026-01-01,1\n" for n in range(60))
    lines = "reference,item_code,quantity\n" + "".join(f"R{n // 3},I{n % 61},1\n" for n in range(20_100))
    for kind, body in (("inventories", lots), ("orders", lines)):
        answer = client.post(f"/{kind}/import", content=body, headers={"Content-Type": "text/csv"})
        assert answer.status_code == 200, answer.text
    dry = run(client, dry_run=True, max_results=10_000)
    real = run(client, max_results=10_000)
    assert without_ids(real) == without_ids(dry)
    assert (real["orders"], real["lines"], real["allocated_quantity"]) == (6_700, 20_100, 1_770)
    assert exact(client.get(f"/allocation-runs/{real['id']}")) == real
