"""Imports that are refused, as a whole or row by row, and what the report says."""

import itertools
from typing import Any

import httpx
import pytest
from checks import exact, listed, nothing_written, problem
from files import CSV, LINES, LOTS, NDJSON, send

from builders import order, receive

Faults = list[tuple[int, str | None, str]]


def refused(answer: httpx.Response, rejected: int, *expected: tuple[int, str | None, str]) -> list[dict[str, Any]]:
    """Check that the file was refused for these reasons (row, column, code), and return them."""
    body = problem(answer, 422, "validation")
    check_report(body, 0, rejected, *expected)
    return list(body["errors"])


def check_report(body: Any, accepted: int, rejected: int, *expected: tuple[int, str | None, str]) -> None:
    """Check a report."""
    assert (body["accepted"], body["rejected"]) == (accepted, rejected), body
    assert [(error["row"], error["column"], error["code"]) for error in body["errors"]] == list(expected)
    assert all(set(error) == {"row", "column", "value", "code", "message"} for error in body["errors"])
    assert all(error["message"] for error in body["errors"])


@pytest.mark.parametrize(
    ("body", "row", "column", "code"),
    [
        ("", 1, None, "empty-file"),
        ("\n\r\n", 1, None, "empty-file"),
        ("\ufeff", 1, None, "empty-file"),
        ("item_code,quantity,receipt_date\nA,1,2026-01-01\n", 1, "unit_price", "missing-column"),
        (LOTS.replace("\n", ",colour\n") + "A,1,2026-01-01,2,red\n", 1, "colour", "unknown-column"),
        (LOTS.replace("\n", ",\n") + "A,1,2026-01-01,2,\n", 1, "", "unknown-column"),
        (LOTS.replace("item", "Item") + "A,1,2026-01-01,2\n", 1, "Item_code", "unknown-column"),
        (LOTS.replace("\n", ",quantity\n") + "A,1,2026-01-01,2,3\n", 1, "quantity", "doubled-column"),
        (LOTS.replace(",", ";") + "A;1;2026-01-01;2\n", 1, LOTS.strip().replace(",", ";"), "unknown-column"),
        ("A,1,2026-01-01,2\n", 1, "A", "unknown-column"),
        (LOTS + 'A,1,2026-01-01,2\n"B,1,2026-01-01,2\n', 3, None, "malformed-csv"),
        (LOTS + 'A,1,2026-01-01,2\nB,1,2026-01-01,"2"2\n', 3, None, "malformed-csv"),
        (LOTS.encode() + "A,1,2026-01-01,2\n倉,1,2026-01-01,2\n".encode("cp932"), 3, None, "encoding"),
        ((LOTS + "倉,1,2026-01-01,2\n").encode("utf-16"), 1, None, "encoding"),
        (LOTS.encode() + b"\xed\xa0\x80,1,2026-01-01,2\n", 2, None, "encoding"),
        (LOTS.encode() + b'"a\nb",1,2026-01-01,2\n"c\n\xff",1,2026-01-01,2\n', 3, None, "encoding"),
    ],
)
def test_a_file_that_is_no_such_csv_is_refused_with_the_row(
    client: httpx.Client, body: str | bytes, row: int, column: str | None, code: str
) -> None:
    for params in ({}, {"on_error": "skip"}, {"dry_run": "true"}):
        refused(send(client, "inventories", body, **params), 0, (row, column, code))
    assert nothing_written(client)


BAD_CELLS: tuple[tuple[str, str, str], ...] = (
    ("item_code", "", "missing"), ("item_code", "A/B", "characters"), ("item_code", " A", "characters"),
    ("item_code", "x" * 65, "string-too-long"), ("quantity", "", "missing"), ("quantity", "x", "number"),
    ("quantity", '"1,000"', "number"), ("quantity", "１", "number"), ("quantity", "NaN", "number"),
    ("quantity", "=1+1", "number"), ("quantity", " 1", "number"), ("quantity", "-1", "negative"),
    ("quantity", "1e12", "too-large"), ("quantity", "1e-7", "too-many-places"), ("quantity", "9" * 300, "too-large"),
    ("receipt_date", "2026-02-30", "date-from-datetime-parsing"), ("receipt_date", "1/2/2026", "date"),
    ("unit_price", "¥100", "number"), ("lot_number", '"a\nb"', "characters"), ("location", "a\tb", "characters"),
    ("location", "a\0b", "characters"), ("expiration_date", "never", "date"),
    ("reference", "x" * 201, "string-too-long"),
)  # fmt: skip


