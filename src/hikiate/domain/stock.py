"""The stock of one item while a plan is being made: what is left, and what each lot is admitted to."""

from collections.abc import Iterable, Iterator
from datetime import date

from hikiate.domain.decimals import AVERAGE_PER_PRICE, divide_rounded
from hikiate.domain.demand import Line
from hikiate.domain.lots import Item, Lot
from hikiate.domain.methods import ShortageReason, SortKey, oldest_first


def blended(average: int | None, quantity: int, joining: int, joining_average: int) -> int | None:
    """Return the moving average after `joining` units at `joining_average` join `quantity` units at `average`.

    Averages are in 10⁻¹²: (average × Q + q × price) ÷ (Q + q). Units that are not there move nothing.
    """
    if joining <= 0:
        return average
    held = quantity if average is not None else 0
    return divide_rounded((average or 0) * held + joining_average * joining, held + joining)


class ItemStock:
    """One item's lots in the method's order, with what is still available of each.

    Every change can be taken back by its opposite, newest first, so that an order that must be complete can be tried.
    """

    __slots__ = (
        "allocated", "allowed_lots", "available", "average", "averaged", "base", "codes", "head", "item", "joined",
        "lots", "newly_averaged", "value",
    )  # fmt: skip

    def __init__(
        self, item: Item, lots: Iterable[Lot], sort_key: SortKey, allocation_date: date, *, include_inbound: bool
    ) -> None:
        self.item = item
        self.lots = sorted(lots, key=sort_key)
        self.available = [lot.available for lot in self.lots]
        self.allocated = [lot.allocated for lot in self.lots]
        self.averaged = [lot.averaged for lot in self.lots]
        self.codes = [_code(lot, allocation_date, include_inbound) for lot in self.lots]
        self.allowed_lots = [index for index, code in enumerate(self.codes) if code is None]
        self.head = 0
        self.base = sum([self.available[index] for index in self.allowed_lots])
        self.value = sum([self.available[index] * self.lots[index].unit_price for index in self.allowed_lots])
        self.average = item.average
        self.joined = sum([self.available[index] for index, joined in enumerate(self.averaged) if joined])
        self.newly_averaged: list[int] = []
        joining = [
            index
            for index, joined in enumerate(self.averaged)
            if not joined and self.lots[index].receipt_date <= allocation_date
        ]
        for index in sorted(joining, key=lambda index: oldest_first(self.lots[index])):
            self.join_average(index)

    @property
    def allowance(self) -> int:
        """What passes date, hold and expiry, less safety stock: the most a line may take, before its own limits."""
        return max(0, self.base - self.item.safety_stock)

    def take(self, index: int, quantity: int) -> None:
        """Move `quantity` of a lot from available to allocated; a negative quantity gives it back."""
        self.available[index] -= quantity
        self.allocated[index] += quantity
        self.base -= quantity
        self.value -= quantity * self.lots[index].unit_price
        if self.averaged[index]:
            self.joined -= quantity
        if quantity < 0:
            self.head = 0

    def join_average(self, index: int) -> None:
        """Let a lot join the moving average with what is available of it."""
        quantity = self.available[index]
        price = self.lots[index].unit_price * AVERAGE_PER_PRICE
        self.average = blended(self.average, self.joined, quantity, price)
        self.joined += quantity
        self.averaged[index] = True
        self.newly_averaged.append(index)

    def leave_average(self, index: int, average: int | None) -> None:
        """Take back the newest `join_average`, to the average before it."""
        self.average = average
        self.joined -= self.available[index]
        self.averaged[index] = False
        self.newly_averaged.pop()

    def admitted(self, line: Line, allocation_date: date, no_earlier_than: date | None) -> Iterator[int]:
        """Yield the lots that the line may take from and that have something available, in the method's order."""
        while self.head < len(self.allowed_lots) and not self.available[self.allowed_lots[self.head]]:
            self.head += 1
        limited = line.limited
        for place in range(self.head, len(self.allowed_lots)):
            index = self.allowed_lots[place]
            if self.available[index] and (
                not limited or self.refusal(index, line, allocation_date, no_earlier_than) is None
            ):
                yield index

    def matches(self, index: int, line: Line) -> bool:
        """Tell whether the lot is the one that the line names, or the line names none."""
        lot = self.lots[index]
        return (line.inventory_id is None or line.inventory_id == lot.id) and (
            line.lot_number is None or line.lot_number == lot.lot_number
        )

    def refusal(
        self, index: int, line: Line, allocation_date: date, no_earlier_than: date | None
    ) -> ShortageReason | None:
        """Return the first reason why the line may not take from a lot; None admits it.

        A lot other than the named one is refused as `LOT_EXHAUSTED`, which no shortage ever counts.
        """
        if not self.matches(index, line):
            return ShortageReason.LOT_EXHAUSTED
        code = self.codes[index]
        if code is not None:
            return code
        lot = self.lots[index]
        expiry = lot.expiration_date
        if expiry is not None:
            if (expiry - allocation_date).days < line.min_remaining_days:
                return ShortageReason.EXPIRES_TOO_SOON
            if no_earlier_than is not None and expiry < no_earlier_than:
                return ShortageReason.DATE_REVERSAL
        if line.location is not None and line.location != lot.location:
            return ShortageReason.WRONG_LOCATION
        return None


def _code(lot: Lot, allocation_date: date, include_inbound: bool) -> ShortageReason | None:
    if lot.held:
        return ShortageReason.HELD
    if lot.receipt_date > allocation_date and not include_inbound:
        return ShortageReason.NOT_YET_RECEIVED
    if lot.expiration_date is not None and lot.expiration_date < allocation_date:
        return ShortageReason.EXPIRES_TOO_SOON
    return None
