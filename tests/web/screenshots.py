"""Make the pictures in docs/images: the console on the sample, light, dark and in Japanese."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from browsers import launch
from playwright.sync_api import Page, expect, sync_playwright
from web_server import PROGRAM, WebServer, serving

from hikiate.local.postgres import EmbeddedPostgres

IMAGES = Path(__file__).parents[2] / "docs" / "images"
_SIZE = {"width": 1360, "height": 900}


@contextmanager
def sample() -> Iterator[WebServer]:
    """Serve the sample, as if its orders had come in over the last weeks."""
    folder = Path(tempfile.mkdtemp(prefix="hikiate-screenshots-"))
    try:
        with EmbeddedPostgres(folder) as url:
            environment = {"DATABASE_URL": url}
            for command in ("migrate", "demo"):
                subprocess.run(
                    [PROGRAM, command], env={**os.environ, **environment}, check=True, stdout=subprocess.DEVNULL
                )
            with psycopg.connect(url) as connection:
                connection.execute("UPDATE orders SET created_at = created_at - (id * 7 % 29) * interval '1 day'")
            with serving(folder, **environment) as server:
                yield server
    finally:
        shutil.rmtree(folder)


def _ready(page: Page) -> None:
    expect(page.locator(".mantine-Skeleton-root, [data-loading]")).to_have_count(0)
    page.evaluate("document.fonts.ready.then(() => undefined)")


def _release_some(page: Page, url: str) -> None:
    """Give the newest run back, so that there is something to preview."""
    for row in page.request.get(f"{url}/allocation-results?limit=200&status=allocated").json()["items"]:
        page.request.post(f"{url}/allocation-results/{row['id']}/release")


def _overview(page: Page, url: str) -> None:
    page.goto(url)
    page.locator(".recharts-bar-rectangle").first.wait_for()


def _preview(page: Page, url: str) -> None:
    page.goto(f"{url}/#/allocate?method=FEFO")
    page.get_by_role("button", name=_words(page, "Preview", "プレビュー")).first.click()
    page.get_by_test_id("preview").wait_for()


def _compare(page: Page, url: str) -> None:
    page.goto(f"{url}/#/allocate")
    page.get_by_role("button", name=_words(page, "Compare methods", "引当方法を比較")).click()
    page.locator(".recharts-bar-rectangle").first.wait_for()


def _words(page: Page, english: str, japanese: str) -> str:
    return japanese if page.evaluate("document.documentElement.lang") == "ja" else english


def main() -> None:
    """Make all of them."""
    IMAGES.mkdir(exist_ok=True)
    with sample() as server, sync_playwright() as playwright:
        browser = launch(playwright)
        _release_some(browser.new_page(), server.url)
        for look, scheme, locale in (
            ("light", "light", "en-GB"),
            ("dark", "dark", "en-GB"),
            ("japanese", "light", "ja"),
        ):
            context = browser.new_context(viewport=_SIZE, color_scheme=scheme, locale=locale, device_scale_factor=1)
            for name, show in (("overview", _overview), ("preview", _preview), ("compare", _compare)):
                page = context.new_page()
                show(page, server.url)
                _ready(page)
                page.screenshot(path=IMAGES / f"{name}-{look}.png", animations="disabled")
                page.close()
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
