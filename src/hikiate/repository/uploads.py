"""Files that are uploaded by themselves and then imported."""

from typing import Any

from sqlalchemy import Connection, insert, select, update

from hikiate.domain.states import ImportStatus
from hikiate.models import AuditEntry, Import
from hikiate.repository.rows import entities


def create(connection: Connection, kind: str, on_error: str, *, dry_run: bool) -> int:
    """Record a file that is to come and return its id."""
    return connection.execute(
        insert(Import).values(kind=kind, on_error=on_error, dry_run=dry_run).returning(Import.id)
    ).scalar_one()


def get(connection: Connection, import_id: int) -> Import | None:
    """Return one import."""
    found = entities(connection, select(Import).where(Import.id == import_id))
    return found[0] if found else None


def locked(connection: Connection, import_id: int) -> Import | None:
    """Return one import, locked: two uploads of it wait here for each other."""
    found = entities(connection, select(Import).where(Import.id == import_id).with_for_update())
    return found[0] if found else None


def announcer(connection: Connection, import_id: int) -> tuple[str, str | None]:
    """Return who announced an import, and in which request."""
    # From the newest on: it was an hour ago at most, and the audit grows for ever.
    statement = (
        select(AuditEntry.actor, AuditEntry.request_id)
        .where(AuditEntry.subject == f"imports/{import_id}", AuditEntry.action == "announce")
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    actor, request_id = connection.execute(statement).one()
    return actor, request_id


def end(connection: Connection, import_id: int, status: ImportStatus, report: dict[str, Any]) -> None:
    """Record what came of a file."""
    connection.execute(update(Import).where(Import.id == import_id).values(status=status, report=report))
