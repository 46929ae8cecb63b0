"""The application: routes, errors, request ids, the OpenAPI document."""

import re
import time
from functools import cache, partial
from importlib.metadata import version
from typing import Any
from uuid import uuid4

import structlog
from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hikiate.api import allocations, imports, orders, problems, reports, stock
from hikiate.api.context import ContextDep
from hikiate.api.exact import ExactRoute, allow, answer
from hikiate.api.problems import MEDIA_TYPE, ImportProblem, Problem, problem
from hikiate.api.surroundings import Surroundings
from hikiate.database import Database, WrongDatabase, require_current_schema
from hikiate.domain.errors import Busy
from hikiate.schemas import ImportReport, OrderInShort, StatusResponse
from hikiate.services.changing import MOST_CHANGES, change_together
from hikiate.services.grouping import Group
from hikiate.services.together import Together
from hikiate.settings import Settings

log = structlog.get_logger("hikiate.http")

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}", re.ASCII)

system = APIRouter(tags=["system"], route_class=ExactRoute)


@system.get("/health", response_model=StatusResponse)
@allow(None)
async def health() -> Response:
    """Tell that the process is up."""
    # Not in a thread: it must answer while all of them wait for stock.
    return answer(StatusResponse(status="ok"))


@system.get("/ready", response_model=StatusResponse)
@allow(None)
def ready(context: ContextDep) -> Response:
    """Tell whether the database answers and its schema is current."""
    try:
        context.database.transact(require_current_schema)
    except WrongDatabase as error:
        raise Busy(str(error)) from error
    return answer(StatusResponse(status="ready"))


# Imports first: their paths would else be taken for ids.
ROUTERS = (imports.router, stock.router, orders.router, allocations.router, reports.router, system)


def create_app(database: Database, settings: Settings, surroundings: Surroundings | None = None) -> FastAPI:
    """Make the application on a database, for a server of one's own unless it runs elsewhere."""
    app = FastAPI(
        title="hikiate",
        version=version("hikiate"),
        summary="Decides which stock serves which order (在庫引当).",
        generate_unique_id_function=_operation_id,
        redoc_url=None,
    )
    app.state.database = database
    app.state.together = Together(database, settings)
    app.state.changes = Group(partial(change_together, database, settings), most=MOST_CHANGES, name="changes")
    app.state.settings = settings
    app.state.surroundings = surroundings or Surroundings(settings)
    app.state.allowed_methods = _allowed_methods
    problems.install(app)
    # Routes are tried in turn, so what is asked for most comes first.
    for router in sorted(ROUTERS, key=lambda router: router is not allocations.router):
        app.include_router(router)
    app.openapi = cache(lambda: _openapi(app))  # type: ignore[method-assign]  # as FastAPI documents it
    app.add_middleware(RequestIds)
    return app


def _allowed_methods(path: str) -> list[str]:
    """Return the methods of a path over all of its routes, each of which knows its own only."""
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, ExactRoute)]
    return sorted({method for route in routes if route.path_regex.match(path) for method in route.methods or ()})


def _operation_id(route: APIRoute) -> str:
    return route.name


def _openapi(app: FastAPI) -> dict[str, Any]:
    """Describe the API; every error is a problem, whatever the status."""
    document = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
    paths = dict.fromkeys(
        route.path_format for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)
    )
    document["paths"] = {path: document["paths"][path] for path in paths}
    schemas = document["components"]["schemas"]
    for model in (Problem, ImportProblem, OrderInShort):
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schemas[model.__name__] = schema
    order_body = document["paths"]["/orders"]["post"]["requestBody"]["content"]["application/json"]
    order_body["schema"] = {"anyOf": [_reference("OrderRequest"), _reference("OrderInShort")]}
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    document["components"]["responses"] = {
        "Problem": {
            "description": "An error",
            "content": {MEDIA_TYPE: {"schema": _reference("Problem")}},
        }
    }
    document["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "Of any OIDC issuer"}
    }
    for route in (route for router in ROUTERS for route in router.routes if isinstance(route, ExactRoute)):
        for method in route.methods or ():
            operation = document["paths"][route.path_format][method.lower()]
            operation["responses"].pop("422", None)
            if route.response_model is ImportReport:
                operation["responses"]["422"] = {
                    "description": "The file is refused as a whole, or the request is",
                    "content": {
                        MEDIA_TYPE: {"schema": {"anyOf": [_reference("ImportProblem"), _reference("Problem")]}}
                    },
                }
            operation["responses"]["default"] = {"$ref": "#/components/responses/Problem"}
            if route.role is not None:
                operation["security"] = [{"token": []}]
                operation["x-role"] = route.role.name.lower()
    return document


def _reference(schema: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{schema}"}


class RequestIds:
    """Give every request an id, in its answer and in the log, and answer a crash without showing it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        status = 0
        started = time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, send_with_id)
            except ClientDisconnect:
                log.info("client went away", method=scope["method"], path=scope["path"])
            except Exception:
                log.exception("request failed", method=scope["method"], path=scope["path"])
                if not status:
                    crash = problem(
                        request_id, 500, "internal", "The fault is on our side; the log has the request id."
                    )
                    await crash(scope, receive, send_with_id)
            milliseconds = round((time.perf_counter() - started) * 1000, 1)
            log.info("request", method=scope["method"], path=scope["path"], status=status, milliseconds=milliseconds)
