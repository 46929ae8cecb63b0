"""What a pick costs: exact fractions, rounded once, the residue given out by largest remainder."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from hikiate.domain.decimals import AVERAGE_PER_PRICE, COST_SCALE, Currency, divide_rounded
from hikiate.domain.lots import Lot
from hikiate.domain.methods import Costing
from hikiate.domain.stock import ItemStock


class UnitCost(NamedTuple):
    """A price per unit as an exact fraction of millionths."""

    numerator: int
    denominator: int = 1


def average_cost(costing: Costing, stock: ItemStock) -> UnitCost | None:
    """Return what a unit costs now under an averaging rule; None prices it at its own lot.

    AVERAGE is Σ(available × price) ÷ Σ available over the lots that pass date, hold and expiry (contract, section 4).
    """
    if costing is Costing.AVERAGE and stock.base:
        return UnitCost(stock.value, stock.base)
    if costing is Costing.TOTAL_AVERAGE and stock.item.month_average is not None:
        average = stock.item.month_average
        return UnitCost(average.numerator, average.denominator)
    if costing is Costing.MOVING_AVERAGE and stock.average is not None:
        return UnitCost(stock.average, AVERAGE_PER_PRICE)
    return None


def split_by_largest_remainder(costs: Sequence[Fraction], currency: Currency) -> list[int]:
    """Round the sum of the costs once and split it so that the parts sum to it; ties go in the order given.

    Costs are in 10⁻¹², parts in the currency's smallest unit.
    """
    per_unit = Fraction(COST_SCALE, 10**currency.places)
    exact = [cost / per_unit for cost in costs]
    parts = [amount.numerator // amount.denominator for amount in exact]
    whole = sum(costs, Fraction())
    residue = currency.round(whole.numerator, whole.denominator) - sum(parts)
    by_remainder = sorted(range(len(parts)), key=lambda place: parts[place] - exact[place])
    for place in by_remainder[:residue]:
        parts[place] += 1
    return parts


class Visit(NamedTuple):
    """One taking of one lot; `cost` is None where the lot's own price holds. `lot` is its index."""

    lot: int
    quantity: int
    cost: UnitCost | None
    average: int | None


class Row(NamedTuple):
    """What a line took of one lot, priced. `unit_price` is None where the lot's own price holds. `lot` is its index."""

    lot: int
    quantity: int
    unit_price: int | None
    amount: int
    average: int | None
    """The item's moving average when the lot was taken from."""


def priced(visits: Sequence[Visit], lots: Sequence[Lot], currency: Currency) -> list[Row]:
    """Price what a line took, one row a lot.

    Rows at their lot's price are rounded each; averaged ones together. `unit_price` of those is rounded half up.
    """
    if len(visits) == 1 and visits[0].cost is None:
        # Most lines take once, of one lot, at its price.
        [(index, quantity, _, average)] = visits
        return [Row(index, quantity, None, currency.round(quantity * lots[index].unit_price), average)]
    is_averaged = any(visit.cost is not None for visit in visits)
    quantities: dict[int, int] = {}
    at_average: dict[int, int] = {}
    with_average: set[int] = set()
    costs: dict[int, Fraction] = {}
    for index, quantity, cost, average in visits:
        quantities[index] = quantities.get(index, 0) + quantity
        # What is given back must take with it the value that left, so two visits store the mean of their averages.
        at_average[index] = at_average.get(index, 0) + quantity * (
            lots[index].unit_price * AVERAGE_PER_PRICE if average is None else average
        )
        if average is not None:
            with_average.add(index)
        if is_averaged:
            # A visit before there was any average is priced at its lot, among others that are not.
            numerator, denominator = cost or UnitCost(lots[index].unit_price)
            costs[index] = costs.get(index, Fraction()) + Fraction(quantity * numerator, denominator)
    averages = {
        index: divide_rounded(at_average[index], quantity) if index in with_average else None
        for index, quantity in quantities.items()
    }
    if not is_averaged:
        return [
            Row(index, quantity, None, currency.round(quantity * lots[index].unit_price), averages[index])
            for index, quantity in quantities.items()
        ]
    amounts = split_by_largest_remainder(list(costs.values()), currency)
    return [
        Row(
            index,
            quantity,
            divide_rounded(costs[index].numerator, costs[index].denominator * quantity),
            amount,
            averages[index],
        )
        for (index, quantity), amount in zip(quantities.items(), amounts, strict=True)
    ]


def share_of_amount(amount: int, quantity: int, of_quantity: int, currency: Currency) -> int:
    """Return the part of a row's amount that goes with `quantity` of its `of_quantity`, rounded as the currency is."""
    return divide_rounded(amount * quantity, of_quantity, currency.rounding)


class Month(NamedTuple):
    """What one month did to one item; quantities in millionths, value in 10⁻¹²."""

    received: int = 0
    value: int = 0
    adjusted: int = 0
    allocated: int = 0


def month_of(day: date) -> date:
    """Return the first day of the day's month."""
    return day.replace(day=1)


class MonthAverage(NamedTuple):
    """One month's opening quantity and periodic average."""

    opening: int
    average: Fraction | None


def total_averages(months: Mapping[date, Month], wanted: Iterable[date]) -> dict[date, MonthAverage]:
    """Compute the periodic weighted average of each wanted month (総平均法).

    (opening quantity × last month's average + value of the month's receipts) ÷ (opening + received), where the opening
    quantity is receipts ± adjustments − unreleased rows dated before the month. A month without receipts keeps last
    month's average; None when there was never a receipt. `months` is keyed by the first day of the month.
    """
    asked = set(wanted)
    answers: dict[date, MonthAverage] = {}
    opening = 0
    average: Fraction | None = None
    for first in sorted(asked | months.keys()):
        month = months.get(first, Month())
        before = opening
        quantity = opening + month.received
        if month.received:
            value = month.value + (opening * average if average is not None else 0)
            # Stock that was found before any was bought has no average yet, and inbound stock taken in an earlier
            # month can leave a negative opening that swallows the receipts; then only they say what a unit costs.
            if average is not None and quantity > 0 and value >= 0:
                average = Fraction(value) / quantity
            else:
                average = Fraction(month.value, month.received)
        opening += month.received + month.adjusted - month.allocated
        if first in asked:
            answers[first] = MonthAverage(before, average)
    return answers
