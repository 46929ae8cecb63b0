"""A real Chromium before a real `hikiate serve` on a real PostgreSQL."""

from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
from browsers import launch
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from web_server import WebServer, serving
from words import Words

from hikiate.database import Database

DEADLINE_MILLISECONDS = 60_000

expect.set_options(timeout=DEADLINE_MILLISECONDS)

ENGLISH = pytest.mark.parametrize("language", ["en"], indirect=True)
"""For journeys whose words are all seen in others."""


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One browser a worker; each test has contexts of its own, which share nothing."""
    running = launch(playwright)
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


@pytest.fixture(params=["en", "ja"])
def language(request: pytest.FixtureRequest) -> str:
    """The language of the browser: each journey is made in both, unless it says otherwise."""
    return str(request.param)


@pytest.fixture
def words(language: str) -> Words:
    return Words(language)


@pytest.fixture
def context(browser: Browser, language: str) -> Iterator[BrowserContext]:
    """A window's worth of settings and storage."""
    made = browser.new_context(
        locale={"en": "en-GB", "ja": "ja-JP"}[language],
        viewport={"width": 1360, "height": 860},
        timezone_id="Asia/Tokyo",
        accept_downloads=True,
    )
    made.set_default_timeout(DEADLINE_MILLISECONDS)
    yield made
    # A test may have killed the server under it.
    with suppress(Exception):
        made.close()


def watched(page: Page, thrown: list[str]) -> Page:
    """Note whatever a page throws, or finds wrong with its own content."""
    page.on("pageerror", lambda error: thrown.append(str(error)))
    page.on(
        "console",
        lambda message: (
            thrown.append(message.text)
            if message.type == "error" and "Failed to load resource" not in message.text
            else None
        ),
    )
    return page


@pytest.fixture
def page(context: BrowserContext, server: httpx.Client) -> Iterator[Page]:
    """A page on the console; whatever it throws fails the test."""
    thrown: list[str] = []
    page = watched(context.new_page(), thrown)
    page.goto(str(server.base_url))
    yield page
    assert thrown == []
