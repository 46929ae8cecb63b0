"""The sample is valid, believable, and the same every time."""

import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from statistics import mean

import pytest

from hikiate.local.sample import INVENTORY_COLUMNS, ORDER_COLUMNS, sample_inventories, sample_orders

Row = dict[str, str]
TODAY = date(2026, 11, 25)
LOCATIONS = {"TOKYO-A", "TOKYO-B", "OSAKA", "NAGOYA", "FUKUOKA"}


@pytest.fixture(scope="module")
def inventories() -> list[Row]:
    return list(sample_inventories(1, TODAY))


@pytest.fixture(scope="module")
def orders() -> list[Row]:
    return list(sample_orders(1, TODAY))


def reference(row: Row) -> str:
    return row["reference"]


def on_hand(inventories: list[Row]) -> dict[str, Decimal]:
    """What each item has on the shelf today, expired or not."""
    total: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in inventories:
        if row["receipt_date"] <= TODAY.isoformat():
            total[row["item_code"]] += Decimal(row["quantity"])
    return total


def demanded(orders: list[Row]) -> dict[str, Decimal]:
    total: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in orders:
        total[row["item_code"]] += Decimal(row["quantity"])
    return total


def fefo_fill_rate(inventories: list[Row], orders: list[Row]) -> Decimal:
    """Serve every order greedily by the contract's rules and return units given ÷ units wanted."""
    lots: defaultdict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(inventories):
        if row["receipt_date"] <= TODAY.isoformat():
            lots[row["item_code"]].append(number)
    # Sorting is stable, and the rows come by receipt date: ties fall to the oldest receipt.
    for numbers in lots.values():
        numbers.sort(key=lambda number: inventories[number]["expiration_date"] or "9999")
    left = [Decimal(row["quantity"]) for row in inventories]
    latest: dict[tuple[str, str], str] = {}
    given = Decimal()
    by_order = [list(lines) for _, lines in groupby(orders, key=reference)]
    by_order.sort(key=lambda lines: (-int(lines[0]["priority"]), lines[0]["requested_date"]))
    for lines in by_order:
        picks: list[tuple[int, Decimal]] = []
        for line in lines:
            wanted = Decimal(line["quantity"])
            after = (TODAY + timedelta(days=int(line["min_remaining_days"] or 0))).isoformat()
            if line["no_date_reversal"]:
                after = max(after, latest.get((line["customer"], line["item_code"]), ""))
            for number in lots[line["item_code"]]:
                lot = inventories[number]
                too_small = line["single_lot"] and left[number] < wanted
                elsewhere = line["location"] not in ("", lot["location"])
                if wanted and not too_small and not elsewhere and (lot["expiration_date"] or "9999") >= after:
                    picks.append((number, min(wanted, left[number])))
                    wanted -= picks[-1][1]
            if wanted and line["fulfilment"] == "complete":
                picks = []
                break
        for number, quantity in picks:
            left[number] -= quantity
            given += quantity
            key = lines[0]["customer"], inventories[number]["item_code"]
            if quantity:
                latest[key] = max(latest.get(key, ""), inventories[number]["expiration_date"])
    return given / sum(demanded(orders).values())


def assert_decimal(text: str, places: int) -> None:
    value = Decimal(text)
    assert "E" not in text
    assert text == text.strip()
    assert 0 <= value < 10**12
    assert value == round(value, places)


def assert_code(text: str) -> None:
    assert 1 <= len(text) <= 64
    assert text == text.strip()
    assert text.isprintable()
    assert "/" not in text


def test_same_seed_same_rows(inventories: list[Row], orders: list[Row]) -> None:
    assert list(sample_inventories(1, TODAY)) == inventories
    assert list(sample_orders(1, TODAY)) == orders


def test_another_seed_or_day_other_rows(inventories: list[Row], orders: list[Row]) -> None:
    for seed, today in ((2, TODAY), (1, TODAY + timedelta(days=1))):
        assert list(sample_inventories(seed, today)) != inventories
        assert list(sample_orders(seed, today)) != orders


