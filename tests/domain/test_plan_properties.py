"""plan() against the naive model, and what must hold of any plan."""

from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import Outcome, Short, naive_plan
from naive_rows import Row, units

from hikiate.domain.decimals import SCALE, Currency, RoundingMode
from hikiate.domain.demand import Demand, Line
from hikiate.domain.lots import Item, Lot
from hikiate.domain.methods import Costing, Method, Scarcity
from hikiate.domain.plan import Plan, plan
from hikiate.domain.policy import Policy

TODAY = date(2024, 5, 10)
ITEMS = "AB"
CUSTOMERS = [None, "k", "m"]


class Case(NamedTuple):
    """One call of plan()."""

    demand: list[Demand]
    items: list[Item]
    lots: list[Lot]
    policy: Policy
    floors: dict[tuple[str, str], date]


def day(low: int, high: int) -> st.SearchStrategy[date]:
    return st.integers(low, high).map(lambda days: TODAY + timedelta(days=days))


def seldom(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | st.none() | strategy


# A grain is what quantities are multiples of: whole numbers mostly, sometimes with 1 to 6 decimal places.
grains = st.sampled_from([SCALE, SCALE, SCALE // 2, SCALE // 10, 250_000, 10_000, 3_000, 700, 10, 1])
prices = st.sampled_from([0, SCALE, SCALE, 2 * SCALE, 3 * SCALE, 1_005_000, 333_333, 1])
maybe = st.sampled_from([False, False, False, True])


@st.composite
def lots_of(draw: st.DrawFn, grain: int, most: int = 5) -> list[Lot]:
    lots = []
    for number in range(1, draw(st.integers(0, most)) + 1):
        quantity = draw(st.integers(0, 8)) * grain
        allocated = draw(st.sampled_from([0, 0, 0, quantity // grain // 2 * grain, quantity]))
        lots.append(
            Lot(
                id=number,
                item_code=draw(st.sampled_from("AAAB")),
                quantity=quantity,
                allocated=allocated,
                unit_price=draw(prices),
                receipt_date=draw(day(-2, 1)),
                expiration_date=draw(st.none() | day(-1, 3)),
                lot_number=draw(st.sampled_from([None, "p", "q"])),
                location=draw(st.sampled_from([None, "x", "y", "z"])),
                held=draw(st.sampled_from([False] * 5 + [True])),
                averaged=draw(st.booleans()),
            )
        )
    return lots


@st.composite
def lines_of(draw: st.DrawFn, line_no: int, grain: int, lots: list[Lot], plain: bool) -> Line:
    code = draw(st.sampled_from("AAABC"))
    open_quantity = draw(st.integers(1, 12)) * grain
    if plain:
        return Line(line_no, code, open_quantity)
    ids = [lot.id for lot in lots if lot.item_code == code]
    return Line(
        line_no,
        code,
        open_quantity,
        inventory_id=draw(seldom(st.sampled_from(ids))) if ids else None,
        lot_number=draw(seldom(st.sampled_from(["p", "q", "none such"]))),
        location=draw(seldom(st.sampled_from(["x", "y", "none such"]))),
        min_remaining_days=draw(st.sampled_from([0, 0, 0, 1, 2])),
        single_lot=draw(maybe),
        no_date_reversal=draw(maybe),
    )


@st.composite
def cases(draw: st.DrawFn, method: Method, scarcity: Scarcity, plain: bool = False) -> Case:
    """Draw a call of plan(); `plain` is without the lines' options and without complete orders."""
    grain = draw(grains)
    odd = grain if draw(st.integers(0, 3)) else draw(grains)
    lots = draw(lots_of(grain))
    demand = []
    for order_id in range(1, draw(st.integers(1, 4)) + 1):
        lines = [
            draw(lines_of(no, draw(st.sampled_from([grain, odd])), lots, plain))
            for no in range(1, draw(st.integers(1, 3)) + 1)
        ]
        demand.append(
            Demand(
                order_id,
                tuple(lines),
                priority=draw(st.sampled_from([0, 0, 1, -1])),
                requested_date=draw(st.none() | day(0, 1)),
                customer=draw(st.sampled_from(CUSTOMERS)),
                complete=not plain and draw(maybe),
            )
        )
    if draw(st.booleans()):
        demand = [give_own(draw, order, lots) for order in demand]
    items = [
        Item(
            code,
            safety_stock=draw(st.sampled_from([0, 0, 1, 3, 9])) * grain,
            quantity_step=draw(st.sampled_from([None, None, grain, 2 * grain, 3 * grain, SCALE])),
            average=draw(st.none() | st.integers(0, 3 * 10**12)),
            month_average=draw(st.none() | st.fractions(0, 3 * SCALE, max_denominator=60)),
        )
        for code in draw(st.sampled_from([ITEMS, ITEMS, "A", ""]))
    ]
    policy = Policy(
        method,
        TODAY,
        costing=draw(st.none() | st.sampled_from(Costing)),
        include_inbound=draw(st.booleans()),
        locations=draw(st.sampled_from([(), ("y",), ("z", "x"), ("none such", "y", "x", "y")])),
        scarcity=scarcity,
        currency=Currency(draw(st.integers(0, 4)), draw(st.sampled_from(RoundingMode))),
    )
    floors = draw(st.dictionaries(st.tuples(st.sampled_from("km"), st.sampled_from(ITEMS)), day(-1, 3), max_size=3))
    return Case(demand, items, lots, policy, floors)


def give_own(draw: st.DrawFn, order: Demand, lots: list[Lot]) -> Demand:
    """Let the order's first line hold a part of what is allocated, where no other order could hold it too."""
    line = order.lines[0]
    mine = [
        lot for lot in lots if lot.item_code == line.item_code and lot.id % 4 == order.order_id % 4 and lot.allocated
    ]
    own = {lot.id: draw(st.sampled_from([lot.allocated, max(1, lot.allocated // 2)])) for lot in mine}
    return order._replace(lines=(line._replace(own=own), *order.lines[1:]))


def seen(planned: Plan, policy: Policy) -> Outcome:
    """Say a plan in the naive model's words."""
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
        for pick in planned.picks
    ]
    shortages = [
        Short(order_id, line_no, code, units(quantity), tuple((str(why), units(part)) for why, part in reasons))
        for order_id, line_no, code, quantity, reasons in planned.shortages
    ]
    averaged = {
        code: (None if average is None else Fraction(average, 10**12), frozenset(ids))
        for code, (average, ids) in planned.averaged.items()
    }
    return Outcome(rows, shortages, averaged)


@pytest.mark.parametrize("scarcity", Scarcity)
@pytest.mark.parametrize("method", Method)
def test_the_plan_is_the_one_the_contract_describes(method: Method, scarcity: Scarcity) -> None:
    @settings(deadline=None, max_examples=300)
    @given(cases(method, scarcity))
    def check(case: Case) -> None:
        assert seen(plan(*case), case.policy) == naive_plan(*case)

    check()
