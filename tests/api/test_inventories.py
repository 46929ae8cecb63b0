"""Lots: received as they are written, refused where they can't be, each reference once."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from bad_values import BAD_CODES, BAD_DAYS, BAD_NUMBERS, BAD_TEXTS
from checks import ids, json_with, listed, nothing_written, post_text, problem, refused, written

from builders import allocate, order, receive

LOT = {"item_code": "ABC123", "quantity": 10, "receipt_date": "2026-01-01", "unit_price": 100}


def test_a_lot_is_answered_whole_and_found_again(client: httpx.Client) -> None:
    answer = post_text(
        client,
        "/inventories",
        '{"item_code": "ABC123", "quantity": 12.50, "receipt_date": "2026-04-01", "unit_price": "49.95",'
        ' "lot_number": "L-1", "location": "東京", "expiration_date": "2026-03-31", "reference": "GRN/7"}',
    )
    assert answer.status_code == 201, answer.text
    assert answer.headers["content-type"] == "application/json"
    lot = written(answer)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", lot.pop("created_at"))
    assert lot == {
        "id": "1",
        "item_code": "ABC123",
        "quantity": "12.5",
        "receipt_date": "2026-04-01",
        "unit_price": "49.95",
        "lot_number": "L-1",
        "location": "東京",
        "expiration_date": "2026-03-31",
        "reference": "GRN/7",
        "held": False,
        "allocated_quantity": "0",
        "available_quantity": "12.5",
    }
    assert client.get("/inventories/1").text == answer.text
    assert client.get("/inventories").text == f'{{"items":[{answer.text}],"next_cursor":null}}'


def test_what_is_not_given_is_null(client: httpx.Client) -> None:
    for body in (LOT, LOT | dict.fromkeys(("lot_number", "location", "expiration_date", "reference"))):
        answer = client.post("/inventories", json=body)
        assert answer.status_code == 201, answer.text
        for name in ("lot_number", "location", "expiration_date", "reference"):
            assert answer.json()[name] is None


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("10", "10"), ("1.5", "1.5"), ("49.95", "49.95"), ("0.000001", "0.000001"), ("0", "0"), ("-0", "0"),
        ("999999999999.999999", "999999999999.999999"), ("999999999999", "999999999999"), ("1.50", "1.5"),
        ("100.000000", "100"), ("1e2", "100"), ("1.5E+1", "15"), ("1e-6", "0.000001"), ("0.1", "0.1"),
        ("123456789012.345678", "123456789012.345678"), ("1e11", "100000000000"), ("0e5", "0"),
    ],
)  # fmt: skip
def test_numbers_come_back_in_shortest_form(client: httpx.Client, sent: str, shown: str) -> None:
    for text in (sent, f'"{sent}"'):
        body = json_with(LOT, "quantity", text).replace('"unit_price": 100', f'"unit_price": {text}')
        answer = post_text(client, "/inventories", body)
        assert answer.status_code == 201, answer.text
        for again in (answer, client.get(f"/inventories/{answer.json()['id']}")):
            lot = written(again)
            assert (lot["quantity"], lot["unit_price"], lot["available_quantity"]) == (shown, shown, shown)
    assert written(client.get("/inventories"))["items"][0]["quantity"] == shown


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("quantity", BAD_NUMBERS),
        ("unit_price", BAD_NUMBERS),
        ("quantity", ("1e99999999999999999999", "1e-99999999999999999999", "-1e-99999999999999999999")),
        ("receipt_date", (*BAD_DAYS, "null")),
        ("expiration_date", BAD_DAYS),
        ("item_code", BAD_CODES),
        ("lot_number", BAD_TEXTS),
        ("location", BAD_TEXTS),
        ("reference", BAD_TEXTS),
        ("id", ("1",)),
        ("held", ("true",)),
        ("Quantity", ("1",)),
    ],
)
def test_a_bad_value_is_refused_with_its_place(client: httpx.Client, field: str, values: tuple[str, ...]) -> None:
    for value in values:
        answer = post_text(client, "/inventories", json_with(LOT, field, value))
        assert answer.status_code == 422, f"{value[:60]}: {answer.status_code} {answer.text[:300]}"
        refused(answer, f"/{field}")
    assert nothing_written(client)


def test_a_zero_with_an_absurd_exponent_is_zero_or_refused(client: httpx.Client) -> None:
    for value in ("0e99999999999999999999", "0.0e-99999999999999999999"):
        assert post_text(client, "/inventories", json_with(LOT, "quantity", value)).status_code in (201, 422)


def test_every_missing_field_is_named(client: httpx.Client) -> None:
    refused(client.post("/inventories", json={}), *(f"/{name}" for name in LOT))
    for name in LOT:
        refused(client.post("/inventories", json={key: value for key, value in LOT.items() if key != name}), f"/{name}")
    assert nothing_written(client)


def test_all_faults_of_a_body_are_named_at_once(client: httpx.Client) -> None:
    body = LOT | {"quantity": -1, "unit_price": "x", "receipt_date": "2026-02-30", "a/b~c": 1}
    refused(client.post("/inventories", json=body), "/quantity", "/unit_price", "/receipt_date", "/a~1b~0c")
    refused(post_text(client, "/inventories", json_with(LOT, "x", "1").replace('"x"', '"\\ud800"')), "")
    assert nothing_written(client)


@pytest.mark.parametrize("body", ["null", "[]", '"ABC123"', "5", "true", '[{"item_code": "A"}]'])
def test_a_body_that_is_no_object_is_refused(client: httpx.Client, body: str) -> None:
    refused(post_text(client, "/inventories", body), "")
    assert nothing_written(client)


@pytest.mark.parametrize(
    "code",
    ["x" * 64, "あ" * 64, "😀" * 64, "a b", "A\\B", "A%2FB", "a.b:c;d?e#f", "'; DROP TABLE items; --", "Ａ１"],
)
def test_any_other_code_is_kept_to_the_letter(client: httpx.Client, code: str) -> None:
    lot = receive(client, code, 1, lot_number=code, location=f" {code}/ ", reference=code)
    assert client.get(f"/inventories/{lot['id']}").json()["item_code"] == code
    assert [row["id"] for row in listed(client, "/inventories", item_code=code)] == [lot["id"]]
    assert [row["id"] for row in listed(client, "/inventories", location=f" {code}/ ")] == [lot["id"]]


def test_item_codes_are_case_sensitive_and_not_normalised(client: httpx.Client) -> None:
    codes = ["abc", "ABC", "Abc", "ＡＢＣ", "e\u0301", "\u00e9"]
    for code in codes:
        receive(client, code, 1)
    for code in codes:
        assert [row["item_code"] for row in listed(client, "/inventories", item_code=code)] == [code]


def test_a_reference_is_received_once(client: httpx.Client) -> None:
    first = receive(client, "A", 5, reference="R-1")
    body = {"item_code": "B", "quantity": 7, "receipt_date": "2026-01-01", "unit_price": 1, "reference": "R-1"}
    problem(client.post("/inventories", json=body), 409, "duplicate-reference")
    assert ids(listed(client, "/inventories")) == [first["id"]]
    assert listed(client, "/inventories", item_code="B") == []
    others = [receive(client, "A", 5, reference=reference) for reference in ("r-1", "R-1 ", " R-1", "Ｒ-1")]
    assert ids(others) == sorted(ids(others))
    assert [receive(client, "A", 5)["reference"] for _ in range(2)] == [None, None]


def test_of_many_at_once_one_receives_a_reference(client: httpx.Client) -> None:
    body = LOT | {"reference": "R-1"}
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: client.post("/inventories", json=body), range(12)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 11
    assert len(listed(client, "/inventories")) == 1


STOCK: tuple[tuple[str, int, dict[str, Any]], ...] = (
    ("A", 5, {"lot_number": "L1", "location": "Tokyo", "expiration_date": "2026-06-01", "receipt_date": "2026-01-01"}),
    ("A", 0, {"lot_number": "L2", "location": "Osaka", "expiration_date": "2026-07-01", "receipt_date": "2026-02-01"}),
    ("a", 5, {"lot_number": "L1", "location": "Tokyo", "receipt_date": "2026-03-01"}),
    ("B", 5, {"expiration_date": "2026-06-01", "receipt_date": "2026-02-01"}),
)


@pytest.fixture
def stock(client: httpx.Client) -> None:
    """Four lots, the last one allocated in full."""
    for code, quantity, more in STOCK:
        receive(client, code, quantity, **more)
    order(client, ("B", 5))
    allocate(client, allocation_date="2026-05-01")


@pytest.mark.usefixtures("stock")
def test_filters_choose_lots(client: httpx.Client) -> None:
    for params, expected in (
        ({}, [4, 3, 2, 1]),
        ({"item_code": "A"}, [2, 1]),
        ({"item_code": "a"}, [3]),
        ({"item_code": "C"}, []),
        ({"lot_number": "L1"}, [3, 1]),
        ({"lot_number": "l1"}, []),
        ({"location": "Tokyo"}, [3, 1]),
        ({"location": "Tokyo", "item_code": "A"}, [1]),
        ({"available": "true"}, [3, 1]),
        ({"available": "false"}, [4, 2]),
        ({"expires_before": "2026-06-01"}, []),
        ({"expires_before": "2026-06-02"}, [4, 1]),
        ({"expires_before": "9999-12-31"}, [4, 2, 1]),
        ({"received_before": "2026-01-01"}, []),
        ({"received_before": "2026-02-01"}, [1]),
        ({"received_before": "2026-02-02"}, [4, 2, 1]),
        ({"received_before": "2026-02-02", "expires_before": "2026-06-02", "available": "true"}, [1]),
        ({"sort": "newest"}, [4, 3, 2, 1]),
        ({"sort": "expiry"}, [1, 4, 2, 3]),
        ({"sort": "expiry", "item_code": "A"}, [1, 2]),
    ):
        for limit in (1, 2, 500):
            assert ids(listed(client, "/inventories", limit, **params)) == expected, params


@pytest.mark.usefixtures("stock")
def test_a_lot_that_was_allocated_shows_what_is_left(client: httpx.Client) -> None:
    order(client, ("A", "4.000001"))
    allocate(client, allocation_date="2026-05-01")
    lot = written(client.get("/inventories/1"))
    assert (lot["quantity"], lot["allocated_quantity"], lot["available_quantity"]) == ("5", "4.000001", "0.999999")
