"""Runs that are queued: taken by workers, shared, taken over, cancelled; their totals are right whatever happens."""

from functools import partial
from typing import Any

import httpx
import pytest
from chunked import FIFO, OFF, advance, five_orders, running, totals
from life import Json, Serve, at_once, done, get, lot, post, problem, refused, rows, shown, state
from sqlalchemy import text

from builders import allocate, order, receive
from hikiate.database import Database
from hikiate.services import allocating, serving
from hikiate.services.working import work
from hikiate.settings import Settings

ASYNC = {"Prefer": "respond-async"}


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a run of more than two lines have several chunks."""
    monkeypatch.setattr(serving, "CHUNK_LINES", 2)


def queued(client: httpx.Client, **body: Any) -> Json:
    """Queue a run."""
    return post(client, "/allocate", {**FIFO, **body}, 202, **ASYNC)


def abandon(database: Database, seconds: float) -> None:
    """Let nobody have advanced any run for so long."""
    with database.engine.begin() as connection:
        statement = "UPDATE allocation_runs SET progressed_at = progressed_at - make_interval(secs => :seconds)"
        connection.execute(text(statement), {"seconds": seconds})


@pytest.mark.parametrize(
    "prefer", ["respond-async", "Respond-Async", "respond-async, wait=10", "wait=1; respond-async"]
)
def test_a_run_is_queued_when_that_is_preferred(client: httpx.Client, database: Database, prefer: str) -> None:
    five_orders(client)
    answer = client.post("/allocate", json=FIFO, headers={"Prefer": prefer})
    run = done(answer, 202)
    assert answer.headers["location"] == f"/allocation-runs/{run['id']}"
    assert (run["status"], run["started_at"], run["finished_at"], run["results"]) == ("queued", None, None, [])
    assert lot(client, 1) == (7, 0, 7)
    work(database, OFF)
    assert totals(client, 1) == ("completed", 5, 5, 10, 7, 3)
    finished = get(client, "/allocation-runs/1")
    assert finished["started_at"] <= finished["finished_at"]
    assert [row["order_id"] for row in finished["results"]] == [1, 2, 3, 4]
    assert [short["order_id"] for short in finished["shortages"]] == [4, 5]
    assert get(client, "/allocation-runs/1/shortages")["items"] == finished["shortages"]
    work(database, OFF)
    assert len(rows(client)) == 4


@pytest.mark.parametrize("prefer", ["wait=10", "return=minimal", "respond-asynchronously", ""])
def test_other_preferences_are_passed_over(client: httpx.Client, prefer: str) -> None:
    assert done(client.post("/allocate", json=FIFO, headers={"Prefer": prefer}))["status"] == "completed"


def test_a_request_is_checked_before_it_is_queued(client: httpx.Client) -> None:
    for body, pointer in (
        ({"order_ids": [1]}, "/order_ids/0"),
        ({"order_ids": []}, "/order_ids"),
        ({"hold_until": "2020-01-01T00:00:00Z"}, "/hold_until"),
    ):
        refused(client.post("/allocate", json={**FIFO, **body}, headers=ASYNC), pointer)
    problem(client.post("/allocate", json={"allocation_method": "MAGIC"}, headers=ASYNC), 422, "unknown-method")
    assert get(client, "/allocation-runs")["items"] == []


def test_more_lines_than_may_be_waited_for_are_queued(serve: Serve, database: Database) -> None:
    settings = Settings(database_url=None, sync_lines=4)
    client = serve(settings)
    five_orders(client)
    answer = client.post("/allocate", json=FIFO)
    assert done(answer, 202)["status"] == "queued"
    assert answer.headers["location"] == "/allocation-runs/1"
    problem(client.post("/allocate", json={**FIFO, "dry_run": True}), 413, "too-large")
    problem(client.post("/allocate/compare", json={"allocation_methods": ["FIFO"]}), 413, "too-large")
    assert allocate(client, order_ids=[1, 2, 3, 4], dry_run=True)["lines"] == 4
    assert allocate(client, order_ids=[1, 2, 3, 4])["status"] == "completed"
    work(database, settings)
    assert totals(client, 1) == ("completed", 2, 2, 3, 0, 3)


def test_the_demand_is_fixed_when_the_run_starts_and_not_when_it_is_queued(
    client: httpx.Client, database: Database
) -> None:
    five_orders(client, 100)
    queued(client)
    order(client, ("A", 3), priority=9)
    post(client, "/orders/1/cancel")
    work(database, OFF)
    assert totals(client, 1) == ("completed", 5, 5, 11, 11, 0)
    assert rows(client)[0]["order_id"] == 6


@pytest.mark.usefixtures("small_chunks")
def test_what_comes_while_a_run_goes_on_waits_for_the_next(client: httpx.Client, database: Database) -> None:
    """Demand is fixed when the run starts: neither a new order nor what an order asks more of is served by it."""
    five_orders(client, 100)
    run_id = running(database)
    advance(database, run_id)
    order(client, ("A", 3), priority=9)
    done(client.patch("/orders/5", json={"lines": [{"line_no": 1, "quantity": 50}]}))
    post(client, "/orders/1/release")
    post(client, "/orders/4/cancel")
    while get(client, f"/allocation-runs/{run_id}")["status"] == "running":
        advance(database, run_id)
    served = [(row["order_id"], row["allocated_quantity"]) for row in rows(client)]
    assert served == [(1, 2), (2, 2), (3, 2), (5, 2)]
    assert totals(client, run_id) == ("completed", 4, 4, 8, 8, 0)


@pytest.mark.usefixtures("small_chunks")
def test_progress_is_shown_chunk_by_chunk(client: httpx.Client, database: Database) -> None:
    five_orders(client)
    run_id = running(database)
    seen = [totals(client, run_id)]
    for _ in range(4):
        advance(database, run_id)
        seen.append(totals(client, run_id))
    assert seen == [
        ("running", 5, 5, 10, 0, 0),
        ("running", 5, 5, 10, 4, 0),
        ("running", 5, 5, 10, 7, 1),
        ("running", 5, 5, 10, 7, 3),
        ("completed", 5, 5, 10, 7, 3),
    ]


@pytest.mark.usefixtures("small_chunks")
def test_workers_share_the_queue_and_serve_nothing_twice(client: httpx.Client, database: Database) -> None:
    receive(client, "A", 100)
    for _ in range(12):
        order(client, ("A", 2))
    for ids in ([1, 2, 3, 4, 5], [4, 5, 6, 7, 8], [9, 10, 11, 12]):
        queued(client, order_ids=ids)
    at_once([partial(work, database, OFF)] * 4)
    assert [totals(client, run_id)[0] for run_id in (1, 2, 3)] == ["completed"] * 3
    assert sum(totals(client, run_id)[4] for run_id in (1, 2, 3)) == 24
    assert [state(client, order_id)[0] for order_id in range(1, 13)] == ["allocated"] * 12
    assert lot(client, 1) == (100, 24, 76)


def test_a_queued_run_that_is_cancelled_does_nothing(client: httpx.Client, database: Database) -> None:
    five_orders(client)
    queued(client)
    cancelled = post(client, "/allocation-runs/1/cancel")
    assert (cancelled["status"], cancelled["finished_at"] is None) == ("cancelled", False)
    work(database, OFF)
    assert totals(client, 1) == ("cancelled", 0, 0, 0, 0, 0)
    assert post(client, "/allocation-runs/1/cancel") == cancelled
    assert rows(client) == []


@pytest.mark.usefixtures("small_chunks")
def test_a_running_run_that_is_cancelled_stops_after_its_chunk(client: httpx.Client, database: Database) -> None:
    five_orders(client)
    run_id = running(database)
    advance(database, run_id)
    assert post(client, f"/allocation-runs/{run_id}/cancel")["status"] == "cancelled"
    work(database, OFF)
    advance(database, run_id)
    assert totals(client, run_id) == ("cancelled", 2, 2, 4, 4, 0)
    assert lot(client, 1) == (7, 4, 3)
    assert [state(client, order_id)[0] for order_id in (2, 3)] == ["allocated", "open"]


def test_a_run_that_has_ended_stays_as_it_is(client: httpx.Client) -> None:
    receive(client, "A", 1)
    order(client, ("A", 1))
    run = allocate(client)
    assert post(client, "/allocation-runs/1/cancel") == done(client.get("/allocation-runs/1"))
    assert get(client, "/allocation-runs/1")["status"] == run["status"] == "completed"
    problem(client.post("/allocation-runs/2/cancel"), 404, "not-found")
    problem(client.get("/allocation-runs/2/shortages"), 404, "not-found")


@pytest.mark.usefixtures("small_chunks")
def test_a_run_that_nobody_advances_is_taken_over(client: httpx.Client, database: Database) -> None:
    five_orders(client)
    run_id = running(database)
    advance(database, run_id)
    abandon(database, 25)
    work(database, OFF)
    assert totals(client, run_id)[0] == "running"
    abandon(database, 10)
    at_once([partial(work, database, OFF)] * 2)
    assert totals(client, run_id) == ("completed", 5, 5, 10, 7, 3)
    assert lot(client, 1) == (7, 7, 0)


@pytest.mark.usefixtures("small_chunks")
def test_a_run_that_fails_keeps_what_it_did_and_lets_the_others_go_on(
    client: httpx.Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    five_orders(client)
    queued(client)
    queued(client, order_ids=[5])
    serve, served = allocating.serve, []

    def failing(*arguments: Any) -> Any:
        served.append(arguments)
        if len(served) == 2:
            raise RuntimeError("a fault of ours")
        return serve(*arguments)

    monkeypatch.setattr(allocating, "serve", failing)
    work(database, OFF)
    assert totals(client, 1)[0] == "failed"
    assert get(client, "/allocation-runs/1")["finished_at"] is not None
    assert totals(client, 2) == ("completed", 1, 1, 2, 2, 0)
    assert [state(client, order_id)[0] for order_id in range(1, 6)] == ["allocated"] * 2 + ["open"] * 2 + ["allocated"]
    assert shown(client, 1)["allocated"]
    work(database, OFF)
    assert totals(client, 1)[0] == "failed"
