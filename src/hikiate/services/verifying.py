"""Verify every balance against the records, and repair those that are derived."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection

from hikiate.database import Database
from hikiate.domain.decimals import to_decimal
from hikiate.repository import verification
from hikiate.repository.allocations import refreshing_status
from hikiate.repository.trips import trip
from hikiate.repository.verification import Difference
from hikiate.schemas.responses import DifferenceResponse, VerificationResponse
from hikiate.services.auditing import Actor
from hikiate.services.locking import lock_stock
from hikiate.settings import Settings

_WORDS = ("status", "available", "results")


class _Work(NamedTuple):
    item_code: str | None
    order_ids: list[int]
    differences: list[Difference]


def verify(database: Database) -> VerificationResponse:
    """Recompute every balance on one snapshot and name each difference."""
    return _shown(*database.read(_read))


def repair(
    database: Database, settings: Settings, actor: str, progress: Callable[[int, int], None] = lambda done, total: None
) -> VerificationResponse:
    """Set derived balances right, item by item under its lock, record it, and return what was found before.

    An oversold lot is reported, never hidden.
    """
    oversold, differences = database.read(_read)
    works = _works(differences)
    for done, work in enumerate(works, start=1):
        database.transact(partial(_repair, settings=settings, work=work, actor=actor))
        progress(done, len(works))
    return _shown(oversold, differences)


def _read(connection: Connection) -> tuple[list[Difference], list[Difference]]:
    return verification.oversold(connection), verification.differences(connection)


def _works(differences: list[Difference]) -> list[_Work]:
    by_item: dict[str | None, list[Difference]] = {}
    for difference in differences:
        if difference.what != "run":
            by_item.setdefault(difference.item_code, []).append(difference)
    return [
        _Work(code, sorted({found.id for found in differences if found.what.startswith("order")}), differences)
        # Orders have no item of their own; they come last, when their lines are right.
        for code, differences in sorted(by_item.items(), key=lambda entry: (entry[0] is None, entry[0] or ""))
    ]


def _repair(connection: Connection, settings: Settings, work: _Work, actor: str) -> None:
    codes = [work.item_code] if work.item_code else verification.items_of_orders(connection, work.order_ids)
    lock_stock(connection, settings, codes, work.order_ids)
    if work.item_code:
        verification.repair_lots(connection, work.item_code)
    trip(connection, [refreshing_status(work.order_ids)])
    for found in work.differences:
        subject = f"{found.what}/{found.id}" + (f"/{found.line_no}" if found.line_no else "")
        Actor(actor).record(
            connection, "repair", subject, column=found.column, stored=found.stored, recorded=found.recorded
        )


def _shown(oversold: list[Difference], differences: list[Difference]) -> VerificationResponse:
    return VerificationResponse(
        oversold=[_difference(found) for found in oversold],
        differences=[_difference(found) for found in differences],
    )


def _difference(found: Difference) -> DifferenceResponse:
    def value(text: str) -> str:
        return text if found.column in _WORDS else str(to_decimal(int(text)))

    return DifferenceResponse(
        what=found.what,
        id=found.id,
        line_no=found.line_no,
        item_code=found.item_code,
        column=found.column,
        stored=value(found.stored),
        recorded=value(found.recorded),
    )