def test_a_bad_cell_is_reported_with_its_row_and_value(client: httpx.Client) -> None:
    names = (
        "item_code",
        "quantity",
        "receipt_date",
        "unit_price",
        "lot_number",
        "location",
        "expiration_date",
        "reference",
    )
    good = dict(zip(names, ("A", "1", "2026-01-01", "2", "", "", "", ""), strict=True))
    rows = [",".join({**good, column: text}.values()) for column, text, _ in BAD_CELLS]
    body = ",".join(good) + "\n" + "\n".join(rows) + "\n" + ",".join(good.values()) + "\n"
    answer = send(client, "inventories", body)
    found = problem(answer, 422, "validation")["errors"]
    assert [(error["row"], error["column"]) for error in found] == [
        (row, column) for row, (column, _, _) in enumerate(BAD_CELLS, start=2)
    ]
    wrong = [
        (column, text, error["code"], error["value"])
        for (column, text, code), error in zip(BAD_CELLS, found, strict=True)
        if error["code"] not in (code, "date-parsing", "date") or (error["value"] or "") != text.strip('"')[:200]
    ]
    assert wrong == []
    assert nothing_written(client)
    check_report(send(client, "inventories", body, on_error="skip").json() | {"errors": []}, 1, len(BAD_CELLS))
    assert len(listed(client, "/inventories")) == 1


@pytest.mark.parametrize(
    ("rows", "bad", "good", "expected"),
    [
        ("r,A,1\nr,A,0\ns,A,1\n", 2, 1, [(3, "quantity", "not-positive")]),
        ("r,A,x\ns,A,1\nr,A,1\ns,A,2\nr,A,3\n", 3, 2, [(2, "quantity", "number")]),
        (",A,0\n,A,1\n,A,2\n", 1, 2, [(2, "quantity", "not-positive")]),
        ("r,A,1\nr,A\ns,A,1\n", 1, 2, [(3, None, "cells")]),
        ("r,A,1\nr,A,1,1\n", 1, 1, [(3, None, "cells")]),
        ("注文　1,A,1\ns,A,1\n注文　1,A,x\n", 2, 1, [(4, "quantity", "number")]),
        ("a\u00a0b,A,1\na\u00a0b,A,x\n", 2, 0, [(3, "quantity", "number")]),
        ("a\u200bb,A,1\na\u200bb,A,x\n", 2, 0, [(3, "quantity", "number")]),
        ("😀,A,1\n😀,A,x\n", 2, 0, [(3, "quantity", "number")]),
    ],
)
def test_a_bad_row_rejects_its_order_and_no_other(
    client: httpx.Client, rows: str, bad: int, good: int, expected: Faults
) -> None:
    refused(send(client, "orders", LINES + rows), bad, *expected)
    assert nothing_written(client)
    answer = send(client, "orders", LINES + rows, on_error="skip")
    assert answer.status_code == 200, answer.text
    check_report(answer.json(), good, bad, *expected)
    assert sum(len(row["lines"]) for row in listed(client, "/orders")) == good


def test_order_columns_that_disagree_are_an_error(client: httpx.Client) -> None:
    header = "reference,item_code,quantity,customer,priority,requested_date,fulfilment\n"
    first = "r,A,1,C,1,2026-01-01,complete\n"
    for other, column in (
        ("r,A,1,D,1,2026-01-01,complete\n", "customer"),
        ("r,A,1,,1,2026-01-01,complete\n", "customer"),
        ("r,A,1,C,2,2026-01-01,complete\n", "priority"),
        ("r,A,1,C,,2026-01-01,complete\n", "priority"),
        ("r,A,1,C,1,2026-01-02,complete\n", "requested_date"),
        ("r,A,1,C,1,,complete\n", "requested_date"),
        ("r,A,1,C,1,2026-01-01,\n", "fulfilment"),
    ):
        body = header + first + "s,A,1,,,,\n" + first + other
        refused(send(client, "orders", body), 3, (5, column, "order-columns-disagree"))
    check_report(
        send(client, "orders", body, on_error="skip").json(), 1, 3, (5, "fulfilment", "order-columns-disagree")
    )
    # Rows without a reference are orders of their own and need not agree; 1 and 1.0 do.
    assert send(client, "orders", header + ",A,1,C,1,,\n,A,1,D,2,,\nt,A,1,C,1,,\nt,A,1,C,1.0,,\n").status_code == 200


