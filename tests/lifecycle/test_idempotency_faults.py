"""Idempotency-Key when things go wrong: duplicates in flight, lost answers, dying servers, runs in chunks."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from life import Serve, at_once, done, get, lot, movements, post, problem, until, waiting
from sqlalchemy import text

from builders import allocate, order, receive
from hikiate.database import Database
from hikiate.services import serving
from hikiate.services.working import work
from hikiate.settings import Settings

KEY = {"Idempotency-Key": "k-1"}
SHIP = {"lines": [{"line_no": 1, "quantity": 1}]}
RUN = {"allocation_method": "FIFO"}
OFF = Settings(database_url=None)


def allocated_order(client: httpx.Client) -> None:
    """A lot of 10 and an order that holds 4 of it."""
    receive(client, "A", 10)
    order(client, ("A", 4))
    allocate(client)


def test_duplicates_in_flight_wait_for_the_first(client: httpx.Client, database: Database) -> None:
    allocated_order(client)
    with ThreadPoolExecutor(4) as pool:
        with database.engine.begin() as connection:
            connection.execute(text("SELECT FROM items FOR UPDATE"))
            answers = [pool.submit(client.post, "/orders/1/ship", json=SHIP, headers=KEY) for _ in range(4)]
            until(lambda: waiting(database) == 1)
            assert not any(answer.done() for answer in answers)
        bodies = {done(answer.result())["status"] for answer in answers}
        assert len({answer.result().content for answer in answers}) == len(bodies) == 1
    assert lot(client, 1) == (9, 3, 6)


def test_a_duplicate_in_flight_takes_over_when_the_first_fails(client: httpx.Client, database: Database) -> None:
    """The first waits for the item, the other for the first; then nothing is allocated, and each is told so."""
    allocated_order(client)
    with ThreadPoolExecutor(2) as pool:
        with database.engine.begin() as connection:
            connection.execute(text("SELECT FROM items FOR UPDATE"))
            answers = [pool.submit(client.post, "/orders/1/ship", json=SHIP, headers=KEY) for _ in range(2)]
            until(lambda: waiting(database) == 1)
            connection.execute(text("UPDATE allocation_results SET status = 'released'"))
            connection.execute(text("UPDATE inventories SET allocated_quantity = 0"))
            connection.execute(text("UPDATE orders SET status = 'open'"))
        for answer in answers:
            assert answer.result().json()["errors"][0]["code"] == "not-allocated"
    allocate(client)
    assert "idempotent-replayed" not in client.post("/orders/1/ship", json=SHIP, headers=KEY).headers
    assert lot(client, 1) == (9, 3, 6)


def test_after_a_wait_that_was_too_long_the_key_is_free(client: httpx.Client, database: Database) -> None:
    allocated_order(client)
    with database.engine.begin() as connection:
        connection.execute(text("SELECT FROM items FOR UPDATE"))
        answer = client.post("/orders/1/ship", json=SHIP, headers=KEY)
        problem(answer, 503, "busy")
        assert int(answer.headers["retry-after"]) >= 1
    assert post(client, "/orders/1/ship", SHIP, **KEY)["status"] == "allocated"
    assert lot(client, 1) == (9, 3, 6)


def test_a_lost_answer_is_had_by_asking_again(client: httpx.Client) -> None:
    """The connection breaks before the answer is read; the change was made, and is not made again."""
    allocated_order(client)
    url = httpx.URL(client.base_url)
    body = json.dumps(SHIP).encode()
    head = "POST /orders/1/ship HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nIdempotency-Key: k-1\r\n"
    with socket.create_connection((url.host, url.port)) as connection:
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        # Closed with a reset, so that the answer finds nobody.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        until(lambda: lot(client, 1)[0] == 9)
    again = client.post("/orders/1/ship", content=body, headers={**KEY, "Content-Type": "application/json"})
    assert done(again)["lines"][0]["shipped_quantity"] == 1
    assert again.headers["idempotent-replayed"] == "true"
    assert lot(client, 1) == (9, 3, 6)


@contextmanager
def dying_server(database_url: str) -> Iterator[httpx.Client]:
    """A server that dies before it sends its first answer to a change."""
    program = str(Path(__file__).parent / "dying_server.py")
    with subprocess.Popen([sys.executable, program, database_url], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            yield client
        assert process.wait(10) == 9


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/orders/1/ship", SHIP),
        ("POST", "/allocate", {**RUN, "order_ids": [2]}),
    ],
)
def test_a_crash_between_commit_and_answer_leaves_one_effect(
    client: httpx.Client, database_url: str, method: str, path: str, body: dict[str, object]
) -> None:
    allocated_order(client)
    order(client, ("A", 2))
    with dying_server(database_url) as doomed, pytest.raises(httpx.RemoteProtocolError):
        doomed.request(method, path, json=body, headers=KEY)
    before = lot(client, 1)
    assert before == ((9, 3, 6) if path.endswith("ship") else (10, 6, 4))
    again = client.request(method, path, json=body, headers=KEY)
    assert again.is_success
    assert again.headers["idempotent-replayed"] == "true"
    assert lot(client, 1) == before
    assert len(movements(client, 1)) == (2 if path.endswith("ship") else 1)


def test_a_run_in_chunks_is_one_run_for_sixteen(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever repeats it while it goes on waits for its end, and has the answer of the first."""
    receive(client, "A", 15)
    for _ in range(20):
        order(client, ("A", 1))
    monkeypatch.setattr(serving, "CHUNK_LINES", 3)
    answers = at_once([lambda: client.post("/allocate", json=RUN, headers=KEY)] * 16)
    answers.append(client.post("/allocate", json=RUN, headers=KEY))
    assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
    run = done(answers[0])
    assert (run["status"], run["orders"], run["allocated_quantity"], run["short_quantity"]) == ("completed", 20, 15, 5)
    assert len(get(client, "/allocation-runs")["items"]) == 1
    assert lot(client, 1) == (15, 15, 0)
    problem(client.post("/allocate", json={**RUN, "max_results": 1}, headers=KEY), 422, "idempotency-mismatch")


def test_the_answer_of_a_run_in_chunks_stays_the_first_whatever_becomes_of_its_rows(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(client, "A", 5)
    for _ in range(4):
        order(client, ("A", 1))
    monkeypatch.setattr(serving, "CHUNK_LINES", 2)
    first = client.post("/allocate", json=RUN, headers=KEY)
    assert done(first)["allocated_quantity"] == 4
    post(client, "/allocation-results/1/release")
    again = client.post("/allocate", json=RUN, headers=KEY)
    assert (again.status_code, again.content) == (first.status_code, first.content)


@pytest.mark.parametrize("settings", [OFF, Settings(database_url=None, sync_lines=1)], ids=["asked for", "too long"])
def test_the_answer_of_a_queued_run_stays_the_first(serve: Serve, database: Database, settings: Settings) -> None:
    client = serve(settings)
    allocated_order(client)
    order(client, ("A", 2), ("A", 1))
    asked = KEY if settings.sync_lines else {**KEY, "Prefer": "respond-async"}
    first = client.post("/allocate", json=RUN, headers=asked)
    assert done(first, 202)["status"] == "queued"
    for _ in range(2):
        again = client.post("/allocate", json=RUN, headers=asked)
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again.headers["location"] == first.headers["location"] == "/allocation-runs/2"
        work(database, settings)
    assert get(client, "/allocation-runs/2")["status"] == "completed"
    assert len(get(client, "/allocation-runs")["items"]) == 2
