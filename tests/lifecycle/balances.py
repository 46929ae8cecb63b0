"""A model of stock and promises, as simple as it can be: nothing is kept that can be counted from the records.

It knows the contract, not the code: what an order holds is the sum of its live rows, a moving average is a fold of what
joined, and a run is served line by line.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

CENT = Decimal("0.01")
TWELVE_PLACES = Decimal("1e-12")


class Refused(Exception):
    """What is asked can't be done; any of the codes says why."""

    def __init__(self, *codes: str) -> None:
        super().__init__(*codes)
        self.codes = set(codes)


@dataclass
class Lot:
    """One receipt and every change of it."""

    id: int
    item: str
    price: Decimal
    received: date
    expires: date | None
    changes: list[Decimal]
    held: bool = False
    averaged: bool = False

    @property
    def on_hand(self) -> Decimal:
        """What is there."""
        return sum(self.changes, Decimal())


@dataclass
class Line:
    """One item of an order."""

    item: str
    quantity: Decimal


@dataclass
class Order:
    """What a customer asked for."""

    id: int
    lines: list[Line]
    priority: int = 0
    complete: bool = False
    cancelled: bool = False


@dataclass
class Row:
    """So much of one lot for one line."""

    order: int
    line: int
    lot: int
    quantity: Decimal
    amount: Decimal
    average: Decimal | None
    timed: bool = False
    expired: bool = False
    status: str = "allocated"


@dataclass
class Run:
    """How to allocate."""

    method: str
    costing: str
    day: date
    timed: bool = False
    inbound: bool = False
    items: set[str] | None = None
    orders: set[int] | None = None


def rounded(value: Fraction, unit: Decimal) -> Decimal:
    """Round half up."""
    with localcontext(prec=80):
        return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(unit, ROUND_HALF_UP)


