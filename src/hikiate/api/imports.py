"""Imports of CSV and NDJSON in the body of a request, streamed."""

from functools import partial
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, BinaryIO, cast

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from hikiate.api.context import Context, ContextDep
from hikiate.api.exact import ExactRoute, allow, answer
from hikiate.api.problems import problem
from hikiate.auth import Role
from hikiate.domain.errors import UnsupportedMediaType
from hikiate.schemas import ImportKind, ImportReport, OnError
from hikiate.services.files import FileFormat
from hikiate.services.importing import import_file

router = APIRouter(tags=["imports"], route_class=ExactRoute)

_IN_MEMORY_BYTES = 1024 * 1024
_FORMATS = {
    "text/csv": FileFormat.CSV,
    "application/csv": FileFormat.CSV,
    "application/x-ndjson": FileFormat.NDJSON,
    "application/ndjson": FileFormat.NDJSON,
    "application/jsonl": FileFormat.NDJSON,
}
_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/x-ndjson": {"schema": {"type": "string"}},
        },
    }
}

OnErrorParameter = Annotated[OnError, Query(description="skip: take the good rows and report the bad ones")]
DryRun = Annotated[bool, Query(description="Check and write nothing")]


@router.post("/inventories/import", response_model=ImportReport, openapi_extra=_FILE)
@allow(Role.VIEWER)
async def import_inventories(
    request: Request, context: ContextDep, on_error: OnErrorParameter = OnError.REFUSE, dry_run: DryRun = False
) -> Response:
    """Receive the lots of a file."""
    return await _import(request, context, ImportKind.INVENTORIES, on_error, dry_run)


@router.post("/orders/import", response_model=ImportReport, openapi_extra=_FILE)
@allow(Role.VIEWER)
async def import_orders(
    request: Request, context: ContextDep, on_error: OnErrorParameter = OnError.REFUSE, dry_run: DryRun = False
) -> Response:
    """Take the orders of a file; rows with one reference are one order."""
    return await _import(request, context, ImportKind.ORDERS, on_error, dry_run)


async def _import(request: Request, context: Context, kind: ImportKind, on_error: OnError, dry_run: bool) -> Response:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    file_format = _FORMATS.get(media_type)
    if file_format is None:
        raise UnsupportedMediaType(
            f"The body is {media_type or 'of no stated type'}; send Content-Type: text/csv or application/x-ndjson."
        )
    with cast(BinaryIO, SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)) as file:
        async for part in request.stream():
            await run_in_threadpool(file.write, part)
        outcome = await run_in_threadpool(
            context.database.transact,
            partial(import_file, kind=kind, source=file, file_format=file_format, on_error=on_error, dry_run=dry_run),
        )
    if not outcome.refused:
        return answer(outcome.report)
    first = outcome.report.errors[0]
    where = f"row {first.row}" + (f", {first.column}" if first.column else "")
    return problem(
        context.request_id,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "validation",
        f"Nothing was imported. The first fault: {where}: {first.message}",
        members=outcome.report.model_dump(),
    )
