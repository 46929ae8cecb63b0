"""The console's files beside the API."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
from web_server import serving

from hikiate.api import console
from hikiate.api.app import create_app
from hikiate.database import Database
from hikiate.settings import Settings


def test_a_server_without_a_built_console_says_so(database: Database, tmp_path: Path) -> None:
    app = create_app(database, Settings(database_url=None))
    console.install(app, Settings(database_url=None), tmp_path / "nothing")

    async def ask() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
            answer = await client.get("/")
            assert answer.status_code == 200
            assert "make console" in answer.text
            assert (await client.get("/assets/x.js")).status_code == 404
            assert (await client.get("/favicon.svg")).status_code == 404
            assert (await client.get("/health")).json() == {"status": "ok"}

    # The browser's loop may be running in this thread.
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(lambda: asyncio.run(ask())).result()


def test_the_console_is_served_and_the_api_is_not_shadowed(server: httpx.Client) -> None:
    page = server.get("/")
    assert page.headers["Content-Type"].startswith("text/html")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-cache"
    script = page.text.partition('src="./')[2].partition('"')[0]
    asset = server.get(f"/{script}", headers={"Accept-Encoding": "gzip"})
    assert asset.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert asset.headers["Content-Encoding"] == "gzip"
    assert server.get("/favicon.svg").headers["Content-Type"] == "image/svg+xml"
    # A browser that asks for a path of the API gets the API, and for no path a problem.
    html = {"Accept": "text/html"}
    assert server.get("/orders", headers=html).json() == {"items": [], "next_cursor": None}
    unknown = server.get("/overview", headers=html)
    assert (unknown.status_code, unknown.headers["Content-Type"]) == (404, "application/problem+json")
    assert server.get("/assets/../settings.py").status_code == 404
    assert server.post("/nothing").status_code == 404


def test_the_console_is_told_what_it_must_know(database_url: str, tmp_path: Path) -> None:
    with serving(
        tmp_path,
        DATABASE_URL=database_url,
        HIKIATE_ISSUER="https://id.example/pool",
        HIKIATE_TIME_ZONE="Asia/Tokyo",
        HIKIATE_CURRENCY_PLACES="0",
        HIKIATE_CONSOLE_CLIENT_ID="web",
    ) as guarded:
        told = httpx.get(f"{guarded.url}/config.json").json()
        policy = httpx.get(guarded.url).headers["Content-Security-Policy"]
    assert told | {"version": ""} == {
        "version": "",
        "api": "",
        "issuer": "https://id.example/pool",
        "client_id": "web",
        "scope": "openid",
        "currency_places": 0,
        "time_zone": "Asia/Tokyo",
    }
    assert "connect-src 'self' https: https://id.example;" in policy
