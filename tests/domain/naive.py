"""A slow and obvious reading of the contract's sections 3 to 5, for plan() to be held against.

Everything is a Fraction of whole units, and everything is counted anew at each line. Nothing is taken from the code under
test but the words that demand, lots and policies are said in.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import combinations
from math import floor
from typing import NamedTuple

from hikiate.domain.decimals import RoundingMode
from hikiate.domain.demand import Demand, Line
from hikiate.domain.lots import Item, Lot
from hikiate.domain.methods import Costing, Method, Scarcity
from hikiate.domain.policy import Policy

NOTHING = Fraction(0)
OWN_COSTING = {
    Method.AVERAGE: Costing.AVERAGE,
    Method.TOTAL_AVERAGE: Costing.TOTAL_AVERAGE,
    Method.MOVING_AVERAGE: Costing.MOVING_AVERAGE,
}
REASONS = {
    Method.LIFO: "newest-receipt",
    Method.FEFO: "earliest-expiry",
    Method.CHEAPEST: "lowest-price",
    Method.DEAREST: "highest-price",
    Method.LOCATION: "preferred-location",
    Method.FEWEST_LOTS: "fewest-lots",
}
CODES = (
    "order-must-be-complete",
    "fair-share",
    "safety-stock",
    "no-single-lot",
    "held",
    "not-yet-received",
    "expires-too-soon",
    "date-reversal",
    "wrong-location",
    "all-allocated",
)


class Row(NamedTuple):
    """So much of one lot for one line."""

    order_id: int
    line_no: int
    lot_id: int
    quantity: Fraction
    unit_price: Fraction
    amount: Fraction
    average: Fraction | None
    reason: str


class Short(NamedTuple):
    """What a line did not get."""

    order_id: int
    line_no: int
    item_code: str
    quantity: Fraction
    reasons: tuple[tuple[str, Fraction], ...]


class Outcome(NamedTuple):
    """What a run does; `averaged` has the new average and the lots that joined it, by item."""

    rows: list[Row]
    shortages: list[Short]
    averaged: dict[str, tuple[Fraction | None, frozenset[int]]]


class Taking(NamedTuple):
    """One taking of one lot; `price` is None where the lot's own price holds."""

    order: Demand
    line: Line
    lot: Lot
    quantity: Fraction
    price: Fraction | None
    average: Fraction | None


class Served(NamedTuple):
    """What a line got when it was reached, and what each code kept from it then."""

    got: Fraction
    kept: dict[str, Fraction]


def units(millionths: Fraction | int) -> Fraction:
    return Fraction(millionths) / 10**6


def rounded(value: Fraction, places: int, mode: RoundingMode = RoundingMode.HALF_UP) -> Fraction:
    shifted = value * 10**places
    if mode is RoundingMode.HALF_EVEN:
        whole = round(shifted)  # Python rounds fractions half to even
    else:
        whole = floor(shifted + (Fraction(1, 2) if mode is RoundingMode.HALF_UP else 0))
    return Fraction(whole, 10**places)


def naive_plan(
    demand: Iterable[Demand],
    items: Iterable[Item],
    lots: Iterable[Lot],
    policy: Policy,
    floors: Mapping[tuple[str, str], date] | None = None,
) -> Outcome:
    return Run(list(demand), {item.item_code: item for item in items}, list(lots), policy, dict(floors or {})).outcome()


