"""A long run between its chunks: others have their turn, and it is stopped after the one that is being served."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from chunked import OFF, advance, five_orders, running, totals
from life import TESTER, done, get, lot, post, rows, state, until, waiting
from sqlalchemy import text

from builders import order, receive
from hikiate.database import Database
from hikiate.schemas import OrderPatch
from hikiate.services import ordering, serving
from hikiate.services.working import tidy


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


by_columns_and_by_plan = pytest.mark.parametrize("few_rows", [0, 1_000])


@by_columns_and_by_plan
def test_a_line_that_grows_while_its_chunk_waits_for_it_gets_what_it_asked_for_at_the_start(
    client: httpx.Client, database: Database, monkeypatch: pytest.MonkeyPatch, few_rows: int
) -> None:
    """And whoever changes it doesn't wait for the run, which would wait for them in turn."""
    monkeypatch.setattr(serving, "FEW_ROWS", few_rows)
    five_orders(client, 100)
    run_id = running(database)
    grown = OrderPatch.model_validate({"lines": [{"line_no": 1, "quantity": 50}]})
    with ThreadPoolExecutor(1) as pool:
        with database.engine.begin() as connection:
            connection.execute(text("SELECT FROM items FOR NO KEY UPDATE"))
            served = pool.submit(advance, database, run_id)
            until(lambda: waiting(database) == 1)
            connection.execute(text("SET LOCAL lock_timeout = '500ms'"))
            ordering.change(connection, OFF, TESTER, 2, grown)
        served.result()
    assert state(client, 2) == ("partially_allocated", [(50, 2, 0, 48)])


@by_columns_and_by_plan
def test_what_is_wanted_whole_and_has_grown_is_left_for_the_next_run(
    client: httpx.Client, database: Database, monkeypatch: pytest.MonkeyPatch, few_rows: int
) -> None:
    """A part of it, as much as was asked for at the start, is not what it wants."""
    monkeypatch.setattr(serving, "FEW_ROWS", few_rows)
    receive(client, "A", 100)
    for _ in range(2):
        order(client, ("A", 1))
    order(client, ("A", 5), ("A", 1), fulfilment="complete")
    order(client, {"item_code": "A", "quantity": 5, "single_lot": True}, ("A", 1))
    order(client, ("A", 5))
    run_id = running(database)
    for order_id in (3, 4, 5):
        done(client.patch(f"/orders/{order_id}", json={"lines": [{"line_no": 1, "quantity": 9}]}))
    for _ in range(5):
        advance(database, run_id)
    assert state(client, 3) == ("open", [(9, 0, 0, 9), (1, 0, 0, 1)])
    assert state(client, 4) == ("partially_allocated", [(9, 0, 0, 9), (1, 1, 0, 0)])
    assert state(client, 5) == ("partially_allocated", [(9, 5, 0, 4)])
    assert totals(client, run_id) == ("completed", 4, 4, 8, 8, 0)
    post(client, "/allocate", {"allocation_method": "FIFO"})
    assert [state(client, order_id)[0] for order_id in (3, 4, 5)] == ["allocated"] * 3


@by_columns_and_by_plan
def test_a_priority_given_while_a_run_goes_on_is_the_next_runs(
    client: httpx.Client, database: Database, monkeypatch: pytest.MonkeyPatch, few_rows: int
) -> None:
    """The demand was fixed with its order: within a chunk too."""
    monkeypatch.setattr(serving, "FEW_ROWS", few_rows)
    five_orders(client, 5)
    run_id = running(database)
    advance(database, run_id)
    done(client.patch("/orders/4", json={"priority": 9}))
    for _ in range(3):
        advance(database, run_id)
    assert [state(client, order_id)[0] for order_id in (3, 4, 5)] == ["partially_allocated", "open", "open"]


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


def test_what_a_change_kept_for_a_run_that_was_ending_is_tidied_away(client: httpx.Client, database: Database) -> None:
    """Of a run that goes on, it stays."""
    five_orders(client)
    ended, going = running(database), running(database)
    post(client, f"/allocation-runs/{ended}/cancel")
    with database.engine.begin() as connection:
        for run_id in (ended, going):
            connection.execute(text("INSERT INTO fixed_demand VALUES (:run, 1, 1, 1)"), {"run": run_id})
    tidy(database)
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT run_id FROM fixed_demand")).scalars().all() == [going]
