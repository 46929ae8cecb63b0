"""Imports in two steps, for files too big for one request: announce, then upload."""

from typing import BinaryIO

from sqlalchemy import Connection

from hikiate.domain.errors import AlreadyImported, NotFound, UnsupportedMediaType
from hikiate.domain.states import ImportStatus
from hikiate.models import Import
from hikiate.repository import uploads
from hikiate.schemas import ImportKind, ImportReport, ImportRequest, ImportResponse, OnError, RowError
from hikiate.services.auditing import Actor
from hikiate.services.files import FileFormat, format_of
from hikiate.services.importing import import_file
from hikiate.settings import Settings


def announce(connection: Connection, actor: Actor, request: ImportRequest) -> ImportResponse:
    """Record a file that is to come, and say where to put it."""
    import_id = uploads.create(connection, request.kind.value, request.on_error.value, dry_run=request.dry_run)
    actor.record(connection, "announce", f"imports/{import_id}", **request.model_dump(mode="json"))
    return show(connection, import_id)


def upload(
    connection: Connection, settings: Settings, actor: Actor, import_id: int, source: BinaryIO, file_format: FileFormat
) -> ImportResponse:
    """Import the file that was announced; one that was refused may be sent again, corrected.

    Raises:
        NotFound: none was announced with that id.
        AlreadyImported: it has been taken.
    """
    row = uploads.locked(connection, import_id)
    if row is None:
        raise NotFound(f"There is no import {import_id}.")
    if row.status is ImportStatus.COMPLETED:
        raise AlreadyImported(f"The file of import {import_id} has been taken; announce another.")
    outcome = import_file(
        connection,
        settings,
        actor,
        ImportKind(row.kind),
        source,
        file_format,
        OnError(row.on_error),
        dry_run=row.dry_run,
    )
    status = ImportStatus.REFUSED if outcome.refused else ImportStatus.COMPLETED
    uploads.end(connection, import_id, status, outcome.report.model_dump(mode="json"))
    return show(connection, import_id)


def take(
    connection: Connection, settings: Settings, import_id: int, source: BinaryIO, content_type: str
) -> ImportStatus:
    """Import an announced file that came another way than through a request, in the name of who announced it.

    Returns what came of it; a file that has been taken before stays taken.

    Raises:
        NotFound: none was announced with that id.
    """
    if uploads.get(connection, import_id) is None:
        raise NotFound(f"There is no import {import_id}.")
    actor = Actor(*uploads.announcer(connection, import_id))
    try:
        return upload(connection, settings, actor, import_id, source, format_of(content_type)).status
    except AlreadyImported:
        return ImportStatus.COMPLETED
    except UnsupportedMediaType as error:
        fault = RowError(row=1, column=None, value=content_type, code=error.code, message=error.detail)
        report = ImportReport(accepted=0, rejected=0, errors=[fault])
        uploads.end(connection, import_id, ImportStatus.REFUSED, report.model_dump(mode="json"))
        return ImportStatus.REFUSED


def show(connection: Connection, import_id: int) -> ImportResponse:
    """Show an import and what came of it.

    Raises:
        NotFound: none was announced with that id.
    """
    row = uploads.get(connection, import_id)
    if row is None:
        raise NotFound(f"There is no import {import_id}.")
    return _shown(row)


def _shown(row: Import) -> ImportResponse:
    return ImportResponse(
        id=row.id,
        kind=ImportKind(row.kind),
        on_error=OnError(row.on_error),
        dry_run=row.dry_run,
        status=row.status,
        upload_url=f"/imports/{row.id}/file",
        report=None if row.report is None else ImportReport.model_validate(row.report),
        created_at=row.created_at,
    )
