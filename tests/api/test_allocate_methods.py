"""Each method's order of lots, and the reason each row carries."""

from decimal import Decimal
from typing import Any

import httpx
import pytest
from checks import change, ids, listed, run, short, taken

from builders import order, receive
from hikiate.database import Database

# (quantity, price, receipt, expiry, location); ids 1 … 6. The 2nd and 3rd tie on all but the id.
SHELF: tuple[tuple[int, Any, str, str | None, str | None], ...] = (
    (4, 12, "2026-02-01", "2026-09-01", "Tokyo"),
    (3, 10, "2026-01-01", None, "Osaka"),
    (3, 10, "2026-01-01", None, "Osaka"),
    (5, "9.99", "2026-03-01", "2026-08-01", None),
    (2, 15, "2026-04-01", "2026-08-01", "Kobe"),
    (1, 15, "2025-12-31", "2027-01-01", "Tokyo"),
)
ORDERS_OF_LOTS: tuple[tuple[str, dict[str, Any], list[int], str], ...] = (
    ("FIFO", {}, [6, 2, 3, 1, 4, 5], "oldest-receipt"),
    ("LIFO", {}, [5, 4, 1, 3, 2, 6], "newest-receipt"),
    ("FEFO", {}, [4, 5, 1, 6, 2, 3], "earliest-expiry"),
    ("CHEAPEST", {}, [4, 2, 3, 1, 6, 5], "lowest-price"),
    ("DEAREST", {}, [6, 5, 1, 2, 3, 4], "highest-price"),
    ("LOCATION", {"locations": ["Osaka", "Tokyo"]}, [2, 3, 6, 1, 4, 5], "preferred-location"),
    ("LOCATION", {"locations": ["Kobe", "Nowhere", "Tokyo", "Kobe"]}, [5, 6, 1, 2, 3, 4], "preferred-location"),
    ("LOCATION", {}, [6, 2, 3, 1, 4, 5], "preferred-location"),
    ("FIFO", {"locations": ["Kobe"]}, [6, 2, 3, 1, 4, 5], "oldest-receipt"),
    ("FEWEST_LOTS", {}, [6, 2, 3, 1, 4, 5], "fewest-lots"),
    ("AVERAGE", {}, [6, 2, 3, 1, 4, 5], "oldest-receipt"),
    ("TOTAL_AVERAGE", {}, [6, 2, 3, 1, 4, 5], "oldest-receipt"),
    ("MOVING_AVERAGE", {}, [6, 2, 3, 1, 4, 5], "oldest-receipt"),
)


@pytest.fixture
def shelf(client: httpx.Client) -> None:
    """Receive the six lots."""
    for quantity, price, receipt, expiry, location in SHELF:
        receive(client, "A", quantity, price, receipt_date=receipt, expiration_date=expiry, location=location)


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(("method", "more", "lots", "reason"), ORDERS_OF_LOTS)
def test_lots_are_taken_in_the_methods_order(
    client: httpx.Client, method: str, more: dict[str, Any], lots: list[int], reason: str
) -> None:
    order(client, ("A", 18))
    shown = run(client, method, **more)
    assert taken(shown) == [(1, 1, lot, SHELF[lot - 1][0]) for lot in lots]
    assert {row["reason"] for row in shown["results"]} == {reason}
    assert {row["allocation_method"] for row in shown["results"]} == {method}


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("method", "more", "lots", "reason"), [row for row in ORDERS_OF_LOTS if row[0] != "FEWEST_LOTS"]
)
def test_each_lot_goes_as_far_as_it_goes(
    client: httpx.Client, method: str, more: dict[str, Any], lots: list[int], reason: str
) -> None:
    for _ in range(18):
        order(client, ("A", 1))
    shown = run(client, method, **more)
    assert [row["inventory_id"] for row in shown["results"]] == [lot for lot in lots for _ in range(SHELF[lot - 1][0])]


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        (5, [(4, 5)]),
        ("4.5", [(4, Decimal("4.5"))]),
        (4, [(1, 4)]),
        (3, [(2, 3)]),
        (1, [(6, 1)]),
        (6, [(6, 1), (4, 5)]),
        (7, [(2, 3), (1, 4)]),
        (8, [(2, 3), (4, 5)]),
        (9, [(1, 4), (4, 5)]),
        (10, [(6, 1), (1, 4), (4, 5)]),
        (12, [(2, 3), (1, 4), (4, 5)]),
        (13, [(6, 1), (2, 3), (1, 4), (4, 5)]),
        (18, [(6, 1), (2, 3), (3, 3), (1, 4), (4, 5), (5, 2)]),
        (20, [(6, 1), (2, 3), (3, 3), (1, 4), (4, 5), (5, 2)]),
    ],
)
def test_the_fewest_lots_that_cover_a_line_are_the_first_of_those_sets(
    client: httpx.Client, quantity: Any, expected: list[tuple[int, Any]]
) -> None:
    order(client, ("A", quantity))
    assert [(lot, part) for _, _, lot, part in taken(run(client, "FEWEST_LOTS"))] == expected


