"""A slow and obvious reading of the contract's sections 3 to 5, for plan() to be held against.

Everything is a Fraction of whole units, and everything is counted anew at each line. Nothing is taken from the code
under test but the words that demand, lots and policies are said in.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import combinations
from math import floor
from typing import NamedTuple

from naive_rows import ZERO, Row, Taking, priced, rounded, units

from hikiate.domain.demand import Demand, Line
from hikiate.domain.lots import Item, Lot
from hikiate.domain.methods import Costing, Method, Scarcity
from hikiate.domain.policy import Policy

OWN_COSTING = {
    Method.AVERAGE: Costing.AVERAGE,
    Method.TOTAL_AVERAGE: Costing.TOTAL_AVERAGE,
    Method.MOVING_AVERAGE: Costing.MOVING_AVERAGE,
}
CODES = (
    *("order-must-be-complete", "fair-share", "safety-stock", "no-single-lot", "held", "not-yet-received"),
    *("expires-too-soon", "date-reversal", "wrong-location", "all-allocated"),
)


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


class Served(NamedTuple):
    """What a line got when it was reached, and what each code kept from it then."""

    got: Fraction
    kept: dict[str, Fraction]


Key = tuple[int, int]
"""An order's id and a line's number."""


def naive_plan(
    demand: Iterable[Demand],
    items: Iterable[Item],
    lots: Iterable[Lot],
    policy: Policy,
    floors: Mapping[tuple[str, str], date] | None = None,
) -> Outcome:
    run = Run(list(demand), {item.item_code: item for item in items}, list(lots), policy, floors or {})
    shortages = run.fair_share() if policy.scarcity is Scarcity.FAIR_SHARE else run.sequence()
    codes = {lot.item_code for lot in run.joined}
    joined = {code: frozenset(lot.id for lot in run.joined if lot.item_code == code) for code in codes}
    return Outcome(run.rows(), shortages, {code: (run.averages[code], joined[code]) for code in codes})


class Run:
    """One run: what was taken so far, which lots joined the averages, and the averages now."""

    def __init__(
        self,
        demand: list[Demand],
        items: Mapping[str, Item],
        lots: list[Lot],
        policy: Policy,
        floors: Mapping[tuple[str, str], date],
    ) -> None:
        self.orders = sorted(demand, key=lambda order: order.order_id)
        self.orders.sort(key=lambda order: (order.requested_date is None, order.requested_date or date.min))
        self.orders.sort(key=lambda order: order.priority, reverse=True)
        self.lines = [(order, line) for order in self.orders for line in order.lines]
        self.open: dict[Key, Fraction] = {key(order, line): units(line.open_quantity) for order, line in self.lines}
        self.items = {line.item_code: items.get(line.item_code, Item(line.item_code)) for _, line in self.lines}
        self.lots = sorted(lots, key=lambda lot: (lot.receipt_date, lot.id))
        self.policy, self.floors = policy, floors
        self.takings: list[Taking] = []
        self.joined: list[Lot] = []
        self.averages: dict[str, Fraction | None] = {
            code: None if item.average is None else Fraction(item.average, 10**12) for code, item in self.items.items()
        }
        for lot in self.lots:
            if lot.item_code in self.items and lot.receipt_date <= policy.allocation_date and not lot.averaged:
                self.join(lot)

    # Stock

    def available(self, lot: Lot) -> Fraction:
        taken = sum((taking.quantity for taking in self.takings if taking.lot.id == lot.id), ZERO)
        return units(lot.quantity - lot.allocated) - taken

    def total(self, lots: Iterable[Lot]) -> Fraction:
        return sum((self.available(lot) for lot in lots), ZERO)

    def of_item(self, code: str) -> list[Lot]:
        return [lot for lot in self.lots if lot.item_code == code]

    def barred(self, lot: Lot, days: int = 0) -> str | None:
        today = self.policy.allocation_date
        if lot.held:
            return "held"
        if lot.receipt_date > today and not self.policy.include_inbound:
            return "not-yet-received"
        if lot.expiration_date is not None and (lot.expiration_date - today).days < days:
            return "expires-too-soon"
        return None

    def before_limits(self, code: str) -> list[Lot]:
        """The item's lots that pass date, hold and expiry, before any line's own limits."""
        return [lot for lot in self.of_item(code) if self.barred(lot) is None]

    def may_take(self, code: str) -> Fraction:
        return max(ZERO, self.total(self.before_limits(code)) - units(self.items[code].safety_stock))

    def latest_expiry(self, customer: str, code: str) -> date:
        """The latest expiry that the customer has of the item."""
        taken = [taking.lot for taking in self.takings if taking.order.customer == customer]
        expiries = [lot.expiration_date for lot in taken if lot.item_code == code and lot.expiration_date is not None]
        return max([self.floors.get((customer, code), date.min), *expiries])

    def refused(self, order: Demand, line: Line, lot: Lot) -> str | None:
        """The first code that keeps the lot from the line."""
        code = self.barred(lot, line.min_remaining_days)
        if code is not None:
            return code
        follows = line.no_date_reversal and order.customer is not None and lot.expiration_date is not None
        if follows and lot.expiration_date < self.latest_expiry(order.customer, line.item_code):
            return "date-reversal"
        return "wrong-location" if line.location not in (None, lot.location) else None

    # Averages

    def has_joined(self, lot: Lot) -> bool:
        return lot.averaged or lot in self.joined

    def join(self, lot: Lot) -> None:
        quantity, price, average = self.available(lot), units(lot.unit_price), self.averages[lot.item_code]
        if quantity:
            before = self.total(other for other in self.of_item(lot.item_code) if self.has_joined(other))
            if average is not None:
                price = (average * before + quantity * price) / (before + quantity)
            self.averages[lot.item_code] = rounded(price, 12)
        self.joined.append(lot)

    def price(self, code: str) -> Fraction | None:
        """What a unit costs the line reached now; None is the lot's own price."""
        costing = self.policy.costing or OWN_COSTING.get(self.policy.method, Costing.LOT)
        month_average = self.items[code].month_average
        if costing is Costing.AVERAGE:
            lots = self.before_limits(code)
            value = sum((self.available(lot) * units(lot.unit_price) for lot in lots), ZERO)
            return value / self.total(lots) if value else ZERO
        if costing is Costing.TOTAL_AVERAGE and month_average is not None:
            return units(month_average)
        return self.averages[code] if costing is Costing.MOVING_AVERAGE else None

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

    def serve(self, order: Demand, line: Line, wanted: Fraction, step: Fraction | None = None) -> Served:
        kept: dict[str, Fraction] = defaultdict(Fraction)
        allowance = self.may_take(line.item_code)
        admitted: list[Lot] = []
        for lot in self.of_item(line.item_code):
            if line.inventory_id in (None, lot.id) and line.lot_number in (None, lot.lot_number):
                code = self.refused(order, line, lot)
                if code is None:
                    admitted.append(lot)
                else:
                    kept[code] += self.available(lot)
        offered = self.total(admitted)
        kept["safety-stock"] = max(ZERO, offered - allowance)
        wanted = min(wanted, allowance)
        if step is not None:
            wanted = in_steps(min(wanted, offered), step)
        lots: Sequence[Lot] = self.in_method_order([lot for lot in admitted if self.available(lot)])
        if line.single_lot or (self.policy.method is Method.SPECIFIC and not line.named):
            whole = units(line.open_quantity)
            lots = [lot for lot in lots if wanted == whole and self.available(lot) >= whole][:1]
            kept["no-single-lot"] = ZERO if lots else min(offered, allowance)
        else:
            lots = self.choose(lots, wanted)
        parts: dict[int, Fraction] = {}
        for lot in lots:
            parts[lot.id] = min(self.available(lot), wanted - sum(parts.values()))
        for lot in self.lots:
            if parts.get(lot.id) and not self.has_joined(lot):
                self.join(lot)
        price, average = self.price(line.item_code), self.averages[line.item_code]
        self.takings += [Taking(order, line, lot, parts[lot.id], price, average) for lot in lots if parts[lot.id]]
        kept["all-allocated"] = sum((units(lot.allocated - line.own.get(lot.id, 0)) for lot in admitted), ZERO)
        for taking in self.takings:
            same = taking.order is order and (order.complete or taking.line is line)
            if taking.lot in admitted and not same:
                kept["all-allocated"] += taking.quantity
        return Served(sum(parts.values(), ZERO), kept)

    def attempt(
        self, order: Demand, wanted: Mapping[Key, Fraction], steps: Mapping[str, Fraction | None] | None = None
    ) -> dict[Key, Served]:
        """Serve the lines wanted; an order that must be complete and is not takes nothing."""
        before = list(self.takings), list(self.joined), dict(self.averages)
        lines = {key(order, line): line for line in order.lines if key(order, line) in wanted}
        served = {
            place: self.serve(order, line, wanted[place], (steps or {}).get(line.item_code))
            for place, line in lines.items()
        }
        if order.complete and any(served[place].got < self.open[place] for place in served):
            self.takings, self.joined, self.averages = before
            for got, kept in served.values():
                kept["order-must-be-complete"] = got
            return {place: Served(ZERO, kept) for place, (_, kept) in served.items()}
        return served

    def sequence(self) -> list[Short]:
        shortages: list[Short] = []
        for order in self.orders:
            served = self.attempt(order, self.open)
            for line in order.lines:
                shortages += self.short(order, line, *served[key(order, line)])
        return shortages

    def fair_share(self) -> list[Short]:
        steps = {code: self.step(code) for code in self.items}
        shares: dict[Key, Fraction] = {}
        alone: dict[Key, Fraction] = {}
        for code in self.items:
            shares |= self.shares(code, steps[code])
        for order, line in self.lines:
            before = list(self.takings), list(self.joined), dict(self.averages)
            alone[key(order, line)] = self.serve(order, line, self.open[key(order, line)]).got
            self.takings, self.joined, self.averages = before
        first: dict[Key, Served] = {}
        for order in self.orders:
            first |= self.attempt(order, shares)
        shortages: list[Short] = []
        for order in self.orders:
            lines = {key(order, line): line for line in order.lines}
            still = {place: self.open[place] - first[place].got for place in lines}
            again = {place: rest for place, rest in still.items() if rest}
            for place, (now, kept) in self.attempt(order, again, steps).items():
                got = first[place].got + now
                if steps[lines[place].item_code] is not None:
                    kept["fair-share"] = max(ZERO, alone[place] - got - kept["order-must-be-complete"])
                shortages += self.short(order, lines[place], got, kept)
        return shortages

    def step(self, code: str) -> Fraction | None:
        """The step in which a scarce item is shared; None where there is enough of it."""
        asked = [self.open[key(order, line)] for order, line in self.lines if line.item_code == code]
        if sum(asked) <= self.may_take(code):
            return None
        step = units(self.items[code].quantity_step or 10**6)
        quantities = [*asked, *(self.available(lot) for lot in self.before_limits(code))]
        while self.items[code].quantity_step is None and any((part / step).denominator > 1 for part in quantities):
            step /= 10
        return step

    def shares(self, code: str, step: Fraction | None) -> dict[Key, Fraction]:
        asked = {key(order, line): self.open[key(order, line)] for order, line in self.lines if line.item_code == code}
        if step is None:
            return asked
        supply = self.may_take(code)
        exact = {place: quantity * supply / sum(asked.values()) / step for place, quantity in asked.items()}
        given = {place: floor(share) for place, share in exact.items()}
        left = floor(supply / step) - sum(given.values())
        for place in sorted(exact, key=lambda place: given[place] - exact[place])[:left]:
            given[place] += 1
        return {place: min(asked[place], count * step) for place, count in given.items()}

    # Answers

    def short(self, order: Demand, line: Line, got: Fraction, kept: Mapping[str, Fraction]) -> list[Short]:
        short = rest = self.open[key(order, line)] - got
        reasons: list[tuple[str, Fraction]] = []
        for code in CODES[:-1] if line.named else CODES:
            part = min(rest, kept.get(code, ZERO))
            reasons.append((code, part))
            rest -= part
        reasons.append(("lot-exhausted" if line.named else "no-stock", rest))
        said = tuple((code, part) for code, part in reasons if part)
        return [Short(order.order_id, line.line_no, line.item_code, short, said)] if short else []

    def rows(self) -> list[Row]:
        return [
            row
            for order, line in self.lines
            for row in priced([t for t in self.takings if t.order is order and t.line is line], self.policy)
        ]


def key(order: Demand, line: Line) -> Key:
    return order.order_id, line.line_no


def in_steps(quantity: Fraction, step: Fraction | None) -> Fraction:
    return quantity if step is None else floor(quantity / step) * step
