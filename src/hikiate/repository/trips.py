"""Many statements, one round trip: what every order's allocation is made of.

Each statement is prepared when a connection first meets it and then costs the client some microseconds; a cursor's
own way costs five times as much. Statements keep their order, and each sees what those before it did.
"""

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any, LiteralString
from weakref import WeakKeyDictionary

import psycopg
from psycopg import generators
from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from sqlalchemy import Connection

from hikiate.domain.errors import Busy

Ask = tuple[LiteralString, Sequence[str | None]]
"""A statement with $1, $2, … and its values as PostgreSQL writes them."""

_BEGIN: Ask = ("BEGIN", ())
# A plan for whatever values come costs nothing to make, and what goes here is looked up by key.
_PLAN_ONCE: Ask = ("SET LOCAL plan_cache_mode = force_generic_plan", ())
_COMMIT: Ask = ("COMMIT", ())
_BINARY = Format.BINARY
_IDLE = TransactionStatus.IDLE
_names = count()
_prepared: WeakKeyDictionary[PGconn, dict[str, bytes]] = WeakKeyDictionary()


def numbers(values: Iterable[object]) -> str:
    """Write numbers, dates, flags or words without blanks as an array; None is NULL."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def texts(values: Iterable[str | None]) -> str:
    """Write texts as an array; None is NULL."""
    return "{" + ",".join(["NULL" if value is None else _quoted(value) for value in values]) + "}"


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def trip(connection: Connection, asks: Sequence[Ask], *, commit: bool = False) -> list[list[Any]]:
    """Send statements together and return the rows of each, in the transaction; with `commit`, end it too.

    Raises:
        psycopg.Error: one of them failed; those after it were not done.
        Busy: the connection broke while the commit was under way, so that nobody knows whether it was done.
    """
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]  # it is psycopg's
    first = [_BEGIN, _PLAN_ONCE] if driver.pgconn.transaction_status == _IDLE else []
    sent = [*first, *asks, *([_COMMIT] if commit else [])]
    try:
        results = _exchange(driver, sent, prepares=connection.get_execution_options()["prepares"])
    except psycopg.OperationalError as error:
        if commit and driver.closed:
            # What is broken can't be rolled back, and the try would hide why.
            connection.invalidate()
            raise Busy("The database does not answer.") from error
        raise
    except psycopg.Error:
        raise
    except BaseException:
        # Half an exchange leaves nothing that could be gone on with.
        connection.invalidate()
        raise
    transformer = Transformer(driver)
    rows: list[list[Any]] = []
    for result in results[len(first) : len(first) + len(asks)]:
        if found := result.ntuples:
            transformer.set_pgresult(result)
            rows.append(transformer.load_rows(0, found, tuple))
        else:
            rows.append([])
    return rows


def _exchange(driver: psycopg.Connection[Any], asks: Sequence[Ask], *, prepares: bool) -> list[PGresult]:
    pgconn = driver.pgconn
    known = _prepared.setdefault(pgconn, {})
    new: dict[str, bytes] = {}
    counted: list[bool] = []
    pgconn.enter_pipeline_mode()
    for statement, values in asks:
        parameters = [None if value is None else value.encode() for value in values]
        # A pooler between us and the database may give every transaction another connection.
        if not prepares:
            pgconn.send_query_params(statement.encode(), parameters, result_format=_BINARY)
        else:
            name = known.get(statement) or new.get(statement)
            if name is None:
                name = new[statement] = b"hikiate_%d" % next(_names)
                pgconn.send_prepare(name, statement.encode())
                counted.append(False)
            pgconn.send_query_prepared(name, parameters, result_format=_BINARY)
        counted.append(True)
    pgconn.pipeline_sync()
    results = driver.wait(_results(pgconn, len(counted)))
    pgconn.exit_pipeline_mode()
    for result in results:
        if result.status == ExecStatus.FATAL_ERROR:
            raise psycopg.errors.error_from_result(result)
    known.update(new)
    return [result for result, is_asked in zip(results, counted, strict=True) if is_asked]


def _results(pgconn: PGconn, wanted: int) -> PQGen[list[PGresult]]:
    # Of Python, since the driver's own parts alone would not notice an interrupt while they wait.
    yield from generators.send(pgconn)
    results: list[PGresult] = []
    for _ in range(wanted):
        results += yield from generators.fetch_many(pgconn)
    yield from generators.fetch_many(pgconn)
    return results
