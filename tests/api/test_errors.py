"""Errors as a caller sees them: request ids, problems, and nothing of the inside."""

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import structlog
from checks import GOOD, problem
from serving import Serve
from sqlalchemy import text

from builders import order, receive
from hikiate.api import stock
from hikiate.database import Database

GETS = ("/inventories", "/orders", "/allocation-runs", "/allocation-results", "/inventories/1", "/orders/1")
SECRET = "s3cret-in-the-url"


@pytest.fixture
def unreachable() -> Iterator[Database]:
    """A database that nobody runs."""
    database = Database(f"postgresql://somebody:{SECRET}@127.0.0.1:1/nowhere")
    yield database
    database.close()


def test_every_answer_carries_a_request_id_of_its_own(client: httpx.Client) -> None:
    paths = ("/health", "/ready", "/openapi.json", "/docs", "/nothing", "/orders/1", "/inventories", "/orders?x=1")
    found = [client.get(path).headers["x-request-id"] for path in paths * 2]
    assert len(set(found)) == len(found)
    assert all(re.fullmatch(r"[0-9A-Za-z._:-]{16,128}", request_id) for request_id in found)


@pytest.mark.parametrize("given", ["abc", "a" * 128, "A-1_2.3:4", "0", "0af7651916cd43dd8448eb211c80319c"])
def test_a_good_request_id_is_taken_over(client: httpx.Client, given: str) -> None:
    headers = {"X-Request-Id": given}
    assert client.get("/health", headers=headers).headers["x-request-id"] == given
    answers = [
        client.get("/orders/1", headers=headers),
        client.get("/nothing", headers=headers),
        client.delete("/orders", headers=headers),
        client.post("/orders", content="{", headers=headers | {"Content-Type": "application/json"}),
        client.post("/orders", json={}, headers=headers),
        client.post("/orders", content="x", headers=headers | {"Content-Type": "text/plain"}),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 405, 400, 422, 415]
    for answer in answers:
        assert answer.headers["x-request-id"] == given
        assert answer.json()["instance"] == given


@pytest.mark.parametrize("given", ["", "a" * 129, "a b", "a,b", "<script>", "é".encode(), "a/b", "a\tb", "{}"])
def test_a_bad_request_id_is_replaced(client: httpx.Client, given: Any) -> None:
    answer = client.get("/orders/1", headers={"X-Request-Id": given})
    problem(answer, 404, "not-found")
    assert re.fullmatch(r"[0-9a-f]{16,64}", answer.headers["x-request-id"])


def test_the_log_has_the_request_id(client: httpx.Client) -> None:
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as events:
        client.get("/orders/1", headers={"X-Request-Id": "find-me"})
        for _ in range(50):
            if events:
                break
            time.sleep(0.02)
    assert [(event["request_id"], event["path"], event["status"]) for event in events] == [
        ("find-me", "/orders/1", 404)
    ]


def test_a_problem_has_a_stable_type_and_readable_words(client: httpx.Client) -> None:
    missing, again = client.get("/orders/1").json(), client.get("/inventories/7").json()
    assert missing["type"] == again["type"]
    assert missing["title"] == again["title"]
    assert set(missing) == {"type", "title", "status", "detail", "instance"}
    invalid = client.post("/orders", json={"item_code": "A", "quantity": -1}).json()
    assert set(invalid) == {"type", "title", "status", "detail", "instance", "errors"}
    assert [set(fault) for fault in invalid["errors"]] == [{"pointer", "code", "message"}]
    assert re.fullmatch(r"[a-z-]+", invalid["errors"][0]["code"])


def test_a_crash_shows_nothing_of_the_inside(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError(f"SELECT password FROM secrets -- {SECRET}")

    monkeypatch.setattr(stock.receiving, "receive", crash)
    monkeypatch.setattr(stock.receiving, "listed", crash)
    client = serve()
    for answer in (client.get("/inventories"), client.post("/inventories", json=GOOD["/inventories"])):
        body = problem(answer, 500, "internal")
        assert SECRET not in answer.text
        assert "RuntimeError" not in answer.text
        assert set(body) == {"type", "title", "status", "detail", "instance"}
    assert client.get("/health").json() == {"status": "ok"}
    assert client.get("/orders").json()["items"] == []


def test_without_a_database_everything_but_health_asks_to_try_again(serve: Serve, unreachable: Database) -> None:
    client = serve(unreachable)

    def ask(request: tuple[str, str, Any]) -> httpx.Response:
        method, path, body = request
        return client.request(method, path, **({} if body is None else {"json": body}))

    asked: list[tuple[str, str, Any]] = [("GET", "/ready", None), *(("GET", path, None) for path in GETS)]
    asked += [("POST", path, body) for path, body in GOOD.items()]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, asked))
    for answer in answers:
        problem(answer, 503, "busy")
        assert int(answer.headers["retry-after"]) > 0
        for leak in (SECRET, "127.0.0.1", "somebody", "nowhere", "Connection refused"):
            assert leak not in answer.text
    assert client.get("/health").status_code == 200
    assert client.get("/openapi.json").status_code == 200
    assert client.get("/allocation-methods").status_code == 200
    assert client.post("/orders", json={}).status_code == 422
    answer = client.post(
        "/orders/import", content="reference,item_code,quantity\n", headers={"Content-Type": "text/csv"}
    )
    assert problem(answer, 503, "busy")


