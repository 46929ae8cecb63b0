"""Imports that are taken: CSV and NDJSON, in any shape that the contract allows."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from checks import exact, ids, listed, written
from files import CSV, LINES, LOTS, NDJSON, accepted, send

from builders import order, receive


@pytest.mark.parametrize(
    "body",
    [
        LOTS + "A,1.50,2026-01-01,2\nB,2,2026-01-02,3\n",
        LOTS + "A,1.5,2026-01-01,2\nB,2,2026-01-02,3",
        "\ufeff" + LOTS + "A,1.5,2026-01-01,2\nB,2,2026-01-02,3\n",
        (LOTS + "A,1.5,2026-01-01,2\nB,2,2026-01-02,3\n").replace("\n", "\r\n"),
        "\n\n" + LOTS + "\nA,1.5,2026-01-01,2\n\r\n\nB,2,2026-01-02,3\n\n",
        "unit_price,receipt_date,quantity,item_code\n2,2026-01-01,1.5,A\n3,2026-01-02,2,B\n",
        '"item_code","quantity","receipt_date","unit_price"\n"A","1.5","2026-01-01","2"\n"B","2","2026-01-02","3"\n',
        '\ufeff"item_code",quantity,receipt_date,unit_price\r\nA,1.5,2026-01-01,2\r\nB,2,2026-01-02,3',
        " item_code , quantity,receipt_date,unit_price\nA,1.5,2026-01-01,2\nB,2,2026-01-02,3\n",
        "item_code,lot_number,quantity,receipt_date,unit_price,location,expiration_date,reference\n"
        "A,,1.5,2026-01-01,2,,,\nB,,2,2026-01-02,3,,,\n",
    ],
)
def test_csv_is_read_as_spreadsheets_write_it(client: httpx.Client, body: str) -> None:
    accepted(send(client, "inventories", body), 2)
    second, first = [written(client.get(f"/inventories/{number}")) for number in (2, 1)]
    assert (first["item_code"], first["quantity"], first["unit_price"]) == ("A", "1.5", "2")
    assert (second["item_code"], second["receipt_date"], second["reference"]) == ("B", "2026-01-02", None)


def test_all_columns_of_a_lot_are_kept(client: httpx.Client) -> None:
    body = (
        "reference,expiration_date,location,lot_number,unit_price,receipt_date,quantity,item_code\n"
        '"GRN, ""7""",2026-12-31,東京 倉庫,L/1,0.000001,2026-01-01,999999999999.999999,あ,\n'.replace("あ,", "あ")
    )
    accepted(send(client, "inventories", body), 1)
    lot = written(client.get("/inventories/1"))
    del lot["created_at"]
    assert lot == {
        "id": "1", "item_code": "あ", "quantity": "999999999999.999999", "receipt_date": "2026-01-01",
        "unit_price": "0.000001", "lot_number": "L/1", "location": "東京 倉庫", "expiration_date": "2026-12-31",
        "reference": 'GRN, "7"', "held": False, "allocated_quantity": "0",
        "available_quantity": "999999999999.999999",
    }  # fmt: skip


def test_all_columns_of_an_order_are_kept(client: httpx.Client) -> None:
    receive(client, "A", 1)
    body = (
        "item_code,quantity,reference,customer,priority,requested_date,fulfilment,inventory_id,lot_number,location,"
        "min_remaining_days,single_lot,no_date_reversal\n"
        "A,1.5,SO-1,八百屋,-3,2026-07-01,complete,1,L1,Tokyo,30,true,TRUE\n"
        "B,2,SO-1,八百屋,-3,2026-07-01,complete,,,,,false,no\n"
        "C,3,SO-2,,,,,,,,,,\n"
    )
    accepted(send(client, "orders", body), 3)
    by_file = [written(client.get(f"/orders/{number}")) for number in (1, 2)]
    line = {"item_code": "A", "quantity": "1.5", "inventory_id": 1, "lot_number": "L1", "location": "Tokyo"}
    line |= {"min_remaining_days": 30, "single_lot": True, "no_date_reversal": True}
    more: dict[str, Any] = {"customer": "八百屋", "priority": -3, "requested_date": "2026-07-01"}
    order(client, line, ("B", 2), reference="x", fulfilment="complete", **more)
    order(client, ("C", 3), reference="y")
    by_hand = [written(client.get(f"/orders/{number}")) for number in (3, 4)]
    for each in (*by_file, *by_hand):
        del each["id"], each["created_at"], each["reference"]
    assert by_file == by_hand


def test_rows_of_one_reference_are_one_order_wherever_they_stand(client: httpx.Client) -> None:
    rows = [("b", "A", 1), ("", "B", 2), ("a", "C", 3), ("b", "D", 4), ("", "E", 5), ("a", "F", 6), ("b", "A", 7)]
    accepted(send(client, "orders", LINES + "".join(f"{ref},{item},{n}\n" for ref, item, n in rows)), 7)
    shown = list(reversed(listed(client, "/orders")))
    # Ids ascend by an order's first row; lines stand as in the file.
    assert [(row["id"], row["reference"]) for row in shown] == [(1, "b"), (2, None), (3, "a"), (4, None)]
    assert [[(line["line_no"], line["item_code"]) for line in row["lines"]] for row in shown] == [
        [(1, "A"), (2, "D"), (3, "A")], [(1, "B")], [(1, "C"), (2, "F")], [(1, "E")],
    ]  # fmt: skip
    order(client, ("A", 1))
    assert ids(listed(client, "/orders", sort="newest"))[0] == 5


