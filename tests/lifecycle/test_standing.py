"""Standing allocation: stock that becomes available is offered to waiting lines, if that is switched on."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from life import FAR, Json, Serve, at_once, done, get, let_end, lot, post, rows, state
from sqlalchemy import text

from builders import allocate, order, receive
from hikiate.database import Database
from hikiate.domain.methods import Method
from hikiate.services.working import work
from hikiate.settings import Settings

ON = Settings(database_url=None, standing_method=Method.FIFO)
Step = Callable[[httpx.Client, Database], Any]


@pytest.fixture
def standing(serve: Serve) -> httpx.Client:
    """A client of a server with standing allocation on."""
    return serve(ON)


def runs(client: httpx.Client) -> list[Json]:
    """Return the runs that nobody asked for, oldest first."""
    return [run for run in reversed(get(client, "/allocation-runs")["items"]) if run["trigger"] is not None]


def flags(database: Database) -> dict[str, str]:
    """Return the items with stock that has not been offered yet."""
    with database.engine.connect() as connection:
        found = connection.execute(text("SELECT item_code, new_stock FROM items WHERE new_stock IS NOT NULL"))
        return {row.item_code: row.new_stock for row in found}


def waiting_orders(client: httpx.Client) -> None:
    """A lot of 5 that order 1 holds; 2 and 3 wait for 4 each, the third first."""
    receive(client, "A", 5)
    order(client, ("A", 5))
    allocate(client, hold_until=FAR)
    order(client, ("A", 4))
    order(client, ("A", 4), priority=1)


def _file(client: httpx.Client, database: Database) -> None:
    rows = "item_code,quantity,receipt_date,unit_price\nA,5,2026-01-01,1\n"
    done(client.post("/inventories/import", content=rows, headers={"Content-Type": "text/csv"}))


def _upload(client: httpx.Client, database: Database) -> None:
    url = post(client, "/imports", {"kind": "inventories"}, 201)["upload_url"]
    rows = "item_code,quantity,receipt_date,unit_price\nA,5,2026-01-01,1\n"
    done(client.put(url, content=rows, headers={"Content-Type": "text/csv"}))


def _unhold(client: httpx.Client, database: Database) -> None:
    post(client, "/inventories/1/hold")
    post(client, "/orders/1/release")
    done(client.post("/orders/1/cancel"))
    work(database, ON)
    assert [run["allocated_quantity"] for run in runs(client)] == [0]
    post(client, "/inventories/1/unhold")


TRIGGERS: dict[str, Step] = {
    "receipt": lambda client, database: receive(client, "A", 5),
    "import": _file,
    "upload": _upload,
    "cancel": lambda client, database: post(client, "/orders/1/cancel"),
    "adjustment": lambda client, database: post(
        client, "/inventories/1/adjust", {"quantity_change": 5, "reason": "found"}
    ),
    "unhold": _unhold,
    "expired-hold": lambda client, database: let_end(database),
}


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_new_stock_is_offered_in_demand_order_as_a_run_that_says_why(
    standing: httpx.Client, database: Database, trigger: str
) -> None:
    waiting_orders(standing)
    work(database, ON)
    before = len(runs(standing))
    TRIGGERS[trigger](standing, database)
    work(database, ON)
    made = runs(standing)[before:]
    assert len(made) == 1, made
    [run] = made
    assert run["trigger"] == trigger or trigger in ("import", "upload")
    assert (run["status"], run["allocation_method"], run["allocated_quantity"]) == ("completed", "FIFO", 5)
    given = [(row["order_id"], row["allocated_quantity"]) for row in rows(standing, run_id=run["id"])]
    # An order whose hold has ended waits again, and before those that came after it.
    assert given == ([(3, 4), (1, 1)] if trigger == "expired-hold" else [(3, 4), (2, 1)])
    assert flags(database) == {}
    work(database, ON)
    assert len(runs(standing)) == before + 1


def test_a_lower_safety_stock_is_offered_too(standing: httpx.Client, database: Database) -> None:
    done(standing.put("/items/A", json={"safety_stock": 5}))
    receive(standing, "A", 5)
    order(standing, ("A", 4))
    work(database, ON)
    assert state(standing, 1)[0] == "open"
    done(standing.put("/items/A", json={"safety_stock": 2}))
    work(database, ON)
    assert state(standing, 1) == ("partially_allocated", [(4, 3, 0, 1)])


@pytest.mark.parametrize("path", ["/orders/1/release", "/allocation-results/1/release"])
def test_a_release_by_hand_is_not_offered(standing: httpx.Client, database: Database, path: str) -> None:
    receive(standing, "A", 5)
    order(standing, ("A", 5))
    allocate(standing)
    order(standing, ("A", 5))
    work(database, ON)
    before = len(runs(standing))
    post(standing, path)
    assert flags(database) == {}
    work(database, ON)
    assert len(runs(standing)) == before
    assert lot(standing, 1) == (5, 0, 5)


QUIET: dict[str, Step] = {
    "less": lambda client, database: post(client, "/inventories/1/adjust", {"quantity_change": -1, "reason": "lost"}),
    "hold": lambda client, database: post(client, "/inventories/1/hold"),
    "unhold of what is not held": lambda client, database: post(client, "/inventories/1/unhold"),
    "an order": lambda client, database: order(client, ("A", 1)),
    "a run": lambda client, database: allocate(client, order_ids=[1]),
    "a dry run": lambda client, database: allocate(client, dry_run=True),
    "cancel of what holds nothing": lambda client, database: post(client, "/orders/1/cancel"),
    "a higher safety stock": lambda client, database: done(client.put("/items/A", json={"safety_stock": 1})),
    "a dry import": lambda client, database: done(
        client.post(
            "/inventories/import?dry_run=true",
            content="item_code,quantity,receipt_date,unit_price\nA,5,2026-01-01,1\n",
            headers={"Content-Type": "text/csv"},
        )
    ),
}


@pytest.mark.parametrize("change", QUIET)
def test_what_makes_nothing_available_offers_nothing(standing: httpx.Client, database: Database, change: str) -> None:
    receive(standing, "A", 5)
    work(database, ON)
    order(standing, ("A", 2))
    QUIET[change](standing, database)
    assert flags(database) == {}
    work(database, ON)
    assert runs(standing) == []


def test_a_flag_without_waiting_lines_goes_without_a_run(standing: httpx.Client, database: Database) -> None:
    receive(standing, "A", 5)
    assert flags(database) == {"A": "receipt"}
    work(database, ON)
    assert flags(database) == {}
    order(standing, ("A", 5))
    work(database, ON)
    assert runs(standing) == []


def test_an_item_has_one_flag_whatever_the_number_of_changes(standing: httpx.Client, database: Database) -> None:
    order(standing, ("A", 9), ("B", 9), ("C", 9))
    for _ in range(5):
        receive(standing, "A", 1)
        post(standing, "/inventories/1/adjust", {"quantity_change": 1, "reason": "found"})
    receive(standing, "B", 2)
    post(standing, "/inventories/6/adjust", {"quantity_change": 1, "reason": "found"})
    assert flags(database) == {"A": "receipt", "B": "receipt"}
    work(database, ON)
    [run] = runs(standing)
    assert (run["trigger"], run["item_codes"], run["allocated_quantity"]) == ("receipt", ["A", "B"], 12)
    assert state(standing, 1)[1] == [(9, 9, 0, 0), (9, 3, 0, 6), (9, 0, 0, 9)]


def test_a_run_says_all_that_triggered_it(standing: httpx.Client, database: Database) -> None:
    receive(standing, "A", 1)
    work(database, ON)
    order(standing, ("A", 3), ("B", 1))
    post(standing, "/inventories/1/adjust", {"quantity_change": 1, "reason": "found"})
    receive(standing, "B", 1)
    work(database, ON)
    assert [run["trigger"] for run in runs(standing)] == ["adjustment, receipt"]


def test_a_complete_order_takes_the_offer_whole_or_not(standing: httpx.Client, database: Database) -> None:
    order(standing, ("A", 2), ("B", 2), fulfilment="complete")
    receive(standing, "A", 5)
    work(database, ON)
    assert state(standing, 1)[0] == "open"
    receive(standing, "B", 5)
    work(database, ON)
    assert state(standing, 1)[0] == "allocated"


def test_several_workers_offer_the_same_stock_once(standing: httpx.Client, database: Database) -> None:
    for _ in range(6):
        order(standing, ("A", 1), ("B", 1))
    for code in "AB":
        receive(standing, code, 4)
    at_once([lambda: work(database, ON)] * 4)
    assert sum(run["allocated_quantity"] for run in runs(standing)) == 8
    assert [lot(standing, lot_id) for lot_id in (1, 2)] == [(4, 4, 0)] * 2
    assert [state(standing, order_id)[0] for order_id in range(1, 7)] == ["allocated"] * 4 + ["open"] * 2


def test_an_offer_too_long_to_be_waited_for_is_queued_and_served(standing: httpx.Client, database: Database) -> None:
    for _ in range(3):
        order(standing, ("A", 1))
    receive(standing, "A", 5)
    work(database, Settings(database_url=None, standing_method=Method.FIFO, sync_lines=2))
    [run] = runs(standing)
    assert (run["status"], run["trigger"], run["allocated_quantity"]) == ("completed", "receipt", 3)


def test_the_run_is_recorded_as_the_workers(standing: httpx.Client, database: Database) -> None:
    order(standing, ("A", 1))
    receive(standing, "A", 1)
    work(database, ON)
    newest = get(standing, "/audit")["items"][0]
    assert (newest["action"], newest["subject"], newest["actor"]) == ("allocate", "allocation-runs/1", "worker")


def test_it_is_off_unless_a_method_is_set(client: httpx.Client, database: Database) -> None:
    off = Settings(database_url=None)
    assert off.standing_method is None
    waiting_orders(client)
    for trigger in ("receipt", "cancel", "adjustment"):
        TRIGGERS[trigger](client, database)
        work(database, off)
    assert flags(database) == {}
    assert runs(client) == []
    assert lot(client, 1) == (10, 0, 10)