def test_a_database_without_the_schema_is_not_ready(serve: Serve, database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE alembic_version RENAME TO alembic_version_away"))
    try:
        answer = serve().get("/ready")
        problem(answer, 503, "busy")
        assert "migrate" in answer.json()["detail"]
    finally:
        with database.engine.begin() as connection:
            connection.execute(text("ALTER TABLE alembic_version_away RENAME TO alembic_version"))
    assert serve().get("/ready").status_code == 200


def test_stock_that_stays_locked_is_busy_and_nothing_is_done(client: httpx.Client, database: Database) -> None:
    receive(client, "A", 5)
    receive(client, "B", 5)
    order(client, ("A", 5))
    order(client, ("B", 5))
    body = {"allocation_method": "FIFO"}
    with database.engine.begin() as connection:
        connection.execute(text("SELECT FROM items WHERE item_code = 'A' FOR UPDATE"))
        # Who needs other stock, or only looks, does not wait.
        assert client.post("/allocate", json=body | {"dry_run": True}).json()["allocated_quantity"] == 10
        assert client.post("/allocate", json=body | {"item_codes": ["B"]}).json()["allocated_quantity"] == 5
        started = time.monotonic()
        answer = client.post("/allocate", json=body)
        waited = time.monotonic() - started
    problem(answer, 503, "busy")
    assert int(answer.headers["retry-after"]) > 0
    assert waited > 4
    assert len(client.get("/allocation-runs").json()["items"]) == 1
    assert client.post("/allocate", json=body).json()["allocated_quantity"] == 5


def test_health_answers_while_many_requests_wait_for_stock(client: httpx.Client, database: Database) -> None:
    receive(client, "A", 5)
    order(client, ("A", 5))

    def wait(_: int) -> int:
        return httpx.post(f"{client.base_url}/allocate", json={"allocation_method": "FIFO"}, timeout=60).status_code

    with ThreadPoolExecutor(50) as threads, database.engine.begin() as connection:
        connection.execute(text("SELECT FROM items WHERE item_code = 'A' FOR UPDATE"))
        waiting = [threads.submit(wait, number) for number in range(50)]
        time.sleep(1)
        assert client.get("/health", timeout=2).status_code == 200
        assert {each.result() for each in waiting} == {503}


def test_who_waits_less_than_that_is_served(client: httpx.Client, database: Database) -> None:
    receive(client, "A", 5)
    order(client, ("A", 5))
    with ThreadPoolExecutor(1) as threads:
        with database.engine.begin() as connection:
            connection.execute(text("SELECT FROM items WHERE item_code = 'A' FOR UPDATE"))
            waiting = threads.submit(client.post, "/allocate", json={"allocation_method": "FIFO"})
            time.sleep(0.5)
            assert not waiting.done()
        answer = waiting.result(10)
    assert (answer.status_code, answer.json()["allocated_quantity"]) == (200, 5)


def test_names_and_texts_come_back_as_data_and_not_as_anything_else(client: httpx.Client) -> None:
    nasty = "<script>alert(1)</script>\"'; DROP TABLE orders; -- %s %(x)s {x} \\ \u202e 😀"
    taken = order(client, ("A", 1), reference=nasty, customer=nasty)
    assert (taken["reference"], taken["customer"]) == (nasty, nasty)
    answer = client.post("/orders", json={"item_code": "A", "quantity": 1, "reference": nasty})
    body = problem(answer, 409, "duplicate-reference")
    assert answer.headers["content-type"] == "application/problem+json"
    assert json.loads(answer.text) == body
    found = client.get("/orders", params={"reference": nasty}).json()["items"]
    assert [row["id"] for row in found] == [taken["id"]]
