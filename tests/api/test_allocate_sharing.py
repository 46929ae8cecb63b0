"""Scarce stock: fair shares and safety stock."""

from decimal import Decimal
from typing import Any

import httpx
import pytest
from checks import run, set_item, short, taken

from builders import order, receive
from hikiate.database import Database

D = Decimal
COMPLETE = {"fulfilment": "complete"}


@pytest.mark.parametrize(
    ("stock", "step", "orders", "given"),
    [
        # Enough for all: nothing is shared.
        (20, None, [5, 5, 10], [5, 5, 10]),
        (100, None, [60, 60, 80], [30, 30, 40]),
        # Thirds: the remainder goes one by one to the largest fractions, ties in demand order.
        (10, None, [5, 5, 5], [4, 3, 3]),
        (11, None, [5, 5, 5], [4, 4, 3]),
        (10, None, [3, 6, 9], [2, 3, 5]),
        (1, None, [9, 9, 9], [1, 0, 0]),
        (0, None, [9, 9], [0, 0]),
        # The finest decimal among the lines and lots is the step.
        (1, None, ["0.5", "0.5", "0.5"], ["0.4", "0.3", "0.3"]),
        ("1.00", None, [1, 1, 1], [1, 0, 0]),
        ("0.000002", None, ["0.000001", "0.000001", "0.000001"], ["0.000001", "0.000001", 0]),
        # A step of the item's own.
        (20, 5, [12, 12, 12], [10, 5, 5]),
        (10, D("2.5"), [6, 6], [5, 5]),
        # Low priority shares as high priority does.
        (10, None, [(10, {"priority": -5}), (10, {"priority": 5})], [5, 5]),
    ],
)
def test_scarce_stock_is_shared(
    client: httpx.Client, database: Database, stock: Any, step: Any, orders: list[Any], given: list[Any]
) -> None:
    receive(client, "A", stock)
    if step:
        set_item(database, quantity_step=int(step * 10**6))
    for entry in orders:
        quantity, more = entry if isinstance(entry, tuple) else (entry, {})
        order(client, ("A", quantity), **more)
    shown = run(client, scarcity="fair_share")
    shares: dict[int, Any] = {}
    for order_id, _, _, quantity in taken(shown):
        shares[order_id] = shares.get(order_id, 0) + quantity
    assert [shares.get(number, 0) for number, _ in enumerate(orders, start=1)] == [D(each) for each in given]
    for reasons in short(shown).values():
        assert set(reasons) <= {"fair-share", "all-allocated", "no-stock"}


def test_what_is_left_after_the_shares_is_given_in_whole_steps(client: httpx.Client, database: Database) -> None:
    receive(client, "A", 19)
    for _ in range(3):
        order(client, ("A", 12))
    set_item(database, quantity_step=5_000_000)
    assert [quantity for *_, quantity in taken(run(client, scarcity="fair_share"))] == [5, 5, 5]


def test_a_share_never_exceeds_what_a_line_asks_for(client: httpx.Client, database: Database) -> None:
    receive(client, "A", 5)
    for _ in range(3):
        order(client, ("A", 3))
    set_item(database, quantity_step=5_000_000)
    for dry_run in (True, False):
        shown = run(client, scarcity="fair_share", dry_run=dry_run)
        assert all(quantity <= 3 for *_, quantity in taken(shown))
        assert shown["allocated_quantity"] <= 5
        assert shown["allocated_quantity"] + shown["short_quantity"] == 9
        assert all(sum(reasons.values()) > 0 for reasons in short(shown).values())


def test_what_a_share_cannot_use_goes_to_the_others_by_sequence(client: httpx.Client) -> None:
    receive(client, "A", 2, location="Tokyo")
    receive(client, "A", 8)
    order(client, {"item_code": "A", "quantity": 10, "location": "Tokyo"})
    order(client, ("A", 10))
    order(client, ("A", 10))
    shown = run(client, scarcity="fair_share")
    given: dict[int, Any] = {}
    for order_id, _, _, quantity in taken(shown):
        given[order_id] = given.get(order_id, 0) + quantity
    # Shares are 4, 3, 3; the first can use 2 of its 4, and the next in line takes the other 2.
    assert given == {1: 2, 2: 5, 3: 3}


def test_who_must_be_whole_takes_nothing_of_a_share_that_is_too_small(client: httpx.Client) -> None:
    receive(client, "A", 10)
    order(client, ("A", 8), **COMPLETE)
    order(client, {"item_code": "A", "quantity": 6, "single_lot": True})
    order(client, ("A", 6))
    shown = run(client, scarcity="fair_share")
    # Shares are 4, 3, 3: only the third takes one; of the 7 left the first can't be filled, the second can.
    assert sorted(taken(shown)) == [(2, 1, 1, 6), (3, 1, 1, 4)]
    assert set(short(shown)) == {(1, 1), (3, 1)}


def test_items_are_shared_one_by_one(client: httpx.Client) -> None:
    receive(client, "A", 10)
    receive(client, "B", 100)
    order(client, ("A", 10), ("B", 7))
    order(client, ("A", 10), ("B", 7))
    shown = run(client, scarcity="fair_share")
    assert taken(shown) == [(1, 1, 1, 5), (1, 2, 2, 7), (2, 1, 1, 5), (2, 2, 2, 7)]
    assert short(shown) == {(1, 1): {"fair-share": 5}, (2, 1): {"fair-share": 5}}


def test_safety_stock_is_kept_from_every_line(client: httpx.Client, database: Database) -> None:
    receive(client, "A", 6)
    receive(client, "A", 4)
    receive(client, "A", 9, expiration_date="2026-06-14")
    set_item(database, safety_stock=3_000_000)
    order(client, ("A", 5))
    order(client, {"item_code": "A", "quantity": 5, "inventory_id": 2})
    shown = run(client)
    assert taken(shown) == [(1, 1, 1, 5), (2, 1, 2, 2)]
    assert short(shown) == {(2, 1): {"safety-stock": 2, "lot-exhausted": 1}}


def test_safety_stock_above_the_stock_keeps_it_all(client: httpx.Client, database: Database) -> None:
    receive(client, "A", 5)
    set_item(database, safety_stock=8_000_000)
    order(client, ("A", 7))
    for scarcity in ("sequence", "fair_share"):
        shown = run(client, scarcity=scarcity, dry_run=True)
        assert (taken(shown), short(shown)[1, 1]["safety-stock"]) == ([], 5)


def test_safety_stock_leaves_less_to_share(client: httpx.Client, database: Database) -> None:
    receive(client, "A", 10)
    set_item(database, safety_stock=4_000_000)
    order(client, ("A", 8))
    order(client, ("A", 4))
    assert taken(run(client, scarcity="fair_share")) == [(1, 1, 1, 4), (2, 1, 1, 2)]


def test_safety_stock_can_break_a_complete_order(client: httpx.Client, database: Database) -> None:
    receive(client, "A", 10)
    set_item(database, safety_stock=1_000_000)
    order(client, ("A", 10), **COMPLETE)
    order(client, {"item_code": "A", "quantity": 10, "single_lot": True})
    order(client, ("A", 9))
    shown = run(client)
    assert taken(shown) == [(3, 1, 1, 9)]
    assert short(shown) == {
        (1, 1): {"order-must-be-complete": 9, "safety-stock": 1},
        (2, 1): {"safety-stock": 1, "no-single-lot": 9},
    }