def test_hash_randomisation_has_no_say() -> None:
    program = (
        "import datetime, hashlib; from hikiate.local.sample import *; d = datetime.date(2026, 11, 25);"
        "print(hashlib.sha256(repr([*sample_inventories(1, d), *sample_orders(1, d)]).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(digests) == 1


def test_every_inventory_row_is_valid(inventories: list[Row]) -> None:
    for row in inventories:
        assert tuple(row) == INVENTORY_COLUMNS
        assert_code(row["item_code"])
        assert_decimal(row["quantity"], 3)
        assert Decimal(row["quantity"]) > 0
        assert_decimal(row["unit_price"], 2)
        assert len(row["unit_price"].partition(".")[2]) == 2
        received = date.fromisoformat(row["receipt_date"])
        assert -130 <= (received - TODAY).days <= 14
        assert row["location"] in LOCATIONS
        assert bool(row["lot_number"]) == bool(row["expiration_date"])
        if row["expiration_date"]:
            assert date.fromisoformat(row["expiration_date"]) > received
            assert row["lot_number"].startswith(f"L{received:%y-%m%d}-")
    assert len({row["reference"] for row in inventories}) == len(inventories)
    assert {row["location"] for row in inventories} == LOCATIONS


def test_every_order_row_is_valid(inventories: list[Row], orders: list[Row]) -> None:
    stocked = {row["item_code"] for row in inventories}
    for row in orders:
        assert tuple(row) == ORDER_COLUMNS
        assert row["item_code"] in stocked
        assert_decimal(row["quantity"], 3)
        assert Decimal(row["quantity"]) > 0
        assert row["customer"]
        assert row["priority"] in ("0", "5", "9")
        assert -3 <= (date.fromisoformat(row["requested_date"]) - TODAY).days <= 14
        assert row["fulfilment"] in ("partial", "complete")
        assert row["location"] in LOCATIONS | {""}
        assert row["min_remaining_days"] == "" or int(row["min_remaining_days"]) > 0
        assert row["single_lot"] in ("", "true")
        assert row["no_date_reversal"] in ("", "true")


def test_the_rows_of_an_order_agree_and_stand_together(orders: list[Row]) -> None:
    references = [reference for reference, _ in groupby(orders, key=reference)]
    assert references == [f"SO-2026-{number:06d}" for number in range(1, 5001)]
    shared = ("reference", "customer", "priority", "requested_date", "fulfilment")
    assert len({tuple(row[column] for column in shared) for row in orders}) == len(references)
    assert len({(row["reference"], row["item_code"]) for row in orders}) == len(orders)


def test_sizes(inventories: list[Row], orders: list[Row]) -> None:
    lots = Counter(row["item_code"] for row in inventories)
    lines = Counter(row["reference"] for row in orders)
    assert 1_900 <= len(lots) <= 2_100
    assert 1 <= min(lots.values()) <= max(lots.values()) <= 8
    assert len(lines) == 5_000
    assert 1 == min(lines.values()) < max(lines.values()) <= 8
    assert 2.5 <= mean(lines.values()) <= 3.5
    assert 280 <= len({row["customer"] for row in orders}) <= 300


def test_a_few_items_are_scarce(inventories: list[Row], orders: list[Row]) -> None:
    stock = on_hand(inventories)
    scarce = [code for code, wanted in demanded(orders).items() if wanted >= stock[code] * Decimal("1.8")]
    assert 40 <= len(scarce) <= 160


def test_some_items_are_far_more_popular_than_others(orders: list[Row]) -> None:
    lines = sorted(Counter(row["item_code"] for row in orders).values(), reverse=True)
    assert sum(lines[:200]) > 0.3 * sum(lines)
    customers = sorted(Counter(row["customer"] for row in orders).values(), reverse=True)
    assert sum(customers[:30]) > 0.25 * sum(customers)


def test_stock_is_inbound_expired_or_about_to_be(inventories: list[Row]) -> None:
    today, soon = TODAY.isoformat(), (TODAY + timedelta(days=3)).isoformat()
    total = len(inventories)
    dated = [row["expiration_date"] for row in inventories if row["expiration_date"]]
    assert 0.02 * total < sum(row["receipt_date"] > today for row in inventories) < 0.1 * total
    assert 0.005 * total < sum(expires < today for expires in dated) < 0.05 * total
    assert 0.005 * total < sum(today <= expires <= soon for expires in dated) < 0.1 * total
    assert len(dated) < 0.9 * total


def test_what_is_sold_by_weight_has_decimals(inventories: list[Row], orders: list[Row]) -> None:
    for rows, places in ((inventories, 3), (orders, 2)):
        decimals = {row["item_code"]: row["quantity"] for row in rows if "." in row["quantity"]}
        assert len(decimals) > 50
        assert all(code.endswith("-KG") for code in decimals)
        assert max(len(quantity.partition(".")[2]) for quantity in decimals.values()) == places


def test_prices_drift_between_receipts(inventories: list[Row]) -> None:
    prices: defaultdict[str, list[Decimal]] = defaultdict(list)
    for row in inventories:
        prices[row["item_code"]].append(Decimal(row["unit_price"]))
    assert all(max(seen) <= min(seen) * Decimal("1.4") for seen in prices.values())
    assert sum(len(set(seen)) > 1 for seen in prices.values()) > 0.8 * len(prices)


@pytest.mark.parametrize("column", ["location", "min_remaining_days", "single_lot", "no_date_reversal"])
def test_some_lines_ask_for_more(orders: list[Row], column: str) -> None:
    assert 0.01 < mean(bool(row[column]) for row in orders) < 0.15


def test_some_orders_come_first_or_whole(orders: list[Row]) -> None:
    assert 0.03 < mean(row["fulfilment"] == "complete" for row in orders) < 0.15
    assert 0.05 < mean(row["priority"] == "5" for row in orders) < 0.15
    assert 0.01 < mean(row["priority"] == "9" for row in orders) < 0.06


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_most_of_the_demand_can_be_served(seed: int) -> None:
    rate = fefo_fill_rate(list(sample_inventories(seed, TODAY)), list(sample_orders(seed, TODAY)))
    assert Decimal("0.88") < rate < Decimal("0.98")
