"""How things stand, and the way to the rows behind each number."""

from datetime import UTC, datetime, timedelta

import httpx
from playwright.sync_api import Page, expect
from stock import allocate, lot, order
from words import Words


def test_every_number_leads_to_the_rows_behind_it(page: Page, server: httpx.Client, words: Words) -> None:
    today = datetime.now(UTC).date()
    lot(server, "tea", 10, lot_number="SOON", expiration_date=(today + timedelta(days=20)).isoformat())
    lot(server, "rice", 3, lot_number="YOUNG", receipt_date=(today - timedelta(days=3)).isoformat())
    order(server, "tea", 4)
    order(server, "rice", 5, reference="R-1")
    allocate(server)
    page.get_by_role("link", name=words("nav.overview"), exact=True).click()
    page.reload()

    panel = page.get_by_role("region", name=words("overview.short"))
    expect(panel.get_by_role("row", name="rice")).to_contain_text("2")
    panel.get_by_role("link", name="rice").click()
    rows = page.get_by_test_id("rows").locator("tbody tr[data-id]")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("R-1")

    page.go_back()
    page.get_by_role("region", name=words("overview.expiring")).get_by_role("link", name="SOON").click()
    expect(page.get_by_role("dialog")).to_contain_text("SOON")

    page.go_back()
    age = page.get_by_role("region", name=words("overview.stockAge"))
    age.get_by_text(words("overview.table")).click()
    age.get_by_role("link", name=words("overview.ageRange", **{"from": 0, "to": 30})).click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("YOUNG")

    page.go_back()
    fill = page.get_by_role("region", name=words("overview.fillByDay"))
    expect(fill.locator(".recharts-bar-rectangle").first).to_be_visible()
    fill.get_by_text(words("overview.table")).click()
    expect(fill.get_by_role("row", name=today.isoformat())).to_contain_text("77.8%")
    fill.get_by_role("link", name=today.isoformat()).click()
    expect(rows).to_have_count(2)

    page.go_back()
    page.get_by_role("region", name=words("overview.runs")).get_by_role("link", name="#1").click()
    expect(page.get_by_role("dialog")).to_contain_text(words("allocate.runTitle", id=1))