@pytest.mark.usefixtures("shelf")
def test_specific_takes_the_first_lot_that_holds_the_line(client: httpx.Client) -> None:
    order(client, ("A", 3), ("A", 3), ("A", 5), ("A", 5))
    shown = run(client, "SPECIFIC")
    assert taken(shown) == [(1, 1, 2, 3), (1, 2, 3, 3), (1, 3, 4, 5)]
    assert {row["reason"] for row in shown["results"]} == {"single-lot"}
    # What is left are lots of 4, 2 and 1: none holds 5, and together they hold more.
    assert short(shown) == {(1, 4): {"no-single-lot": 5}}


@pytest.mark.usefixtures("shelf")
def test_specific_takes_a_named_lot_as_far_as_it_goes(client: httpx.Client) -> None:
    order(client, {"item_code": "A", "quantity": 6, "inventory_id": 4})
    shown = run(client, "SPECIFIC")
    assert taken(shown) == [(1, 1, 4, 5)]
    assert shown["results"][0]["reason"] == "named-lot"
    assert short(shown) == {(1, 1): {"lot-exhausted": 1}}


def test_specific_without_a_lot_that_fills_says_so(client: httpx.Client) -> None:
    receive(client, "A", 3)
    receive(client, "A", 4)
    order(client, ("A", 10))
    shown = run(client, "SPECIFIC")
    assert (taken(shown), short(shown)) == ([], {(1, 1): {"no-single-lot": 7, "no-stock": 3}})


@pytest.mark.usefixtures("shelf")
def test_a_named_lot_or_a_single_lot_is_the_reason_before_the_methods(client: httpx.Client) -> None:
    line = {"item_code": "A", "quantity": 1}
    order(
        client,
        line | {"inventory_id": 1},
        line | {"inventory_id": 1, "single_lot": True},
        line | {"single_lot": True},
        line | {"location": "Kobe"},
    )
    for method, own in (("FEFO", "earliest-expiry"), ("SPECIFIC", "single-lot")):
        shown = run(client, method, dry_run=True)
        assert [row["reason"] for row in shown["results"]] == ["named-lot", "named-lot", "single-lot", own]


def test_a_held_lot_is_not_allocated(client: httpx.Client, database: Database) -> None:
    for quantity in (5, 4):
        receive(client, "A", quantity)
    order(client, ("A", 2))
    run(client)
    change(database, "UPDATE inventories SET held = true WHERE id = 1")
    order(client, ("A", 9))
    shown = run(client)
    assert taken(shown) == [(2, 1, 2, 4)]
    assert short(shown) == {(2, 1): {"held": 3, "no-stock": 2}}
    assert ids(listed(client, "/allocation-results", inventory_id=1)) == [1]


def test_a_lot_counts_under_its_first_reason(client: httpx.Client, database: Database) -> None:
    line = {"item_code": "A", "quantity": 30, "location": "Tokyo", "min_remaining_days": 10}
    receive(client, "A", 1, receipt_date="2026-07-01", expiration_date="2026-06-01")
    receive(client, "A", 2, receipt_date="2026-07-01", expiration_date="2026-06-01")
    receive(client, "A", 3, expiration_date="2026-06-20")
    receive(client, "A", 4, expiration_date="2026-12-31")
    receive(client, "A", 5, location="Tokyo")
    change(database, "UPDATE inventories SET held = true WHERE id = 1")
    order(client, line)
    shown = run(client)
    assert taken(shown) == [(1, 1, 5, 5)]
    assert short(shown) == {
        (1, 1): {"held": 1, "not-yet-received": 2, "expires-too-soon": 3, "wrong-location": 4, "no-stock": 15}
    }
