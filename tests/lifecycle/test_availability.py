"""What can be promised on a day, and what the reports say."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from life import FAR, Json, done, exact, get, let_end, post, problem, refused
from sqlalchemy import text

from builders import allocate, order, receive
from hikiate.database import Database
from hikiate.settings import Settings

NAMES = (
    "quantity",
    "allocated_quantity",
    "available_quantity",
    "allocatable_quantity",
    "inbound_quantity",
    "open_quantity",
)


def available(client: httpx.Client, as_of: str | None = None, item_code: str = "A") -> tuple[Any, ...]:
    """Return one item's numbers, in the contract's order."""
    params: Json = {"item_code": item_code} | ({} if as_of is None else {"as_of": as_of})
    page = get(client, "/availability", **params)
    [item] = page["items"]
    assert item["item_code"] == item_code
    assert item.keys() == {"item_code", *NAMES}
    return tuple(item[name] for name in NAMES)


def test_what_comes_later_is_inbound_until_its_day(client: httpx.Client) -> None:
    receive(client, "A", 10, receipt_date="2026-05-01")
    receive(client, "A", "5.5", receipt_date="2026-06-01")
    receive(client, "A", 3, receipt_date="2026-07-01", expiration_date="2026-07-31")
    assert available(client, "2026-04-30") == (0, 0, 0, 0, Decimal("18.5"), 0)
    assert available(client, "2026-05-01") == (10, 0, 10, 10, Decimal("8.5"), 0)
    assert available(client, "2026-05-31") == (10, 0, 10, 10, Decimal("8.5"), 0)
    assert available(client, "2026-06-01") == (Decimal("15.5"), 0, Decimal("15.5"), Decimal("15.5"), 3, 0)
    assert available(client, "2026-07-31") == (Decimal("18.5"), 0, Decimal("18.5"), Decimal("18.5"), 0, 0)
    assert available(client, "2026-08-01") == (Decimal("18.5"), 0, Decimal("18.5"), Decimal("15.5"), 0, 0)
    assert available(client, "0001-01-01")[4] == available(client, "9999-12-31")[0] == Decimal("18.5")


def test_it_is_of_today_unless_asked(client: httpx.Client) -> None:
    today = Settings(database_url=None).today()
    receive(client, "A", 1, receipt_date=str(today))
    receive(client, "A", 2, receipt_date=str(today + timedelta(days=1)))
    page = get(client, "/availability")
    assert page["as_of"] == str(today)
    assert available(client) == (1, 0, 1, 1, 2, 0)


def test_allocatable_leaves_out_what_is_held_expired_promised_and_kept_back(client: httpx.Client) -> None:
    receive(client, "A", 10)
    receive(client, "A", 7, expiration_date="2026-01-31")
    receive(client, "A", 5)
    order(client, ("A", 4))
    order(client, ("A", 100), priority=-1)
    allocate(client, order_ids=[1])
    post(client, "/inventories/3/hold")
    assert available(client, "2026-02-01") == (22, 4, 18, 6, 0, 100)
    assert available(client, "2026-01-31") == (22, 4, 18, 13, 0, 100)
    done(client.put("/items/A", json={"safety_stock": "2.5"}))
    assert available(client, "2026-02-01") == (22, 4, 18, Decimal("3.5"), 0, 100)
    done(client.put("/items/A", json={"safety_stock": 50}))
    assert available(client, "2026-02-01")[3] == 0
    post(client, "/orders/1/ship")
    assert available(client, "2026-02-01") == (18, 0, 18, 0, 0, 100)
    post(client, "/orders/2/cancel")
    assert available(client, "2026-02-01")[5] == 0


def test_what_is_allocatable_is_what_a_run_of_that_day_gives(client: httpx.Client) -> None:
    receive(client, "A", 10)
    receive(client, "A", 4, receipt_date="2026-03-01")
    receive(client, "A", 3, expiration_date="2026-02-15")
    done(client.put("/items/A", json={"safety_stock": 2}))
    order(client, ("A", 1000))
    for day in ("2026-01-01", "2026-02-15", "2026-02-16", "2026-03-01"):
        run = allocate(client, allocation_date=day, dry_run=True)
        assert run["allocated_quantity"] == available(client, day)[3]


def test_inbound_stock_that_is_promised_is_not_there_yet(client: httpx.Client) -> None:
    receive(client, "A", 10, receipt_date="2026-06-01")
    order(client, ("A", 4))
    allocate(client, allocation_date="2026-05-01", include_inbound=True)
    assert available(client, "2026-05-01") == (0, 0, 0, 0, 10, 0)
    assert available(client, "2026-06-01") == (10, 4, 6, 6, 0, 0)


def test_items_are_asked_for_by_name_or_all(client: httpx.Client) -> None:
    for code in ("C", "A", "B"):
        receive(client, code, 1)
    order(client, ("waiting", 2))
    codes = [item["item_code"] for item in get(client, "/availability")["items"]]
    assert codes == ["A", "B", "C", "waiting"]
    page = exact(client.get("/availability?item_code=C&item_code=A&item_code=C&item_code=unheard-of"))
    shown = {item["item_code"]: item["quantity"] for item in page["items"]}
    assert shown == {"A": 1, "C": 1, "unheard-of": 0}
    assert len(page["items"]) == 3
    assert available(client, item_code="waiting") == (0, 0, 0, 0, 0, 2)


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("item_code=", "/item_code/0"),
        ("item_code=A&item_code=%20B", "/item_code/1"),
        ("as_of=2026-02-30", "/as_of"),
        ("as_of=today", "/as_of"),
        ("item_codes=A", "/item_codes"),
        ("limit=1", "/limit"),
    ],
)
def test_a_query_that_can_not_be_is_refused(client: httpx.Client, query: str, pointer: str) -> None:
    refused(client.get(f"/availability?{query}"), pointer)


def created(database: Database, order_id: int, instant: str) -> None:
    """Let an order have been created at another time."""
    with database.engine.begin() as connection:
        statement = text("UPDATE orders SET created_at = :instant WHERE id = :id")
        connection.execute(statement, {"instant": instant, "id": order_id})


def test_the_fill_rate_is_by_the_day_of_creation_without_cancelled_orders(
    client: httpx.Client, database: Database
) -> None:
    receive(client, "A", 8)
    order(client, ("A", 3), ("A", 1))
    order(client, ("A", 8))
    order(client, ("A", 2))
    order(client, ("A", 50))
    allocate(client)
    post(client, "/orders/1/ship")
    post(client, "/orders/4/cancel")
    for order_id, instant in enumerate(
        ("2026-05-01T00:00Z", "2026-05-01T23:59:59.999Z", "2026-05-02T00:00Z", "2026-05-02T00:00Z"), start=1
    ):
        created(database, order_id, instant)
    report = get(client, "/reports/fill-rate", since="2026-05-01", until="2026-05-02")
    names = ("day", "orders", "lines", "requested_quantity", "filled_quantity", "fill_rate")
    assert [tuple(day[name] for name in names) for day in report["items"]] == [
        ("2026-05-02", 1, 1, 2, 0, 0),
        ("2026-05-01", 2, 3, 12, 8, Decimal("0.666667")),
    ]
    for since, until, days in (
        ("2026-05-01", "2026-05-01", 1),
        ("2026-05-02", "2026-05-02", 1),
        ("2026-04-01", "2026-04-30", 0),
        ("2026-05-02", "2026-05-01", 0),
        ("0001-01-01", "9999-12-31", 2),
    ):
        assert len(get(client, "/reports/fill-rate", since=since, until=until)["items"]) == days


def test_the_fill_rate_follows_what_becomes_of_the_orders(client: httpx.Client, database: Database) -> None:
    receive(client, "A", 4)
    order(client, ("A", 4))
    allocate(client, hold_until=FAR)

    def rate() -> Any:
        [day] = get(client, "/reports/fill-rate")["items"]
        assert day["day"] == str(Settings(database_url=None).today())
        return day["fill_rate"]

    assert rate() == 1
    post(client, "/orders/1/ship", {"lines": [{"line_no": 1, "quantity": 1}]})
    let_end(database)
    assert rate() == Decimal("0.25")
    done(client.patch("/orders/1", json={"lines": [{"line_no": 1, "quantity": 3}]}))
    assert rate() == Decimal("0.333333")


def test_a_day_of_the_fill_rate_is_one_of_the_time_zone(serve: Any, database: Database) -> None:
    client = serve(Settings(database_url=None, time_zone="Asia/Tokyo"))
    for order_id, instant in ((1, "2026-04-30T14:59:59Z"), (2, "2026-04-30T15:00:00Z"), (3, "2026-05-01T14:59:59Z")):
        order(client, ("A", 1))
        created(database, order_id, instant)
    report = get(client, "/reports/fill-rate", since="2026-05-01", until="2026-05-01")
    assert [(day["day"], day["orders"]) for day in report["items"]] == [("2026-05-01", 2)]


def test_stock_is_counted_by_its_age_in_days(client: httpx.Client) -> None:
    as_of = date(2026, 6, 30)
    for age in (-1, 0, 30, 31, 60, 61, 90, 91, 1000):
        receive(client, "A", 1, "2.5", receipt_date=str(as_of - timedelta(days=age)))
    receive(client, "B", 0, 9, receipt_date=str(as_of))
    order(client, ("A", 1))
    allocate(client)
    report = get(client, "/reports/stock-age", as_of=str(as_of))
    names = ("from_days", "to_days", "lots", "quantity", "value")
    assert report["as_of"] == "2026-06-30"
    assert [tuple(bucket[name] for name in names) for bucket in report["items"]] == [
        (0, 30, 2, 2, 5),
        (31, 60, 2, 2, 5),
        (61, 90, 2, 2, 5),
        (91, None, 2, 2, 5),
    ]
    post(client, "/orders/1/ship")
    assert get(client, "/reports/stock-age", as_of=str(as_of))["items"][3]["lots"] == 1


def test_reports_of_nothing_are_empty(client: httpx.Client) -> None:
    assert get(client, "/reports/fill-rate")["items"] == []
    assert [bucket["quantity"] for bucket in get(client, "/reports/stock-age")["items"]] == [0] * 4
    assert get(client, "/availability")["items"] == []
    refused(client.get("/reports/stock-age?as_of=x"), "/as_of")
    refused(client.get("/reports/fill-rate?since=2026-1-1"), "/since")
    problem(client.get("/reports/nothing"), 404, "not-found")
