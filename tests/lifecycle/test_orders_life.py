"""What becomes of an order: released, shipped, cancelled, changed, in whole and in part."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest
from life import (
    Json,
    brief,
    done,
    lot,
    movements,
    on_hand_is_what_moved,
    post,
    problem,
    refused,
    rows,
    shown,
    state,
)

from builders import allocate, order, receive

Step = Callable[[httpx.Client], Any]


def _post(action: str, quantity: int | None = None) -> Step:
    body = None if quantity is None else {"lines": [{"line_no": 1, "quantity": quantity}]}
    return lambda client: post(client, f"/orders/1/{action}", body)


def _allocate(client: httpx.Client) -> None:
    allocate(client)


def _more_stock(client: httpx.Client) -> None:
    receive(client, "A", 10)


def _set_quantity(quantity: int) -> Step:
    return lambda client: done(
        client.patch("/orders/1", json={"lines": [{"line_no": 1, "quantity": quantity}]}),
    )


SHIP, RELEASE, CANCEL = _post("ship"), _post("release"), _post("cancel")
# An order of 10 and a lot of 6: what happens, and the status after it.
LIVES: list[tuple[list[Step], str]] = [
    ([], "open"),
    ([_allocate], "partially_allocated"),
    ([_allocate, RELEASE], "open"),
    ([_allocate, _post("release", 2)], "partially_allocated"),
    ([_allocate, SHIP], "partially_allocated"),
    ([_allocate, _post("ship", 2), RELEASE], "partially_allocated"),
    ([_allocate, _set_quantity(6)], "allocated"),
    ([_allocate, SHIP, _set_quantity(6)], "shipped"),
    ([_more_stock, _allocate], "allocated"),
    ([_more_stock, _allocate, _post("ship", 9)], "allocated"),
    ([_more_stock, _allocate, SHIP], "shipped"),
    ([_more_stock, _allocate, SHIP, _set_quantity(11)], "partially_allocated"),
    ([_more_stock, _allocate, _set_quantity(11)], "partially_allocated"),
    ([_more_stock, _allocate, RELEASE], "open"),
    ([CANCEL], "cancelled"),
    ([_allocate, CANCEL], "cancelled"),
    ([_allocate, SHIP, CANCEL], "cancelled"),
    ([_more_stock, _allocate, _post("ship", 9), CANCEL], "cancelled"),
    ([CANCEL, CANCEL], "cancelled"),
]


@pytest.mark.parametrize(("steps", "status"), LIVES)
def test_the_status_follows_from_the_lines(client: httpx.Client, steps: list[Step], status: str) -> None:
    receive(client, "A", 6)
    order(client, ("A", 10))
    for step in steps:
        step(client)
    seen = shown(client, 1)
    [line] = seen["lines"]
    assert seen["status"] == status
    assert seen["allocated"] is (status in ("allocated", "shipped"))
    given = line["allocated_quantity"] + line["shipped_quantity"]
    assert line["open_quantity"] == (0 if status == "cancelled" else line["quantity"] - given)
    assert sum(row["allocated_quantity"] for row in line["allocations"]) == given
    assert on_hand_is_what_moved(client, 1)


@pytest.mark.parametrize("action", ["release", "ship"])
def test_a_part_is_split_off_with_its_share_of_the_amount_and_the_rest_keeps_the_id(
    client: httpx.Client, action: str
) -> None:
    """3 at 3.333333 are 10.00: 10.00 × 1 ÷ 3 = 3.33; then 6.67 × 1 ÷ 2 = 3.335, which rounds to 3.34."""
    ended = {"release": "released", "ship": "shipped"}[action]
    receive(client, "A", 3, "3.333333")
    order(client, ("A", 3))
    allocate(client)
    first = post(client, f"/allocation-results/1/{action}", {"quantity": 1})
    assert (first["id"], first["allocated_quantity"], first["allocated_price"]) == (1, 2, Decimal("6.67"))
    assert first["status"] == "allocated"
    second = post(client, f"/allocation-results/1/{action}", {"quantity": "1"})
    assert (second["id"], second["allocated_quantity"], second["allocated_price"]) == (1, 1, Decimal("3.33"))
    assert brief(client) == [
        (1, 1, 1, Decimal("3.33"), "allocated"),
        (2, 1, 1, Decimal("3.33"), ended),
        (3, 1, 1, Decimal("3.34"), ended),
    ]
    third = post(client, f"/allocation-results/1/{action}")
    assert (third["id"], third["status"], third["allocated_price"]) == (1, ended, Decimal("3.33"))
    problem(client.post(f"/allocation-results/1/{action}"), 409, "not-allocated")
    assert sum(row["allocated_price"] for row in rows(client)) == 10
    for name in ("run_id", "order_id", "line_no", "unit_price", "reason", "allocation_date", "costing_method"):
        assert len({row[name] for row in rows(client)}) == 1


def test_what_is_shipped_leaves_and_what_is_released_can_be_allocated_again(client: httpx.Client) -> None:
    receive(client, "A", 10)
    order(client, ("A", 10))
    allocate(client)
    post(client, "/orders/1/ship", {"lines": [{"line_no": 1, "quantity": "2.5"}]})
    assert lot(client, 1) == (Decimal("7.5"), Decimal("7.5"), 0)
    post(client, "/orders/1/release", {"lines": [{"line_no": 1, "quantity": 3}]})
    assert lot(client, 1) == (Decimal("7.5"), Decimal("4.5"), 3)
    assert state(client, 1) == ("partially_allocated", [(10, Decimal("4.5"), Decimal("2.5"), 3)])
    assert movements(client, 1) == [("receipt", 10, None, None), ("shipment", Decimal("-2.5"), None, 2)]
    again = allocate(client)
    assert [(row["order_id"], row["allocated_quantity"]) for row in again["results"]] == [(1, 3)]


def test_an_order_is_settled_in_the_order_allocated(client: httpx.Client) -> None:
    """LIFO takes the newest lot first; what goes first is what was allocated first, whatever its lot."""
    for day in ("2026-01-01", "2026-01-02", "2026-01-03"):
        receive(client, "A", 4, receipt_date=day)
    order(client, ("A", 12), ("A", 1))
    allocate(client, "LIFO")
    post(client, "/orders/1/ship", {"lines": [{"line_no": 1, "quantity": 6}]})
    assert [(row["inventory_id"], row["allocated_quantity"]) for row in rows(client, status="shipped")] == [
        (3, 4),
        (2, 2),
    ]
    post(client, "/orders/1/release", {"lines": [{"line_no": 1, "quantity": 3}]})
    assert [(row["inventory_id"], row["allocated_quantity"]) for row in rows(client, status="released")] == [
        (2, 2),
        (1, 1),
    ]
    assert state(client, 1) == ("partially_allocated", [(12, 3, 6, 3), (1, 0, 0, 1)])
    assert on_hand_is_what_moved(client, 1, 2, 3)


def test_lines_are_settled_each_by_itself_and_all_without_a_quantity(client: httpx.Client) -> None:
    receive(client, "A", 10)
    receive(client, "B", 10)
    order(client, ("A", 2), ("B", 3), ("A", 4))
    allocate(client)
    answer = post(client, "/orders/1/ship", {"lines": [{"line_no": 3}, {"line_no": 2, "quantity": 1}]})
    assert [line["shipped_quantity"] for line in answer["lines"]] == [0, 1, 4]
    assert state(client, 1) == ("allocated", [(2, 2, 0, 0), (3, 2, 1, 0), (4, 0, 4, 0)])
    post(client, "/orders/1/release", {"lines": None})
    assert state(client, 1) == ("partially_allocated", [(2, 0, 0, 2), (3, 0, 1, 2), (4, 0, 4, 0)])


@pytest.mark.parametrize("action", ["release", "ship"])
def test_a_line_unknown_repeated_or_with_too_little_is_refused_and_nothing_is_done(
    client: httpx.Client, action: str
) -> None:
    receive(client, "A", 5)
    order(client, ("A", 5), ("B", 1))
    allocate(client)
    before = brief(client)

    def lines(*named: Json) -> httpx.Response:
        return client.post(f"/orders/1/{action}", json={"lines": list(named)})

    one = {"line_no": 1, "quantity": 1}
    assert refused(lines(one, {"line_no": 3}), "/lines/1/line_no") == ["unknown-line"]
    assert refused(lines(one, one), "/lines/1/line_no") == ["repeated-line"]
    assert refused(lines(one, {"line_no": 2}), "/lines/1/line_no") == ["not-allocated"]
    assert refused(lines({"line_no": 1, "quantity": "5.000001"}), "/lines/0/quantity") == ["more-than-allocated"]
    assert refused(lines({"line_no": 9}, {"line_no": 2}), "/lines/0/line_no", "/lines/1/line_no")
    for body, pointer in (
        ({"lines": []}, "/lines"),
        ({"lines": [{"line_no": 1, "quantity": 0}]}, "/lines/0/quantity"),
        ({"lines": [{"line_no": 1, "quantity": -1}]}, "/lines/0/quantity"),
        ({"lines": [{"line_no": 1, "quantity": True}]}, "/lines/0/quantity"),
        ({"lines": [{"line_no": 0}]}, "/lines/0/line_no"),
        ({"lines": [{"quantity": 1}]}, "/lines/0/line_no"),
        ({"lines": [{"line_no": 1, "amount": 1}]}, "/lines/0/amount"),
        ({"quantity": 1}, "/quantity"),
    ):
        refused(client.post(f"/orders/1/{action}", json=body), pointer)
    for quantity in ("5.1", 10**12, "1.0000001", 0, "x"):
        refused(client.post(f"/allocation-results/1/{action}", json={"quantity": quantity}), "/quantity")
    problem(client.post(f"/orders/2/{action}"), 404, "not-found")
    problem(client.post(f"/allocation-results/9/{action}"), 404, "not-found")
    assert brief(client) == before
    assert state(client, 1) == ("partially_allocated", [(5, 5, 0, 0), (1, 0, 0, 1)])


@pytest.mark.parametrize("action", ["release", "ship"])
def test_what_holds_nothing_can_not_be_settled(client: httpx.Client, action: str) -> None:
    receive(client, "A", 5)
    order(client, ("A", 5))
    problem(client.post(f"/orders/1/{action}"), 409, "not-allocated")
    allocate(client)
    post(client, f"/orders/1/{action}")
    problem(client.post(f"/orders/1/{action}"), 409, "not-allocated")
    problem(client.post("/allocation-results/1/release"), 409, "not-allocated")
    problem(client.post("/allocation-results/1/ship", json={"quantity": 1}), 409, "not-allocated")
    refused(client.post(f"/orders/1/{action}", json={"lines": [{"line_no": 1}]}), "/lines/0/line_no")


def test_one_held_lot_keeps_a_whole_order_from_leaving(client: httpx.Client) -> None:
    receive(client, "A", 2)
    receive(client, "A", 2)
    receive(client, "B", 2)
    order(client, ("B", 2), ("A", 4))
    allocate(client)
    post(client, "/inventories/2/hold")
    before = brief(client)
    problem(client.post("/orders/1/ship"), 409, "held")
    problem(client.post("/orders/1/ship", json={"lines": [{"line_no": 1}, {"line_no": 2}]}), 409, "held")
    problem(client.post("/allocation-results/3/ship"), 409, "held")
    assert brief(client) == before
    assert [lot(client, lot_id) for lot_id in (1, 2, 3)] == [(2, 2, 0)] * 3
    post(client, "/orders/1/ship", {"lines": [{"line_no": 1}, {"line_no": 2, "quantity": 2}]})
    post(client, "/allocation-results/3/release", {"quantity": 1})
    post(client, "/inventories/2/unhold")
    assert post(client, "/orders/1/ship")["lines"][1]["shipped_quantity"] == 3


def test_a_lot_not_yet_received_can_not_leave(client: httpx.Client) -> None:
    receive(client, "A", 5, receipt_date="2999-01-01")
    receive(client, "B", 5)
    order(client, ("B", 5), ("A", 5))
    allocate(client, include_inbound=True)
    problem(client.post("/orders/1/ship"), 409, "not-yet-received")
    problem(client.post("/allocation-results/2/ship", json={"quantity": 1}), 409, "not-yet-received")
    assert state(client, 1) == ("allocated", [(5, 5, 0, 0), (5, 5, 0, 0)])
    assert movements(client, 1) == [("receipt", 5, None, None)]
    post(client, "/orders/1/ship", {"lines": [{"line_no": 1}]})
    post(client, "/allocation-results/2/release")


def test_cancelling_gives_everything_back_but_what_has_left(client: httpx.Client) -> None:
    receive(client, "A", 10)
    order(client, ("A", 8), ("B", 1))
    allocate(client)
    post(client, "/orders/1/ship", {"lines": [{"line_no": 1, "quantity": 3}]})
    post(client, "/inventories/1/hold")
    answer = post(client, "/orders/1/cancel")
    assert (answer["status"], answer["allocated"]) == ("cancelled", False)
    assert state(client, 1) == ("cancelled", [(8, 0, 3, 0), (1, 0, 0, 0)])
    assert lot(client, 1) == (7, 0, 7)
    assert [row["status"] for row in rows(client)] == ["released", "shipped"]
    assert post(client, "/orders/1/cancel") == answer
    problem(client.patch("/orders/1", json={"priority": 1}), 409, "already-cancelled")
    problem(client.post("/orders/1/ship"), 409, "not-allocated")
    problem(client.post("/orders/1/release"), 409, "not-allocated")
    assert allocate(client, order_ids=[1])["lines"] == 0
    problem(client.post("/orders/9/cancel"), 404, "not-found")


def test_an_order_that_has_left_can_not_be_cancelled(client: httpx.Client) -> None:
    receive(client, "A", 2)
    order(client, ("A", 2))
    allocate(client)
    post(client, "/orders/1/ship")
    problem(client.post("/orders/1/cancel"), 409, "already-shipped")
    assert state(client, 1) == ("shipped", [(2, 0, 2, 0)])