def test_a_reference_that_is_taken_already_is_a_duplicate(client: httpx.Client) -> None:
    order(client, ("A", 1), reference="r")
    body = LINES + "s,A,1\nr,A,1\ns,A,2\nr,A,3\n"
    refused(send(client, "orders", body), 2, (3, "reference", "duplicate-reference"))
    check_report(send(client, "orders", body, on_error="skip").json(), 2, 2, (3, "reference", "duplicate-reference"))
    assert len(listed(client, "/orders")) == 2
    receive(client, "A", 1, reference="r")
    body = (
        LOTS.replace("\n", ",reference\n")
        + "A,1,2026-01-01,1,s\nA,1,2026-01-01,1,r\nA,1,2026-01-01,1,s\nA,1,2026-01-01,1,\n"
    )
    duplicates = [(row, "reference", "duplicate-reference") for row in (3, 4)]
    refused(send(client, "inventories", body), 2, *duplicates)
    check_report(send(client, "inventories", body, on_error="skip").json(), 2, 2, *duplicates)
    assert [lot["reference"] for lot in listed(client, "/inventories")] == [None, "s", "r"]


def test_a_line_may_name_only_a_lot_of_its_item(client: httpx.Client) -> None:
    receive(client, "A", 1)
    body = LINES.replace("\n", ",inventory_id\n") + "r,A,1,1\ns,B,1,1\ns,B,1,\nt,A,1,9\nu,A,1,999999999999\n"
    expected = [
        (3, "inventory_id", "other-item"),
        (5, "inventory_id", "unknown-inventory"),
        (6, "inventory_id", "unknown-inventory"),
    ]
    refused(send(client, "orders", body), 4, *expected)
    check_report(send(client, "orders", body, on_error="skip").json(), 1, 4, *expected)


@pytest.mark.parametrize("media_type", [CSV, NDJSON])
def test_bad_values_of_order_columns_are_reported(client: httpx.Client, media_type: str) -> None:
    values = (
        ("priority", "1.5"), ("priority", "2147483648"), ("requested_date", "2026-02-30"), ("fulfilment", "all"),
        ("inventory_id", "0"), ("min_remaining_days", "-1"), ("single_lot", "maybe"), ("no_date_reversal", "2"),
    )  # fmt: skip
    if media_type == CSV:
        header = "reference,item_code,quantity," + ",".join(dict.fromkeys(name for name, _ in values)) + "\n"
        names = header.strip().split(",")
        body = header + "".join(
            ",".join({"item_code": "A", "quantity": "1", name: value}.get(column, "") for column in names) + "\n"
            for name, value in values
        )
    else:
        body = "".join(f'{{"item_code": "A", "quantity": 1, "{name}": "{value}"}}\n' for name, value in values)
    found = problem(send(client, "orders", body, media_type), 422, "validation")
    start = 2 if media_type == CSV else 1
    assert [(error["row"], error["column"]) for error in found["errors"]] == [
        (row, name) for row, (name, _) in enumerate(values, start)
    ]
    assert found["rejected"] == len(values)


