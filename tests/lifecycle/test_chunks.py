"""A long run between its chunks: others have their turn, and it is stopped after the one that is being served."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from chunked import advance, five_orders, running, totals
from life import get, lot, post, rows, state, until, waiting
from sqlalchemy import text

from builders import order, receive
from hikiate.database import Database
from hikiate.services import serving


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "CHUNK_LINES", 2)


def test_a_run_is_cancelled_after_the_chunk_that_is_being_served(client: httpx.Client, database: Database) -> None:
    five_orders(client)
    run_id = running(database)
    with ThreadPoolExecutor(2) as pool:
        with database.engine.begin() as connection:
            connection.execute(text("SELECT FROM items FOR UPDATE"))
            served = pool.submit(advance, database, run_id)
            until(lambda: waiting(database) == 1)
            cancelled = pool.submit(post, client, f"/allocation-runs/{run_id}/cancel")
            until(lambda: waiting(database) == 2)
        served.result()
        assert cancelled.result()["status"] == "cancelled"
    advance(database, run_id)
    assert totals(client, run_id) == ("cancelled", 2, 2, 4, 4, 0)


def test_others_have_their_turn_between_two_chunks(client: httpx.Client, database: Database) -> None:
    five_orders(client, 9)
    run_id = running(database)
    advance(database, run_id)
    urgent = order(client, ("A", 4))
    post(client, "/allocate", {"allocation_method": "FIFO", "order_ids": [urgent["id"]]})
    for _ in range(3):
        advance(database, run_id)
    assert totals(client, run_id) == ("completed", 5, 5, 10, 5, 5)
    assert lot(client, 1) == (9, 9, 0)
    assert state(client, urgent["id"])[0] == "allocated"


def test_an_order_is_served_whole_however_many_lines_it_has(client: httpx.Client, database: Database) -> None:
    """A chunk is made of whole orders: one of more lines than a chunk has is a chunk of its own."""
    receive(client, "A", 100)
    for lines in (1, 5, 1, 1, 1):
        order(client, *[("A", 1)] * lines)
    run_id = running(database)
    seen = []
    while get(client, f"/allocation-runs/{run_id}")["status"] == "running":
        advance(database, run_id)
        seen.append([row["order_id"] for row in rows(client)])
    assert seen == [[1], [1, *[2] * 5], [1, *[2] * 5, 3, 4], [1, *[2] * 5, 3, 4, 5], [1, *[2] * 5, 3, 4, 5]]


def test_shares_are_made_of_all_the_demand_at_once(client: httpx.Client) -> None:
    receive(client, "A", 5)
    for _ in range(5):
        order(client, ("A", 2))
    run = post(client, "/allocate", {"allocation_method": "FIFO", "scarcity": "fair_share"})
    assert [row["allocated_quantity"] for row in run["results"]] == [1] * 5


@pytest.mark.parametrize("repeats", [1, 2])
def test_a_run_in_chunks_gives_what_a_run_in_one_gives(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, repeats: int
) -> None:
    receive(client, "A", 7, "3.333333")
    receive(client, "B", 4, 2)
    for place in range(5):
        order(client, ("A", 1), ("B", 1), ("A", 1), priority=place % 2, fulfilment="complete" if place else "partial")
    planned = post(client, "/allocate", {"allocation_method": "MOVING_AVERAGE", "dry_run": True})
    if repeats == 2:
        monkeypatch.setattr(serving, "CHUNK_LINES", 1)
    run = post(client, "/allocate", {"allocation_method": "MOVING_AVERAGE"})
    for shown in (planned, run):
        for row in shown["results"]:
            row["id"] = row["run_id"] = None
    apart = {"id", "dry_run", "outlook", "started_at", "finished_at"}
    assert {name: run[name] for name in run if name not in apart} == {
        name: planned[name] for name in planned if name not in apart
    }
