"""Who changed what."""

from typing import Any

from sqlalchemy import Connection, insert

from hikiate.models import AuditEntry


def record(
    connection: Connection, actor: str, request_id: str | None, action: str, subject: str, details: dict[str, Any]
) -> None:
    """Append one entry, in the transaction of the change itself."""
    connection.execute(
        insert(AuditEntry).values(actor=actor, request_id=request_id, action=action, subject=subject, details=details)
    )
