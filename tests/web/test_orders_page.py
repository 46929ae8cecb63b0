"""The orders of a planner: found, opened, and settled."""

import httpx
from playwright.sync_api import Page, expect
from stock import lot, order


def test_orders_are_found_opened_and_explained(page: Page, server: httpx.Client) -> None:
    lot(server, "tea", 10)
    order(server, "tea", 4, reference="A-1", customer="Komorebi")
    order(server, "tea", 8, reference="A-2")
    server.post("/allocate", json={"allocation_method": "FIFO"}).raise_for_status()

    page.get_by_role("link", name="Orders").click()
    expect(page.get_by_role("row", name="A-1")).to_contain_text("4 / 4")
    expect(page.get_by_role("row", name="A-2")).to_contain_text("6 / 8")

    page.get_by_role("row", name="A-2").get_by_role("button", name="A-2").click()
    opened = page.get_by_role("dialog")
    expect(opened).to_contain_text("Received the earliest of those left.")
    expect(opened).to_contain_text("2 allocated to other orders")