def test_references_that_look_alike_are_different(client: httpx.Client) -> None:
    accepted(send(client, "orders", LINES + "r,A,1\nR,A,1\n r,A,1\n\u3000r,A,1\n0,A,1\n00,A,1\n"), 6)
    assert len(listed(client, "/orders")) == 6


def test_ndjson_keeps_numbers_exact(client: httpx.Client) -> None:
    rows = (
        '{"item_code": "A", "quantity": 999999999999.999999, "receipt_date": "2026-01-01", "unit_price": 0.000001}',
        "",
        '  {"item_code":"A","quantity":"0.1","receipt_date":"2026-01-01","unit_price":1e2,"location":null}\r',
        '{"item_code": "\\u3042", "quantity": 0, "receipt_date": "2026-01-01", "unit_price": 3, "lot_number": "a\\"b"}',
    )
    for media_type in (NDJSON, "application/ndjson", "application/jsonl", "Application/X-NDJSON; charset=utf-8"):
        accepted(send(client, "inventories", "\n".join(rows), media_type), 3)
    lots = [written(client.get(f"/inventories/{number}")) for number in (1, 2, 3)]
    assert [lot["quantity"] for lot in lots] == ["999999999999.999999", "0.1", "0"]
    assert [lot["unit_price"] for lot in lots] == ["0.000001", "100", "3"]
    assert (lots[2]["item_code"], lots[2]["lot_number"]) == ("あ", 'a"b')


def test_ndjson_orders_are_put_together_by_reference(client: httpx.Client) -> None:
    body = (
        '{"reference": "b", "item_code": "A", "quantity": 1, "single_lot": true, "priority": 2}\n'
        '{"reference": null, "item_code": "B", "quantity": 2}\n'
        '{"item_code": "C", "quantity": 3}\n'
        '{"priority": 2, "quantity": 4, "item_code": "D", "reference": "b"}\n'
    )
    accepted(send(client, "orders", body, NDJSON), 4)
    shown = list(reversed(listed(client, "/orders")))
    assert [row["reference"] for row in shown] == ["b", None, None]
    assert [line["single_lot"] for line in shown[0]["lines"]] == [True, False]


def test_a_file_without_rows_is_taken(client: httpx.Client) -> None:
    accepted(send(client, "inventories", LOTS), 0)
    accepted(send(client, "orders", LINES.strip()), 0)


@pytest.mark.parametrize("media_type", [CSV, "TEXT/CSV", "text/csv; charset=utf-8; header=present", "application/csv"])
def test_csv_comes_under_its_names(client: httpx.Client, media_type: str) -> None:
    accepted(send(client, "inventories", LOTS + "A,1,2026-01-01,2\n", media_type), 1)


def test_a_dry_run_reports_the_same_and_writes_nothing(client: httpx.Client) -> None:
    for kind, header, good, bad in (
        ("inventories", LOTS, "A,1,2026-01-01,2\n", "A,-1,2026-01-01,2\n"),
        ("orders", LINES, "r,A,1\n", "s,A,0\n"),
    ):
        accepted(send(client, kind, header + good, dry_run="true"), 1)
        for on_error in ("refuse", "skip"):
            dry = send(client, kind, header + good + bad, dry_run="true", on_error=on_error)
            assert listed(client, f"/{kind}") == []
            real = send(client, kind, header + good + bad, dry_run="false", on_error=on_error)
            assert dry.status_code == real.status_code
            assert {**dry.json(), "instance": None} == {**real.json(), "instance": None}
        assert len(listed(client, f"/{kind}")) == 1


def test_imported_stock_and_orders_are_allocated_like_any_other(client: httpx.Client) -> None:
    accepted(send(client, "inventories", LOTS + "A,5,2026-01-02,2\nA,5,2026-01-01,3\n"), 2)
    accepted(send(client, "orders", LINES + "r,A,3\nr,A,4\n"), 2)
    shown = exact(client.post("/allocate", json={"allocation_method": "FIFO"}))
    assert [(row["line_no"], row["inventory_id"], row["allocated_quantity"]) for row in shown["results"]] == [
        (1, 2, 3), (2, 2, 2), (2, 1, 2),
    ]  # fmt: skip
    assert shown["allocated_price"] == 19


def test_250000_lines_are_streamed_in_and_become_their_orders(client: httpx.Client) -> None:
    count = 250_000

    def file() -> Iterator[bytes]:
        yield LINES.encode()
        # Each order's four lines stand far apart.
        for start in range(0, count, 1_000):
            yield "".join(f"R{n % 62_500},I{n % 97},1\n" for n in range(start, start + 1_000)).encode()

    answer = client.post("/orders/import", content=file(), headers={"Content-Type": CSV}, timeout=300)
    accepted(answer, count)
    newest = exact(client.get("/orders", params={"limit": 1}))["items"][0]
    assert (newest["id"], newest["reference"], len(newest["lines"])) == (62_500, "R62499", 4)
    assert [line["item_code"] for line in newest["lines"]] == [f"I{n % 97}" for n in range(62_499, count, 62_500)]
