"""Timed holds end by themselves: whoever looks or changes something next finds them released, sweep or no sweep."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from life import FAR, Json, at_once, brief, done, get, let_end, lot, post, problem, refused, rows, state, until
from sqlalchemy import text

from builders import allocate, order, receive
from hikiate.database import Database
from hikiate.services.working import work
from hikiate.settings import Settings

Look = Callable[[httpx.Client], Any]


def soon(seconds: float) -> str:
    """Return an instant so far away."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def held_order(client: httpx.Client, database: Database) -> None:
    """An order that held all of a lot of 10, until just now; nobody has looked since."""
    receive(client, "A", 10)
    order(client, ("A", 10))
    allocate(client, hold_until=FAR)
    assert state(client, 1) == ("allocated", [(10, 10, 0, 0)])
    let_end(database)


def _dry_run(client: httpx.Client) -> Any:
    return post(client, "/allocate", {"allocation_method": "FIFO", "dry_run": True})["allocated_quantity"]


def _compared(client: httpx.Client) -> Any:
    [fifo, lifo] = post(client, "/allocate/compare", {"allocation_methods": ["FIFO", "LIFO"]})["methods"]
    return fifo["allocated_quantity"], lifo["allocated_quantity"]


def _field(path: str, *names: str, **params: Any) -> Look:
    def look(client: httpx.Client) -> Any:
        body = get(client, path, **params)
        found = body["items"][0] if "items" in body else body["results"][0] if "results" in body else body
        return tuple(found[name] for name in names)

    return look


def _ids(path: str, **params: Any) -> Look:
    return lambda client: [row["id"] for row in get(client, path, **params)["items"]]


READERS: dict[str, tuple[Look, Any]] = {
    "an order": (_field("/orders/1", "status", "allocated"), ("open", False)),
    "orders": (_field("/orders", "status"), ("open",)),
    "orders in demand order": (_field("/orders", "status", sort="demand"), ("open",)),
    "open orders": (_ids("/orders", status="open"), [1]),
    "short orders": (_ids("/orders", short=True), [1]),
    "allocated orders": (_ids("/orders", status="allocated"), []),
    "a lot": (_field("/inventories/1", "allocated_quantity", "available_quantity"), (0, 10)),
    "lots": (_field("/inventories", "allocated_quantity"), (0,)),
    "available lots": (_ids("/inventories", available=True), [1]),
    "results": (_field("/allocation-results", "status"), ("released",)),
    "allocated results": (_ids("/allocation-results", status="allocated"), []),
    "released results": (_ids("/allocation-results", status="released"), [1]),
    "its run": (_field("/allocation-runs/1", "status"), ("released",)),
    "availability": (
        _field("/availability", "allocated_quantity", "allocatable_quantity", "open_quantity"),
        (0, 10, 10),
    ),
    "fill rate": (_field("/reports/fill-rate", "filled_quantity", "fill_rate"), (0, 0)),
    "costs": (lambda client: get(client, "/items/A/costs")["months"][-1]["allocated_quantity"], 0),
    "a dry run": (_dry_run, 10),
    "a comparison": (_compared, (10, 10)),
}


@pytest.mark.parametrize("reader", READERS)
def test_whoever_looks_sees_the_hold_released(client: httpx.Client, database: Database, reader: str) -> None:
    held_order(client, database)
    look, seen = READERS[reader]
    assert look(client) == seen
    assert lot(client, 1) == (10, 0, 10)


def _adjusted(client: httpx.Client) -> None:
    post(client, "/inventories/1/adjust", {"quantity_change": -10, "reason": "lost"})
    assert lot(client, 1) == (0, 0, 0)


def _changed(client: httpx.Client) -> None:
    body = {"lines": [{"line_no": 1, "quantity": 1}]}
    assert done(client.patch("/orders/1", json=body))["status"] == "open"


def _cancelled(client: httpx.Client) -> None:
    assert post(client, "/orders/1/cancel")["status"] == "cancelled"


def _refused(path: str) -> Look:
    return lambda client: problem(client.post(path), 409, "not-allocated")


def _refused_line(path: str) -> Look:
    return lambda client: refused(client.post(path, json={"lines": [{"line_no": 1}]}), "/lines/0/line_no")


WRITERS: dict[str, Look] = {
    "ship": _refused("/orders/1/ship"),
    "release": _refused("/orders/1/release"),
    "ship a line": _refused_line("/orders/1/ship"),
    "release a line": _refused_line("/orders/1/release"),
    "ship a row": _refused("/allocation-results/1/ship"),
    "release a row": _refused("/allocation-results/1/release"),
    "cancel": _cancelled,
    "adjust": _adjusted,
    "change": _changed,
    "hold": lambda client: post(client, "/inventories/1/hold"),
    "set the item": lambda client: done(client.put("/items/A", json={"safety_stock": 1})),
}


@pytest.mark.parametrize("writer", WRITERS)
def test_whoever_changes_something_finds_the_hold_released(
    client: httpx.Client, database: Database, writer: str
) -> None:
    held_order(client, database)
    WRITERS[writer](client)
    assert [row["status"] for row in rows(client)] == ["released"]
    assert lot(client, 1)[1] == 0


