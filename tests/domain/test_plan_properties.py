"""plan() against the naive model, and what must hold of any plan."""

from collections import Counter
from datetime import timedelta
from fractions import Fraction

import pytest
from case_strategies import GRAINS, TODAY, Case, any_case, cases, some_lot
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import CODES, naive_plan
from naive_rows import rounded, units
from outcomes import said

from hikiate.domain.demand import Demand, Line
from hikiate.domain.lots import Item, Lot
from hikiate.domain.methods import Costing, Method, Scarcity
from hikiate.domain.plan import Plan, may_run_short, plan
from hikiate.domain.policy import Policy

TAKE_IN_ORDER = [method for method in Method if method not in (Method.SPECIFIC, Method.FEWEST_LOTS)]
several = settings(deadline=None, max_examples=200)


def left(case: Case, made: Plan) -> list[Lot]:
    """The lots as the plan leaves them."""
    taken = Counter[int]()
    for pick in made.picks:
        taken[pick.lot.id] += pick.quantity
    joined = {lot_id for averaged in made.averaged.values() for lot_id in averaged.lot_ids}
    return [
        lot._replace(allocated=lot.allocated + taken[lot.id], averaged=lot.averaged or lot.id in joined)
        for lot in case.lots
    ]


@pytest.mark.parametrize("scarcity", Scarcity)
@pytest.mark.parametrize("method", Method)
@settings(deadline=None, max_examples=200)
@given(st.data())
def test_the_plan_is_the_one_the_contract_describes(method: Method, scarcity: Scarcity, data: st.DataObject) -> None:
    case = data.draw(cases(method, scarcity))
    assert said(plan(*case), case.policy) == naive_plan(*case)


@several
@given(any_case)
def test_no_lot_is_oversold_and_every_unit_asked_for_is_either_given_or_short(case: Case) -> None:
    made = plan(*case)
    assert all(lot.allocated <= lot.quantity for lot in left(case, made))
    assert all(pick.quantity > 0 for pick in made.picks)
    assert all(shortage.quantity > 0 for shortage in made.shortages)
    answered = Counter[tuple[int, int]]()
    for order_id, line_no, quantity in [
        *((pick.order_id, pick.line_no, pick.quantity) for pick in made.picks),
        *((shortage.order_id, shortage.line_no, shortage.quantity) for shortage in made.shortages),
    ]:
        answered[order_id, line_no] += quantity
    asked = {(order.order_id, line.line_no): line.open_quantity for order in case.demand for line in order.lines}
    assert answered == asked


@several
@given(any_case)
def test_an_order_or_line_that_wants_all_or_nothing_gets_it_so(case: Case) -> None:
    made = plan(*case)
    short = {(shortage.order_id, shortage.line_no) for shortage in made.shortages}
    for order in case.demand:
        picks = [pick for pick in made.picks if pick.order_id == order.order_id]
        assert not (order.complete and picks and any(order_id == order.order_id for order_id, _ in short))
        for line in order.lines:
            if line.single_lot:
                rows = [pick for pick in picks if pick.line_no == line.line_no]
                assert len(rows) == (0 if (order.order_id, line.line_no) in short else 1)


@several
@given(any_case)
def test_safety_stock_stays(case: Case) -> None:
    made = plan(*case)
    today = case.policy.allocation_date
    for item in case.items:
        usable = [
            lot
            for lot in left(case, made)
            if lot.item_code == item.item_code
            and not lot.held
            and (case.policy.include_inbound or lot.receipt_date <= today)
            and (lot.expiration_date is None or lot.expiration_date >= today)
        ]
        if any(pick.lot.item_code == item.item_code for pick in made.picks):
            assert sum(lot.available for lot in usable) >= item.safety_stock


@several
@given(any_case)
def test_the_reasons_of_a_shortage_come_in_their_order_and_sum_to_it(case: Case) -> None:
    order_of_codes = [*CODES, "no-stock", "lot-exhausted"]
    for shortage in plan(*case).shortages:
        assert sum(quantity for _, quantity in shortage.reasons) == shortage.quantity
        assert all(quantity > 0 for _, quantity in shortage.reasons)
        positions = [order_of_codes.index(code) for code, _ in shortage.reasons]
        assert positions == sorted(set(positions))


@several
@given(any_case, st.permutations(range(5)))
def test_the_order_in_which_facts_are_read_changes_nothing(case: Case, ranks: list[int]) -> None:
    demand = sorted(case.demand, key=lambda order: ranks[order.order_id % 5])
    lots = sorted(case.lots, key=lambda lot: ranks[lot.id % 5])
    assert plan(demand, case.items[::-1], lots, case.policy, case.floors) == plan(*case)


@several
@given(st.data(), st.sampled_from(TAKE_IN_ORDER), st.sampled_from(GRAINS))
def test_more_stock_never_allocates_less(data: st.DataObject, method: Method, grain: int) -> None:
    case = data.draw(cases(method, Scarcity.SEQUENCE))
    demand = [
        order._replace(
            complete=False,
            lines=tuple(line._replace(single_lot=False, no_date_reversal=False) for line in order.lines),
        )
        for order in case.demand
    ]
    lots = [*case.lots, data.draw(some_lot(len(case.lots) + 1, grain))]
    before, after = Counter[str](), Counter[str]()
    for pick in plan(demand, case.items, case.lots, case.policy).picks:
        before[pick.lot.item_code] += pick.quantity
    for pick in plan(demand, case.items, lots, case.policy).picks:
        after[pick.lot.item_code] += pick.quantity
    assert before <= after


