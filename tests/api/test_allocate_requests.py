"""What a request to allocate may say, what a run echoes of it, and what is refused."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from checks import METHODS, change, everything, exact, json_with, listed, post_text, refused, run, short, taken
from serving import Serve

from builders import order, receive
from hikiate.database import Database

FIFO = {"allocation_method": "FIFO"}
BAD_FLAGS = ("1", "0", '"true"', "[]")
BAD: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("order_ids", ("[]", "{}", '"1"', "[0]", "[-1]", "[1.5]", "[true]", '["x"]', "[null]", "[9223372036854775808]")),
    ("item_codes", ("[]", "{}", '"A"', "[5]", '["A/B"]', '[""]', "[null]", '[" A"]', '["\\u0000"]')),
    ("allocation_date", ('"2026-02-30"', '"20260101"', "20260101", "true", '"2026-01-01T00:00:00Z"', '""')),
    ("dry_run", BAD_FLAGS),
    ("include_inbound", BAD_FLAGS),
    ("locations", ('"Tokyo"', "[5]", '[""]', "[null]", "{}")),
    ("scarcity", ('"fair"', '"SEQUENCE"', "true", "1", '""')),
    ("max_results", ("-1", "10001", "true", "1.5", '"x"', "[]", "1e30", "9" * 5000)),
    (
        "hold_until",
        (
            '"2020-01-01T00:00:00Z"', '"2099-01-01"', '"2099-01-01T00:00:00"', '"tomorrow"', "4102444800",
            '"4102444800"', "true", '""', '"9999-12-31T23:59:59-12:00"', '"0001-01-01T00:00:00+14:00"',
        ),
    ),
    ("method", ('"FIFO"',)),
    ("lots", ("[1]",)),
)  # fmt: skip


def places(field: str, value: str) -> str:
    """Return the pointer to what is wrong with a value: in a list, its only element."""
    return f"/{field}/0" if value.startswith("[") and value != "[]" and field in LIST_FIELDS else f"/{field}"


LIST_FIELDS = ("order_ids", "item_codes", "locations")


@pytest.mark.parametrize("path", ["/allocate", "/allocate/compare"])
def test_a_bad_option_is_refused_with_its_place(client: httpx.Client, path: str) -> None:
    receive(client, "A", 5)
    order(client, ("A", 5))
    good = FIFO if path == "/allocate" else {"allocation_methods": ["FIFO"]}
    wrong = []
    for field, values in BAD:
        for value in values:
            answer = post_text(client, path, json_with(good, field, value))
            if answer.status_code != 422:
                wrong.append((field, value, answer.status_code))
                continue
            refused(answer, places(field, value))
    assert wrong == []
    assert listed(client, "/allocation-runs") == []
    assert listed(client, "/allocation-results") == []


def test_an_unknown_method_has_a_problem_of_its_own(client: httpx.Client) -> None:
    for method in ('"NEAREST"', '"fifo"', '""', '"FIFO "'):
        answer = post_text(client, "/allocate", f'{{"allocation_method": {method}}}')
        refused(answer, "/allocation_method", code="unknown-method")
        answer = post_text(client, "/allocate/compare", f'{{"allocation_methods": ["LIFO", {method}]}}')
        refused(answer, "/allocation_methods/1", code="unknown-method")
        answer = post_text(client, "/allocate", json_with(FIFO, "costing_method", method))
        refused(answer, "/costing_method", code="unknown-method")
    for body in ("{}", '{"dry_run": true}'):
        refused(post_text(client, "/allocate", body), "/allocation_method")
        refused(post_text(client, "/allocate/compare", body), "/allocation_methods")
    refused(client.post("/allocate/compare", json={"allocation_methods": []}), "/allocation_methods")
    refused(client.post("/allocate/compare", json={"allocation_methods": ["FIFO"], **FIFO}), "/allocation_method")


def test_each_unknown_order_is_named(client: httpx.Client) -> None:
    order(client, ("A", 1))
    for dry_run in (True, False):
        body = FIFO | {"order_ids": [1, 99, 2**63 - 1], "dry_run": dry_run}
        refused(client.post("/allocate", json=body), "/order_ids/1", "/order_ids/2")
    body = {"allocation_methods": ["FIFO"], "order_ids": [2]}
    refused(client.post("/allocate/compare", json=body), "/order_ids/0")
    assert listed(client, "/allocation-runs") == []


def test_a_run_echoes_its_request(client: httpx.Client) -> None:
    order(client, ("A", 1))
    asked = {
        "allocation_method": "LOCATION",
        "costing_method": "AVERAGE",
        "order_ids": [1],
        "item_codes": ["A", "unheard-of"],
        "allocation_date": "2026-02-28",
        "include_inbound": True,
        "locations": ["Tokyo", "東京"],
        "scarcity": "fair_share",
        "hold_until": "2099-01-01T00:00:00Z",
        "max_results": 7,
    }
    posted = client.post("/allocate", json=asked | {"dry_run": False}).json()
    preview = client.post("/allocate", json=asked | {"dry_run": True}).json()
    stored = client.get("/allocation-runs/1").json()
    [shown] = client.get("/allocation-runs").json()["items"]
    for each in (posted, preview, stored, shown):
        assert {name: each[name] for name in asked} == asked
        assert each["dry_run"] is (each is preview)
    assert posted == stored


def test_a_run_that_says_little_echoes_the_defaults(client: httpx.Client) -> None:
    costing = {"AVERAGE": "AVERAGE", "TOTAL_AVERAGE": "TOTAL_AVERAGE", "MOVING_AVERAGE": "MOVING_AVERAGE"}
    for method in METHODS:
        before = datetime.now(UTC).date()
        shown = client.post("/allocate", json={"allocation_method": method}).json()
        assert before.isoformat() <= shown["allocation_date"] <= datetime.now(UTC).date().isoformat()
        assert shown["started_at"] <= shown["finished_at"]
        assert shown["started_at"].endswith("Z")
        expected: dict[str, Any] = {
            "status": "completed", "costing_method": costing.get(method, "LOT"), "order_ids": None, "item_codes": None,
            "dry_run": False, "include_inbound": False, "locations": [], "scarcity": "sequence", "hold_until": None,
            "max_results": 100, "orders": 0, "lines": 0, "requested_quantity": 0, "allocated_quantity": 0,
            "short_quantity": 0, "fill_rate": None, "allocated_price": 0, "results": [], "shortages": [],
        }  # fmt: skip
        assert {name: shown[name] for name in expected} == expected


def test_null_is_as_good_as_nothing_where_nothing_is_the_default(client: httpx.Client) -> None:
    body = FIFO | dict.fromkeys(("costing_method", "order_ids", "item_codes", "allocation_date", "hold_until"))
    assert client.post("/allocate", json=body).status_code == 200


def test_today_is_the_date_in_the_time_zone_of_the_settings(serve: Serve) -> None:
    for zone, hours in (("Pacific/Kiritimati", 14), ("Etc/GMT+12", -12), ("UTC", 0)):
        client = serve(time_zone=zone)
        before = datetime.now(UTC) + timedelta(hours=hours)
        shown = client.post("/allocate", json=FIFO | {"dry_run": True}).json()
        after = datetime.now(UTC) + timedelta(hours=hours)
        assert before.date().isoformat() <= shown["allocation_date"] <= after.date().isoformat()


@pytest.mark.parametrize(("limit", "shown"), [(0, 0), (1, 1), (10, 10), (100, 60), (10_000, 60), (None, 60)])
def test_max_results_limits_what_a_run_shows_and_nothing_else(client: httpx.Client, limit: Any, shown: int) -> None:
    receive(client, "A", 60)
    order(client, *[("A", 1), ("B", 2)] * 60)
    more = {} if limit is None else {"max_results": limit}
    preview = run(client, dry_run=True, **more)
    posted = run(client, **more)
    for each in (preview, posted, exact(client.get("/allocation-runs/1"))):
        assert (len(each["results"]), len(each["shortages"])) == (shown, shown)
        assert [row["line_no"] for row in each["results"]] == [2 * place + 1 for place in range(shown)]
        assert [row["line_no"] for row in each["shortages"]] == [2 * place + 2 for place in range(shown)]
        assert (each["lines"], each["allocated_quantity"], each["short_quantity"]) == (120, 60, 120)
    assert len(listed(client, "/allocation-results", run_id=1)) == 60
    rest = listed(client, "/allocation-runs/1/shortages", 7)
    assert [row["line_no"] for row in rest] == [2 * place + 2 for place in range(60)]


def test_a_hold_is_shown_in_utc_and_the_same_everywhere(client: httpx.Client) -> None:
    receive(client, "A", 5)
    order(client, ("A", 2))
    body = {"hold_until": "2099-01-01T09:00:00.5+09:00"}
    until = {"hold_until": "2099-01-01T00:00:00.500000Z"}
    preview = run(client, dry_run=True, **body)
    posted = run(client, **body)
    stored = exact(client.get("/allocation-runs/1"))
    assert posted == stored
    rows = [*preview["results"], *posted["results"], *listed(client, "/allocation-results")]
    rows += exact(client.get("/orders/1"))["lines"][0]["allocations"]
    assert len(rows) == 4
    for each in (preview, posted, stored, *rows):
        assert each["hold_until"] in (until["hold_until"], "2099-01-01T00:00:00.5Z")


def test_a_hold_that_has_ended_is_never_seen_as_allocated(client: httpx.Client, database: Database) -> None:
    receive(client, "A", 5)
    order(client, ("A", 2))
    order(client, ("A", 4))
    run(client, order_ids=[1], hold_until="2099-01-01T00:00:00Z")
    run(client, order_ids=[2])
    assert [row["status"] for row in listed(client, "/orders")] == ["partially_allocated", "allocated"]
    change(database, "UPDATE allocation_results SET hold_until = now() WHERE order_id = 1")
    for path in ("/inventories", "/orders", "/allocation-results"):
        everything(client)
        assert client.get(path).status_code == 200
    assert [row["status"] for row in listed(client, "/allocation-results")] == ["allocated", "released"]
    assert exact(client.get("/inventories/1"))["available_quantity"] == 2
    gone = exact(client.get("/orders/1"))
    assert (gone["status"], gone["lines"][0]["allocations"], gone["lines"][0]["open_quantity"]) == ("open", [], 2)
    shown = run(client)
    assert (taken(shown), short(shown)) == ([(1, 1, 1, 2)], {(2, 1): {"all-allocated": 1}})


@pytest.mark.parametrize(
    "first",
    [
        "/inventories/1",
        "/inventories?available=true",
        "/orders/1",
        "/orders?status=open",
        "/allocation-results?status=released",
    ],
)
def test_whatever_is_read_first_the_ended_hold_is_gone(client: httpx.Client, database: Database, first: str) -> None:
    receive(client, "A", 5)
    order(client, ("A", 5))
    run(client, hold_until="2099-01-01T00:00:00Z")
    change(database, "UPDATE allocation_results SET hold_until = now()")
    answer = client.get(first).json()
    found = answer["items"] if "?" in first else [answer]
    assert len(found) == 1, json.dumps(found)
    assert found[0].get("available_quantity", 5) == 5
    assert found[0].get("status", "open") in ("open", "released")