@dataclass
class Model:
    """All there is."""

    lots: dict[int, Lot] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    rows: dict[int, Row] = field(default_factory=dict)
    new_rows: list[Row] = field(default_factory=list)
    """Rows made by the last change, in their order; they have no ids yet."""
    averages: dict[str, Decimal] = field(default_factory=dict)
    safety: dict[str, Decimal] = field(default_factory=dict)

    def live(self, order: int | None = None, line: int | None = None, lot: int | None = None) -> list[Row]:
        """Return what is allocated, in the order allocated."""
        return [
            row
            for row in [*(self.rows[row_id] for row_id in sorted(self.rows)), *self.new_rows]
            if row.status == "allocated"
            and order in (None, row.order)
            and line in (None, row.line)
            and lot in (None, row.lot)
        ]

    def allocated(self, **of: int) -> Decimal:
        """Return how much is allocated."""
        return sum((row.quantity for row in self.live(**of)), Decimal())

    def shipped(self, order: int, line: int) -> Decimal:
        """Return how much has left for a line."""
        every = [*self.rows.values(), *self.new_rows]
        parts = (row.quantity for row in every if (row.order, row.line, row.status) == (order, line, "shipped"))
        return sum(parts, Decimal())

    def open(self, order: int, line: int) -> Decimal:
        """Return what a line still waits for."""
        found = self.orders[order]
        if found.cancelled:
            return Decimal()
        quantity = found.lines[line - 1].quantity
        return quantity - self.allocated(order=order, line=line) - self.shipped(order, line)

    def status(self, order: int) -> str:
        """Return an order's status, by the table of docs/states.md."""
        numbers = range(1, len(self.orders[order].lines) + 1)
        nothing_open = not any(self.open(order, line) for line in numbers)
        if self.orders[order].cancelled:
            return "cancelled"
        if nothing_open:
            return "allocated" if self.live(order) else "shipped"
        given = self.live(order) or any(self.shipped(order, line) for line in numbers)
        return "partially_allocated" if given else "open"

    def available(self, lot: Lot) -> Decimal:
        """Return what is not promised of a lot."""
        return lot.on_hand - self.allocated(lot=lot.id)

    def joins(self, item: str, quantity: Decimal, price: Decimal) -> None:
        """Let a quantity at a price join the item's moving average."""
        if quantity <= 0:
            return
        if item not in self.averages:
            self.averages[item] = price.quantize(TWELVE_PLACES)
            return
        joined = sum(
            (self.available(lot) for lot in self.lots.values() if lot.item == item and lot.averaged), Decimal()
        )
        value = Fraction(self.averages[item]) * Fraction(joined) + Fraction(quantity) * Fraction(price)
        self.averages[item] = rounded(value / Fraction(joined + quantity), TWELVE_PLACES)

    def join(self, lot: Lot) -> None:
        """Let a lot join the moving average, once."""
        self.joins(lot.item, self.available(lot), lot.price)
        lot.averaged = True

    def end(self, row: Row, quantity: Decimal, status: str) -> None:
        """Release or ship so much of a row; a part is split off with its share of the amount."""
        part = row
        if quantity < row.quantity:
            share = rounded(Fraction(row.amount) * Fraction(quantity) / Fraction(row.quantity), CENT)
            part = Row(row.order, row.line, row.lot, quantity, share, row.average, row.timed)
            self.new_rows.append(part)
            row.quantity -= quantity
            row.amount -= share
        lot = self.lots[row.lot]
        if status == "released" and row.average is not None:
            part.status = "allocated"
            self.joins(lot.item, quantity, row.average)
        if status == "shipped":
            lot.changes.append(-quantity)
        part.status = status

    def let_time_pass(self) -> None:
        """Release the holds that have ended, before anything else is done or seen."""
        for row in self.live():
            if row.expired:
                self.end(row, row.quantity, "released")

    def settle(self, order: int, wanted: dict[int, Decimal | None] | None, status: str, today: date) -> None:
        """Release or ship what an order holds, or so much of its lines in the order allocated."""
        parts: list[tuple[Row, Decimal]] = [(row, row.quantity) for row in self.live(order)]
        if wanted is None and not parts:
            raise Refused("not-allocated")
        if wanted is not None:
            parts = []
            for line, asked in wanted.items():
                held = self.allocated(order=order, line=line)
                rest = held if asked is None else asked
                if not held or rest > held:
                    raise Refused("validation")
                for row in self.live(order, line):
                    taken = min(rest, row.quantity)
                    rest -= taken
                    if taken:
                        parts.append((row, taken))
        self.settle_parts(parts, status, today)

    def settle_row(self, row_id: int, quantity: Decimal | None, status: str, today: date) -> None:
        """Release or ship a row, or so much of it."""
        row = self.rows[row_id]
        if row.status != "allocated":
            raise Refused("not-allocated")
        if quantity is not None and quantity > row.quantity:
            raise Refused("validation")
        self.settle_parts([(row, quantity or row.quantity)], status, today)

    def settle_parts(self, parts: list[tuple[Row, Decimal]], status: str, today: date) -> None:
        """Release or ship all the parts or none."""
        if status == "shipped":
            lots = [self.lots[row.lot] for row, _ in parts]
            codes = {"held" for lot in lots if lot.held} | {"not-yet-received" for lot in lots if lot.received > today}
            if codes:
                raise Refused(*codes)
        for row, quantity in parts:
            self.end(row, quantity, status)

    def cancel(self, order: int) -> None:
        """Give back what an order holds and end what is open."""
        if self.status(order) == "shipped":
            raise Refused("already-shipped")
        for row in self.live(order):
            self.end(row, row.quantity, "released")
        self.orders[order].cancelled = True

    def set_quantity(self, order: int, line: int, quantity: Decimal) -> None:
        """Let a line ask for another quantity."""
        if self.orders[order].cancelled:
            raise Refused("already-cancelled")
        if quantity < self.allocated(order=order, line=line) + self.shipped(order, line):
            raise Refused("validation")
        self.orders[order].lines[line - 1].quantity = quantity

    def adjust(self, lot: int, change: Decimal) -> None:
        """Count a lot anew."""
        if self.available(self.lots[lot]) + change < 0:
            raise Refused("below-allocated")
        self.lots[lot].changes.append(change)

    def copy(self) -> "Model":
        """Return a model to try something on."""
        return deepcopy(self)