NDJSON_FAULTS: tuple[tuple[str, str | None], ...] = (
    ("{", None), ("[]", None), ('"x"', None), ("5", None), ("null", None), ('{"item_code": "A"} x', None),
    ("[" * 5_000, None),
    ('{"item_code": NaN, "quantity": 1}', None), ('{"item_code": "A", "quantity": true}', "quantity"),
    ('{"item_code": "A", "quantity": [1]}', "quantity"), ('{"item_code": "A", "quantity": 1e30}', "quantity"),
    ('{"item_code": "A", "quantity": ""}', "quantity"), ('{"item_code": 5, "quantity": 1}', "item_code"),
    ('{"item_code": "A", "quantity": null}', "quantity"), ('{"item_code": "A\\u0000", "quantity": 1}', "item_code"),
    ('{"item_code": "A", "quantity": 1, "colour": "red"}', "colour"),
    ('{"item_code": "A", "quantity": 1, "single_lot": 1}', "single_lot"),
    ('{"item_code": "A", "quantity": 1, "reference": 5}', "reference"),
)  # fmt: skip


def test_bad_lines_of_ndjson_are_reported_with_their_number(client: httpx.Client) -> None:
    body = '{"item_code": "A", "quantity": 1}\n\n' + "\n".join(line for line, _ in NDJSON_FAULTS)
    found = problem(send(client, "orders", body, NDJSON), 422, "validation")
    assert [(error["row"], error["column"]) for error in found["errors"]] == [
        (row, column) for row, (_, column) in enumerate(NDJSON_FAULTS, start=3)
    ]
    assert nothing_written(client)
    check_report(send(client, "orders", body, NDJSON, on_error="skip").json() | {"errors": []}, 1, len(NDJSON_FAULTS))
    for empty in ("", "\n \n"):
        refused(send(client, "orders", empty, NDJSON), 0, (1, None, "empty-file"))


@pytest.mark.parametrize(
    "line",
    [
        '{"item_code": "\\ud800", "quantity": 1}',
        '{"item_code": "A", "quantity": 1, "reference": "\\ud800"}',
        '{"item_code": "A", "quantity": 1, "\\ud800": 1}',
        '{"item_code": "A", "quantity": 1e99999999999999999999}',
        '{"item_code": "A", "quantity": 1, "priority": 1e99999999999999999999}',
    ],
)
def test_a_value_that_nothing_can_hold_is_a_bad_row(client: httpx.Client, line: str) -> None:
    for on_error, status in (("refuse", 422), ("skip", 200)):
        answer = send(client, "orders", f'{{"item_code": "A", "quantity": 1}}\n{line}\n', NDJSON, on_error=on_error)
        assert (answer.status_code, answer.json().get("rejected")) == (status, 1)
        assert [error["row"] for error in answer.json()["errors"]] == [2]
    assert len(listed(client, "/orders")) == 1


def test_a_priority_at_the_edge_does_not_break_the_file(client: httpx.Client) -> None:
    answer = send(client, "orders", LINES.replace("\n", ",priority\n") + "r,A,1,-2147483648\ns,A,1,2147483647\n")
    assert answer.status_code in (200, 422), answer.text


def test_the_first_thousand_errors_are_reported(client: httpx.Client) -> None:
    bad = "".join(f"r{number},A,{'1' if number % 3 == 0 else 'x'}\n" for number in range(3_000))
    found = problem(send(client, "orders", LINES + bad), 422, "validation")
    rows = [error["row"] for error in found["errors"]]
    assert (found["accepted"], found["rejected"], len(rows)) == (0, 2_000, 1_000)
    assert rows == list(itertools.islice((n + 2 for n in range(3_000) if n % 3), 1_000))
    report = exact(send(client, "orders", LINES + bad, on_error="skip"))
    assert (report["accepted"], report["rejected"], len(report["errors"])) == (1_000, 2_000, 1_000)


def test_a_file_that_was_imported_already_is_refused_as_fast_as_it_was_taken(client: httpx.Client) -> None:
    rows = "".join(f"r{number},A,1\n" for number in range(20_000))
    assert send(client, "orders", LINES + rows).status_code == 200
    # Row by row against every order this would take minutes, and the client's patience is half of one.
    found = problem(send(client, "orders", LINES + rows), 422, "validation")
    assert (found["rejected"], len(found["errors"])) == (20_000, 1_000)
    report = send(client, "orders", LINES + rows + "new,A,1\n", on_error="skip").json()
    assert (report["accepted"], report["rejected"]) == (1, 20_000)
