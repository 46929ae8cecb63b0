"""Lists: pages that neither repeat nor skip, and refusals of what they don't know."""

import base64
import json
from typing import Any

import httpx
import pytest
from checks import exact, ids, listed, refused

from builders import allocate, order, receive

LISTS = {
    "/inventories": ("available", "cursor", "expires_before", "item_code", "limit", "location", "lot_number"),
    "/orders": ("cursor", "item_code", "limit", "reference", "requested_before", "short", "sort", "status"),
    "/allocation-runs": ("cursor", "limit"),
    "/allocation-runs/1/shortages": ("cursor", "limit"),
    "/allocation-results": (
        "cursor",
        "inventory_id",
        "item_code",
        "limit",
        "lot_number",
        "order_id",
        "run_id",
        "status",
    ),
}
BAD_FILTERS = {
    "/inventories": (
        "item_code=", "item_code=A/B", "item_code=%20A", "item_code=A%00", "item_code=" + "x" * 65, "lot_number=",
        "lot_number=%0A", "location=", "available=", "available=maybe", "available=2", "expires_before=20260101",
        "expires_before=2026-02-30", "expires_before=", "received_before=yesterday", "sort=demand", "sort=",
    ),
    "/orders": (
        "status=done", "status=", "status=OPEN", "item_code=", "reference=", "reference=%00", "short=maybe",
        "requested_before=2026-1-1", "requested_before=2026-01-01T00:00:00", "sort=expiry", "sort=Newest",
    ),
    "/allocation-results": (
        "run_id=0", "run_id=-1", "run_id=abc", "run_id=", "run_id=9223372036854775808", "order_id=1.5",
        "inventory_id=true", "item_code=A/", "lot_number=", "status=open",
    ),
}  # fmt: skip


@pytest.fixture
def filled(client: httpx.Client) -> None:
    """Three rows of everything, with an order that can't be filled."""
    for number in range(3):
        receive(client, "A", 1, expiration_date=f"2030-01-0{number + 1}")
        order(client, ("A", 1), priority=number, requested_date=f"2026-01-0{number + 1}")
    for _ in range(3):
        order(client, ("B", 1), ("C", 1), ("D", 1))
        allocate(client)


def read(cursor: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))


def write(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_the_same_in_pages_of_any_size(client: httpx.Client, path: str) -> None:
    whole = listed(client, path)
    assert len(whole) >= 3
    assert exact(client.get(path))["items"] == whole
    for limit in (1, 2, len(whole)):
        assert listed(client, path, limit) == whole
    if path != "/allocation-runs/1/shortages":
        assert ids(whole) == sorted(ids(whole), reverse=True)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("path", LISTS)
def test_a_limit_is_between_1_and_500(client: httpx.Client, path: str) -> None:
    for limit in ("0", "501", "-1", "abc", "true", "false", "", "1.5", "1e2", "null", "9" * 30):
        refused(client.get(path, params={"limit": limit}), "/limit")
    for limit in ("1", "500"):
        assert client.get(path, params={"limit": limit}).status_code == 200


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("path", LISTS)
def test_an_unknown_parameter_is_refused_and_the_known_ones_named(client: httpx.Client, path: str) -> None:
    for name in ("colour", "Limit", "offset", "item-code"):
        detail = refused(client.get(path, params={name: "1"}), f"/{name}")["detail"]
        assert all(known in detail for known in LISTS[path])
    refused(client.get(path, params={"a": "1", "b": "2", "limit": "1"}), "/a", "/b")


@pytest.mark.parametrize("path", BAD_FILTERS)
def test_a_bad_filter_is_refused(client: httpx.Client, path: str) -> None:
    for query in BAD_FILTERS[path]:
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 422, f"{query[:40]}: {answer.status_code}"
        refused(answer, "/" + query.partition("=")[0])


@pytest.mark.usefixtures("filled")
def test_a_parameter_that_takes_one_value_is_not_given_twice(client: httpx.Client) -> None:
    for query in ("item_code=A&item_code=B", "limit=1&limit=2", "sort=newest&sort=expiry"):
        refused(client.get(f"/inventories?{query}"), "/" + query.partition("=")[0])


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_that_is_none_of_ours_is_refused(client: httpx.Client, path: str) -> None:
    for cursor in (
        "",
        "0",
        "-1",
        "x",
        "!!!",
        "é",
        "null",
        "W10",
        write([]),
        write({}),
        write(5),
        write("newest"),
        "%%",
    ):
        refused(client.get(path, params={"cursor": cursor}), "/cursor")


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("path", "sort"),
    [
        *((path, None) for path in LISTS),
        ("/inventories", "expiry"),
        ("/orders", "demand"),
    ],
)
def test_a_cursor_that_was_tampered_with_is_refused(client: httpx.Client, path: str, sort: str | None) -> None:
    params = {"limit": "1"} | ({"sort": sort} if sort else {})
    whole = read(client.get(path, params=params).json()["next_cursor"])
    *front, _ = whole
    bad = [[*whole, 1], front, ["other", *whole[1:]]]
    bad += [[*front, last] for last in (None, True, 1.5, "x", "2026-01-01", -1, 2**63, [1], {})]
    if sort == "demand":
        bad += [["demand", "2026-01-01", None, 1], ["demand", None, None, 1], ["demand", 0, 7, 1]]
    if sort == "expiry":
        bad += [["expiry", 7, 1]]
    taken = [value for value in bad if client.get(path, params={**params, "cursor": write(value)}).status_code != 422]
    assert taken == []


