"""Runs that are planned together are planned as if each had come alone, after those before it."""

from collections import Counter
from datetime import date

from case_strategies import Case, cases
from hypothesis import given, settings
from hypothesis import strategies as st

from hikiate.domain.demand import Demand, in_demand_order
from hikiate.domain.lots import Item, Lot
from hikiate.domain.methods import Method, Scarcity
from hikiate.domain.plan import Plan, Turn, plan, plan_in_turn
from hikiate.domain.policy import Policy

alike = [Method.FIFO, Method.FIFO, Method.MOVING_AVERAGE, Method.LIFO]
any_case = st.tuples(st.sampled_from(Method), st.just(Scarcity.SEQUENCE)).flatmap(lambda both: cases(*both))


def one_after_another(turns: list[Turn], case: Case) -> list[Plan]:
    """Plan each turn by itself, on what the one before it left."""
    lots, items, floors = list(case.lots), {item.item_code: item for item in case.items}, dict(case.floors)
    plans = []
    for demand, policy in turns:
        made = plan(demand, items.values(), lots, policy, floors)
        plans.append(made)
        taken = Counter[int]()
        for pick in made.picks:
            taken[pick.lot.id] += pick.quantity
            raise_floor(floors, demand, pick.order_id, pick.lot)
        joined = {lot_id for averaged in made.averaged.values() for lot_id in averaged.lot_ids}
        lots = [
            lot._replace(allocated=lot.allocated + taken[lot.id], averaged=lot.averaged or lot.id in joined)
            for lot in lots
        ]
        for code, averaged in made.averaged.items():
            items[code] = items.get(code, Item(code))._replace(average=averaged.average)
    return plans


def raise_floor(floors: dict[tuple[str, str], date], demand: list[Demand], order_id: int, lot: Lot) -> None:
    """Note the latest expiry that the order's customer has been given."""
    customer = next(order.customer for order in demand if order.order_id == order_id)
    if customer is not None and lot.expiration_date is not None:
        before = floors.get((customer, lot.item_code), lot.expiration_date)
        floors[customer, lot.item_code] = max(lot.expiration_date, before)


def shown(made: Plan) -> tuple[list[tuple[int, ...]], list[tuple[object, ...]]]:
    """What came of a turn; a pick names its lot only, which is drawn as it was when the plan began."""
    picks = [(pick.order_id, pick.line_no, pick.lot.id, *pick[3:6], pick.average or 0) for pick in made.picks]
    return picks, [tuple(shortage) for shortage in made.shortages]  # type: ignore[return-value]  # NamedTuples of these


@settings(deadline=None, max_examples=400)
@given(any_case, st.data())
def test_planning_together_is_planning_one_after_another(case: Case, data: st.DataObject) -> None:
    orders = data.draw(st.permutations(in_demand_order(case.demand)))
    policies: list[Policy] = [
        case.policy._replace(method=method) for method in data.draw(st.lists(st.sampled_from(alike), max_size=2))
    ]
    turns = [Turn([order], data.draw(st.sampled_from([case.policy, case.policy, *policies]))) for order in orders]
    alone = one_after_another(turns, case)
    together = plan_in_turn(turns, case.items, case.lots, case.floors)
    assert [shown(made) for made in together] == [shown(made) for made in alone]
    assert joined(together) == joined(alone)


def joined(plans: list[Plan]) -> dict[str, tuple[int | None, frozenset[int]]]:
    """Return the last average of each item that lots have joined, and those lots."""
    last: dict[str, tuple[int | None, frozenset[int]]] = {}
    for made in plans:
        for code, (average, lot_ids) in made.averaged.items():
            last[code] = average, last.get(code, (None, frozenset()))[1] | frozenset(lot_ids)
    return last
