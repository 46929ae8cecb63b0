"""What becomes of stock: counted, held, let go, kept back; each change of what is on hand is a movement."""

from typing import Any

import httpx
import pytest
from life import Json, done, get, lot, movements, on_hand_is_what_moved, post, problem, refused, rows, state

from builders import allocate, order, receive


def adjust(client: httpx.Client, lot_id: int, change: Any, reason: str = "counted") -> Json:
    """Change what is on hand of a lot."""
    return post(client, f"/inventories/{lot_id}/adjust", {"quantity_change": change, "reason": reason})


def put(client: httpx.Client, item_code: str, **settings: Any) -> Json:
    """Set an item."""
    return done(client.put(f"/items/{item_code}", json=settings))


def test_each_change_of_what_is_on_hand_is_a_movement(client: httpx.Client) -> None:
    receive(client, "A", "10.5")
    order(client, ("A", 4))
    allocate(client)
    answer = adjust(client, 1, "-0.5", "棚卸")
    assert (answer["quantity"], answer["allocated_quantity"], answer["available_quantity"]) == (10, 4, 6)
    post(client, "/allocation-results/1/ship", {"quantity": 1})
    post(client, "/allocation-results/1/release", {"quantity": 1})
    post(client, "/orders/1/ship")
    adjust(client, 1, 3, "found")
    assert movements(client, 1) == [
        ("receipt", 10.5, None, None),
        ("adjustment", -0.5, "棚卸", None),
        ("shipment", -1, None, 2),
        ("shipment", -2, None, 1),
        ("adjustment", 3, "found", None),
    ]
    assert lot(client, 1) == (10, 0, 10)
    assert on_hand_is_what_moved(client, 1)
    page = get(client, "/inventories/1/movements", limit=2)
    assert [row["quantity_change"] for row in page["items"]] == [3, -2]
    rest = get(client, "/inventories/1/movements", limit=2, cursor=page["next_cursor"])
    assert [row["quantity_change"] for row in rest["items"]] == [-1, -0.5]
    problem(client.get("/inventories/2/movements"), 404, "not-found")


def test_a_lot_received_empty_has_a_movement_too(client: httpx.Client) -> None:
    receive(client, "A", 0)
    assert movements(client, 1) == [("receipt", 0, None, None)]
    adjust(client, 1, 2)
    assert lot(client, 1) == (2, 0, 2)


def test_a_lot_is_never_adjusted_below_what_is_allocated(client: httpx.Client) -> None:
    receive(client, "A", 10)
    order(client, ("A", 4))
    allocate(client)
    body = {"quantity_change": "-6.000001", "reason": "lost"}
    problem(client.post("/inventories/1/adjust", json=body), 409, "below-allocated")
    assert lot(client, 1) == (10, 4, 6)
    adjust(client, 1, -6)
    assert lot(client, 1) == (4, 4, 0)
    post(client, "/orders/1/ship")
    problem(client.post("/inventories/1/adjust", json={"quantity_change": -1, "reason": "x"}), 409, "below-allocated")
    assert lot(client, 1) == (0, 0, 0)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"quantity_change": 0, "reason": "x"}, "/quantity_change"),
        ({"quantity_change": 10**12, "reason": "x"}, "/quantity_change"),
        ({"quantity_change": 999_999_999_999, "reason": "x"}, "/quantity_change"),
        ({"quantity_change": "0.0000001", "reason": "x"}, "/quantity_change"),
        ({"quantity_change": True, "reason": "x"}, "/quantity_change"),
        ({"reason": "x"}, "/quantity_change"),
        ({"quantity_change": 1}, "/reason"),
        ({"quantity_change": 1, "reason": ""}, "/reason"),
        ({"quantity_change": 1, "reason": "a\u0000b"}, "/reason"),
        ({"quantity_change": 1, "reason": "x", "quantity": 2}, "/quantity"),
    ],
)
def test_an_adjustment_that_can_not_be_is_refused(client: httpx.Client, body: Json, pointer: str) -> None:
    receive(client, "A", 10)
    refused(client.post("/inventories/1/adjust", json=body), pointer)
    assert lot(client, 1) == (10, 0, 10)
    problem(client.post("/inventories/2/adjust", json={"quantity_change": 1, "reason": "x"}), 404, "not-found")