@pytest.mark.parametrize("scope", [{}, {"order_ids": [1]}, {"item_codes": ["A"]}], ids=str)
@pytest.mark.parametrize("others", [0, 1])
def test_a_run_serves_the_order_whose_hold_has_ended(
    client: httpx.Client, database: Database, scope: Json, others: int
) -> None:
    """Its quantity is open again before the demand is fixed: the run gives what a dry run would have shown."""
    held_order(client, database)
    for _ in range(others):
        order(client, ("A", 1))
    run = allocate(client, **scope)
    assert [(row["order_id"], row["allocated_quantity"]) for row in run["results"]] == [(1, 10)]


def test_a_run_from_the_terminal_serves_it_too(client: httpx.Client, database: Database, database_url: str) -> None:
    held_order(client, database)
    order(client, ("A", 1))
    done = subprocess.run(
        [sys.executable, "-c", "from hikiate.cli.main import run; run()", "allocate", "--method", "FIFO"],
        env={**os.environ, "DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [(row["order_id"], row["status"]) for row in rows(client)] == [(1, "released"), (1, "allocated")]


def test_the_worker_releases_it_too_and_a_queued_run_serves_it(client: httpx.Client, database: Database) -> None:
    held_order(client, database)
    post(client, "/allocate", {"allocation_method": "FIFO"}, 202, Prefer="respond-async")
    work(database, Settings(database_url=None))
    assert brief(client) == [(1, 1, 10, 10, "released"), (2, 1, 10, 10, "allocated")]


def test_a_hold_lives_until_its_instant_and_no_longer(client: httpx.Client) -> None:
    receive(client, "A", 10)
    order(client, ("A", 10))
    until = soon(0.8)
    run = allocate(client, hold_until=until)
    assert datetime.fromisoformat(run["hold_until"]) == datetime.fromisoformat(until)
    assert run["results"][0]["hold_until"] == run["hold_until"]
    end = datetime.fromisoformat(until)
    while True:
        asked = datetime.now(UTC)
        status = get(client, "/orders/1")["status"]
        answered = datetime.now(UTC)
        if answered < end:
            assert status == "allocated"
        elif asked >= end:
            assert status == "open"
            break
        time.sleep(0.02)
    assert lot(client, 1) == (10, 0, 10)
    assert rows(client)[0]["hold_until"] == run["hold_until"]


@pytest.mark.parametrize(
    "instant", ["2020-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "2999-01-01T00:00:00", "2999-01-01", "soon", True]
)
def test_a_hold_ends_in_the_future_at_an_instant(client: httpx.Client, instant: Any) -> None:
    body = {"allocation_method": "FIFO", "hold_until": instant}
    refused(client.post("/allocate", json=body), "/hold_until")
    refused(client.post("/allocate", json={**body, "dry_run": True}), "/hold_until")


def test_the_farthest_instant_is_kept_or_refused(client: httpx.Client) -> None:
    receive(client, "A", 1)
    order(client, ("A", 1))
    body = {"allocation_method": "FIFO", "hold_until": "9999-12-31T23:59:59-12:00"}
    answer = client.post("/allocate", json=body)
    assert answer.status_code in (200, 422), answer.text
    for path in ("/orders/1", "/allocation-results", "/allocation-runs", "/allocation-runs/1"):
        assert client.get(path).status_code in (200, 404)


def test_of_a_part_shipped_row_only_the_rest_comes_back(client: httpx.Client, database: Database) -> None:
    receive(client, "A", 10)
    order(client, ("A", 10))
    allocate(client, hold_until=FAR)
    post(client, "/orders/1/ship", {"lines": [{"line_no": 1, "quantity": 4}]})
    post(client, "/allocation-results/1/release", {"quantity": 1})
    let_end(database)
    assert state(client, 1) == ("partially_allocated", [(10, 0, 4, 6)])
    assert brief(client) == [(1, 1, 5, 5, "released"), (2, 1, 4, 4, "shipped"), (3, 1, 1, 1, "released")]
    assert lot(client, 1) == (6, 0, 6)


def test_only_what_is_held_until_then_is_released(client: httpx.Client, database: Database) -> None:
    receive(client, "A", 5)
    receive(client, "B", 5)
    order(client, ("A", 5))
    order(client, ("B", 5))
    allocate(client, order_ids=[1])
    allocate(client, order_ids=[2], hold_until=FAR)
    let_end(database)
    assert [row["status"] for row in rows(client)] == ["allocated", "released"]


@pytest.mark.parametrize("milliseconds", [0, 5, 10, 20, 40, 80])
def test_a_ship_that_races_the_end_of_a_hold_wins_or_loses_whole(
    client: httpx.Client, database: Database, milliseconds: int
) -> None:
    receive(client, "A", 10)
    order(client, ("A", 6))
    allocate(client, hold_until=FAR)
    with database.engine.begin() as connection:
        statement = "UPDATE allocation_results SET hold_until = clock_timestamp() + cast(:left AS interval)"
        connection.execute(text(statement), {"left": f"{milliseconds} ms"})
    ships = [lambda: client.post("/orders/1/ship"), lambda: client.post("/allocation-results/1/ship")]
    looks = [lambda: client.get("/orders/1"), lambda: client.post("/inventories/1/hold")]
    answers = at_once([*ships, *looks])
    won = [answer for answer in answers[:2] if answer.status_code == 200]
    assert len(won) <= 1
    for answer in answers[:2]:
        assert answer in won or answer.json()["type"].rpartition("/")[2] in ("not-allocated", "held")
    assert answers[2].status_code == answers[3].status_code == 200
    until(lambda: rows(client, status="allocated") == [])
    left, status = (4, "shipped") if won else (10, "open")
    assert state(client, 1)[0] == status
    assert lot(client, 1) == (left, 0, left)
