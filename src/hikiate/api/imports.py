"""Imports of CSV and NDJSON in the body of a request, streamed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, BinaryIO, cast

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection
from starlette.responses import Response

from hikiate.api.context import ChangeDep, Context, ContextDep, IdDep
from hikiate.api.exact import ExactRoute, allow, answer
from hikiate.api.problems import problem
from hikiate.auth import Role
from hikiate.schemas import ImportKind, ImportReport, ImportRequest, ImportResponse, OnError
from hikiate.services import uploading
from hikiate.services.files import FileFormat, format_of
from hikiate.services.importing import import_file

router = APIRouter(tags=["imports"], route_class=ExactRoute)

_IN_MEMORY_BYTES = 1024 * 1024
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
    request: Request, context: ChangeDep, on_error: OnErrorParameter = OnError.REFUSE, dry_run: DryRun = False
) -> Response:
    """Receive the lots of a file."""
    return await _import(request, context, ImportKind.INVENTORIES, on_error, dry_run)


@router.post("/orders/import", response_model=ImportReport, openapi_extra=_FILE)
@allow(Role.VIEWER)
async def import_orders(
    request: Request, context: ChangeDep, on_error: OnErrorParameter = OnError.REFUSE, dry_run: DryRun = False
) -> Response:
    """Take the orders of a file; rows with one reference are one order."""
    return await _import(request, context, ImportKind.ORDERS, on_error, dry_run)


@router.post("/imports", status_code=201, response_model=ImportResponse)
@allow(Role.VIEWER)
def announce_import(context: ChangeDep, body: ImportRequest) -> Response:
    """Announce a file too big for one request; the answer says where to PUT it."""
    _require(context, body.on_error, dry_run=body.dry_run)
    if body.dry_run:
        context = context.without_key()

    def announce(connection: Connection) -> Response:
        announced = uploading.announce(connection, context.actor, body)
        url = context.surroundings.upload_url(announced.id)
        return answer(announced.model_copy(update={"upload_url": url}), HTTPStatus.CREATED)

    return context.change(announce)


@router.get("/imports/{id}", response_model=ImportResponse)
@allow(Role.VIEWER)
def get_import(context: ContextDep, import_id: IdDep) -> Response:
    """Show an announced file and what came of it."""
    return answer(context.database.read(partial(uploading.show, import_id=import_id)))


@router.put("/imports/{id}/file", response_model=ImportResponse, openapi_extra=_FILE)
@allow(Role.VIEWER)
async def upload_file(request: Request, context: ChangeDep, import_id: IdDep) -> Response:
    """Upload an announced file and import it."""
    announced = await run_in_threadpool(context.database.read, partial(uploading.show, import_id=import_id))
    _require(context, announced.on_error, dry_run=announced.dry_run)
    async with _received(request) as (file, file_format, body_hash):
        return await run_in_threadpool(
            (context.without_key() if announced.dry_run else context.with_body(body_hash)).change,
            lambda connection: answer(
                uploading.upload(connection, context.settings, context.actor, import_id, file, file_format)
            ),
        )


def _require(context: Context, on_error: OnError, *, dry_run: bool) -> None:
    """A dry run is for everybody; taking only the good rows of a file is for admins."""
    if not dry_run:
        context.require(Role.ADMIN if on_error is OnError.SKIP else Role.OPERATOR)


@asynccontextmanager
async def _received(request: Request) -> AsyncIterator[tuple[BinaryIO, FileFormat, bytes]]:
    """Receive the body into a file that outgrows the memory to the disk; yield it, its format and its hash."""
    file_format = format_of(request.headers.get("content-type", ""))
    digest = sha256()
    with cast(BinaryIO, SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)) as file:
        async for part in request.stream():
            digest.update(part)
            await run_in_threadpool(file.write, part)
        yield file, file_format, digest.digest()


async def _import(request: Request, context: Context, kind: ImportKind, on_error: OnError, dry_run: bool) -> Response:
    _require(context, on_error, dry_run=dry_run)
    async with _received(request) as (file, file_format, body_hash):

        def work(connection: Connection) -> Response:
            outcome = import_file(
                connection, context.settings, context.actor, kind, file, file_format, on_error, dry_run=dry_run
            )
            return _refusal(context, outcome.report) if outcome.refused else answer(outcome.report)

        once = context.without_key() if dry_run else context.with_body(body_hash)
        return await run_in_threadpool(once.change, work)


def _refusal(context: Context, report: ImportReport) -> Response:
    first = report.errors[0]
    where = f"row {first.row}" + (f", {first.column}" if first.column else "")
    return problem(
        context.request_id,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "validation",
        f"Nothing was imported. The first fault: {where}: {first.message}",
        members=report.model_dump(),
    )
