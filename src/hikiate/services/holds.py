"""Timed holds end by themselves."""

from functools import partial

from sqlalchemy import Connection

from hikiate.database import Database
from hikiate.repository.allocations import read_expired
from hikiate.services.locking import lock_stock


def release_expired(database: Database) -> None:
    """Release every hold that has ended, before anything is read: nobody sees one as allocated.

    Costs one probe of a partial index when there is none.
    """
    while codes := database.read(_expired_items):
        database.transact(partial(_release, item_codes=codes))


def _expired_items(connection: Connection) -> list[str]:
    return sorted({row.item_code for row in read_expired(connection)})


def _release(connection: Connection, item_codes: list[str]) -> None:
    lock_stock(connection, item_codes, ())