@pytest.mark.usefixtures("filled")
def test_a_cursor_of_thousands_of_brackets_is_refused(client: httpx.Client) -> None:
    deep = base64.urlsafe_b64encode(b"[" * 3000).decode()
    refused(client.get("/inventories", params={"cursor": deep}), "/cursor")


@pytest.mark.usefixtures("filled")
def test_a_cursor_belongs_to_its_sort(client: httpx.Client) -> None:
    for path, other in (("/inventories", "expiry"), ("/orders", "demand")):
        newest = client.get(path, params={"limit": 1}).json()["next_cursor"]
        refused(client.get(path, params={"sort": other, "cursor": newest}), "/cursor")
        cursor = client.get(path, params={"limit": 1, "sort": other}).json()["next_cursor"]
        refused(client.get(path, params={"cursor": cursor}), "/cursor")


@pytest.mark.usefixtures("filled")
def test_a_cursor_belongs_to_its_list(client: httpx.Client) -> None:
    cursor = client.get("/inventories", params={"limit": 1}).json()["next_cursor"]
    for path in LISTS:
        if path != "/inventories":
            refused(client.get(path, params={"cursor": cursor}), "/cursor")


def test_pages_by_age_neither_repeat_nor_show_what_came_later(client: httpx.Client) -> None:
    for _ in range(4):
        receive(client, "A", 1)
        order(client, ("A", 1))
    for path, add in (("/inventories", lambda: receive(client, "A", 1)), ("/orders", lambda: order(client, ("A", 1)))):
        seen: list[int] = []
        params: dict[str, Any] = {"limit": 1}
        while True:
            page = client.get(path, params=params).json()
            seen += ids(page["items"])
            if page["next_cursor"] is None:
                break
            params["cursor"] = page["next_cursor"]
            add()
        assert seen == [4, 3, 2, 1]


def test_pages_by_another_sort_show_what_comes_in_behind_them_only(client: httpx.Client) -> None:
    for day in ("2026-03-01", "2026-03-01", None, None):
        receive(client, "A", 1, expiration_date=day)
        order(client, ("A", 1), requested_date=day)
    for path, sort, field, add in (
        ("/inventories", "expiry", "expiration_date", lambda **more: receive(client, "A", 1, **more)),
        ("/orders", "demand", "requested_date", lambda **more: order(client, ("A", 1), **more)),
    ):
        first = client.get(path, params={"limit": 1, "sort": sort}).json()
        add(**{field: "2026-02-28"})
        add(**{field: "2026-03-01"})
        add(**{field: "9999-12-31"})
        add()
        rest = client.get(path, params={"limit": 500, "sort": sort, "cursor": first["next_cursor"]}).json()
        assert ids(first["items"]) == [1]
        assert ids(rest["items"]) == [2, 6, 7, 3, 4, 8]


def test_a_cursor_outlives_the_row_it_points_to(client: httpx.Client) -> None:
    for _ in range(3):
        order(client, ("A", 1))
    page = client.get("/orders", params={"limit": 1, "short": "true"}).json()
    receive(client, "A", 1)
    allocate(client, order_ids=[3])
    rest = client.get("/orders", params={"short": "true", "cursor": page["next_cursor"]}).json()
    assert (ids(page["items"]), ids(rest["items"]), rest["next_cursor"]) == ([3], [2, 1], None)
