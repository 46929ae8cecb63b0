"""The edge of the API: who asks is checked first, bodies are read and answers written by the exact codec."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, TypeVar, get_args, get_origin

from fastapi import Request
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.responses import Response

from hikiate.auth import LOCAL_ADMIN, Role, require
from hikiate.domain.errors import Fault, Invalid, Malformed, TooLarge, UnsupportedMediaType
from hikiate.schemas.codec import MalformedJson, decode, encode

MOST_BODY_BYTES = 10 * 1024 * 1024

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def allow(role: Role | None) -> Callable[[Endpoint], Endpoint]:
    """Say who may use a route: callers with the role; None is anybody, without a token."""

    def mark(endpoint: Endpoint) -> Endpoint:
        endpoint.role = role  # type: ignore[attr-defined]  # a mark on the function
        return endpoint

    return mark


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
    """A route with a rule who may use it, whose JSON is exact, and which says so when it is sent something else."""

    @property
    def role(self) -> Role | None:
        """The least role that may use the route; None needs no token. A route without a rule can't be made."""
        role: Role | None = self.endpoint.role  # type: ignore[attr-defined]  # the mark of `allow`
        return role

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]  # awaitable is all it must be
        """Wrap FastAPI's handler."""
        handle = super().get_route_handler()
        fields = _query_fields(self)
        known = {field.alias for field in fields}
        repeatable = {field.alias for field in fields if _is_list(field.field_info.annotation)}
        role = self.role
        body = self.body_field
        # What is streamed says so itself.
        takes_none = body is None and not (self.openapi_extra or {}).get("requestBody")

        async def exactly(request: Request) -> Response:
            exact = _ExactRequest(request.scope, request.receive)
            if role is not None:
                caller = await exact.app.state.surroundings.identify(exact)
                require(caller, role)
            else:
                caller = LOCAL_ADMIN
            exact.state.caller = caller
            _refuse_wrong_parameters(exact, known, repeatable)
            if body is not None:
                await _read_json(exact, required=body.field_info.is_required())
            elif takes_none:
                await _refuse_body(exact)
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


def _is_list(annotation: Any) -> bool:
    return list in {get_origin(part) for part in (annotation, *get_args(annotation))}


def _refuse_wrong_parameters(request: Request, known: set[str], repeatable: set[str]) -> None:
    if not request.scope["query_string"]:
        return
    for name in known - repeatable:
        if len(request.query_params.getlist(name)) > 1:
            raise Invalid.at(f"/{name}", "repeated-parameter", f"{name} can be given once only.")
    faults = [
        Fault(f"/{name}", "unknown-parameter", f"there is no query parameter '{name}' here")
        for name in request.query_params
        if name not in known
    ]
    if faults:
        allowed = f"; there are {', '.join(sorted(known))}" if known else ""
        raise Invalid(f"There is no query parameter '{faults[0].pointer[1:]}' here{allowed}.", faults)


async def _refuse_body(request: Request) -> None:
    """Refuse what would be ignored; an empty object says nothing, and is let pass."""
    text = await request.body()
    request.state.body = text
    if text.strip() and await request.json() != {}:
        raise Invalid("This takes no body.", [Fault("", "extra-forbidden", "this takes no body")])


async def _read_json(request: Request, *, required: bool) -> None:
    """Read the body here, since FastAPI answers what goes wrong in its own reading without saying what."""
    text = await request.body()
    request.state.body = text
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        if text or required:
            raise UnsupportedMediaType(f"The body is {kind}; send JSON, with Content-Type: application/json.")
        return
    if text.strip():
        await request.json()
    elif required:
        raise Malformed("The body is empty; send a JSON object.")
    # FastAPI reads JSON only from a request that says so.
    if "content-type" not in request.headers:
        request.scope["headers"] = [*request.scope["headers"], (b"content-type", b"application/json")]
        del request._headers
