"""Draws calls of plan(): few lots and lines, small numbers, so that ties, exhaustion and reversals happen.

What belongs together is drawn at once, which is much faster than one draw a field.
"""

from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from hypothesis import strategies as st

from hikiate.domain.decimals import SCALE, Currency, RoundingMode
from hikiate.domain.demand import Demand, Line
from hikiate.domain.lots import Item, Lot
from hikiate.domain.methods import Costing, Method, Scarcity
from hikiate.domain.policy import Policy

TODAY = date(2024, 5, 10)
NEAR = [TODAY + timedelta(days) for days in range(-2, 4)]
# A grain is what quantities are multiples of: whole numbers mostly, else 1 to 6 decimal places.
GRAINS = [SCALE, SCALE, SCALE // 2, SCALE // 10, 250_000, 10_000, 3_000, 700, 10, 1]
PRICES = [SCALE, 2 * SCALE, 0, 3 * SCALE, 1_005_000, 333_333, 1]
STOCKS = [(on_hand, allocated) for on_hand in range(9) for allocated in (0, 0, 0, on_hand // 2, on_hand)]
OPTIONS = [
    *[{}] * 12,
    *({"location": "x"}, {"location": "y"}, {"location": "none such"}),
    *({"inventory_id": 1}, {"lot_number": "p"}, {"lot_number": "p"}, {"lot_number": "none such"}),
    *({"inventory_id": 1, "lot_number": "p"}, {"inventory_id": 2, "single_lot": True}),
    *({"min_remaining_days": 1}, {"min_remaining_days": 2, "location": "x"}),
    *({"single_lot": True}, {"single_lot": True}, {"single_lot": True, "location": "y"}),
    *(
        {"no_date_reversal": True},
        {"no_date_reversal": True},
        {"no_date_reversal": True},
        {"no_date_reversal": True, "lot_number": "p"},
    ),
    {"no_date_reversal": True, "single_lot": True, "min_remaining_days": 1},
]

goods = st.sampled_from([*product("AAAAB", STOCKS, PRICES)])
dates = st.sampled_from([*product([*NEAR[:3], *NEAR[:4]], [None, None, *NEAR[1:]])])
places = st.sampled_from(
    [*product([None, "p", "p"], [None, "x", "y", "x", "y", "z"], [False] * 8 + [True], [False, True])]
)
demands = st.sampled_from([*product("AAAAAABC", [1, 2, 3, 4, 5, 6, 8, 12], [False, False, False, True])])
options = st.sampled_from(OPTIONS)
heads = st.sampled_from([*product([0, 0, 1, -1], [None, *NEAR[2:4]], [None, "k", "k", "m"], [False, False, True])])
settings_of_items = st.sampled_from(
    [
        *product(
            [0, 0, 0, 1, 3, 9],
            [None, None, 1, 2, 3, SCALE],
            [None, 0, 25 * 10**11, 333_333_333_333],
            [None, Fraction(0), Fraction(22_500_000), Fraction(10**6, 7)],
        )
    ]
)
policies = st.sampled_from(
    [
        *product(
            [None, None, *Costing],
            [False, True],
            [("y",), ("z", "x"), ("none such", "y", "x", "y")],
            range(5),
            RoundingMode,
        )
    ]
)
floors = st.dictionaries(st.sampled_from([*product("kkm", "AAB")]), st.sampled_from(NEAR[3:]), max_size=3)


class Case(NamedTuple):
    """One call of plan()."""

    demand: list[Demand]
    items: list[Item]
    lots: list[Lot]
    policy: Policy
    floors: dict[tuple[str, str], date]


@st.composite
def cases(draw: st.DrawFn, method: Method, scarcity: Scarcity, *, plain: bool = False) -> Case:
    """Draw a case; a plain one is without options on lines and without complete orders."""
    grain = draw(st.sampled_from(GRAINS))
    odd = draw(st.sampled_from([grain, grain, *GRAINS]))
    lots = [
        draw(some_lot(number, draw(st.sampled_from([grain, grain, grain, odd]))))
        for number in range(1, draw(st.sampled_from([3, 4, 5, 6, 2, 5, 1, 0])) + 1)
    ]
    orders = [
        draw_order(draw, number, grain, odd, plain) for number in range(1, draw(st.sampled_from([2, 1, 3, 4, 2])) + 1)
    ]
    if draw(st.booleans()):
        orders = [with_own(order, lots) for order in orders]
    items = [draw_item(draw, code, grain) for code in draw(st.sampled_from(["A", "AB", ""]))]
    costing, include_inbound, locations, currency_places, rounding = draw(policies)
    currency = Currency(currency_places, rounding)
    policy = Policy(method, TODAY, costing, include_inbound, locations, scarcity, currency)
    return Case(orders, items, lots, policy, draw(floors))


@st.composite
def some_lot(draw: st.DrawFn, number: int, grain: int) -> Lot:
    code, (on_hand, allocated), price = draw(goods)
    return Lot(number, code, on_hand * grain, allocated * grain, price, *draw(dates), *draw(places))


any_case = st.tuples(st.sampled_from(Method), st.sampled_from(Scarcity)).flatmap(lambda both: cases(*both))


def draw_order(draw: st.DrawFn, order_id: int, grain: int, odd: int, plain: bool) -> Demand:
    lines: list[Line] = []
    for line_no in range(1, draw(st.sampled_from([1, 2, 3, 1])) + 1):
        code, count, strange = draw(demands)
        chosen = {} if plain else draw(options)
        lines.append(Line(line_no, code, count * (odd if strange else grain), **chosen))
    priority, requested_date, customer, complete = draw(heads)
    return Demand(order_id, tuple(lines), priority, requested_date, customer, complete and not plain)


def draw_item(draw: st.DrawFn, code: str, grain: int) -> Item:
    safety, step, average, month_average = draw(settings_of_items)
    return Item(code, safety * grain, step and min(step * grain, SCALE * 3), average, month_average)


def with_own(order: Demand, lots: list[Lot]) -> Demand:
    """Let the order's first line hold what is allocated of some lots, each of them held by one order at most."""
    line = order.lines[0]
    mine = [lot for lot in lots if lot.item_code == line.item_code and lot.id % 4 == order.order_id % 4]
    own = {lot.id: lot.allocated - lot.allocated // 3 for lot in mine if lot.allocated}
    return order._replace(lines=(line._replace(own=own), *order.lines[1:]))