def test_a_held_lot_keeps_what_is_allocated_and_gives_nothing_more(client: httpx.Client) -> None:
    receive(client, "A", 10)
    receive(client, "A", 1)
    order(client, ("A", 4))
    allocate(client)
    assert post(client, "/inventories/1/hold")["held"] is True
    assert post(client, "/inventories/1/hold")["held"] is True
    assert lot(client, 1) == (10, 4, 6)
    order(client, ("A", 3))
    run = allocate(client)
    assert [(row["inventory_id"], row["allocated_quantity"]) for row in run["results"]] == [(2, 1)]
    assert run["shortages"][0]["reasons"] == [{"code": "held", "quantity": 2}]
    adjust(client, 1, -6)
    post(client, "/allocation-results/1/release", {"quantity": 1})
    problem(client.post("/allocation-results/1/ship"), 409, "held")
    assert post(client, "/inventories/1/unhold")["held"] is False
    assert post(client, "/inventories/1/unhold")["held"] is False
    post(client, "/allocation-results/1/ship")
    assert allocate(client)["results"][0]["inventory_id"] == 1
    problem(client.post("/inventories/3/hold"), 404, "not-found")
    problem(client.post("/inventories/3/unhold"), 404, "not-found")


def test_an_item_exists_once_a_lot_a_line_or_a_put_names_it(client: httpx.Client) -> None:
    problem(client.get("/items/A"), 404, "not-found")
    receive(client, "B", 1)
    order(client, ("C", 1))
    created = put(client, "A b+c%", safety_stock="2.5", quantity_step="0.5")
    assert (created["item_code"], created["safety_stock"], created["quantity_step"]) == ("A b+c%", 2.5, 0.5)
    assert done(client.get("/items/A b+c%25")) == created
    plain = get(client, "/items/C")
    assert (plain["safety_stock"], plain["quantity_step"]) == (0, None)
    assert [item["item_code"] for item in get(client, "/items")["items"]] == ["A b+c%", "B", "C"]


def test_a_put_sets_what_it_leaves_out_to_the_default(client: httpx.Client) -> None:
    put(client, "A", safety_stock=3, quantity_step=2)
    assert put(client, "A")["safety_stock"] == 0
    again = put(client, "A", quantity_step=None, safety_stock=1)
    assert (again["safety_stock"], again["quantity_step"]) == (1, None)
    for body, pointer in (
        ({"safety_stock": -1}, "/safety_stock"),
        ({"quantity_step": 0}, "/quantity_step"),
        ({"quantity_step": "0.0000001"}, "/quantity_step"),
        ({"step": 1}, "/step"),
    ):
        refused(client.put("/items/A", json=body), pointer)
    for code in ("%20A", "A%09B", "x" * 65):
        refused(client.put(f"/items/{code}", json={}), "/item_code")
    assert get(client, "/items/A") == again


@pytest.mark.parametrize("blank", ["\u3000", "\u00a0", "\u200d"])
def test_items_are_listed_page_by_page_whatever_their_codes(client: httpx.Client, blank: str) -> None:
    codes = ["A", f"B{blank}1", f"B{blank}2", "Z", "あ"]
    for code in codes:
        put(client, code)
    found: list[str] = []
    cursor: dict[str, str] = {}
    for _ in codes:
        page = get(client, "/items", limit=1, **cursor)
        found += [item["item_code"] for item in page["items"]]
        cursor = {"cursor": page["next_cursor"]}
    assert found == codes
    assert cursor == {"cursor": None}


def test_safety_stock_is_kept_back_until_it_is_lowered(client: httpx.Client) -> None:
    receive(client, "A", 10)
    put(client, "A", safety_stock=7)
    order(client, ("A", 5))
    run = allocate(client)
    assert run["results"][0]["allocated_quantity"] == 3
    assert run["shortages"][0]["reasons"] == [{"code": "safety-stock", "quantity": 2}]
    post(client, "/orders/1/ship")
    assert allocate(client)["results"] == []
    put(client, "A", safety_stock="6.5")
    assert allocate(client)["results"][0]["allocated_quantity"] == 0.5
    put(client, "A")
    assert allocate(client)["results"][0]["allocated_quantity"] == 1.5
    assert state(client, 1) == ("allocated", [(5, 2, 3, 0)])


@pytest.mark.parametrize(("step", "shares"), [(None, [3, 2, 2]), (2, [2, 2, 2]), ("0.5", [2.5, 2.5, 2])])
def test_scarce_stock_is_shared_in_the_steps_of_the_item(client: httpx.Client, step: Any, shares: list[Any]) -> None:
    """7 for three orders of 6 are 2⅓ each, rounded down to the step; in twos the 1 that is left is no whole step."""
    receive(client, "A", 7)
    put(client, "A", quantity_step=step)
    for _ in range(3):
        order(client, ("A", 6))
    run = allocate(client, scarcity="fair_share")
    assert [row["allocated_quantity"] for row in run["results"]] == shares
    assert sum(row["allocated_quantity"] for row in rows(client)) == sum(shares)
