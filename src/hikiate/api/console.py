"""The console's files, and what it must know before it asks for anything."""

from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from hikiate.api.exact import answer
from hikiate.schemas import ConsoleSettings
from hikiate.settings import Settings

BUILT = Path(__file__).parents[1] / "console"
"""Where the build of `web/` leaves the console; a wheel carries it."""

_NOT_BUILT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>hikiate</title>
<body style="font: 1rem/1.6 system-ui; max-width: 40rem; margin: 4rem auto; padding: 0 1rem">
<h1>hikiate serves</h1>
<p>The console is not built here. <code>make console</code> builds it; then load this page again.</p>
<p>The API answers all the same: <a href="docs">its reference</a>.</p>
</body></html>
"""


def install(app: FastAPI, settings: Settings, built: Path = BUILT) -> None:
    """Serve the console at `/`, beside the API: only paths that the console's build has are its own.

    Its addresses lie behind the `#`, so no other path is ever asked for, and an unknown one stays a 404.
    """
    # Not the API's strict routes: an issuer sends people back to the page with parameters of its own.
    router = APIRouter()
    headers = {"Content-Security-Policy": _content_policy(settings), "Cache-Control": "no-cache"}

    @router.get("/", include_in_schema=False)
    def page() -> Response:
        index = built / "index.html"
        if not index.exists():
            return HTMLResponse(_NOT_BUILT, headers={"Cache-Control": "no-cache"})
        return FileResponse(index, headers=headers)

    @router.get("/favicon.svg", include_in_schema=False)
    def icon() -> Response:
        return FileResponse(built / "favicon.svg") if (built / "favicon.svg").exists() else Response(status_code=404)

    @router.get("/config.json", include_in_schema=False)
    def config() -> Response:
        return answer(_console_settings(settings), headers={"Cache-Control": "no-cache"})

    app.include_router(router)
    if (built / "assets").is_dir():
        app.mount("/assets", GZipMiddleware(_Assets(directory=built / "assets")))


def _console_settings(settings: Settings) -> ConsoleSettings:
    return ConsoleSettings(
        version=version("hikiate"),
        api="",
        issuer=settings.issuer,
        client_id=settings.console_client_id or settings.audience,
        scope=settings.console_scope,
        currency_places=settings.currency_places,
        time_zone=settings.time_zone,
    )


def _content_policy(settings: Settings) -> str:
    # The token endpoint of an issuer may have another host than the issuer's own; it is found by discovery.
    issuer = "" if settings.issuer is None else " https: {0.scheme}://{0.netloc}".format(urlsplit(settings.issuer))
    return (
        f"default-src 'self'; connect-src 'self'{issuer}; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
        "object-src 'none'; base-uri 'self'; frame-ancestors 'none'"
    )


class _Assets(StaticFiles):
    """Files whose names change with their content, so that they may be kept for ever."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_kept(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 400:
                message["headers"] = [*message["headers"], (b"cache-control", b"public, max-age=31536000, immutable")]
            await send(message)

        await super().__call__(scope, receive, send_kept)
