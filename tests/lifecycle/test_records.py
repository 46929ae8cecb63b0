"""Who changed what, and files that are announced first and uploaded then."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from life import FAR, Json, done, get, let_end, post, problem, refused

from builders import allocate, order, receive
from hikiate.database import Database
from hikiate.services.working import work
from hikiate.settings import Settings

ROWS = "item_code,quantity,receipt_date,unit_price\nA,5,2026-01-01,1\n"
Step = Callable[[httpx.Client], Any]


def upload(client: httpx.Client, url: str, rows: str = ROWS, media_type: str = "text/csv") -> httpx.Response:
    """Send a file to where it was announced."""
    return client.put(url, content=rows.encode(), headers={"Content-Type": media_type})


def _import(client: httpx.Client) -> None:
    done(client.post("/inventories/import", content=ROWS, headers={"Content-Type": "text/csv"}))


def _upload(client: httpx.Client) -> None:
    done(upload(client, "/imports/1/file"))


CHANGES: dict[str, tuple[Step, str, str]] = {
    "receive": (lambda client: receive(client, "A", 1), "receive", "inventories/2"),
    "adjust": (
        lambda client: post(client, "/inventories/1/adjust", {"quantity_change": 1, "reason": "x"}),
        "adjust",
        "inventories/1",
    ),
    "hold": (lambda client: post(client, "/inventories/1/hold"), "hold", "inventories/1"),
    "put": (lambda client: done(client.put("/items/A", json={"safety_stock": 1})), "set", "items/A"),
    "order": (lambda client: order(client, ("A", 1)), "create", "orders/3"),
    "change": (lambda client: done(client.patch("/orders/2", json={"priority": 1})), "change", "orders/2"),
    "cancel": (lambda client: post(client, "/orders/1/cancel"), "cancel", "orders/1"),
    "ship": (lambda client: post(client, "/orders/1/ship"), "ship", "orders/1"),
    "release": (lambda client: post(client, "/orders/1/release"), "release", "orders/1"),
    "ship a row": (lambda client: post(client, "/allocation-results/1/ship"), "ship", "allocation-results/1"),
    "release a row": (
        lambda client: post(client, "/allocation-results/1/release", {"quantity": 1}),
        "release",
        "allocation-results/1",
    ),
    "allocate": (allocate, "allocate", "allocation-runs/2"),
    "queue": (
        lambda client: post(client, "/allocate", {"allocation_method": "FIFO"}, 202, Prefer="respond-async"),
        "allocate",
        "allocation-runs/2",
    ),
    "import": (_import, "import", "inventories"),
    "announce": (lambda client: post(client, "/imports", {"kind": "orders"}, 201), "announce", "imports/2"),
    "upload": (_upload, "import", "inventories"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_is_recorded_with_who_when_and_in_which_request(client: httpx.Client, change: str) -> None:
    receive(client, "A", 5)
    order(client, ("A", 4))
    allocate(client)
    order(client, ("A", 1))
    post(client, "/imports", {"kind": "inventories"}, 201)
    step, action, subject = CHANGES[change]
    before = get(client, "/audit", limit=500)["items"]
    client.headers["X-Request-Id"] = "request-7"
    began = datetime.now(UTC)
    step(client)
    entries = get(client, "/audit", limit=500)["items"]
    assert entries[1:] == before
    entry = entries[0]
    assert (entry["actor"], entry["request_id"]) == ("local", "request-7")
    assert (entry["action"], entry["subject"]) == (action, subject)
    assert abs((datetime.fromisoformat(entry["at"]) - began).total_seconds()) < 30
    assert entry["at"].endswith("Z")


def test_what_changes_nothing_is_not_recorded(client: httpx.Client) -> None:
    receive(client, "A", 5)
    order(client, ("A", 1))
    post(client, "/orders/1/cancel")
    before = get(client, "/audit")
    post(client, "/orders/1/cancel")
    problem(client.patch("/orders/1", json={"priority": 1}), 409, "already-cancelled")
    problem(client.post("/orders/1/ship"), 409, "not-allocated")
    post(client, "/inventories/1/unhold")
    allocate(client, dry_run=True)
    post(client, "/allocate/compare", {"allocation_methods": ["FIFO"]})
    problem(client.post("/inventories/1/adjust", json={"quantity_change": -9, "reason": "x"}), 409, "below-allocated")
    assert get(client, "/audit") == before


def test_numbers_are_recorded_plainly_however_they_were_written(client: httpx.Client) -> None:
    receive(client, "A", 5)
    order(client, ("A", 1))
    json = {"Content-Type": "application/json"}
    done(client.post("/inventories/1/adjust", content='{"quantity_change": 1e1, "reason": "x"}', headers=json))
    done(client.patch("/orders/1", content='{"lines": [{"line_no": 1, "quantity": 2E+1}]}', headers=json))
    done(client.put("/items/A", content='{"safety_stock": 3.0e1}', headers=json))
    for entry, number in zip(get(client, "/audit")["items"], ("30", "20", "10"), strict=False):
        assert number in str(entry["details"])
        assert "E+" not in str(entry["details"])


def test_the_audit_is_read_page_by_page(client: httpx.Client) -> None:
    for _ in range(5):
        receive(client, "A", 1)
    first = get(client, "/audit", limit=2)
    second = get(client, "/audit", limit=2, cursor=first["next_cursor"])
    third = get(client, "/audit", limit=2, cursor=second["next_cursor"])
    subjects = [entry["subject"] for page in (first, second, third) for entry in page["items"]]
    assert subjects == [f"inventories/{lot_id}" for lot_id in (5, 4, 3, 2, 1)]
    assert third["next_cursor"] is None


def test_a_hold_that_ended_is_recorded_as_released(client: httpx.Client, database: Database) -> None:
    """Every change has who and when: here nobody asked for it but the time."""
    receive(client, "A", 5)
    order(client, ("A", 4))
    allocate(client, hold_until=FAR)
    let_end(database)
    work(database, Settings(database_url=None))
    entry = get(client, "/audit")["items"][0]
    assert entry["action"] in ("release", "expire")
    assert "1" in entry["subject"]


def announced(client: httpx.Client, **body: Any) -> Json:
    """Announce a file."""
    return post(client, "/imports", {"kind": "inventories", **body}, 201)


def test_a_file_is_announced_uploaded_and_looked_up(client: httpx.Client) -> None:
    told = announced(client)
    assert (told["id"], told["kind"], told["status"], told["report"]) == (1, "inventories", "waiting", None)
    assert (told["on_error"], told["dry_run"]) == ("refuse", False)
    assert get(client, "/imports/1") == told
    after = done(upload(client, told["upload_url"]))
    assert (after["status"], after["report"]) == ("completed", {"accepted": 1, "rejected": 0, "errors": []})
    assert get(client, "/imports/1") == after
    assert get(client, "/inventories/1")["quantity"] == 5
    problem(client.get("/imports/2"), 404, "not-found")
    problem(upload(client, "/imports/2/file"), 404, "not-found")


def test_a_file_that_was_refused_may_be_sent_again(client: httpx.Client) -> None:
    url = announced(client)["upload_url"]
    refusal = done(upload(client, url, ROWS + "B,-1,2026-01-01,1\n"))
    assert refusal["status"] == "refused"
    assert (refusal["report"]["accepted"], refusal["report"]["rejected"]) == (0, 1)
    assert refusal["report"]["errors"][0]["row"] == 3
    assert get(client, "/inventories")["items"] == []
    assert get(client, "/imports/1") == refusal
    assert done(upload(client, url))["status"] == "completed"
    assert len(get(client, "/inventories")["items"]) == 1


def test_a_file_that_was_taken_is_not_taken_twice(client: httpx.Client) -> None:
    url = announced(client)["upload_url"]
    done(upload(client, url))
    for rows in (ROWS, ROWS.replace("5", "6")):
        answer = upload(client, url, rows)
        assert answer.status_code == 409, answer.text
    assert len(get(client, "/inventories")["items"]) == 1


def test_a_dry_file_is_only_checked(client: httpx.Client) -> None:
    told = announced(client, dry_run=True)
    checked = done(upload(client, told["upload_url"]))
    assert (checked["status"], checked["report"]["accepted"]) == ("completed", 1)
    assert get(client, "/inventories")["items"] == []


def test_good_rows_are_taken_where_the_bad_ones_are_skipped(client: httpx.Client) -> None:
    told = announced(client, kind="orders", on_error="skip")
    rows = (
        '{"reference": "R\u30001", "item_code": "A", "quantity": 1}\n'
        '{"reference": "R\u30001", "item_code": "A", "quantity": -1}\n'
        '{"reference": "R2", "item_code": "A", "quantity": "0.5"}\n'
    )
    after = done(upload(client, told["upload_url"], rows, "application/x-ndjson"))
    assert (after["status"], after["report"]["accepted"], after["report"]["rejected"]) == ("completed", 1, 2)
    assert [found["reference"] for found in get(client, "/orders")["items"]] == ["R2"]


@pytest.mark.parametrize("blank", [" ", "\u3000", "\u00a0", "\u200d"])
def test_a_bad_row_rejects_its_order_whatever_its_reference(client: httpx.Client, blank: str) -> None:
    rows = f"reference,item_code,quantity\nR{blank}1,A,1\nR{blank}1,A,-1\nR2,A,1\n"
    answer = client.post("/orders/import?on_error=skip", content=rows.encode(), headers={"Content-Type": "text/csv"})
    assert (done(answer)["accepted"], done(answer)["rejected"]) == (1, 2)
    assert [found["reference"] for found in get(client, "/orders")["items"]] == ["R2"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/kind"),
        ({"kind": "items"}, "/kind"),
        ({"kind": "orders", "on_error": "ignore"}, "/on_error"),
        ({"kind": "orders", "dry_run": "yes"}, "/dry_run"),
        ({"kind": "orders", "file": "x"}, "/file"),
    ],
)
def test_an_announcement_that_can_not_be_is_refused(client: httpx.Client, body: Json, pointer: str) -> None:
    refused(client.post("/imports", json=body), pointer)


def test_a_file_of_another_media_type_is_refused(client: httpx.Client) -> None:
    url = announced(client)["upload_url"]
    problem(upload(client, url, media_type="application/json"), 415, "unsupported-media-type")
    problem(client.put(url, content=ROWS.encode()), 415, "unsupported-media-type")
    assert get(client, "/imports/1")["status"] == "waiting"


WRONG_FILES = {
    "another kind": (b"reference,item_code,quantity\n,A,1\n", 1),
    "no rows": (b"", 1),
    "an unknown column": (ROWS.replace("quantity", "amount").encode(), 1),
    "another encoding": (
        "item_code,quantity,receipt_date,unit_price\nA,1,2026-01-01,1\n東京,1,2026-01-01,1\n".encode("cp932"),
        3,
    ),
    "a quote left open": (ROWS.encode() + b'"B,1,2026-01-01,1\n', 3),
}


@pytest.mark.parametrize("wrong", WRONG_FILES)
def test_a_file_that_can_not_be_read_is_refused_with_the_row_and_may_be_sent_again(
    client: httpx.Client, wrong: str
) -> None:
    content, row = WRONG_FILES[wrong]
    url = announced(client)["upload_url"]
    answer = done(client.put(url, content=content, headers={"Content-Type": "text/csv"}))
    assert (answer["status"], answer["report"]["accepted"]) == ("refused", 0)
    assert answer["report"]["errors"][0]["row"] == row
    assert get(client, "/imports/1") == answer
    assert done(upload(client, url))["status"] == "completed"
    assert len(get(client, "/inventories")["items"]) == 1
