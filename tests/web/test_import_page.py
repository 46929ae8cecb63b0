"""A file's way in: ten thousand rows, some of them bad."""

import csv
import io
from pathlib import Path

import httpx
from playwright.sync_api import Page, expect
from words import Words

from conftest import ENGLISH


def upload(page: Page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})


def ten_thousand_rows() -> str:
    """One in 270 rows has a fault, 37 in all: a word for a number, or no item."""
    rows = [["注文", "商品コード", "quantity", "customer"]]
    for number in range(10_000):
        is_bad = number % 270 == 0 and number < 37 * 270
        quantity = "many" if is_bad and number % 540 == 0 else "2.5"
        item = "" if is_bad and number % 540 else f"item-{number % 50}"
        rows.append([f"R-{number}", item, quantity, "小森, 株式会社"])
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def test_ten_thousand_rows_with_thirty_seven_bad_ones(page: Page, server: httpx.Client, words: Words) -> None:
    page.get_by_role("link", name=words("nav.import"), exact=True).click()
    upload(page, "orders.csv", ten_thousand_rows().encode())
    # Three columns are known by their names; the fourth is matched by hand.
    expect(page.get_by_text(words("import.ignored", names="注文"))).to_be_visible()
    page.get_by_role("combobox", name=words("importColumn.reference")).click()
    page.get_by_role("option", name="注文").click()
    page.get_by_role("button", name=words("import.check", count="10,000")).click()

    summary = page.get_by_test_id("summary")
    expect(summary).to_contain_text(words("import.good", count="9,963"))
    expect(summary).to_contain_text(words("import.bad", count="37"))
    faulty = page.get_by_test_id("faulty-rows").locator("tbody tr")
    expect(faulty).to_have_count(37)
    expect(faulty.first).to_contain_text(words("rowFault.number"))
    expect(faulty.nth(1)).to_contain_text(words("rowFault.missing"))
    assert server.get("/orders").json()["items"] == []

    # One is mended in place, one is skipped, and then all that are left.
    quantity = words("importColumn.quantity")
    page.get_by_label(words("import.edit", row=2, column=quantity), exact=True).fill("3")
    page.get_by_role("button", name=words("import.skip", row=272), exact=True).click()
    page.get_by_role("button", name=words("import.recheck")).click()
    expect(summary).to_contain_text(words("import.good", count="9,964"))
    expect(summary).to_contain_text(words("import.bad", count="35"))
    page.get_by_role("button", name=words("import.skipAll")).click()
    expect(page.get_by_text(words("import.summary", count="9,964", skipped="36"))).to_be_visible()
    page.get_by_role("button", name=words("import.confirm", count="9,964")).click()
    expect(page.get_by_text(words("import.done", count="9,964"))).to_be_visible()

    with page.expect_download() as started:
        page.get_by_role("button", name=words("import.saveSkipped")).click()
    skipped = list(csv.DictReader(io.StringIO(Path(started.value.path()).read_text("utf-8-sig"))))
    assert len(skipped) == 36
    assert skipped[0]["reference"] == "R-270"
    [mended] = server.get("/orders", params={"reference": "R-0"}).json()["items"]
    assert (mended["lines"][0]["quantity"], mended["customer"]) == (3, "小森, 株式会社")
    assert server.get("/orders", params={"reference": "R-270"}).json()["items"] == []
    backlog = server.get("/reports/backlog").json()
    assert (backlog["orders"], backlog["open_quantity"]) == (9964, 9963 * 2.5 + 3)


@ENGLISH
def test_a_template_is_a_good_file(page: Page, server: httpx.Client) -> None:
    page.goto(f"{server.base_url}/#/import?kind=inventories")
    with page.expect_download() as started:
        page.get_by_role("button", name="Download a template").click()
    assert started.value.suggested_filename == "inventories.csv"
    upload(page, "inventories.csv", Path(started.value.path()).read_bytes())
    page.get_by_role("button", name="Check 1 rows").click()
    page.get_by_role("button", name="Import 1 rows").click()
    expect(page.get_by_text("1 rows imported.")).to_be_visible()
    page.get_by_role("link", name="See the lots").click()
    expect(page.get_by_role("row", name="L-0401")).to_contain_text("TEA-1KG")


@ENGLISH
def test_a_file_in_shift_jis_is_read_and_said_to_be(page: Page, server: httpx.Client) -> None:
    page.goto(f"{server.base_url}/#/import?kind=inventories")
    upload(page, "stock.csv", "商品コード,数量,入荷日,単価\nお茶,2,2026-01-05,100\n".encode("cp932"))
    expect(page.get_by_text("read as Shift_JIS")).to_be_visible()
    page.get_by_role("button", name="Check 1 rows").click()
    page.get_by_role("button", name="Import 1 rows").click()
    expect(page.get_by_text("1 rows imported.")).to_be_visible()
    assert server.get("/inventories").json()["items"][0]["item_code"] == "お茶"
