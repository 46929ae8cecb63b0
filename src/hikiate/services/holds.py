"""Timed holds end by themselves."""

from functools import partial

from sqlalchemy import Connection

from hikiate.database import Database
from hikiate.repository.live import read_expired
from hikiate.services.locking import lock_stock
from hikiate.settings import Settings


def release_expired(database: Database, settings: Settings) -> None:
    """Release every hold that has ended, before anything is read: nobody sees one as allocated.

    Costs one probe of a partial index when there is none.
    """
    while codes := database.read(_expired_items):
        database.transact(partial(lock_stock, settings=settings, item_codes=codes, order_ids=()))


def _expired_items(connection: Connection) -> list[str]:
    return sorted({row.item_code for row in read_expired(connection)})
