"""The allocation methods as data: an order of lots, a costing rule, and the reason a pick carries."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from hikiate.domain.lots import Lot

SortKey = Callable[[Lot], tuple[Any, ...]]


class Costing(StrEnum):
    """What one unit costs."""

    LOT = "LOT"
    AVERAGE = "AVERAGE"
    TOTAL_AVERAGE = "TOTAL_AVERAGE"
    MOVING_AVERAGE = "MOVING_AVERAGE"


class Method(StrEnum):
    """The names a request may give."""

    FIFO = "FIFO"
    LIFO = "LIFO"
    FEFO = "FEFO"
    CHEAPEST = "CHEAPEST"
    DEAREST = "DEAREST"
    LOCATION = "LOCATION"
    FEWEST_LOTS = "FEWEST_LOTS"
    SPECIFIC = "SPECIFIC"
    AVERAGE = "AVERAGE"
    TOTAL_AVERAGE = "TOTAL_AVERAGE"
    MOVING_AVERAGE = "MOVING_AVERAGE"


class Scarcity(StrEnum):
    """Who gets scarce stock: those first in line, or everybody a share."""

    SEQUENCE = "sequence"
    FAIR_SHARE = "fair_share"


class Reason(StrEnum):
    """Why a lot was picked."""

    NAMED_LOT = "named-lot"
    SINGLE_LOT = "single-lot"
    OLDEST_RECEIPT = "oldest-receipt"
    NEWEST_RECEIPT = "newest-receipt"
    EARLIEST_EXPIRY = "earliest-expiry"
    LOWEST_PRICE = "lowest-price"
    HIGHEST_PRICE = "highest-price"
    PREFERRED_LOCATION = "preferred-location"
    FEWEST_LOTS = "fewest-lots"


class ShortageReason(StrEnum):
    """What kept stock from a line; each is asked in this order."""

    ORDER_MUST_BE_COMPLETE = "order-must-be-complete"
    FAIR_SHARE = "fair-share"
    SAFETY_STOCK = "safety-stock"
    NO_SINGLE_LOT = "no-single-lot"
    HELD = "held"
    NOT_YET_RECEIVED = "not-yet-received"
    EXPIRES_TOO_SOON = "expires-too-soon"
    DATE_REVERSAL = "date-reversal"
    WRONG_LOCATION = "wrong-location"
    ALL_ALLOCATED = "all-allocated"
    NO_STOCK = "no-stock"
    LOT_EXHAUSTED = "lot-exhausted"


def oldest_first(lot: Lot) -> tuple[Any, ...]:
    """Order lots by receipt date, then id: FIFO, and the tie-break of every other order but LIFO."""
    return lot.receipt_date, lot.id


def _newest_first(lot: Lot) -> tuple[Any, ...]:
    return -lot.receipt_date.toordinal(), -lot.id


def _earliest_expiry_first(lot: Lot) -> tuple[Any, ...]:
    return lot.expiration_date or date.max, lot.expiration_date is None, *oldest_first(lot)


def _cheapest_first(lot: Lot) -> tuple[Any, ...]:
    return lot.unit_price, *oldest_first(lot)


def _dearest_first(lot: Lot) -> tuple[Any, ...]:
    return -lot.unit_price, *oldest_first(lot)


class AllocationMethod(NamedTuple):
    """One row of the table below."""

    name_en: str
    name_ja: str
    sort_key: SortKey
    costing: Costing
    reason: Reason


METHODS: dict[Method, AllocationMethod] = {
    Method.FIFO: AllocationMethod(
        "First in, first out", "先入先出法", oldest_first, Costing.LOT, Reason.OLDEST_RECEIPT
    ),
    Method.LIFO: AllocationMethod(
        "Last in, first out", "後入先出法", _newest_first, Costing.LOT, Reason.NEWEST_RECEIPT
    ),
    Method.FEFO: AllocationMethod(
        "First expired, first out", "先期限先出法", _earliest_expiry_first, Costing.LOT, Reason.EARLIEST_EXPIRY
    ),
    Method.CHEAPEST: AllocationMethod("Cheapest first", "単価安順", _cheapest_first, Costing.LOT, Reason.LOWEST_PRICE),
    Method.DEAREST: AllocationMethod("Dearest first", "単価高順", _dearest_first, Costing.LOT, Reason.HIGHEST_PRICE),
    Method.LOCATION: AllocationMethod(
        "Preferred location first", "ロケーション優先", oldest_first, Costing.LOT, Reason.PREFERRED_LOCATION
    ),
    Method.FEWEST_LOTS: AllocationMethod("Fewest lots", "ロット数最小", oldest_first, Costing.LOT, Reason.FEWEST_LOTS),
    Method.SPECIFIC: AllocationMethod(
        "Specific identification", "個別法", oldest_first, Costing.LOT, Reason.SINGLE_LOT
    ),
    Method.AVERAGE: AllocationMethod("Average", "平均法", oldest_first, Costing.AVERAGE, Reason.OLDEST_RECEIPT),
    Method.TOTAL_AVERAGE: AllocationMethod(
        "Total (periodic) average", "総平均法", oldest_first, Costing.TOTAL_AVERAGE, Reason.OLDEST_RECEIPT
    ),
    Method.MOVING_AVERAGE: AllocationMethod(
        "Moving average", "移動平均法", oldest_first, Costing.MOVING_AVERAGE, Reason.OLDEST_RECEIPT
    ),
}


def sort_key(method: Method, locations: tuple[str, ...]) -> SortKey:
    """Return the key that puts lots in the method's order; `locations` is read by LOCATION only."""
    if method is not Method.LOCATION:
        return METHODS[method].sort_key
    rank = {location: place for place, location in reversed(list(enumerate(locations)))}
    last = len(locations)
    return lambda lot: (rank.get(lot.location or "", last), *oldest_first(lot))
