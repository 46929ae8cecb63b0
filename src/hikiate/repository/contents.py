"""What a database holds, for whoever must not mix with it."""

from typing import NamedTuple

from sqlalchemy import Connection

from hikiate.repository.rows import query


class Contents(NamedTuple):
    """How many there are of what."""

    inventories: int
    orders: int
    lines: int


def contents(connection: Connection) -> Contents:
    """Count what the database holds."""
    [row] = query(
        connection,
        "SELECT (SELECT count(*) FROM inventories), (SELECT count(*) FROM orders), (SELECT count(*) FROM order_lines)",
    )
    return Contents(*row)


def sample_seed(connection: Connection, action: str) -> int | None:
    """Return the seed of the sample that an audited action loaded; None when none did."""
    rows = query(
        connection,
        "SELECT (details ->> 'seed')::bigint FROM audit WHERE action = %(action)s ORDER BY id LIMIT 1",
        action=action,
    )
    return rows[0][0] if rows else None
