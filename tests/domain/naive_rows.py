"""What the naive model's takings cost, said as rows."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import floor
from typing import NamedTuple

from hikiate.domain.decimals import RoundingMode
from hikiate.domain.demand import Demand, Line
from hikiate.domain.lots import Lot
from hikiate.domain.methods import Method
from hikiate.domain.policy import Policy

ZERO = Fraction(0)
REASONS = {
    Method.LIFO: "newest-receipt",
    Method.FEFO: "earliest-expiry",
    Method.CHEAPEST: "lowest-price",
    Method.DEAREST: "highest-price",
    Method.LOCATION: "preferred-location",
    Method.FEWEST_LOTS: "fewest-lots",
}


class Taking(NamedTuple):
    """One taking of one lot; `price` is None where the lot's own price holds."""

    order: Demand
    line: Line
    lot: Lot
    quantity: Fraction
    price: Fraction | None
    average: Fraction | None


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


def units(millionths: Fraction | int) -> Fraction:
    return Fraction(millionths) / 10**6


def rounded(value: Fraction, places: int, mode: RoundingMode = RoundingMode.HALF_UP) -> Fraction:
    shifted = value * 10**places
    if mode is RoundingMode.HALF_EVEN:
        whole = round(shifted)  # Python rounds fractions half to even
    else:
        whole = floor(shifted + (Fraction(1, 2) if mode is RoundingMode.HALF_UP else 0))
    return Fraction(whole, 10**places)


def cost(prices: Iterable[Fraction | None], takings: Iterable[Taking]) -> Fraction:
    """What was taken costs so much, at a price each; None is the lot's own price."""
    pairs = zip(prices, takings, strict=True)
    return sum((t.quantity * (units(t.lot.unit_price) if price is None else price) for price, t in pairs), ZERO)


def priced(takings: Sequence[Taking], policy: Policy) -> list[Row]:
    """Say what one line took as rows, one a lot."""
    by_lot: dict[int, list[Taking]] = {}
    for taking in takings:
        by_lot.setdefault(taking.lot.id, []).append(taking)
    costs = [cost([taking.price for taking in group], group) for group in by_lot.values()]
    places, mode = policy.currency
    if all(taking.price is None for taking in takings):
        amounts = [rounded(exact, places, mode) for exact in costs]
    else:
        amounts = [rounded(exact, places, RoundingMode.DOWN) for exact in costs]
        residue = (rounded(sum(costs, ZERO), places, mode) - sum(amounts)) * 10**places
        for place in sorted(range(len(costs)), key=lambda place: amounts[place] - costs[place])[: int(residue)]:
            amounts[place] += Fraction(1, 10**places)
    return [row(group, *money, policy) for group, *money in zip(by_lot.values(), costs, amounts, strict=True)]


def row(takings: Sequence[Taking], exact: Fraction, amount: Fraction, policy: Policy) -> Row:
    """Say what one line took of one lot, maybe in two passes, as one row."""
    order, line, lot = takings[0][:3]
    quantity = sum((taking.quantity for taking in takings), ZERO)
    averages = [taking.average for taking in takings]
    average = None
    if any(before is not None for before in averages):
        average = rounded(cost(averages, takings) / quantity, 12)
    reason = REASONS.get(policy.method, "oldest-receipt")
    if line.named:
        reason = "named-lot"
    elif line.single_lot or policy.method is Method.SPECIFIC:
        reason = "single-lot"
    shown = rounded(exact / quantity, 6)
    return Row(order.order_id, line.line_no, lot.id, quantity, shown, amount, average, reason)
