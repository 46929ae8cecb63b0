"""Signing in with PKCE, what roles hide, and a session that ends."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sign_in import SignInIssuer
from stock import lot, order
from web_server import WebServer, serving
from words import Words

from conftest import watched
from hikiate.database import Database


@pytest.fixture(scope="module")
def issuer() -> Iterator[SignInIssuer]:
    made = SignInIssuer("admin")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def guarded(issuer: SignInIssuer, database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    """A server that checks the issuer's tokens."""
    with serving(
        tmp_path_factory.mktemp("guarded"),
        DATABASE_URL=database_url,
        HIKIATE_ISSUER=issuer.url,
        HIKIATE_AUDIENCE="hikiate",
    ) as server:
        yield server


@pytest.fixture
def client(database: Database, guarded: WebServer, issuer: SignInIssuer) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {issuer.token('admin')}"}
    with httpx.Client(base_url=guarded.url, timeout=60, headers=headers) as client:
        yield client


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    thrown: list[str] = []
    yield watched(context.new_page(), thrown)
    assert thrown == []


@pytest.mark.parametrize(
    ("role", "may"), [("viewer", ()), ("operator", ("receive",)), ("admin", ("receive", "adjust"))]
)
def test_roles_hide_what_they_may_not_do(
    page: Page, client: httpx.Client, issuer: SignInIssuer, words: Words, role: str, may: tuple[str, ...]
) -> None:
    issuer.role = role
    made = lot(client, "tea", 10)
    order(client, "tea", 4, reference="A-1")
    # The address is kept on the way through the sign-in.
    page.goto(f"{client.base_url}/#/inventories?lot={made['id']}")
    opened = page.get_by_role("dialog")
    expect(opened).to_contain_text(words("inventories.movements"))
    expect(
        page.get_by_text(words("app.signedInAs", name="佐藤 花子", role=words(f"app.roles.{role}")))
    ).to_be_attached()
    expect(opened.get_by_role("button", name=words("inventories.adjust"))).to_have_count(int("adjust" in may))
    expect(opened.get_by_role("button", name=words("inventories.hold"), exact=True)).to_have_count(
        int("receive" in may)
    )
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=words("inventories.receive"), exact=True)).to_have_count(
        int("receive" in may)
    )

    page.get_by_role("link", name=words("nav.allocate"), exact=True).click()
    page.get_by_role("button", name=words("allocate.preview"), exact=True).first.click()
    shown = page.get_by_test_id("preview")
    expect(shown).to_contain_text("100%")
    expect(shown.get_by_text(words("allocate.viewerOnly"))).to_have_count(int(role == "viewer"))
    expect(page.get_by_role("note")).to_have_count(0)


def test_a_session_that_ends_is_taken_up_again_where_it_was(
    page: Page, client: httpx.Client, issuer: SignInIssuer, words: Words
) -> None:
    issuer.role = "admin"
    for reference in ("A-1", "A-2"):
        order(client, "tea", 4, reference=reference)
    page.goto(f"{client.base_url}/#/orders")
    rows = page.get_by_test_id("rows").locator("tbody tr[data-id]")
    expect(rows).to_have_count(2)
    before = issuer.sign_ins

    # The hour is over: the same session, with a token that the server takes no more.
    expired = issuer.token("admin", exp=int(time.time()) - 3600)
    page.evaluate(
        """(token) => {
            const [key] = Object.keys(sessionStorage).filter((name) => name.startsWith('oidc.user:'));
            const user = JSON.parse(sessionStorage.getItem(key));
            sessionStorage.setItem(key, JSON.stringify({ ...user, access_token: token }));
        }""",
        expired,
    )
    page.get_by_label(words("common.reference"), exact=True).fill("A-2")
    ended = page.get_by_role("dialog", name=words("problem.expiredTitle"))
    expect(ended).to_be_visible()
    ended.get_by_role("button", name=words("app.signIn")).click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("A-2")
    expect(page).to_have_url(f"{client.base_url}/#/orders?reference=A-2")
    assert issuer.sign_ins == before + 1


def test_an_issuer_that_is_not_there_is_said(
    context: BrowserContext, words: Words, database: Database, database_url: str, tmp_path: Path
) -> None:
    gone = SignInIssuer("admin")
    gone.stop()
    with serving(tmp_path, DATABASE_URL=database_url, HIKIATE_ISSUER=gone.url) as server:
        page = context.new_page()
        page.goto(server.url)
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_have_text(words("problem.start"))
        settings = json.loads(httpx.get(f"{server.url}/config.json").content)
        assert (settings["issuer"], settings["client_id"]) == (gone.url, "hikiate")
