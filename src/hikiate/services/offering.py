"""Standing allocation: stock that becomes available is offered to waiting lines, if that is switched on."""

from collections.abc import Collection

from sqlalchemy import Connection

from hikiate.repository import offers
from hikiate.settings import Settings


def offer(connection: Connection, settings: Settings, item_codes: Collection[str], trigger: str) -> None:
    """Flag items of which stock has become available; the worker offers it within seconds."""
    if settings.standing_method is not None:
        offers.flag(connection, item_codes, trigger)
