"""Who changes what, recorded in the transaction of the change itself."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection

from hikiate.repository import audit
from hikiate.repository.audit import Entry
from hikiate.repository.trips import trip


class Actor(NamedTuple):
    """Who asks, and in which request."""

    name: str
    request_id: str | None = None

    def record(self, connection: Connection, action: str, subject: str, **details: Any) -> None:
        """Record a change of a subject like `orders/12`."""
        trip(connection, [audit.recording([self.entry(action, subject, **details)])])

    def entry(self, action: str, subject: str, **details: Any) -> Entry:
        """Return what `record` records, to be recorded with others."""
        return Entry(self.name, self.request_id, action, subject, _plain(details))


def _plain(value: Any) -> Any:
    """Return a value as JSON has it, numbers written out as elsewhere."""
    match value:
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case StrEnum():
            return value.value
        case dict():
            return {name: _plain(part) for name, part in value.items()}
        case list() | tuple():
            return [_plain(part) for part in value]
    return value
