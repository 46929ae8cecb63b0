"""Who changes what, recorded in the transaction of the change itself."""

from typing import Any, NamedTuple

from sqlalchemy import Connection

from hikiate.repository import audit


class Actor(NamedTuple):
    """Who asks, and in which request."""

    name: str
    request_id: str | None = None

    def record(self, connection: Connection, action: str, subject: str, **details: Any) -> None:
        """Record a change of a subject like `orders/12`."""
        audit.record(connection, self.name, self.request_id, action, subject, details)
