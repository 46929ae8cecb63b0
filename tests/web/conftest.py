"""A real Chromium before a real `hikiate serve` on a real PostgreSQL."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from web_server import WebServer, serving

from hikiate.database import Database

WEB = Path(__file__).parents[2] / "web"
DEADLINE_MILLISECONDS = 60_000

expect.set_options(timeout=DEADLINE_MILLISECONDS)


def chromium() -> tuple[str, dict[str, str]]:
    """The system's browser, or else the one that comes with the packages of `web/`; and the environment it needs."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found, {}
    path = WEB / "node_modules" / ".chromium" / "chromium"
    assert path.exists(), "run `make console-tools` first, as `make test` does"
    missing = "not found" in subprocess.run(["ldd", path], capture_output=True, text=True, check=True).stdout
    return str(path), {"LD_LIBRARY_PATH": str(path.parent / "al2023" / "lib")} if missing else {}


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One browser a worker; each test has contexts of its own, which share nothing."""
    path, more = chromium()
    running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"], env={**os.environ, **more})
    yield running
    running.close()


@pytest.fixture(scope="session")
def web_server(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    """The program itself, on this worker's database."""
    with serving(tmp_path_factory.mktemp("serve"), DATABASE_URL=database_url) as server:
        yield server


@pytest.fixture
def server(database: Database, web_server: WebServer) -> Iterator[httpx.Client]:
    """A client of the server, on an empty database; the three facts are checked when the test is done."""
    with httpx.Client(base_url=web_server.url, timeout=60) as client:
        yield client


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A window's worth of settings and storage."""
    made = browser.new_context(locale="en-GB", viewport={"width": 1360, "height": 860}, timezone_id="UTC")
    made.set_default_timeout(DEADLINE_MILLISECONDS)
    yield made
    # A test may have killed the server under it.
    with suppress(Exception):
        made.close()


@pytest.fixture
def page(context: BrowserContext, server: httpx.Client) -> Iterator[Page]:
    """The console, at the overview; whatever the page throws fails the test."""
    page = context.new_page()
    thrown: list[str] = []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    page.goto(str(server.base_url))
    yield page
    assert thrown == []
