"""How rows come back: typed entities, pages by key, and fast roads in bulk."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice
from typing import Any, LiteralString, NamedTuple, TypeVar

import psycopg
from sqlalchemy import ColumnElement, Connection, literal_column
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import TypedReturnsRows

T = TypeVar("T")

NEVER: ColumnElement[date] = literal_column("'infinity'::date")

Key = tuple[int | date | str | None, ...]
"""Where a page ends: the sort values of its last row, the id last."""


class Page(NamedTuple):
    """What a list is asked for."""

    limit: int
    after: Key | None = None


def entities(connection: Connection, statement: TypedReturnsRows[T]) -> list[T]:
    """Fetch whole rows as objects of their model, free of any session."""
    with Session(connection, autoflush=False) as session:
        found = list(session.scalars(statement))
        session.expunge_all()
        return found


def _cursor(connection: Connection) -> psycopg.Cursor[Any]:
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]  # it is psycopg's
    return driver.cursor()


def query(connection: Connection, statement: LiteralString, **values: object) -> list[Any]:
    """Run plain SQL and return its rows as tuples: the fast road for what a plan reads.

    Values stand in the statement as %(name)s.
    """
    with _cursor(connection) as plain:
        plain.execute(statement, values)
        return plain.fetchall()


def execute(connection: Connection, statement: LiteralString, **values: object) -> int:
    """Run plain SQL that returns no rows; return how many it touched."""
    with _cursor(connection) as plain:
        plain.execute(statement, values)
        return plain.rowcount


def copy_in(
    connection: Connection, table: LiteralString, columns: LiteralString, rows: Iterable[Sequence[object]]
) -> None:
    """Append rows to a table by COPY."""
    with _cursor(connection) as bulk, bulk.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def copy_lines(connection: Connection, table: LiteralString, columns: LiteralString, lines: Iterable[str]) -> None:
    r"""Append rows to a table by COPY that are written already: values between tabs, \N for NULL, nothing to escape."""
    with _cursor(connection) as bulk, bulk.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        remaining = iter(lines)
        while some := list(islice(remaining, 1_000)):
            copy.write("\n".join(some) + "\n")


def next_ids(connection: Connection, table: LiteralString, count: int) -> list[int]:
    """Reserve ascending ids of a table."""
    found = query(
        connection,
        "SELECT nextval(pg_get_serial_sequence(%(table)s, 'id')) FROM generate_series(1, %(count)s)",
        table=table,
        count=count,
    )
    return [number for (number,) in found]
