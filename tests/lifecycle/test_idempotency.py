"""Idempotency-Key: a change that is repeated is made once, and whoever repeats it gets the first answer."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from life import Json, at_once, done, get, lot, post, problem, refused
from sqlalchemy import text

from builders import allocate, order, receive
from hikiate.database import Database

KEY = {"Idempotency-Key": "k-1"}
DUPLICATES = 16

CSV = "item_code,quantity,receipt_date,unit_price\nA,5,2026-01-01,2\n"
ORDERS_CSV = "reference,item_code,quantity\nR1,A,5\n"
LOT = {"item_code": "A", "quantity": 5, "receipt_date": "2026-01-01", "unit_price": 1}


def world(client: httpx.Client) -> None:
    """A lot, an order that holds 4 of it, an order that waits, a queued run, an announced file."""
    receive(client, "A", 10)
    order(client, ("A", 4))
    allocate(client)
    order(client, ("A", 3))
    post(client, "/allocate", {"allocation_method": "FIFO"}, 202, Prefer="respond-async")
    post(client, "/imports", {"kind": "inventories"}, 201)


Request = tuple[str, str, Json | str | None, Json | str | None]
# Every changing route: method, path, a body and another one.
CHANGES: list[Request] = [
    ("POST", "/inventories", LOT, LOT | {"quantity": 6}),
    ("POST", "/inventories/import", CSV, CSV + "B,1,2026-01-01,1\n"),
    ("POST", "/inventories/1/adjust", {"quantity_change": 1, "reason": "x"}, {"quantity_change": 1, "reason": "y"}),
    ("POST", "/inventories/1/hold", None, {}),
    ("POST", "/inventories/1/unhold", None, {}),
    ("PUT", "/items/A", {"safety_stock": 1}, {}),
    ("POST", "/orders", {"item_code": "A", "quantity": 1}, {"item_code": "A", "quantity": 1.0}),
    ("POST", "/orders/import", ORDERS_CSV, ORDERS_CSV.replace("R1", "R2")),
    ("PATCH", "/orders/1", {"priority": 1}, {"priority": 2}),
    ("POST", "/orders/1/cancel", None, {}),
    ("POST", "/orders/1/ship", {"lines": [{"line_no": 1, "quantity": 1}]}, None),
    ("POST", "/orders/1/release", {"lines": [{"line_no": 1, "quantity": 1}]}, None),
    ("POST", "/allocation-results/1/ship", {"quantity": 1}, {"quantity": 2}),
    ("POST", "/allocation-results/1/release", {"quantity": 1}, None),
    ("POST", "/allocate", {"allocation_method": "FIFO"}, {"allocation_method": "LIFO"}),
    ("POST", "/allocation-runs/2/cancel", None, {}),
    ("POST", "/imports", {"kind": "orders"}, {"kind": "inventories"}),
    ("PUT", "/imports/1/file", CSV, CSV.replace("5", "6")),
]
BY_ROUTE = pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change[0]} {change[1]}")


def send(client: httpx.Client, method: str, path: str, body: Json | str | None, **headers: str) -> httpx.Response:
    """Send a body, JSON or CSV, with the key."""
    if isinstance(body, str):
        return client.request(method, path, content=body, headers={**KEY, "Content-Type": "text/csv", **headers})
    return client.request(method, path, json=body, headers={**KEY, **headers})


def audits(client: httpx.Client) -> int:
    """Count the changes."""
    return len(get(client, "/audit", limit=500)["items"])


@BY_ROUTE
def test_a_repeated_change_gets_the_first_answer_and_is_made_once(client: httpx.Client, change: Request) -> None:
    world(client)
    method, path, body, _ = change
    first = send(client, method, path, body)
    assert first.is_success, first.text
    made = audits(client)
    for _ in range(2):
        again = send(client, method, path, body)
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again.headers["content-type"] == first.headers["content-type"]
        assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert audits(client) == made


@BY_ROUTE
def test_another_body_under_the_same_key_is_refused(client: httpx.Client, change: Request) -> None:
    world(client)
    method, path, body, other = change
    assert send(client, method, path, body).is_success
    made = audits(client)
    problem(send(client, method, path, other), 422, "idempotency-mismatch")
    assert audits(client) == made


def test_every_changing_route_is_in_the_table_above(client: httpx.Client) -> None:
    document = get(client, "/openapi.json")
    changing = {
        (method.upper(), path)
        for path, operations in document["paths"].items()
        for method in operations
        if method != "get" and path != "/allocate/compare"
    }
    named = {
        (method, path.replace("/1", "/{id}").replace("/2", "/{id}").replace("/A", "/{item_code}"))
        for method, path, *_ in CHANGES
    }
    assert changing == named


CROWDS: list[tuple[str, str, Json, Callable[[httpx.Client], Any], Any]] = [
    ("POST", "/inventories", LOT, lambda client: len(get(client, "/inventories")["items"]), 2),
    ("POST", "/orders", {"item_code": "A", "quantity": 1}, lambda client: len(get(client, "/orders")["items"]), 3),
    ("POST", "/allocate", {"allocation_method": "FIFO"}, lambda client: lot(client, 1), (10, 7, 3)),
    ("POST", "/orders/1/ship", {"lines": [{"line_no": 1, "quantity": 1}]}, lambda client: lot(client, 1), (9, 3, 6)),
    ("POST", "/allocation-results/1/release", {"quantity": 1}, lambda client: lot(client, 1), (10, 3, 7)),
    ("POST", "/inventories/1/adjust", {"quantity_change": 1, "reason": "x"}, lambda client: lot(client, 1), (11, 4, 7)),
]


@pytest.mark.parametrize(("method", "path", "body", "effect", "expected"), CROWDS, ids=[path for _, path, *_ in CROWDS])
def test_sixteen_at_once_have_one_effect_and_one_answer(
    client: httpx.Client, method: str, path: str, body: Json, effect: Callable[[httpx.Client], Any], expected: Any
) -> None:
    world(client)
    answers = at_once([lambda: send(client, method, path, body)] * DUPLICATES)
    assert {(answer.status_code, answer.content) for answer in answers} == {
        (answers[0].status_code, answers[0].content)
    }
    assert answers[0].is_success
    assert len([answer for answer in answers if "idempotent-replayed" not in answer.headers]) == 1
    assert effect(client) == expected


def test_a_key_is_one_of_its_path_method_and_query_only(client: httpx.Client) -> None:
    receive(client, "A", 5)
    receive(client, "A", 5)
    for path in ("/inventories/1/hold", "/inventories/2/hold", "/inventories/1/unhold"):
        assert "idempotent-replayed" not in send(client, "POST", path, None).headers
    assert done(send(client, "POST", "/inventories/import?on_error=refuse", CSV)) == {
        "accepted": 1,
        "rejected": 0,
        "errors": [],
    }
    assert done(send(client, "POST", "/inventories/import?on_error=skip", CSV))["accepted"] == 1
    assert len(get(client, "/inventories")["items"]) == 4


def test_after_an_error_the_key_is_free(client: httpx.Client) -> None:
    body = {"lines": [{"item_code": "A", "quantity": 1, "inventory_id": 1}]}
    refused(send(client, "POST", "/orders", body), "/lines/0/inventory_id")
    refused(send(client, "POST", "/orders", {"item_code": "A"}), "/quantity")
    receive(client, "A", 5)
    done(send(client, "POST", "/orders", body), 201)
    problem(send(client, "POST", "/orders/1/ship", None), 409, "not-allocated")
    allocate(client)
    assert done(send(client, "POST", "/orders/1/ship", None))["status"] == "shipped"
    assert "idempotent-replayed" in send(client, "POST", "/orders/1/ship", None).headers
    bad = CSV.replace("5", "-5")
    problem(send(client, "POST", "/inventories/import", bad), 422, "validation")
    assert done(send(client, "POST", "/inventories/import", CSV))["accepted"] == 1
    assert "idempotent-replayed" in send(client, "POST", "/inventories/import", CSV).headers


@pytest.mark.parametrize("key", ["k-1", "not a key, for it has blanks"])
def test_dry_runs_neither_read_nor_keep_a_key(client: httpx.Client, key: str) -> None:
    named = {"Idempotency-Key": key}
    world(client)
    body = {"allocation_method": "FIFO", "dry_run": True}
    for _ in range(2):
        assert post(client, "/allocate", body, **named)["dry_run"] is True
        assert post(client, "/allocate", {**body, "max_results": 1}, **named)["id"] is None
        for path in ("/inventories/import?dry_run=true", "/orders/import?dry_run=true"):
            file = CSV if "inventories" in path else ORDERS_CSV
            answer = client.post(path, content=file, headers={**named, "Content-Type": "text/csv"})
            assert done(answer)["accepted"] == 1
    if key == "k-1":
        assert "idempotent-replayed" not in send(client, "POST", "/allocate", {"allocation_method": "FIFO"}).headers
    assert len(get(client, "/inventories")["items"]) == 1


@pytest.mark.parametrize("key", ["", "a b", "k" * 256, "é", "a\tb"])
def test_a_key_that_is_none_is_refused(client: httpx.Client, key: str) -> None:
    answer = client.post(
        "/orders", json={"item_code": "A", "quantity": 1}, headers=[(b"Idempotency-Key", key.encode())]
    )
    refused(answer, "/Idempotency-Key")
    assert get(client, "/orders")["items"] == []


@pytest.mark.parametrize("key", ["k", "!~" * 127 + "k", "0" * 255])
def test_a_key_of_1_to_255_printable_characters_is_one(client: httpx.Client, key: str) -> None:
    for _ in range(2):
        done(client.post("/orders", json={"item_code": "A", "quantity": 1}, headers={"Idempotency-Key": key}), 201)
    assert len(get(client, "/orders")["items"]) == 1


def test_a_key_lives_24_hours(client: httpx.Client, database: Database) -> None:
    def age(interval: str) -> None:
        with database.engine.begin() as connection:
            statement = text("UPDATE idempotency_keys SET created_at = now() - cast(:age AS interval)")
            connection.execute(statement, {"age": interval})

    body = {"item_code": "A", "quantity": 1}
    assert done(send(client, "POST", "/orders", body), 201)["id"] == 1
    age("23 hours 59 minutes")
    assert done(send(client, "POST", "/orders", body), 201)["id"] == 1
    age("24 hours 1 second")
    assert done(send(client, "POST", "/orders", body | {"quantity": 2}), 201)["id"] == 2
