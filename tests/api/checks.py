"""What the tests of the API share: exact numbers, refusals, whole lists, compact runs."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import httpx
from sqlalchemy import text

from hikiate.database import Database

DAY = "2026-06-15"
"""The allocation date of the compact runs."""

METHODS = (
    "FIFO", "LIFO", "FEFO", "CHEAPEST", "DEAREST", "LOCATION", "FEWEST_LOTS", "SPECIFIC", "AVERAGE", "TOTAL_AVERAGE",
    "MOVING_AVERAGE",
)  # fmt: skip
GOOD: dict[str, dict[str, Any]] = {
    "/inventories": {"item_code": "A", "quantity": 1, "receipt_date": "2026-01-01", "unit_price": 1},
    "/orders": {"item_code": "A", "quantity": 1},
    "/allocate": {"allocation_method": "FIFO"},
    "/allocate/compare": {"allocation_methods": ["FIFO"]},
}
"""For each route that takes JSON, a body that it takes."""

Json = dict[str, Any]
Taken = list[tuple[int, int, int, Any]]


def exact(answer: httpx.Response) -> Any:
    """Return the body with its fractions as decimals."""
    return json.loads(answer.text, parse_float=Decimal)


def written(answer: httpx.Response) -> Any:
    """Return the body with every number as the text that stands there."""
    return json.loads(answer.text, parse_float=str, parse_int=str)


def post_text(client: httpx.Client, path: str, body: str | bytes, **headers: str) -> httpx.Response:
    """Post a body as it is written."""
    return client.post(path, content=body, headers={"Content-Type": "application/json"} | headers)


def json_with(body: Json, field: str, value: str) -> str:
    """Write a body as JSON in which one field's value is this text."""
    return json.dumps(body | {field: None})[:-1].replace(f'"{field}": null', f'"{field}": {value}') + "}"


def problem(answer: httpx.Response, status: int, code: str) -> Json:
    """Check that the answer is this problem, and return it."""
    assert answer.status_code == status, f"{answer.status_code}, not {status}: {answer.text[:500]}"
    assert answer.headers["content-type"] == "application/problem+json"
    body = dict(answer.json())
    assert body["type"].startswith("https://")
    assert body["type"].rpartition("/")[2] == code, body
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["instance"] == answer.headers["x-request-id"]
    for leak in ("Traceback", "SELECT", "INSERT", "psycopg", "sqlalchemy", ".py"):
        assert leak not in answer.text, answer.text
    return body


def refused(answer: httpx.Response, *pointers: str, code: str = "validation") -> Json:
    """Check that the answer refuses exactly the values at these pointers, and return it."""
    body = problem(answer, 422, code)
    assert {fault["pointer"] for fault in body["errors"]} == set(pointers), body["errors"]
    assert all(fault["code"] and fault["message"] for fault in body["errors"])
    return body


def nothing_written(client: httpx.Client) -> bool:
    """Tell whether there is nothing yet."""
    paths = ("/inventories", "/orders", "/allocation-runs", "/allocation-results")
    return not any(client.get(path).json()["items"] for path in paths)


def everything(client: httpx.Client) -> dict[str, Any]:
    """Return all that the lists show, runs apart."""
    return {path: listed(client, path) for path in ("/inventories", "/orders", "/allocation-results")}


def listed(client: httpx.Client, path: str, limit: int = 500, **params: Any) -> list[Any]:
    """Return a whole list, page by page."""
    rows: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        answer = client.get(path, params={**params, "limit": limit, **cursor})
        assert answer.status_code == 200, answer.text
        page = exact(answer)
        assert set(page) == {"items", "next_cursor"}
        assert len(page["items"]) <= limit
        rows += page["items"]
        if page["next_cursor"] is None:
            return rows
        assert page["items"], "a page with nothing on it says that there is another"
        cursor = {"cursor": page["next_cursor"]}


def ids(rows: Iterable[Json]) -> list[int]:
    """Return the ids of rows."""
    return [row["id"] for row in rows]


def run(client: httpx.Client, method: str = "FIFO", **more: Any) -> Json:
    """Allocate on DAY and return the run, its numbers exact."""
    body = {"allocation_method": method, "allocation_date": DAY, **more}
    answer = client.post("/allocate", json=body)
    assert answer.status_code == 200, answer.text
    return dict(exact(answer))


def taken(shown: Json) -> Taken:
    """Return what a run gave: (order, line, lot, quantity)."""
    return [
        (row["order_id"], row["line_no"], row["inventory_id"], row["allocated_quantity"]) for row in shown["results"]
    ]


def short(shown: Json) -> dict[tuple[int, int], dict[str, Any]]:
    """Return why a run's lines are short: by (order, line), the quantity of each reason, in order."""
    why: dict[tuple[int, int], dict[str, Any]] = {}
    for shortage in shown["shortages"]:
        reasons = {reason["code"]: reason["quantity"] for reason in shortage["reasons"]}
        assert sum(reasons.values()) == shortage["short_quantity"], shortage
        assert len(reasons) == len(shortage["reasons"]), shortage
        why[shortage["order_id"], shortage["line_no"]] = reasons
    return why


def without_ids(shown: Json) -> Json:
    """Return a run without what a dry run and a real one differ in."""
    rows = [{**row, "id": None, "run_id": None} for row in shown["results"]]
    return shown | {
        "results": rows,
        "id": None,
        "dry_run": None,
        "outlook": None,
        "started_at": None,
        "finished_at": None,
    }


def set_item(database: Database, item_code: str = "A", **settings: int) -> None:
    """Set an item's safety stock or quantity step, in millionths."""
    for column, value in settings.items():
        assert column in ("safety_stock", "quantity_step")
        change(database, f"UPDATE items SET {column} = :value WHERE item_code = :code", value=value, code=item_code)


def change(database: Database, statement: str, **values: Any) -> None:
    """Change what no route changes."""
    with database.engine.begin() as connection:
        connection.execute(text(statement), values)
