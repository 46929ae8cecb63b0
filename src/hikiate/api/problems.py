"""Errors as problem+json (RFC 9457)."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from hikiate.domain import errors
from hikiate.domain.errors import Fault, HikiateError
from hikiate.schemas import RowError
from hikiate.schemas.codec import encode

TYPE_BASE = "https://hikiate.dev/problems/"
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 1

_STATUS: tuple[tuple[type[HikiateError], HTTPStatus], ...] = (
    (errors.Unauthorized, HTTPStatus.UNAUTHORIZED),
    (errors.Forbidden, HTTPStatus.FORBIDDEN),
    (errors.NotFound, HTTPStatus.NOT_FOUND),
    (errors.Malformed, HTTPStatus.BAD_REQUEST),
    (errors.UnsupportedMediaType, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    (errors.Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.Conflict, HTTPStatus.CONFLICT),
    (errors.TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (errors.Busy, HTTPStatus.SERVICE_UNAVAILABLE),
)
_TITLES = {
    "validation": "A value can't be accepted",
    "unknown-method": "There is no such allocation method",
    "internal": "Something went wrong here",
    "busy": "Try again in a moment",
}
_FIRST_LINE = "/lines/0"
_SENTENCES = {"missing": "is required", "extra_forbidden": "is not a known field"}


class FaultSchema(BaseModel):
    """One thing wrong with one value."""

    pointer: str
    code: str
    message: str


class Problem(BaseModel):
    """An error (RFC 9457). `type` ends in the code; `instance` is the request id."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: list[FaultSchema] | None = None


class ImportProblem(Problem):
    """A file that was refused, with the report's members; `errors` are those of its rows."""

    accepted: int
    rejected: int
    errors: list[RowError]  # type: ignore[assignment]  # rows in place of pointers


def problem(
    request_id: str | None,
    status: int,
    code: str,
    detail: str,
    faults: Sequence[Fault] = (),
    members: Mapping[str, Any] | None = None,
) -> Response:
    """Make the answer for an error; `members` are added to the standard ones."""
    body: dict[str, Any] = {
        "type": TYPE_BASE + code,
        "title": _TITLES.get(code, code.replace("-", " ").capitalize()),
        "status": int(status),
        "detail": detail,
        "instance": request_id,
    }
    if faults:
        body["errors"] = [fault._asdict() for fault in faults]
    headers = {}
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(encode(body | dict(members or {})), int(status), headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Answer every error as a problem."""

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HikiateError)  # noqa: S101 - what the handler is registered for
        faults = _as_sent(request, error.faults) if isinstance(error, errors.Invalid) else ()
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), None)
        if status is None:
            raise error
        return problem(request.state.request_id, status, error.code, error.detail, faults)

    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - what the handler is registered for
        found = error.errors()
        if any(fault["type"] == "json_invalid" for fault in found):
            return problem(request.state.request_id, 400, "malformed", "The body is not JSON.")
        faults = [_fault(fault, error.body) for fault in found]
        code = "unknown-method" if any(_is_method(fault) for fault in found) else "validation"
        name = faults[0].pointer.strip("/") or "The body"
        return problem(request.state.request_id, 422, code, f"{name} {faults[0].message}.", faults)

    def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - what the handler is registered for
        status = HTTPStatus(error.status_code)
        code = status.phrase.lower().replace(" ", "-")
        answer = problem(request.state.request_id, status, code, f"{status.description or status.phrase}.")
        answer.headers.update(error.headers or {})
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            answer.headers["Allow"] = ", ".join(request.app.state.allowed_methods(request.url.path))
        return answer

    app.add_exception_handler(HikiateError, refused)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)


def _as_sent(request: Request, faults: Sequence[Fault]) -> Sequence[Fault]:
    """Point into the body as it was sent, where an order was written in short, as one line."""
    if not any(fault.pointer.startswith(_FIRST_LINE) for fault in faults) or b'"lines"' in request.state.body:
        return faults
    return [fault._replace(pointer=fault.pointer.removeprefix(_FIRST_LINE)) for fault in faults]


def _fault(found: Mapping[str, Any], body: Any) -> Fault:
    place, *rest = found["loc"]
    if place == "body" and rest[:2] == ["lines", 0] and isinstance(body, dict) and "lines" not in body:
        # The order was written in short, as one line.
        rest = rest[2:]
    pointer = "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in rest)
    message = _SENTENCES.get(found["type"], found["msg"])
    return Fault(pointer, found["type"].replace("_", "-"), message[:1].lower() + message[1:])


def _is_method(found: Mapping[str, Any]) -> bool:
    return found["type"] == "enum" and bool(
        {"allocation_method", "allocation_methods", "costing_method"} & {str(step) for step in found["loc"]}
    )