class Run:
    """One run: what was taken so far, and the averages so far."""

    def __init__(
        self,
        demand: list[Demand],
        items: dict[str, Item],
        lots: list[Lot],
        policy: Policy,
        floors: dict[tuple[str, str], date],
    ) -> None:
        self.orders = sorted(demand, key=lambda order: order.order_id)
        self.orders.sort(key=lambda order: (order.requested_date is None, order.requested_date or date.min))
        self.orders.sort(key=lambda order: order.priority, reverse=True)
        self.codes = sorted({line.item_code for order in demand for line in order.lines})
        self.items = {code: items.get(code, Item(code)) for code in self.codes}
        self.lots = sorted(lots, key=lambda lot: (lot.receipt_date, lot.id))
        self.policy, self.floors = policy, floors
        self.takings: list[Taking] = []
        self.joined: list[Lot] = []
        self.averages: dict[str, Fraction | None] = {
            code: None if item.average is None else Fraction(item.average, 10**12) for code, item in self.items.items()
        }

    def outcome(self) -> Outcome:
        for lot in self.lots:
            if lot.item_code in self.items and lot.receipt_date <= self.policy.allocation_date and not lot.averaged:
                self.join(lot)
        shortages = self.fair_share() if self.policy.scarcity is Scarcity.FAIR_SHARE else self.sequence()
        averaged = {
            code: (self.averages[code], frozenset(lot.id for lot in self.joined if lot.item_code == code))
            for code in {lot.item_code for lot in self.joined}
        }
        return Outcome(self.rows(), shortages, averaged)

    # Stock

    def available(self, lot: Lot) -> Fraction:
        taken = sum((taking.quantity for taking in self.takings if taking.lot.id == lot.id), NOTHING)
        return units(lot.quantity - lot.allocated) - taken

    def total(self, lots: Iterable[Lot]) -> Fraction:
        return sum((self.available(lot) for lot in lots), NOTHING)

    def of_item(self, code: str) -> list[Lot]:
        return [lot for lot in self.lots if lot.item_code == code]

    def before_limits(self, code: str) -> list[Lot]:
        """The item's lots that pass date, hold and expiry, before any line's own limits."""
        return [lot for lot in self.of_item(code) if self.barred(lot, 0) is None]

    def barred(self, lot: Lot, days: int) -> str | None:
        today = self.policy.allocation_date
        if lot.held:
            return "held"
        if lot.receipt_date > today and not self.policy.include_inbound:
            return "not-yet-received"
        if lot.expiration_date is not None and (lot.expiration_date - today).days < days:
            return "expires-too-soon"
        return None

    def may_take(self, code: str) -> Fraction:
        return max(NOTHING, self.total(self.before_limits(code)) - units(self.items[code].safety_stock))

    def latest_expiry(self, order: Demand, code: str) -> date:
        """The latest expiry the order's customer has of the item."""
        expiries = [self.floors.get((order.customer or "", code), date.min)]
        for taking in self.takings:
            if taking.order.customer == order.customer and taking.lot.item_code == code and taking.lot.expiration_date:
                expiries.append(taking.lot.expiration_date)
        return max(expiries)

    def refused(self, order: Demand, line: Line, lot: Lot) -> str | None:
        """The first code that keeps the lot from the line."""
        code = self.barred(lot, line.min_remaining_days)
        if code is not None:
            return code
        if line.no_date_reversal and order.customer is not None and lot.expiration_date is not None:
            if lot.expiration_date < self.latest_expiry(order, line.item_code):
                return "date-reversal"
        if line.location is not None and lot.location != line.location:
            return "wrong-location"
        return None

    # Averages

    def has_joined(self, lot: Lot) -> bool:
        return lot.averaged or lot in self.joined

    def join(self, lot: Lot) -> None:
        quantity, price = self.available(lot), units(lot.unit_price)
        average = self.averages[lot.item_code]
        if quantity:
            before = self.total(other for other in self.of_item(lot.item_code) if self.has_joined(other))
            if average is not None:
                price = (average * before + quantity * price) / (before + quantity)
            self.averages[lot.item_code] = rounded(price, 12)
        self.joined.append(lot)

    def price(self, code: str) -> Callable[[], Fraction | None]:
        """What a unit costs the line reached now; None is the lot's own price."""
        costing = self.policy.costing or OWN_COSTING.get(self.policy.method, Costing.LOT)
        if costing is Costing.MOVING_AVERAGE:
            return lambda: self.averages[code]
        fixed: Fraction | None = None
        if costing is Costing.TOTAL_AVERAGE and self.items[code].month_average is not None:
            fixed = units(self.items[code].month_average or 0)
        if costing is Costing.AVERAGE:
            lots = self.before_limits(code)
            value = sum((self.available(lot) * units(lot.unit_price) for lot in lots), NOTHING)
            fixed = value / self.total(lots) if self.total(lots) else None
        return lambda: fixed

    # Serving

    def in_method_order(self, fifo: list[Lot]) -> list[Lot]:
        places = self.policy.locations
        match self.policy.method:
            case Method.LIFO:
                return fifo[::-1]
            case Method.FEFO:
                return sorted(fifo, key=lambda lot: (lot.expiration_date is None, lot.expiration_date or date.max))
            case Method.CHEAPEST:
                return sorted(fifo, key=lambda lot: lot.unit_price)
            case Method.DEAREST:
                return sorted(fifo, key=lambda lot: -lot.unit_price)
            case Method.LOCATION:
                return sorted(fifo, key=lambda lot: [*places, lot.location].index(lot.location))
        return fifo

    def choose(self, lots: Sequence[Lot], quantity: Fraction) -> Sequence[Lot]:
        """All the lots in order; for FEWEST_LOTS the first of the smallest sets that cover the quantity."""
        if self.policy.method is Method.FEWEST_LOTS:
            for count in range(len(lots) + 1):
                for some in combinations(lots, count):
                    if self.total(some) >= quantity:
                        return some
        return lots

    def serve(self, order: Demand, line: Line, wanted: Fraction) -> Served:
        kept: dict[str, Fraction] = defaultdict(Fraction)
        allowance = self.may_take(line.item_code)
        admitted: list[Lot] = []
        for lot in self.of_item(line.item_code):
            if line.inventory_id not in (None, lot.id) or line.lot_number not in (None, lot.lot_number):
                continue
            code = self.refused(order, line, lot)
            if code is None:
                admitted.append(lot)
            else:
                kept[code] += self.available(lot)
        offered = self.total(admitted)
        kept["safety-stock"] = max(NOTHING, offered - allowance)
        wanted = min(wanted, allowance)
        lots: Sequence[Lot] = self.in_method_order([lot for lot in admitted if self.available(lot)])
        if line.single_lot or (self.policy.method is Method.SPECIFIC and not line.named):
            whole = units(line.open_quantity)
            lots = [lot for lot in lots if wanted == whole and self.available(lot) >= whole][:1]
            kept["no-single-lot"] = NOTHING if lots else min(offered, allowance)
        else:
            lots = self.choose(lots, wanted)
        price = self.price(line.item_code)
        got = NOTHING
        for lot in lots:
            quantity = min(self.available(lot), wanted - got)
            if quantity:
                if not self.has_joined(lot):
                    self.join(lot)
                self.takings.append(Taking(order, line, lot, quantity, price(), self.averages[line.item_code]))
                got += quantity
        for lot in admitted:
            kept["all-allocated"] += units(lot.allocated - line.own.get(lot.id, 0))
        for taking in self.takings:
            same = taking.order is order and (order.complete or taking.line is line)
            if taking.lot in admitted and not same:
                kept["all-allocated"] += taking.quantity
        return Served(got, kept)

    def attempt(self, order: Demand, wanted: Mapping[int, Fraction]) -> dict[int, Served]:
        """Serve an order's lines; one that must be complete and is not takes nothing."""
        before = list(self.takings), list(self.joined), dict(self.averages)
        served = {
            line.line_no: self.serve(order, line, wanted[line.line_no])
            for line in order.lines
            if wanted[line.line_no] >= 0
        }
        if order.complete and any(served[line.line_no].got < units(line.open_quantity) for line in order.lines):
            self.takings, self.joined, self.averages = before
            for got, kept in served.values():
                kept["order-must-be-complete"] = got
            served = {line_no: Served(NOTHING, kept) for line_no, (_, kept) in served.items()}
        return served

    def sequence(self) -> list[Short]:
        shortages: list[Short] = []
        for order in self.orders:
            served = self.attempt(order, {line.line_no: units(line.open_quantity) for line in order.lines})
            for line in order.lines:
                shortages += self.short(order, line, *served[line.line_no])
        return shortages

    def fair_share(self) -> list[Short]:
        alone: dict[tuple[int, int], Fraction] = {}
        for order in self.orders:
            for line in order.lines:
                before = list(self.takings), list(self.joined), dict(self.averages)
                alone[order.order_id, line.line_no] = self.serve(order, line, units(line.open_quantity)).got
                self.takings, self.joined, self.averages = before
        shares: dict[tuple[int, int], Fraction] = {}
        steps: dict[str, Fraction | None] = {}
        for code in self.codes:
            steps[code] = self.share_out(code, shares)
        got: dict[tuple[int, int], Fraction] = {}
        for order in self.orders:
            served = self.attempt(order, {line.line_no: shares[order.order_id, line.line_no] for line in order.lines})
            for line in order.lines:
                got[order.order_id, line.line_no] = served[line.line_no].got
        shortages: list[Short] = []
        for order in self.orders:
            still = {
                line.line_no: units(line.open_quantity) - got[order.order_id, line.line_no] for line in order.lines
            }
            if not any(still.values()):
                continue
            wanted: dict[int, Fraction] = {}
            for line in order.lines:
                step = steps[line.item_code]
                rest = still[line.line_no]
                wanted[line.line_no] = rest if step is None else floor(rest / step) * step
            # A line that has all is not reached again.
            served = self.attempt(
                order, {no: quantity if still[no] else Fraction(-1) for no, quantity in wanted.items()}
            )
            for line in order.lines:
                if still[line.line_no]:
                    now, kept = served[line.line_no]
                    had = got[order.order_id, line.line_no] + now
                    tried = had + kept["order-must-be-complete"]
                    kept["fair-share"] = max(NOTHING, alone[order.order_id, line.line_no] - tried)
                    shortages += self.short(order, line, had, kept)
        return shortages

    def share_out(self, code: str, shares: dict[tuple[int, int], Fraction]) -> Fraction | None:
        """Put each line's share of the item into `shares`; the answer is the step, None where there is enough."""
        lines = [(order, line) for order in self.orders for line in order.lines if line.item_code == code]
        opens = {(order.order_id, line.line_no): units(line.open_quantity) for order, line in lines}
        supply, asked = self.may_take(code), sum(opens.values())
        if asked <= supply:
            shares.update(opens)
            return None
        step = units(self.items[code].quantity_step or 0)
        if not step:
            step = Fraction(1)
            quantities = [*opens.values(), *(self.available(lot) for lot in self.before_limits(code))]
            while any((quantity / step).denominator > 1 for quantity in quantities):
                step /= 10
        exact = {key: quantity * supply / asked / step for key, quantity in opens.items()}
        given = {key: floor(share) for key, share in exact.items()}
        left = floor(supply / step) - sum(given.values())
        for key in sorted(exact, key=lambda key: given[key] - exact[key])[:left]:
            given[key] += 1
        shares.update({key: min(opens[key], count * step) for key, count in given.items()})
        return step

    # Answers

    def short(self, order: Demand, line: Line, got: Fraction, kept: Mapping[str, Fraction]) -> list[Short]:
        short = rest = units(line.open_quantity) - got
        reasons: list[tuple[str, Fraction]] = []
        for code in CODES[:-1] if line.named else CODES:
            part = min(rest, kept.get(code, NOTHING))
            if part:
                reasons.append((code, part))
                rest -= part
        if rest:
            reasons.append(("lot-exhausted" if line.named else "no-stock", rest))
        return [Short(order.order_id, line.line_no, line.item_code, short, tuple(reasons))] if short else []

    def rows(self) -> list[Row]:
        rows: list[Row] = []
        for order in self.orders:
            for line in order.lines:
                rows += self.rows_of(order, line, [t for t in self.takings if t.order is order and t.line is line])
        return rows

    def rows_of(self, order: Demand, line: Line, takings: list[Taking]) -> Iterable[Row]:
        by_lot: dict[int, list[Taking]] = {}
        for taking in takings:
            by_lot.setdefault(taking.lot.id, []).append(taking)
        exact = [
            sum((t.quantity * (units(t.lot.unit_price) if t.price is None else t.price) for t in group), NOTHING)
            for group in by_lot.values()
        ]
        places, mode = self.policy.currency
        if all(taking.price is None for taking in takings):
            amounts = [rounded(cost, places, mode) for cost in exact]
        else:
            smallest = Fraction(1, 10**places)
            amounts = [floor(cost / smallest) * smallest for cost in exact]
            residue = int((rounded(sum(exact, NOTHING), places, mode) - sum(amounts)) / smallest)
            for place in sorted(range(len(exact)), key=lambda place: amounts[place] - exact[place])[:residue]:
                amounts[place] += smallest
        if line.named:
            reason = "named-lot"
        elif line.single_lot or self.policy.method is Method.SPECIFIC:
            reason = "single-lot"
        else:
            reason = REASONS.get(self.policy.method, "oldest-receipt")
        for (lot_id, group), cost, amount in zip(by_lot.items(), exact, amounts, strict=True):
            quantity = sum((taking.quantity for taking in group), NOTHING)
            shown = rounded(cost / quantity, 6)
            yield Row(order.order_id, line.line_no, lot_id, quantity, shown, amount, group[-1].average, reason)
