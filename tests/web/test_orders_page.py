"""The orders of a planner: found, opened, and settled."""

import httpx
from playwright.sync_api import Page, expect
from stock import allocate, lot, order
from words import Words

from conftest import ENGLISH


def test_orders_are_found_opened_and_explained(page: Page, server: httpx.Client, words: Words) -> None:
    lot(server, "tea", 10)
    order(server, "tea", 4, reference="A-1", customer="Komorebi")
    order(server, "tea", 8.5, reference="A-2")
    allocate(server)

    page.get_by_role("link", name=words("nav.orders"), exact=True).click()
    expect(page.get_by_role("row", name="A-1")).to_contain_text("4 / 4")
    expect(page.get_by_role("row", name="A-2")).to_contain_text("6 / 8.5")
    expect(page.get_by_role("row", name="A-2")).to_contain_text(words("orderStatus.partially_allocated"))

    page.get_by_role("row", name="A-2").get_by_role("button", name="A-2").click()
    opened = page.get_by_role("dialog")
    expect(opened).to_contain_text(words("reason.oldest-receipt"))
    expect(opened).to_contain_text(words("orders.whyNot"))
    expect(opened.get_by_role("listitem")).to_have_text(f"2.5 {words('shortageReason.all-allocated')}")
    page.keyboard.press("Escape")
    expect(opened).to_have_count(0)


@ENGLISH
def test_filters_stand_in_the_address_and_come_back_with_it(page: Page, server: httpx.Client) -> None:
    for number in range(3):
        order(server, "tea", 1, reference=f"T-{number}", requested_date=f"2026-05-0{number + 1}")
    order(server, "rice", 1, reference="R-0")
    page.goto(f"{server.base_url}/#/orders")
    rows = page.get_by_test_id("rows").locator("tbody tr[data-id]")
    expect(rows).to_have_count(4)

    page.get_by_label("Item").fill("tea")
    expect(rows).to_have_count(3)
    page.get_by_label("Requested before").fill("2026-05-03")
    expect(rows).to_have_count(2)
    page.get_by_role("combobox", name="Sort").click()
    page.get_by_role("option", name="In the order they are served").click()
    expect(rows.first).to_contain_text("T-0")
    expect(page).to_have_url(f"{server.base_url}/#/orders?item_code=tea&requested_before=2026-05-03&sort=demand")

    page.reload()
    expect(rows).to_have_count(2)
    expect(page.get_by_label("Item")).to_have_value("tea")
    page.get_by_role("button", name="Clear filters").click()
    expect(rows).to_have_count(4)
    expect(page).to_have_url(f"{server.base_url}/#/orders")


@ENGLISH
def test_the_keyboard_is_enough(page: Page, server: httpx.Client) -> None:
    for number in range(3):
        order(server, "tea", 1, reference=f"K-{number}")
    page.goto(f"{server.base_url}/#/orders")
    rows = page.get_by_test_id("rows").locator("tbody tr[data-id]")
    expect(rows).to_have_count(3)

    page.keyboard.press("/")
    expect(page.get_by_label("Reference")).to_be_focused()
    page.keyboard.type("K-1")
    expect(rows).to_have_count(1)
    page.get_by_label("Reference").fill("")
    expect(rows).to_have_count(3)

    page.get_by_role("grid").focus()
    expect(rows.first).to_have_attribute("data-active", "true")
    page.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_have_attribute("data-active", "true")
    page.keyboard.press("Space")
    expect(rows.nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text("1 selected")).to_be_visible()
    page.keyboard.press("End")
    expect(rows.nth(2)).to_have_attribute("data-active", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("K-0")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Go to the search of the page")


def test_selected_orders_are_released_shipped_and_cancelled(page: Page, server: httpx.Client, words: Words) -> None:
    lot(server, "tea", 10)
    for reference in ("S-1", "S-2", "S-3"):
        order(server, "tea", 2, reference=reference)
    order(server, "rice", 2, reference="S-4")
    allocate(server)
    page.goto(f"{server.base_url}/#/orders")

    def settle(action: str, *references: str) -> None:
        for reference in references:
            page.get_by_label(words("common.select", name=reference)).check()
        page.get_by_role("button", name=words(f"orders.{action}"), exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name=words(f"orders.{action}"), exact=True).click()
        expect(page.get_by_role("dialog")).to_have_count(0)

    settle("release", "S-1", "S-4")
    said = f"{words('orders.released', count=1)} {words('orders.passed', count=1)}"
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_role("row", name="S-1")).to_contain_text("0 / 2")
    settle("ship", "S-2")
    expect(page.get_by_role("row", name="S-2")).to_contain_text(words("orderStatus.shipped"))
    settle("cancel", "S-3", "S-4")
    expect(page.get_by_role("row", name="S-3")).to_contain_text(words("orderStatus.cancelled"))
    expect(page.get_by_role("row", name="S-4")).to_contain_text(words("orderStatus.cancelled"))
    [left] = server.get("/inventories").json()["items"]
    assert (left["quantity"], left["allocated_quantity"]) == (8, 0)
