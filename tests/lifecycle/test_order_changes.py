"""PATCH of an order: what may change, what may not, and what follows from it."""

import httpx
import pytest
from life import Json, done, post, problem, refused, shown, state

from builders import allocate, order, receive


def change(client: httpx.Client, body: Json, order_id: int = 1) -> Json:
    """Change an order."""
    return done(client.patch(f"/orders/{order_id}", json=body))


def line(**changes: object) -> Json:
    """Return the body that changes line 1."""
    return {"lines": [{"line_no": 1, **changes}]}


OPTIONS = {
    "inventory_id": 1,
    "lot_number": "L1",
    "location": "東京",
    "min_remaining_days": 30,
    "single_lot": True,
    "no_date_reversal": True,
}
CLEARED = {
    "inventory_id": None,
    "lot_number": None,
    "location": None,
    "min_remaining_days": None,
    "single_lot": False,
    "no_date_reversal": False,
}


def test_what_is_left_out_stays_and_null_clears(client: httpx.Client) -> None:
    receive(client, "A", 5, lot_number="L1", location="東京")
    order(client, {"item_code": "A", "quantity": 5, **OPTIONS}, priority=7, requested_date="2026-07-01")
    before = shown(client, 1)
    assert change(client, {}) == before
    assert change(client, {"lines": []}) == before
    assert change(client, line()) == before
    cleared = change(client, {"priority": None, "requested_date": None, **line(**dict.fromkeys(CLEARED))})
    assert (cleared["priority"], cleared["requested_date"]) == (0, None)
    assert {name: cleared["lines"][0][name] for name in CLEARED} == CLEARED
    assert shown(client, 1) == cleared
    restored = change(client, {"priority": "7", "requested_date": "2026-07-01", **line(**OPTIONS)})
    assert restored == before


@pytest.mark.parametrize(("name", "value"), [*OPTIONS.items(), ("quantity", 4)])
def test_one_field_changes_alone(client: httpx.Client, name: str, value: object) -> None:
    receive(client, "A", 5, lot_number="L1")
    order(client, ("A", 5), ("A", 5))
    before = shown(client, 1)
    after = change(client, line(**{name: value}))
    assert after["lines"][0][name] == value
    assert after["lines"][1] == before["lines"][1]
    unchanged = before["lines"][0].keys() - {name, "open_quantity"}
    assert all(after["lines"][0][field] == before["lines"][0][field] for field in unchanged)


def test_a_changed_order_is_served_by_its_new_words(client: httpx.Client) -> None:
    receive(client, "A", 5, location="東京")
    receive(client, "A", 5, location="大阪")
    first = order(client, ("A", 4))
    order(client, ("A", 4))
    change(client, {"priority": -1, **line(location="大阪")}, first["id"])
    run = allocate(client)
    assert [(row["order_id"], row["inventory_id"]) for row in run["results"]] == [(2, 1), (1, 2)]


def test_a_line_that_grows_opens_again_and_one_that_shrinks_closes(client: httpx.Client) -> None:
    receive(client, "A", 20)
    order(client, ("A", 4))
    allocate(client)
    post(client, "/orders/1/ship", {"lines": [{"line_no": 1, "quantity": 1}]})
    change(client, line(quantity="6.5"))
    assert shown(client, 1)["lines"][0]["open_quantity"] == 2.5
    assert state(client, 1)[0] == "partially_allocated"
    assert allocate(client)["results"][0]["allocated_quantity"] == 2.5
    assert state(client, 1)[0] == "allocated"
    post(client, "/orders/1/ship")
    change(client, line(quantity=7))
    assert shown(client, 1)["status"] == "partially_allocated"
    change(client, line(quantity="6.5"))
    assert shown(client, 1)["status"] == "shipped"


def test_a_line_never_gets_less_than_it_holds_and_has_shipped(client: httpx.Client) -> None:
    receive(client, "A", 4)
    order(client, ("A", 9), ("A", 1))
    allocate(client)
    post(client, "/orders/1/ship", {"lines": [{"line_no": 1, "quantity": 1}]})
    answer = client.patch("/orders/1", json={"priority": 9, **line(quantity="3.999999")})
    assert refused(answer, "/lines/0/quantity")
    assert shown(client, 1)["priority"] == 0
    assert change(client, line(quantity=4))["lines"][0]["open_quantity"] == 0


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (line(quantity=0), "/lines/0/quantity"),
        (line(quantity=None), "/lines/0/quantity"),
        (line(quantity="1.0000001"), "/lines/0/quantity"),
        (line(quantity=10**12), "/lines/0/quantity"),
        (line(inventory_id=99), "/lines/0/inventory_id"),
        (line(inventory_id=2), "/lines/0/inventory_id"),
        (line(single_lot="yes"), "/lines/0/single_lot"),
        (line(min_remaining_days=-1), "/lines/0/min_remaining_days"),
        (line(item_code="B"), "/lines/0/item_code"),
        ({"lines": [{"line_no": 3}]}, "/lines/0/line_no"),
        ({"lines": [{"line_no": 2}, {"line_no": 2}]}, "/lines/1/line_no"),
        ({"lines": [{"quantity": 1}]}, "/lines/0/line_no"),
        ({"lines": None}, "/lines"),
        ({"priority": 1.5}, "/priority"),
        ({"priority": True}, "/priority"),
        ({"requested_date": "2026-7-1"}, "/requested_date"),
        ({"customer": "other"}, "/customer"),
        ({"status": "shipped"}, "/status"),
    ],
)
def test_what_can_not_be_is_refused_where_it_stands(client: httpx.Client, body: Json, pointer: str) -> None:
    receive(client, "A", 1)
    receive(client, "B", 1)
    order(client, ("A", 5), ("A", 5))
    before = shown(client, 1)
    refused(client.patch("/orders/1", json=body), pointer)
    assert shown(client, 1) == before
    problem(client.patch("/orders/2", json={}), 404, "not-found")
