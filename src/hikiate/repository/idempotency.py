"""Answers kept for requests that are repeated."""

from typing import NamedTuple

from sqlalchemy import Connection

from hikiate.domain.errors import Busy
from hikiate.repository.rows import execute, query


class Request(NamedTuple):
    """What makes two requests the same one."""

    caller: str
    method: str
    path: str
    key: str
    body_hash: bytes


class Answer(NamedTuple):
    """The answer that the first of them got."""

    body_hash: bytes
    status: int
    headers: dict[str, str]
    body: bytes


def claim(connection: Connection, request: Request) -> Answer | None:
    """Take a key for this transaction, or return the answer that was kept under it.

    Waits while another transaction has the key; if that one fails, the key is this one's.
    """
    execute(
        connection,
        "DELETE FROM idempotency_keys WHERE caller = %(caller)s AND method = %(method)s AND path = %(path)s"
        " AND key = %(key)s AND created_at < now() - interval '24 hours'",
        **request._asdict(),
    )
    claimed = execute(
        connection,
        "INSERT INTO idempotency_keys (caller, method, path, key, body_hash)"
        " VALUES (%(caller)s, %(method)s, %(path)s, %(key)s, %(body_hash)s) ON CONFLICT DO NOTHING",
        **request._asdict(),
    )
    if claimed:
        return None
    rows = query(
        connection,
        "SELECT body_hash, status, headers, body FROM idempotency_keys WHERE caller = %(caller)s"
        " AND method = %(method)s AND path = %(path)s AND key = %(key)s",
        **request._asdict(),
    )
    if not rows:
        raise Busy("The answer kept for this Idempotency-Key has just grown too old.")
    return Answer(*rows[0])


def keep(connection: Connection, request: Request, status: int, headers: str, body: bytes) -> None:
    """Keep the answer under its key; headers are a JSON object. Only an answer that it was accepted is replaced."""
    execute(
        connection,
        "UPDATE idempotency_keys SET status = %(status)s, headers = %(headers)s::jsonb, body = %(body)s"
        " WHERE caller = %(caller)s AND method = %(method)s AND path = %(path)s AND key = %(key)s"
        " AND status IN (0, 202)",
        **request._asdict(),
        status=status,
        headers=headers,
        body=body,
    )


def forget_old(connection: Connection) -> None:
    """Remove what nobody may ask for any more."""
    execute(connection, "DELETE FROM idempotency_keys WHERE created_at < now() - interval '24 hours'")
