"""Orders: taken as they are written, in full or in short, refused where they can't be, each reference once."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from bad_values import BAD_CODES, BAD_DAYS, BAD_NUMBERS, BAD_TEXTS
from checks import ids, json_with, listed, nothing_written, post_text, problem, refused, written

from builders import allocate, order, receive

LINE = {"item_code": "ABC123", "quantity": 10}
ABSENT = {"inventory_id": None, "lot_number": None, "location": None, "min_remaining_days": None}
BAD_FLAGS = ("1", "0", '"true"', "[]", '"yes"')
BAD_IDS = ("0", "-1", "1.5", "true", '"abc"', "[]", "9223372036854775808", "1e30")


def test_an_order_is_answered_whole_and_found_again(client: httpx.Client) -> None:
    lot = receive(client, "A", 1, lot_number="L1")
    answer = post_text(
        client,
        "/orders",
        '{"reference": "SO/1", "customer": "八百屋", "priority": -5, "requested_date": "2026-07-01",'
        ' "fulfilment": "complete", "lines": [{"item_code": "A", "quantity": 1.50, "lot_number": "L1",'
        f' "inventory_id": {lot["id"]}, "location": "東京", "min_remaining_days": 30, "single_lot": true,'
        ' "no_date_reversal": true}, {"item_code": "unheard-of", "quantity": "0.000001"}]}',
    )
    assert answer.status_code == 201, answer.text
    shown = written(answer)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", shown.pop("created_at"))
    assert shown == {
        "id": "1",
        "reference": "SO/1",
        "customer": "八百屋",
        "priority": "-5",
        "requested_date": "2026-07-01",
        "fulfilment": "complete",
        "status": "open",
        "allocated": False,
        "lines": [
            {
                "line_no": "1",
                "item_code": "A",
                "quantity": "1.5",
                "inventory_id": "1",
                "lot_number": "L1",
                "location": "東京",
                "min_remaining_days": "30",
                "single_lot": True,
                "no_date_reversal": True,
                "allocated_quantity": "0",
                "shipped_quantity": "0",
                "open_quantity": "1.5",
                "allocations": [],
            },
            {
                "line_no": "2",
                "item_code": "unheard-of",
                "quantity": "0.000001",
                **ABSENT,
                "single_lot": False,
                "no_date_reversal": False,
                "allocated_quantity": "0",
                "shipped_quantity": "0",
                "open_quantity": "0.000001",
                "allocations": [],
            },
        ],
    }
    assert client.get("/orders/1").text == answer.text
    assert client.get("/orders").text == f'{{"items":[{answer.text}],"next_cursor":null}}'


def test_the_short_form_is_an_order_of_one_line(client: httpx.Client) -> None:
    bodies: list[dict[str, Any]] = [
        LINE,
        {"lines": [LINE]},
        LINE | ABSENT | {"customer": None, "reference": None, "requested_date": None},
    ]
    shown = [written(client.post("/orders", json=body)) for body in bodies]
    for each in shown:
        del each["id"], each["created_at"]
    assert shown[0] == shown[1] == shown[2]
    assert (shown[0]["priority"], shown[0]["fulfilment"]) == ("0", "partial")
    assert [line["quantity"] for line in shown[0]["lines"]] == ["10"]
    more = {"location": "Tokyo", "single_lot": True, "priority": 3, "customer": "C", "reference": "R"}
    last = client.post("/orders", json=LINE | more).json()
    assert (last["priority"], last["customer"], last["reference"]) == (3, "C", "R")
    assert (last["lines"][0]["location"], last["lines"][0]["single_lot"]) == ("Tokyo", True)


@pytest.mark.parametrize("value", [-2147483648, -2147483647, 2147483647])
def test_the_farthest_priorities_are_kept(client: httpx.Client, value: int) -> None:
    answer = client.post("/orders", json=LINE | {"priority": value})
    assert answer.status_code == 201, answer.text
    assert answer.json()["priority"] == value
    order(client, ("A", 1))
    assert ids(listed(client, "/orders", sort="demand")) == ([2, 1] if value < 0 else [1, 2])


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("item_code", BAD_CODES),
        ("quantity", (*BAD_NUMBERS, "0", "0.0", '"0"', "-0")),
        ("inventory_id", BAD_IDS),
        ("lot_number", BAD_TEXTS),
        ("location", BAD_TEXTS),
        ("min_remaining_days", ("-1", "1.5", "true", '"x"', '""', "[]", "1e30")),
        ("single_lot", BAD_FLAGS),
        ("no_date_reversal", BAD_FLAGS),
        ("unit_price", ("1",)),
        ("line_no", ("1",)),
    ],
)
def test_a_bad_value_of_a_line_is_refused_with_its_place(
    client: httpx.Client, field: str, values: tuple[str, ...]
) -> None:
    for value in values:
        line = json_with(LINE, field, value)
        refused(post_text(client, "/orders", line), f"/{field}")
        refused(post_text(client, "/orders", f'{{"lines": [{json.dumps(LINE)}, {line}]}}'), f"/lines/1/{field}")
    assert nothing_written(client)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("reference", BAD_TEXTS),
        ("customer", BAD_TEXTS),
        ("priority", ("1.5", "true", '"x"', "[]", "2147483648", "-2147483649", "1e30", "9" * 5000)),
        ("requested_date", BAD_DAYS),
        ("fulfilment", ('"all"', '"COMPLETE"', '""', "1", "true")),
        ("lines", ("[]", "{}", "null", '"x"', "5")),
        ("status", ('"open"',)),
        ("allocated", ("true",)),
    ],
)
def test_a_bad_value_of_an_order_is_refused_with_its_place(
    client: httpx.Client, field: str, values: tuple[str, ...]
) -> None:
    for value in values:
        refused(post_text(client, "/orders", json_with({"lines": [LINE]}, field, value)), f"/{field}")
    assert nothing_written(client)


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/lines"]),
        ({"quantity": 5}, ["/lines", "/quantity"]),
        ({"item_code": "A"}, ["/quantity"]),
        ({"lines": [{}]}, ["/lines/0/item_code", "/lines/0/quantity"]),
        ({"lines": [5, None, "x", []]}, ["/lines/0", "/lines/1", "/lines/2", "/lines/3"]),
        ({"lines": [LINE], "item_code": "A"}, ["/item_code"]),
        ({"lines": [LINE], **LINE}, ["/item_code", "/quantity"]),
        ({"lines": [LINE | {"quantity": -1}, LINE | {"item_code": ""}]}, ["/lines/0/quantity", "/lines/1/item_code"]),
        (LINE | {"quantity": 0, "priority": True, "colour": "red"}, ["/quantity", "/priority", "/colour"]),
    ],
)
def test_what_is_wrong_with_an_order_is_named(client: httpx.Client, body: Any, pointers: list[str]) -> None:
    refused(client.post("/orders", json=body), *pointers)
    assert nothing_written(client)


def test_a_line_may_name_only_a_lot_of_its_item(client: httpx.Client) -> None:
    mine, other = receive(client, "A", 1)["id"], receive(client, "B", 1)["id"]
    for named in (other, other + 1, 2**63 - 1):
        body = {"item_code": "A", "quantity": 1, "inventory_id": named}
        refused(client.post("/orders", json={"lines": [body]}), "/lines/0/inventory_id")
        refused(client.post("/orders", json={"lines": [body | {"inventory_id": mine}, body]}), "/lines/1/inventory_id")
    assert listed(client, "/orders") == []
    assert listed(client, "/inventories", item_code="C") == []
    assert order(client, {"item_code": "A", "quantity": 1, "inventory_id": mine})["lines"][0]["inventory_id"] == mine


def test_an_unknown_lot_of_an_order_in_short_is_named_where_it_stands(client: httpx.Client) -> None:
    refused(client.post("/orders", json=LINE | {"inventory_id": 1}), "/inventory_id")


def test_a_lot_number_or_a_location_may_be_unheard_of(client: httpx.Client) -> None:
    taken = order(client, {"item_code": "A", "quantity": 1, "lot_number": "?", "location": "Moon"})
    assert (taken["lines"][0]["lot_number"], taken["lines"][0]["location"]) == ("?", "Moon")


def test_a_reference_is_taken_once(client: httpx.Client) -> None:
    first = order(client, ("A", 1), reference="SO-1")
    problem(client.post("/orders", json=LINE | {"reference": "SO-1"}), 409, "duplicate-reference")
    assert ids(listed(client, "/orders")) == [first["id"]]
    receive(client, "A", 1, reference="SO-1")
    for reference in ("so-1", "SO-1 ", "SO-１"):
        assert order(client, ("A", 1), reference=reference)["reference"] == reference
    assert [order(client, ("A", 1))["reference"] for _ in range(2)] == [None, None]
    assert ids(listed(client, "/orders", reference="SO-1")) == [first["id"]]


def test_of_many_at_once_one_takes_a_reference(client: httpx.Client) -> None:
    body = LINE | {"reference": "SO-1"}
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: client.post("/orders", json=body), range(12)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 11
    assert len(listed(client, "/orders")) == 1


def test_filters_and_sorts_choose_orders(client: httpx.Client) -> None:
    receive(client, "A", 15)
    order(client, ("A", 10), reference="first", requested_date="2026-07-02")
    order(client, ("A", 10), ("B", 1), requested_date="2026-07-01")
    order(client, ("B", 1), priority=1)
    order(client, ("a", 1), ("B", 1), priority=-1, requested_date="2026-01-01")
    order(client, ("B", 1), ("B", 2))
    allocate(client, item_codes=["A"], order_ids=[1])
    allocate(client, item_codes=["A"], order_ids=[2])
    for params, expected in (
        ({}, [5, 4, 3, 2, 1]),
        ({"status": "allocated"}, [1]),
        ({"status": "partially_allocated"}, [2]),
        ({"status": "open"}, [5, 4, 3]),
        ({"status": "shipped"}, []),
        ({"status": "cancelled"}, []),
        ({"item_code": "A"}, [2, 1]),
        ({"item_code": "B"}, [5, 4, 3, 2]),
        ({"item_code": "C"}, []),
        ({"reference": "first"}, [1]),
        ({"reference": "First"}, []),
        ({"short": "true"}, [5, 4, 3, 2]),
        ({"short": "false"}, [1]),
        ({"requested_before": "2026-01-01"}, []),
        ({"requested_before": "2026-07-01"}, [4]),
        ({"requested_before": "2026-07-02"}, [4, 2]),
        ({"requested_before": "9999-12-31"}, [4, 2, 1]),
        ({"requested_before": "2026-07-02", "short": "true", "item_code": "A"}, [2]),
        ({"sort": "newest"}, [5, 4, 3, 2, 1]),
        ({"sort": "demand"}, [3, 2, 1, 5, 4]),
        ({"sort": "demand", "short": "true"}, [3, 2, 5, 4]),
        ({"sort": "demand", "item_code": "B"}, [3, 2, 5, 4]),
    ):
        for limit in (1, 2, 500):
            assert ids(listed(client, "/orders", limit, **params)) == expected, params
