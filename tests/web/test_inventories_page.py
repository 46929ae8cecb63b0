"""The stock of a warehouse: found, received, adjusted, held, and traced."""

import re
import time
from datetime import UTC, datetime, timedelta

import httpx
from playwright.sync_api import Page, expect
from sqlalchemy import text
from stock import allocate, lot, order
from words import Words

from conftest import ENGLISH
from hikiate.database import Database


def in_days(days: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def test_a_lot_is_received_adjusted_held_and_traced(page: Page, server: httpx.Client, words: Words) -> None:
    page.get_by_role("link", name=words("nav.inventories"), exact=True).click()
    expect(page.get_by_text(words("inventories.emptyAll"))).to_be_visible()
    page.get_by_role("button", name=words("inventories.receive"), exact=True).click()
    form = page.get_by_role("dialog")
    form.get_by_role("button", name=words("inventories.receive"), exact=True).click()
    expect(form.get_by_text(words("inventories.required"))).to_have_count(1)
    expect(form.get_by_text(words("inventories.badNumber"))).to_have_count(2)
    form.get_by_label(words("common.item")).fill("お茶")
    form.get_by_label(words("common.quantity")).fill("123,456,789,012.123456")
    form.get_by_label(words("inventories.price")).fill("12.5")
    form.get_by_label(words("common.lotNumber")).fill("L-1")
    form.get_by_label(words("inventories.expirationDate")).fill(in_days(5))
    form.get_by_role("button", name=words("inventories.receive"), exact=True).click()

    row = page.get_by_role("row", name="L-1")
    expect(row).to_contain_text("0 / 123,456,789,012.123456")
    expect(row).to_contain_text(words("inventories.daysLeft", count=5))
    row.get_by_role("button", name="L-1").click()
    opened = page.get_by_role("dialog")
    opened.get_by_role("button", name=words("inventories.adjust"), exact=True).click()
    adjust = page.get_by_role("dialog", name=words("inventories.adjustTitle"))
    adjust.get_by_label(words("inventories.change")).fill("-0.000001")
    adjust.get_by_label(words("inventories.changeReason")).fill("数え直し")
    adjust.get_by_role("button", name=words("inventories.adjust"), exact=True).click()
    expect(adjust).to_have_count(0)
    expect(opened).to_contain_text("123,456,789,012.123455")
    expect(opened).to_contain_text("数え直し")

    # What was done can be undone, to the last digit.
    undo = words("common.undo")
    page.get_by_role("alert").filter(has_text="-0.000001").get_by_role("button", name=undo, exact=True).click()
    expect(opened).to_contain_text("0 / 123,456,789,012.123456")
    expect(opened.get_by_role("row")).to_have_count(3)

    held = words("inventories.heldToast", id=1)
    opened.get_by_role("button", name=words("inventories.hold"), exact=True).click()
    expect(opened.get_by_role("button", name=words("inventories.unhold"), exact=True)).to_be_visible()
    page.get_by_role("alert").filter(has_text=held).get_by_role("button", name=undo, exact=True).click()
    expect(opened.get_by_role("button", name=words("inventories.hold"), exact=True)).to_be_visible()
    assert server.get("/inventories").json()["items"][0]["held"] is False


@ENGLISH
def test_a_refusal_shows_the_reason_and_the_request(page: Page, server: httpx.Client) -> None:
    made = lot(server, "tea", 10)
    order(server, "tea", 4)
    allocate(server)
    page.goto(f"{server.base_url}/#/inventories?lot={made['id']}")
    page.get_by_role("dialog").get_by_role("button", name="Adjust").click()
    adjust = page.get_by_role("dialog", name="Adjust what is on hand")
    adjust.get_by_label("Change").fill("-7")
    adjust.get_by_label("Why").fill("broken")
    adjust.get_by_role("button", name="Adjust", exact=True).click()
    refusal = adjust.get_by_role("alert")
    expect(refusal).to_contain_text("allocated")
    expect(refusal).to_contain_text(re.compile(r"Request [0-9a-f]{32}"))
    assert server.get("/inventories").json()["items"][0]["quantity"] == 10


@ENGLISH
def test_fifty_thousand_lots_scroll_and_filter(page: Page, server: httpx.Client, database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("INSERT INTO items (item_code) SELECT 'item-' || n FROM generate_series(0, 99) AS n"))
        connection.execute(
            text(
                "INSERT INTO inventories"
                " (item_code, quantity, allocated_quantity, unit_price, receipt_date, lot_number)"
                " SELECT 'item-' || n % 100, 5000000, 0, 1000000, '2026-01-01', 'L' || n"
                " FROM generate_series(1, 50000) AS n"
            )
        )
        connection.execute(
            text(
                "INSERT INTO stock_movements (inventory_id, item_code, kind, quantity_change)"
                " SELECT id, item_code, 'receipt', quantity FROM inventories"
            )
        )
        connection.execute(text("INSERT INTO available_lots SELECT item_code, receipt_date, id FROM inventories"))
    page.goto(f"{server.base_url}/#/inventories")
    table = page.get_by_test_id("rows")
    count = page.get_by_test_id("row-count")
    expect(table.get_by_role("row", name="L50000")).to_be_visible()

    # Page after page, to the very first lot, with few rows made at a time.
    rows = table.locator("tbody tr[data-id]")
    page.get_by_role("grid").focus()
    first = table.get_by_role("row", name=re.compile(r"\bL1\b"))
    deadline = time.monotonic() + 120
    while not first.is_visible():
        # A key that is pressed while a page is on its way leads only to the end of what has come.
        page.keyboard.press("End")
        page.wait_for_timeout(50)
        assert rows.count() < 80
        assert time.monotonic() < deadline, count.inner_text()
    expect(count).to_have_text("50,000 rows")
    assert "from=" in page.url

    # A reload comes back to where it was, since the address says so.
    page.reload()
    expect(table.get_by_role("row", name=re.compile(r"\bL1\b"))).to_be_visible()

    page.get_by_label("Item").fill("item-42")
    expect(count).to_have_text("500 rows")
    page.get_by_label("Lot number").fill("L42")
    expect(count).to_have_text("1 rows")
    expect(table.get_by_role("row", name="L42")).to_contain_text("0 / 5")
