"""Allocating: look, compare, do it, and hear what came of it."""

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from stock import lot, order
from web_server import serving
from words import Words

from conftest import ENGLISH


def preview(page: Page, words: Words) -> None:
    page.get_by_role("button", name=words("allocate.preview"), exact=True).first.click()
    expect(page.get_by_test_id("preview")).to_be_visible()


def confirm(page: Page, words: Words) -> None:
    page.get_by_test_id("preview").get_by_role("button").first.click()
    page.get_by_role("dialog").get_by_role("button", name=words("allocate.confirmed"), exact=True).click()


def test_what_was_previewed_is_what_is_done_and_nothing_before(page: Page, server: httpx.Client, words: Words) -> None:
    lot(server, "tea", 10, lot_number="OLD")
    lot(server, "tea", 10, lot_number="NEW", receipt_date="2026-02-05", unit_price="120.5")
    order(server, "tea", 15)
    order(server, "tea", 10)
    page.get_by_role("link", name=words("nav.allocate"), exact=True).click()
    preview(page, words)
    shown = page.get_by_test_id("preview")
    expect(shown).to_contain_text("80.0%")
    expect(shown.get_by_role("row", name="OLD")).to_contain_text(words("reason.oldest-receipt"))
    expect(shown.get_by_role("row", name="NEW")).to_have_count(2)
    shown.get_by_role("tab").nth(1).click()
    expect(shown.get_by_role("row", name="#2.1")).to_contain_text(f"5 {words('shortageReason.all-allocated')}")
    assert server.get("/allocation-runs").json()["items"] == []
    assert server.get("/allocation-results").json()["items"] == []

    confirm(page, words)
    expect(page.get_by_text(words("allocate.asPreviewed", count=3))).to_be_visible()
    expect(page.get_by_role("row", name="OLD")).to_contain_text("1,000.00")
    [run] = server.get("/allocation-runs").json()["items"]
    assert (run["allocated_quantity"], run["short_quantity"]) == (20, 5)


def test_methods_are_compared_side_by_side(page: Page, server: httpx.Client, words: Words) -> None:
    lot(server, "tea", 10, unit_price=100, expiration_date="2126-06-01")
    lot(server, "tea", 10, unit_price=120, receipt_date="2026-02-05", expiration_date="2126-05-01")
    order(server, "tea", 15)
    page.goto(f"{server.base_url}/#/allocate")
    page.get_by_role("button", name=words("allocate.compare"), exact=True).click()
    table = page.get_by_test_id("comparison").get_by_role("table")
    expect(table.get_by_role("row", name=words("method.FIFO")).first).to_contain_text("1,600.00")
    expect(table.get_by_role("row", name=words("method.LIFO")).first).to_contain_text("1,700.00")
    fifo = table.get_by_role("row", name=words("method.FIFO")).first
    expect(fifo.get_by_role("img", name=words("allocate.best"))).not_to_have_count(0)
    expect(fifo).to_contain_text("2026-02-05")
    expect(page.locator(".recharts-bar-rectangle")).not_to_have_count(0)
    table.get_by_role("button", name=words("allocate.choose", method=words("method.LIFO"))).click()
    expect(page.get_by_test_id("preview")).to_contain_text("1,700.00")
    assert server.get("/allocation-runs").json()["items"] == []


@ENGLISH
def test_what_changed_since_the_preview_is_said(page: Page, server: httpx.Client, words: Words) -> None:
    lot(server, "tea", 10, lot_number="OLD")
    lot(server, "tea", 10, lot_number="NEW", receipt_date="2026-02-05")
    order(server, "tea", 5)
    page.goto(f"{server.base_url}/#/allocate")
    preview(page, words)
    server.post("/inventories/1/adjust", json={"quantity_change": -8, "reason": "broken"}).raise_for_status()
    confirm(page, words)
    changes = page.get_by_test_id("changes")
    expect(changes).to_contain_text("Order 1, line 1: 3 less from lot OLD")
    expect(changes).to_contain_text("Order 1, line 1: 3 more from lot NEW")


@ENGLISH
def test_two_browsers_allocate_the_same_stock(page: Page, browser: Browser, server: httpx.Client, words: Words) -> None:
    lot(server, "tea", 10)
    first, second = order(server, "tea", 8), order(server, "tea", 8)
    other = browser.new_context(locale="en-GB").new_page()
    for window, wanted in ((page, first), (other, second)):
        window.goto(f"{server.base_url}/#/allocate?orders=[{wanted['id']}]")
        preview(window, words)
        expect(window.get_by_test_id("preview")).to_contain_text("100%")
    # Both have seen the stock; each is told the truth.
    for window in (page, other):
        window.get_by_test_id("preview").get_by_role("button").first.click()
    for window in (page, other):
        window.get_by_role("dialog").get_by_role("button", name="Allocate", exact=True).click()
    for window in (page, other):
        expect(window.get_by_role("link", name="New allocation")).to_be_visible()
    told = [
        (window.get_by_text("Exactly as previewed: 1 rows.").count(), window.get_by_test_id("changes").count())
        for window in (page, other)
    ]
    assert sorted(told) == [(0, 1), (1, 0)]
    loser = page if told[0] == (0, 1) else other
    expect(loser.get_by_test_id("changes")).to_contain_text("Allocated: 8 → 2")
    assert server.get("/inventories/1").json()["allocated_quantity"] == 10
    other.context.close()


@ENGLISH
@pytest.mark.parametrize("moment", ["while it waits", "before it is sent"])
def test_a_server_that_dies_comes_back_and_the_run_goes_on(
    browser: Browser, words: Words, postgres_url: str, database_url: str, database: object, tmp_path: Path, moment: str
) -> None:
    with serving(tmp_path, DATABASE_URL=database_url) as dying:
        client = httpx.Client(base_url=dying.url, timeout=60)
        lot(client, "tea", 10)
        order(client, "tea", 8)
        context = browser.new_context(locale="en-GB")
        page = context.new_page()
        page.goto(f"{dying.url}/#/allocate")
        preview(page, words)
        page.get_by_test_id("preview").get_by_role("button").first.click()
        if moment == "before it is sent":
            dying.kill()
        page.get_by_role("dialog").get_by_role("button", name="Allocate", exact=True).click()
        if moment == "while it waits":
            page.wait_for_url("**run=1")
            dying.kill()
            expect(page.get_by_text("The server does not answer.").or_(page.get_by_text("Exactly as"))).to_be_visible()
        dying.start()
        expect(page.get_by_text("Exactly as previewed: 1 rows.")).to_be_visible()
        # However often it was sent, it was done once.
        assert len(client.get("/allocation-runs").json()["items"]) == 1
        assert client.get("/inventories/1").json()["allocated_quantity"] == 8
        client.close()
        context.close()
