"""Why a line got less than it asked for."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from hikiate.domain.demand import Line
from hikiate.domain.methods import ShortageReason
from hikiate.domain.stock import ItemStock

# What a lot that is refused keeps back, in the order in which the reasons are asked.
_REFUSALS = (
    ShortageReason.HELD,
    ShortageReason.NOT_YET_RECEIVED,
    ShortageReason.EXPIRES_TOO_SOON,
    ShortageReason.DATE_REVERSAL,
    ShortageReason.WRONG_LOCATION,
)

Explained = tuple[tuple[ShortageReason, int], ...]


class Reached(NamedTuple):
    """What a line found when it was reached."""

    admissible: int
    """Available in the lots it admits."""
    allowance: int
    """What of the item might be taken at all: admissible to anybody, less safety stock."""
    no_earlier_than: date | None
    whole: bool
    """Whether one lot had to hold all of it."""


def explain(
    short: int,
    line: Line,
    stock: ItemStock,
    allocation_date: date,
    reached: Reached,
    not_others: Mapping[int, int],
    *,
    could_have_had: int = 0,
    kept_by_share: int = 0,
) -> Explained:
    """Attribute a line's shortage to what kept stock from it; the quantities sum to `short`.

    Each reason, in the contract's order (section 5), takes the smaller of what it kept back and what is not yet
    explained. `not_others` is what of a lot's allocated part, by the lot's index, was taken by this line itself or by
    the same order while it was tried.
    """
    refused = dict.fromkeys(_REFUSALS, 0)
    held_by_others = 0
    for index, lot in enumerate(stock.lots):
        refusal = stock.refusal(index, line, allocation_date, reached.no_earlier_than)
        if refusal is None:
            held_by_others += stock.allocated[index] - line.own.get(lot.id, 0) - not_others.get(index, 0)
        elif refusal in refused:
            refused[refusal] += stock.available[index]
    beyond_safety = min(reached.admissible, reached.allowance)

    def kept_back() -> Iterator[tuple[ShortageReason, int]]:
        yield ShortageReason.ORDER_MUST_BE_COMPLETE, could_have_had
        yield ShortageReason.FAIR_SHARE, kept_by_share
        yield ShortageReason.SAFETY_STOCK, reached.admissible - beyond_safety
        yield ShortageReason.NO_SINGLE_LOT, beyond_safety if reached.whole else 0
        yield from refused.items()
        if not line.named:
            yield ShortageReason.ALL_ALLOCATED, held_by_others

    return attributed(short, kept_back(), ShortageReason.LOT_EXHAUSTED if line.named else ShortageReason.NO_STOCK)


def attributed(short: int, kept_back: Iterable[tuple[ShortageReason, int]], rest: ShortageReason) -> Explained:
    """Attribute a shortage to what was kept back, each reason taking the smaller of that and what is unexplained."""
    reasons: list[tuple[ShortageReason, int]] = []
    unexplained = short
    for code, quantity in kept_back:
        part = min(quantity, unexplained)
        if part > 0:
            reasons.append((code, part))
            unexplained -= part
    if unexplained:
        reasons.append((rest, unexplained))
    return tuple(reasons)
