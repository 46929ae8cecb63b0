"""What allocations cost: the worked examples, averages over time, rounding, residues."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from checks import Json, change, exact, listed, run, set_item, written
from serving import Serve

from builders import order, receive
from hikiate.database import Database

D = Decimal


def amounts(shown: Json) -> list[Any]:
    """Return the amounts of a run's rows, whose sum is the run's."""
    found = [row["allocated_price"] for row in shown["results"]]
    assert sum(found, D(0)) == shown["allocated_price"]
    return found


@pytest.mark.parametrize(
    ("method", "lots", "quantity", "amount", "left", "missing"),
    [
        ("FIFO", [(10, 100), (10, 120)], 15, "1600", [0, 5], 0),
        ("LIFO", [(10, 100), (10, 120)], 15, "1700", [5, 0], 0),
        ("AVERAGE", [(4, 20), (8, 22)], 6, "128", [0, 6], 0),
        ("TOTAL_AVERAGE", [(3, 10), (5, 12)], 7, "78.75", [0, 1], 0),
        ("MOVING_AVERAGE", [(2, 25), (3, 28)], 4, "107.2", [0, 1], 0),
        ("SPECIFIC", [(2, 15), (5, 18)], 3, "54", [2, 2], 0),
        ("FIFO", [(5, 20)], 10, "100", [0], 5),
    ],
)
def test_the_worked_examples(
    client: httpx.Client, method: str, lots: list[Any], quantity: int, amount: str, left: list[int], missing: int
) -> None:
    for day, (held, price) in enumerate(lots, start=1):
        receive(client, "A", held, price, receipt_date=f"2026-06-{day:02}")
    order(client, ("A", quantity))
    shown = run(client, method)
    amounts(shown)
    assert (shown["allocated_price"], shown["short_quantity"]) == (D(amount), missing)
    assert shown["allocated_quantity"] == quantity - missing
    assert [lot["available_quantity"] for lot in reversed(listed(client, "/inventories"))] == left
    assert written(client.get("/allocation-runs/1"))["allocated_price"] == amount


@pytest.mark.parametrize(
    ("quantity", "price", "by_mode"),
    [
        ("0.5", "0.01", {"HALF_UP": "0.01", "HALF_EVEN": "0", "DOWN": "0"}),
        ("0.5", "0.03", {"HALF_UP": "0.02", "HALF_EVEN": "0.02", "DOWN": "0.01"}),
        ("1.005", "1", {"HALF_UP": "1.01", "HALF_EVEN": "1", "DOWN": "1"}),
        ("2.675", "1", {"HALF_UP": "2.68", "HALF_EVEN": "2.68", "DOWN": "2.67"}),
        ("0.004999", "1", {"HALF_UP": "0", "HALF_EVEN": "0", "DOWN": "0"}),
        ("0.000001", "0.000001", {"HALF_UP": "0", "HALF_EVEN": "0", "DOWN": "0"}),
        ("3", "0.333333", {"HALF_UP": "1", "HALF_EVEN": "1", "DOWN": "0.99"}),
        ("5", "0", {"HALF_UP": "0", "HALF_EVEN": "0", "DOWN": "0"}),
        ("99999999999.999", "1", {"HALF_UP": "100000000000", "HALF_EVEN": "100000000000", "DOWN": "99999999999.99"}),
    ],
)  # fmt: skip
def test_an_amount_is_rounded_once_as_the_settings_say(
    serve: Serve, quantity: str, price: str, by_mode: dict[str, str]
) -> None:
    for mode, amount in by_mode.items():
        client = serve(rounding=mode)
        receive(client, mode, quantity, price)
        order(client, (mode, quantity))
        for costing in ("LOT", "AVERAGE", "TOTAL_AVERAGE", "MOVING_AVERAGE"):
            [row] = run(client, "FIFO", costing_method=costing, dry_run=True)["results"]
            assert row["allocated_price"] == D(amount), (mode, costing)
        run(client)
        [row] = written(client.get("/allocation-results", params={"item_code": mode}))["items"]
        assert row["allocated_price"] == amount, mode


@pytest.mark.parametrize(("places", "amount"), [(0, "3"), (2, "3.47"), (4, "3.4661"), (6, "3.466077")])
def test_amounts_have_the_currencys_places(serve: Serve, places: int, amount: str) -> None:
    client = serve(currency_places=places)
    receive(client, "A", 10, "2.345678")
    order(client, ("A", "1.477644"))
    run(client)
    assert written(client.get("/allocation-results"))["items"][0]["allocated_price"] == amount
    assert written(client.get("/allocation-runs/1"))["allocated_price"] == amount


def test_the_largest_amounts_are_exact_to_the_last_place(serve: Serve) -> None:
    client = serve(currency_places=6)
    receive(client, "A", "999999999999.999999", "123456789012.345678")
    receive(client, "B", "999999999999", "999999999999.999999")
    order(client, ("A", "999999999999.999999"), ("B", "999999999999"))
    expected = ["123456789012345677876543.210988", "999999999998999999000000.000001"]
    posted = written(client.post("/allocate", json={"allocation_method": "FIFO"}))
    shown = written(client.get("/allocation-runs/1"))
    for each in (posted, shown):
        assert [row["allocated_price"] for row in each["results"]] == expected
        assert each["allocated_price"] == "1123456789011345676876543.210989"


def test_an_averaged_line_is_rounded_once_and_its_residue_given_out(client: httpx.Client) -> None:
    for price in ("10", "10", "10.01"):
        receive(client, "A", 1, price)
    receive(client, "B", 2, 1)
    receive(client, "B", 1, 2)
    receive(client, "C", 1, "0.01")
    receive(client, "C", 1, "0")
    order(client, ("A", 3), ("B", 2), ("B", 1), ("C", 1), ("C", 1))
    shown = run(client, "AVERAGE")
    # A: 30.01 over three rows. B: 4 ÷ 3 a unit, then 2. C: 0.005 a unit, then 0. Each line is rounded by itself.
    assert amounts(shown) == [D("10.01"), 10, 10, D("2.67"), 2, D("0.01"), 0]
    stored = written(client.get("/allocation-runs/1"))
    assert [row["unit_price"] for row in stored["results"]][:4] == ["10.003333"] * 3 + ["1.333333"]
    assert {row["costing_method"] for row in stored["results"]} == {"AVERAGE"}


def test_the_residue_goes_to_the_largest_remainder(client: httpx.Client) -> None:
    receive(client, "A", "0.4", "0.11")
    receive(client, "A", "0.7", "0.11")
    receive(client, "A", "0.6", "0.11")
    order(client, ("A", "1.7"))
    # 0.044, 0.077, 0.066: together 0.187, so 0.19; cut they are 0.04, 0.07, 0.06.
    assert amounts(run(client, "AVERAGE")) == [D("0.04"), D("0.08"), D("0.07")]


def test_average_looks_at_all_lots_that_pass_date_hold_and_expiry(client: httpx.Client, database: Database) -> None:
    receive(client, "A", 2, 10, location="Tokyo")
    receive(client, "A", 2, 30, location="Osaka")
    receive(client, "A", 9, 99, expiration_date="2026-06-14")
    receive(client, "A", 9, 99, receipt_date="2026-06-16")
    receive(client, "A", 9, 99)
    change(database, "UPDATE inventories SET held = true WHERE id = 5")
    order(client, {"item_code": "A", "quantity": 1, "location": "Tokyo"}, {"item_code": "A", "quantity": 1})
    shown = run(client, "AVERAGE")
    # (2×10 + 2×30) ÷ 4 = 20; when the second line is reached, (1×10 + 2×30) ÷ 3 = 23.333…
    assert amounts(shown) == [20, D("23.33")]


def test_average_counts_inbound_only_when_it_is_included(client: httpx.Client) -> None:
    receive(client, "A", 2, 10)
    receive(client, "A", 2, 30, receipt_date="2026-06-16")
    order(client, ("A", 1))
    assert run(client, "AVERAGE", dry_run=True)["allocated_price"] == 10
    assert run(client, "AVERAGE", dry_run=True, include_inbound=True)["allocated_price"] == 20


def test_the_moving_average_changes_on_receipt_and_not_on_issue(client: httpx.Client) -> None:
    receive(client, "A", 2, 25)
    receive(client, "A", 3, 28)
    order(client, ("A", 4))
    assert run(client, "MOVING_AVERAGE")["allocated_price"] == D("107.2")
    receive(client, "A", 4, 30)
    order(client, ("A", 1))
    assert run(client, "MOVING_AVERAGE", dry_run=True)["allocated_price"] == D("29.36")
    # The dry run has joined nothing; a run of another costing joins and leaves the average as it is.
    assert run(client, "FIFO")["allocated_price"] == 28
    order(client, ("A", 4))
    assert run(client, "MOVING_AVERAGE")["allocated_price"] == D("117.44")


def test_the_moving_average_has_twelve_places(client: httpx.Client) -> None:
    receive(client, "A", 1_000_000, 10)
    receive(client, "A", 2_000_000, "10.01")
    order(client, ("A", 3_000_000))
    shown = run(client, "MOVING_AVERAGE")
    # 10.006666666667 × 3,000,000 = 30,020,000.000001
    assert shown["allocated_price"] == 30_020_000
    assert {row["unit_price"] for row in shown["results"]} == {D("10.006667")}


def test_an_inbound_lot_joins_the_average_before_it_is_priced(client: httpx.Client) -> None:
    receive(client, "A", 1, 10)
    receive(client, "A", 3, 20, receipt_date="2026-07-01")
    order(client, ("A", 2))
    shown = run(client, "MOVING_AVERAGE", include_inbound=True)
    assert (shown["allocated_price"], amounts(shown)) == (35, [D("17.5"), D("17.5")])


def test_the_total_average_of_a_month_opens_with_the_last_ones(client: httpx.Client) -> None:
    receive(client, "A", 10, 10, receipt_date="2020-01-05")
    receive(client, "A", 6, 20, receipt_date="2020-02-03")
    receive(client, "A", 6, 90, receipt_date="2020-02-20")
    for day, quantity, unit_price in (
        ("2020-01-15", 4, 10),
        # (6 × 10 + 6 × 20) ÷ 12: what comes later in the month does not count yet.
        ("2020-02-10", 5, 15),
        # (6 × 10 + 6 × 20 + 6 × 90) ÷ 18: rows of the month itself do not change its opening.
        ("2020-02-28", 2, 40),
        # No receipts in March and April: the last average.
        ("2020-04-01", 1, 40),
    ):
        order(client, ("A", quantity))
        shown = run(client, "TOTAL_AVERAGE", allocation_date=day)
        assert shown["allocated_price"] == unit_price * quantity, day
        assert {row["unit_price"] for row in shown["results"]} == {unit_price}
        assert {row["provisional"] for row in shown["results"]} == {False}


def test_without_any_receipt_the_total_average_is_the_lots_price(client: httpx.Client) -> None:
    receive(client, "A", 1, 10, receipt_date="2026-07-01")
    receive(client, "A", 1, 30, receipt_date="2026-07-02")
    order(client, ("A", 2))
    assert amounts(run(client, "TOTAL_AVERAGE", include_inbound=True)) == [10, 30]


def test_only_the_total_average_of_a_running_month_is_provisional(client: httpx.Client) -> None:
    today = datetime.now(UTC).date()
    receive(client, "A", 10, 10)
    order(client, ("A", 5))
    for costing in ("LOT", "AVERAGE", "TOTAL_AVERAGE", "MOVING_AVERAGE"):
        for day, running in (
            (today, True),
            (today + timedelta(40), True),
            (today.replace(day=1) - timedelta(1), False),
        ):
            shown = run(client, "FIFO", costing_method=costing, allocation_date=day.isoformat(), dry_run=True)
            assert {row["provisional"] for row in shown["results"]} == {running and costing == "TOTAL_AVERAGE"}
    run(client, "TOTAL_AVERAGE", allocation_date=today.isoformat())
    assert exact(client.get("/allocation-results"))["items"][0]["provisional"] is True
    assert exact(client.get("/orders/1"))["lines"][0]["allocations"][0]["provisional"] is True


def test_costing_does_not_change_which_lots_are_taken(client: httpx.Client, database: Database) -> None:
    for price in (30, 20, 10):
        receive(client, "A", 2, price)
    set_item(database, safety_stock=1_000_000)
    order(client, ("A", 6))
    lots = {
        (method, costing): [row["inventory_id"] for row in shown["results"]]
        for method in ("FIFO", "LIFO", "CHEAPEST")
        for costing in (None, "LOT", "AVERAGE", "TOTAL_AVERAGE", "MOVING_AVERAGE")
        for shown in [run(client, method, costing_method=costing, dry_run=True)]
    }
    assert {tuple(taken) for (method, _), taken in lots.items() if method == "FIFO"} == {(1, 2, 3)}
    assert {tuple(taken) for (method, _), taken in lots.items() if method != "FIFO"} == {(3, 2, 1)}
