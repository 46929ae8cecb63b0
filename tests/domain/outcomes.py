"""What plan() answers, said in the naive model's words."""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from naive import Outcome, Short
from naive_rows import Row, units

from hikiate.domain.demand import Demand
from hikiate.domain.lots import Item, Lot
from hikiate.domain.plan import Plan, plan
from hikiate.domain.policy import Policy


def planned(
    demand: Iterable[Demand],
    items: Iterable[Item],
    lots: Iterable[Lot],
    policy: Policy,
    floors: Mapping[tuple[str, str], date] | None = None,
) -> Outcome:
    return said(plan(demand, items, lots, policy, floors), policy)


def said(made: Plan, policy: Policy) -> Outcome:
    rows = [
        Row(
            pick.order_id,
            pick.line_no,
            pick.lot.id,
            units(pick.quantity),
            units(pick.lot.unit_price if pick.unit_price is None else pick.unit_price),
            Fraction(pick.amount, 10**policy.currency.places),
            None if pick.average is None else Fraction(pick.average, 10**12),
            str(pick.reason),
        )
        for pick in made.picks
    ]
    shortages = [
        Short(order_id, line_no, code, units(quantity), tuple((str(why), units(part)) for why, part in reasons))
        for order_id, line_no, code, quantity, reasons in made.shortages
    ]
    averaged = {
        code: (None if average is None else Fraction(average, 10**12), frozenset(ids))
        for code, (average, ids) in made.averaged.items()
    }
    return Outcome(rows, shortages, averaged)
