"""What was allocated: by run, by order, by lot; released; exported."""

import csv
import io
from pathlib import Path

import httpx
from playwright.sync_api import Page, expect
from stock import allocate, lot, order
from words import Words


def test_results_are_found_released_and_exported(page: Page, server: httpx.Client, words: Words) -> None:
    lot(server, "=tea", 10, lot_number="L-1")
    lot(server, "rice", 1, lot_number="L-2")
    order(server, "=tea", 4)
    order(server, "rice", 3)
    allocate(server)
    page.get_by_role("link", name=words("nav.results"), exact=True).click()
    run = page.get_by_role("row", name="#1")
    expect(run).to_contain_text("71.4%")
    run.get_by_role("button", name="#1").click()
    expect(page.get_by_role("dialog")).to_contain_text(f"2 {words('shortageReason.no-stock')}")
    page.get_by_role("dialog").get_by_role("link", name=words("allocate.seeResults")).click()

    rows = page.get_by_test_id("rows").locator("tbody tr[data-id]")
    expect(rows).to_have_count(2)
    page.get_by_label(words("common.lotNumber")).fill("L-1")
    expect(rows).to_have_count(1)
    with page.expect_download() as started:
        page.get_by_role("button", name=words("common.download")).click()
    text = Path(started.value.path()).read_text("utf-8-sig")
    [exported] = csv.DictReader(io.StringIO(text))
    assert (exported["item_code"], exported["allocated_quantity"], exported["reason"]) == (
        "'=tea",
        "4",
        "oldest-receipt",
    )

    rows.get_by_role("button", name=words("results.release")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(words("common.quantity")).fill("1.5")
    dialog.get_by_role("button", name=words("results.release"), exact=True).click()
    expect(dialog).to_have_count(0)
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text(words("resultStatus.released"))
    expect(rows.nth(1)).to_contain_text("2.5")
