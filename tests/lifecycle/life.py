"""What the tests of an order's life share: exact answers, refusals, states, and doing things at once."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any, TypeVar

import httpx
from sqlalchemy import text

from hikiate.database import Database
from hikiate.services.auditing import Actor
from hikiate.settings import Settings

T = TypeVar("T")
Json = dict[str, Any]
Serve = Callable[[Settings], httpx.Client]

FAR = "2999-01-01T00:00:00Z"
"""A hold until then does not end by itself."""

TESTER = Actor("tester", "a-test")


def exact(answer: httpx.Response) -> Any:
    """Return the body with its fractions as decimals."""
    return json.loads(answer.text, parse_float=Decimal)


def done(answer: httpx.Response, status: int = 200) -> Json:
    """Check that something was done, and return the answer."""
    assert answer.status_code == status, f"{answer.status_code}, not {status}: {answer.text[:500]}"
    return dict(exact(answer))


def post(client: httpx.Client, path: str, body: Json | None = None, status: int = 200, **headers: str) -> Json:
    """Do something and return the answer."""
    return done(client.post(path, json=body, headers=headers), status)


def get(client: httpx.Client, path: str, **params: Any) -> Json:
    """Read something."""
    return done(client.get(path, params=params))


def problem(answer: httpx.Response, status: int, code: str) -> Json:
    """Check that the answer is this problem, and return it."""
    assert answer.status_code == status, f"{answer.status_code}, not {status}: {answer.text[:500]}"
    assert answer.headers["content-type"] == "application/problem+json"
    body = dict(answer.json())
    assert body["type"].rpartition("/")[2] == code, body
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["instance"] == answer.headers["x-request-id"]
    for leak in ("Traceback", "SELECT", "INSERT", "psycopg", "sqlalchemy", ".py"):
        assert leak not in answer.text, answer.text
    return body


def refused(answer: httpx.Response, *pointers: str) -> list[str]:
    """Check that the answer refuses exactly the values at these pointers, and return the codes of the faults."""
    body = problem(answer, 422, "validation")
    assert [fault["pointer"] for fault in body["errors"]] == list(pointers), body["errors"]
    assert all(fault["message"] for fault in body["errors"])
    return [fault["code"] for fault in body["errors"]]


def shown(client: httpx.Client, order_id: int) -> Json:
    """Return an order."""
    return get(client, f"/orders/{order_id}")


def state(client: httpx.Client, order_id: int) -> tuple[str, list[tuple[Any, ...]]]:
    """Return an order's status and, by line, what is asked, allocated, shipped and open."""
    order = shown(client, order_id)
    return order["status"], [
        (line["quantity"], line["allocated_quantity"], line["shipped_quantity"], line["open_quantity"])
        for line in order["lines"]
    ]


def rows(client: httpx.Client, **filters: Any) -> list[Json]:
    """Return allocation results, oldest first."""
    return list(reversed(get(client, "/allocation-results", limit=500, **filters)["items"]))


def brief(client: httpx.Client, **filters: Any) -> list[tuple[Any, ...]]:
    """Return allocation results as (id, lot, quantity, amount, status), oldest first."""
    return [
        (row["id"], row["inventory_id"], row["allocated_quantity"], row["allocated_price"], row["status"])
        for row in rows(client, **filters)
    ]


def lot(client: httpx.Client, lot_id: int) -> tuple[Any, Any, Any]:
    """Return what is on hand of a lot, allocated and available."""
    found = get(client, f"/inventories/{lot_id}")
    return found["quantity"], found["allocated_quantity"], found["available_quantity"]


def movements(client: httpx.Client, lot_id: int) -> list[tuple[Any, ...]]:
    """Return a lot's movements as (kind, change, reason, allocation result), oldest first."""
    page = get(client, f"/inventories/{lot_id}/movements", limit=500)
    return [
        (row["kind"], row["quantity_change"], row["reason"], row["allocation_result_id"])
        for row in reversed(page["items"])
    ]


def on_hand_is_what_moved(client: httpx.Client, *lot_ids: int) -> bool:
    """Tell whether each lot's stock on hand is the sum of its movements."""
    return all(
        lot(client, lot_id)[0] == sum(change for _, change, *_ in movements(client, lot_id)) for lot_id in lot_ids
    )


def at_once(works: Sequence[Callable[[], T]]) -> list[T]:
    """Begin all works at the same moment, each in its thread, and return what they return."""
    ready = threading.Barrier(len(works))

    def begin(work: Callable[[], T]) -> T:
        ready.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(begin, works))


def let_end(database: Database) -> None:
    """Let the time pass that the holds have left."""
    with database.engine.begin() as connection:
        statement = "UPDATE allocation_results SET hold_until = now() - interval '1 ms' WHERE hold_until IS NOT NULL"
        connection.execute(text(statement))


def until(happened: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something has happened."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def waiting(database: Database) -> int:
    """Count the sessions that wait for a lock."""
    with database.engine.connect() as connection:
        statement = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(connection.execute(text(statement)).scalar_one())
