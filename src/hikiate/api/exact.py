"""The edge of the API: bodies read and answers written by the exact codec, unknown query parameters refused."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.responses import Response

from hikiate.domain.errors import Fault, Invalid, Malformed, TooLarge, UnsupportedMediaType
from hikiate.schemas.codec import MalformedJson, decode, encode

MOST_BODY_BYTES = 10 * 1024 * 1024


def answer(
    model: BaseModel | dict[str, Any], status: int = HTTPStatus.OK, headers: dict[str, str] | None = None
) -> Response:
    """Answer with a model as JSON."""
    return Response(encode(model), int(status), headers, "application/json")


class _ExactRequest(Request):
    async def body(self) -> bytes:
        if not hasattr(self, "_body"):
            chunks: list[bytes] = []
            size = 0
            async for chunk in self.stream():
                size += len(chunk)
                if size > MOST_BODY_BYTES:
                    raise TooLarge(
                        f"The body is over {MOST_BODY_BYTES // 2**20} MiB; send it in parts, or import a file."
                    )
                chunks.append(chunk)
            self._body = b"".join(chunks)
        return self._body

    async def json(self) -> Any:
        if not hasattr(self, "_exact"):
            try:
                self._exact = decode(await self.body())
            except MalformedJson as error:
                raise Malformed(f"The body is not JSON: {error}.") from error
        return self._exact


class ExactRoute(APIRoute):
    """A route whose JSON is exact, and which says so when it is sent something else."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        """Wrap FastAPI's handler."""
        handle = super().get_route_handler()
        known = {field.alias for field in _query_fields(self)}
        takes_json = self.body_field is not None

        async def exactly(request: Request) -> Response:
            _refuse_unknown_parameters(request, known)
            exact = _ExactRequest(request.scope, request.receive)
            if takes_json:
                await _require_json(exact)
            return await handle(exact)

        return exactly


def _query_fields(route: APIRoute) -> list[Any]:
    dependants = [route.dependant]
    fields: list[Any] = []
    while dependants:
        dependant = dependants.pop()
        fields += dependant.query_params
        dependants += dependant.dependencies
    return fields


def _refuse_unknown_parameters(request: Request, known: set[str]) -> None:
    faults = [
        Fault(f"/{name}", "unknown-parameter", f"there is no query parameter '{name}' here")
        for name in request.query_params
        if name not in known
    ]
    if faults:
        allowed = f"; there are {', '.join(sorted(known))}" if known else ""
        raise Invalid(f"There is no query parameter '{faults[0].pointer[1:]}' here{allowed}.", faults)


async def _require_json(request: Request) -> None:
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise UnsupportedMediaType(f"The body is {kind}; send JSON, with Content-Type: application/json.")
    if not (await request.body()).strip():
        raise Malformed("The body is empty; send a JSON object.")
    # Read here, since FastAPI answers whatever goes wrong in its own reading without saying what.
    await request.json()
    # FastAPI reads JSON only from a request that says so.
    if "content-type" not in request.headers:
        request.scope["headers"] = [*request.scope["headers"], (b"content-type", b"application/json")]
        del request._headers
