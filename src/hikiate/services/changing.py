"""Change stock for many callers at once: whoever ships, releases or cancels shares a commit with those who wait."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Generic, NamedTuple, TypeVar

import psycopg
import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from hikiate.database import Database
from hikiate.domain.errors import Busy, Locked
from hikiate.services.locking import lock_stock
from hikiate.settings import Settings

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

MOST_CHANGES = 32

Scope = Callable[[Connection], tuple[Collection[str], Collection[int]]]
"""Tells which items and orders a change will lock."""


class Change(NamedTuple, Generic[Answer]):
    """One caller's change, and what it will lock."""

    scope: Scope
    work: Callable[[Connection], Answer]


def change_together(
    database: Database, settings: Settings, changes: Sequence[Change[Answer]]
) -> list[Answer | Exception]:
    """Make changes in the order given, in one transaction, and answer each with what came of it.

    Each has a savepoint of its own: what it refuses undoes nothing of its neighbours'. If the database refuses
    something, or holds them all up, each is made alone.
    """
    if len(changes) > 1:
        try:
            return database.transact(partial(_change, settings=settings, changes=changes))
        except Locked:
            log.info("changes are made alone", changes=len(changes))
        except Busy as error:
            # It may have been done: nobody makes it again who was not asked to.
            return [error] * len(changes)
        except Exception:
            log.exception("changes failed together, they are made alone", changes=len(changes))
    return [_alone(partial(database.transact, change.work)) for change in changes]


def _alone(make: Callable[[], Answer]) -> Answer | Exception:
    try:
        return make()
    except Exception as error:
        return error


def _change(connection: Connection, settings: Settings, changes: Sequence[Change[Answer]]) -> list[Answer | Exception]:
    scopes = [_own(connection, change.scope) for change in changes]
    known = [scope for scope in scopes if not isinstance(scope, Exception)]
    # All locks first and in one order, so that two groups never wait for each other in a circle.
    codes = {code for codes, _ in known for code in codes}
    lock_stock(connection, settings, codes, {order_id for _, order_ids in known for order_id in order_ids})
    return [
        scope if isinstance(scope, Exception) else _own(connection, change.work)
        for scope, change in zip(scopes, changes, strict=True)
    ]


def _own(connection: Connection, work: Callable[[Connection], Answer]) -> Answer | Exception:
    """Do a caller's own part; what it raises is its own, but for what the database raises."""
    try:
        with connection.begin_nested():
            return work(connection)
    except (DBAPIError, psycopg.Error):
        raise
    except Exception as error:
        return error
