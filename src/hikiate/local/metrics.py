"""Prometheus metrics of a local server."""

import time

from fastapi import APIRouter, FastAPI
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hikiate.api.exact import ExactRoute, allow
from hikiate.auth import Role


def instrument(app: FastAPI) -> None:
    """Measure every request, and serve what was measured at /metrics."""
    registry = CollectorRegistry()
    router = APIRouter(route_class=ExactRoute)

    @router.get("/metrics", include_in_schema=False)
    @allow(Role.VIEWER)
    def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    app.include_router(router)
    app.add_middleware(_Measured, registry=registry)


class _Measured:
    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self._app = app
        labels = ("method", "route")
        self._seconds = Histogram("hikiate_request_seconds", "Time to answer a request", labels, registry=registry)
        self._requests = Counter("hikiate_requests", "Requests answered", (*labels, "status"), registry=registry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def send_measured(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_measured)
        finally:
            # Paths as asked would make a series of every id, and of every path that a scanner tries.
            route = getattr(scope.get("route"), "path", "unknown")
            self._seconds.labels(scope["method"], route).observe(time.perf_counter() - started)
            self._requests.labels(scope["method"], route, status).inc()
