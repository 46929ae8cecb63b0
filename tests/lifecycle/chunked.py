"""Runs in several chunks, advanced by hand."""

from functools import partial
from typing import Any

import httpx
from life import TESTER, get

from builders import order, receive
from hikiate.database import Database
from hikiate.schemas import AllocationRequest
from hikiate.services import allocating
from hikiate.settings import Settings

OFF = Settings(database_url=None)
FIFO = {"allocation_method": "FIFO"}


def running(database: Database, **body: Any) -> int:
    """Begin a run of several chunks, of which none is served yet."""
    request = AllocationRequest.model_validate({**FIFO, **body})
    run = database.transact(partial(allocating.start, settings=OFF, actor=TESTER, request=request))
    assert run.status.value == "running"
    assert run.id is not None
    return run.id


def advance(database: Database, run_id: int) -> None:
    """Serve one chunk."""
    database.transact(partial(allocating.advance, settings=OFF, run_id=run_id))


def totals(client: httpx.Client, run_id: int) -> tuple[Any, ...]:
    """Return a run's status, orders, lines, and quantities asked, given and short."""
    run = get(client, f"/allocation-runs/{run_id}")
    names = ("status", "orders", "lines", "requested_quantity", "allocated_quantity", "short_quantity")
    return tuple(run[name] for name in names)


def five_orders(client: httpx.Client, stock: int = 7) -> None:
    """Five orders of 2, and not enough for all."""
    receive(client, "A", stock)
    for _ in range(5):
        order(client, ("A", 2))


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