@several
@given(st.data(), st.sampled_from(Method), st.sampled_from([Costing.TOTAL_AVERAGE, Costing.MOVING_AVERAGE]))
def test_the_rows_of_an_averaged_line_sum_to_the_line_rounded_once(
    data: st.DataObject, method: Method, costing: Costing
) -> None:
    case = data.draw(cases(method, Scarcity.SEQUENCE))
    policy = case.policy._replace(costing=costing)
    places, mode = policy.currency
    smallest = Fraction(1, 10**places)
    month_averages = {item.item_code: item.month_average for item in case.items}
    lines: dict[tuple[int, int], list[tuple[Fraction, Fraction]]] = {}
    for pick in plan(case.demand, case.items, case.lots, policy, case.floors).picks:
        average = None if pick.average is None else Fraction(pick.average, 10**12)
        if costing is Costing.TOTAL_AVERAGE:
            month_average = month_averages.get(pick.lot.item_code)
            average = None if month_average is None else units(month_average)
        if average is None:
            assert pick.unit_price is None
        else:
            exact, amount = units(pick.quantity) * average, pick.amount * smallest
            assert abs(exact - amount) < smallest
            lines.setdefault((pick.order_id, pick.line_no), []).append((exact, amount))
    for rows in lines.values():
        assert sum(amount for _, amount in rows) == rounded(sum(exact for exact, _ in rows), places, mode)


@several
@given(cases(Method.FIFO, Scarcity.SEQUENCE, plain=True))
def test_running_again_on_what_is_left_gives_nothing_more(case: Case) -> None:
    first = plan(*case)
    short = {(shortage.order_id, shortage.line_no): shortage.quantity for shortage in first.shortages}
    demand = []
    for order in case.demand:
        lines: list[Line] = []
        for line in order.lines:
            rows = [pick for pick in first.picks if (pick.order_id, pick.line_no) == (order.order_id, line.line_no)]
            own = Counter(line.own) + Counter({pick.lot.id: pick.quantity for pick in rows})
            if (order.order_id, line.line_no) in short:
                lines.append(line._replace(open_quantity=short[order.order_id, line.line_no], own=own))
        demand.append(order._replace(lines=tuple(lines)))
    known = {item.item_code: item for item in case.items}
    items = [
        known.get(code, Item(code))._replace(average=averaged.average) for code, averaged in first.averaged.items()
    ]
    items += [item for item in case.items if item.item_code not in first.averaged]
    second = plan(demand, items, left(case, first), case.policy, case.floors)
    assert second.picks == []
    assert second.averaged == {}
    assert {(shortage.order_id, shortage.line_no): shortage.quantity for shortage in second.shortages} == short


@several
@given(any_case)
def test_an_item_that_runs_short_was_in_doubt_before(case: Case) -> None:
    items = {item.item_code: item for item in case.items}
    doubtful = may_run_short(case.demand, items, case.lots, case.policy)
    assert {shortage.item_code for shortage in plan(*case).shortages} <= doubtful


@pytest.mark.parametrize(
    ("line", "method", "safety_stock", "complete"),
    [
        (Line(1, "A", 6, single_lot=True), Method.FIFO, 0, False),
        (Line(1, "A", 6), Method.SPECIFIC, 0, False),
        (Line(1, "A", 6), Method.FIFO, 5, False),
        (Line(1, "A", 6), Method.FIFO, 0, True),
        (Line(1, "A", 6, location="x"), Method.FIFO, 0, False),
        (Line(1, "A", 6, inventory_id=1), Method.FIFO, 0, False),
        (Line(1, "A", 6, lot_number="p"), Method.FIFO, 0, False),
        (Line(1, "A", 6, min_remaining_days=1), Method.FIFO, 0, False),
        (Line(1, "A", 6, no_date_reversal=True), Method.FIFO, 0, False),
        (Line(1, "A", 11), Method.FIFO, 0, False),
    ],
)
def test_a_line_may_run_short_though_its_item_does_not(
    line: Line, method: Method, safety_stock: int, complete: bool
) -> None:
    lots = [Lot(number, "A", 5, 0, 0, TODAY, TODAY) for number in (1, 2)]
    order = Demand(1, (line, Line(2, "B", 1)), customer="k", complete=complete)
    items, policy = [Item("A", safety_stock)], Policy(method, TODAY)
    made = plan([order], items, lots, policy, {("k", "A"): TODAY + timedelta(1)})
    assert {shortage.item_code for shortage in made.shortages} == {"A", "B"}
    assert may_run_short([order], {"A": items[0]}, lots, policy) == {"A", "B"}


def test_an_item_that_has_enough_for_plain_lines_is_out_of_doubt() -> None:
    lots = [Lot(number, "A", 5, 0, 0, TODAY, TODAY) for number in (1, 2)]
    orders = [Demand(1, (Line(1, "A", 6),)), Demand(2, (Line(1, "A", 4),))]
    assert may_run_short(orders, {}, lots, Policy(Method.FIFO, TODAY)) == set()
