"""plan(): demand × supply → picks, shortages and the reasons for both. The same input gives the same plan, always."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from hikiate.domain.costing import priced
from hikiate.domain.demand import Demand, in_demand_order
from hikiate.domain.errors import Oversold
from hikiate.domain.lots import Item, Lot
from hikiate.domain.methods import METHODS, Method, Reason, Scarcity
from hikiate.domain.policy import Policy
from hikiate.domain.serving import Attempt, Floors, Server, careful_pairs
from hikiate.domain.shortages import Explained


class Pick(NamedTuple):
    """So much of one lot for one order line."""

    order_id: int
    line_no: int
    lot: Lot
    quantity: int
    unit_price: int | None
    """In millionths; None where the row is priced at its lot."""
    amount: int
    """In the currency's smallest unit."""
    average: int | None
    """The item's moving average when the row was made, in 10⁻¹²."""
    reason: Reason


class Shortage(NamedTuple):
    """What a run could not give a line, and why."""

    order_id: int
    line_no: int
    item_code: str
    quantity: int
    reasons: Explained


class Averaged(NamedTuple):
    """The lots that joined an item's moving average, and the average after them."""

    average: int | None
    lot_ids: tuple[int, ...]


class Plan(NamedTuple):
    """What a run would do."""

    picks: list[Pick]
    shortages: list[Shortage]
    averaged: dict[str, Averaged]
    """By item code, only where lots joined."""


class Turn(NamedTuple):
    """One run among those that are planned together."""

    demand: Sequence[Demand]
    policy: Policy


def plan(
    demand: Iterable[Demand],
    items: Iterable[Item],
    lots: Iterable[Lot],
    policy: Policy,
    floors: Floors | None = None,
) -> Plan:
    """Decide which lots serve which lines.

    `lots` are all the lots of the items that have something available or have not joined the moving average, and for
    items that run short also those that are allocated in full (they explain a shortage). `items` may leave out an item
    without settings or state. `floors`, the latest expiry that a customer has been given of an item, is needed for
    lines with `no_date_reversal`.

    Raises:
        Oversold: never, unless the code is wrong.
    """
    return plan_in_turn([Turn(in_demand_order(demand), policy)], items, lots, floors)[0]


def plan_in_turn(
    turns: Sequence[Turn], items: Iterable[Item], lots: Iterable[Lot], floors: Floors | None = None
) -> list[Plan]:
    """Plan runs one after another on the same stock, each on what those before it left.

    A turn's demand is in demand order; no line is in two turns. The lots that joined a moving average are said by one
    of the turns that shared them. Otherwise as `plan`.
    """
    stock = {lot.id: lot for lot in lots}
    known = {item.item_code: item for item in items}
    followed = {
        pair: (floors or {}).get(pair) for turn in turns for order in turn.demand for pair in careful_pairs(order)
    }
    plans: list[Plan] = []
    for policy, alike in groupby(turns, key=attrgetter("policy")):
        together = list(alike)
        # Shares are made of one run's demand alone.
        for group in [[turn] for turn in together] if policy.scarcity is Scarcity.FAIR_SHARE else [together]:
            orders = [order for turn in group for order in turn.demand]
            server = Server(orders, known.values(), stock.values(), policy, followed)
            plans += [_plan(server, turn) for turn in group]
            plans[-1] = plans[-1]._replace(averaged=_averaged(server))
            if len(plans) < len(turns):
                stock.update((lot.id, lot) for lot in server.lots_left())
                known.update((item.item_code, item) for item in server.items_left())
                followed = server.floors
    return plans


def _plan(server: Server, turn: Turn) -> Plan:
    shares = turn.policy.scarcity is Scarcity.FAIR_SHARE
    attempts = server.share(turn.demand) if shares else server.sequence(turn.demand)
    picks: list[Pick] = []
    shortages: list[Shortage] = []
    for attempt in attempts:
        if attempt.visits:
            picks += _picks(attempt, server.stocks[attempt.line.item_code].lots, turn.policy)
        if attempt.short:
            shortages.append(
                Shortage(
                    attempt.order.order_id, attempt.line.line_no, attempt.line.item_code, attempt.short, attempt.why
                )
            )
    return Plan(picks, shortages, {})


def _averaged(server: Server) -> dict[str, Averaged]:
    averaged: dict[str, Averaged] = {}
    for code, stock in server.stocks.items():
        if stock.newly_averaged:
            averaged[code] = Averaged(stock.average, tuple(stock.lots[index].id for index in stock.newly_averaged))
        if min(stock.available, default=0) < 0:
            raise Oversold(f"The plan takes more of a lot of {code} than there is.")
    return averaged


def _picks(attempt: Attempt, lots: Sequence[Lot], policy: Policy) -> Iterable[Pick]:
    line = attempt.line
    reason = METHODS[policy.method].reason
    if line.named:
        reason = Reason.NAMED_LOT
    elif line.single_lot:
        reason = Reason.SINGLE_LOT
    for index, quantity, unit_price, amount, average in priced(attempt.visits, lots, policy.currency):
        yield Pick(attempt.order.order_id, line.line_no, lots[index], quantity, unit_price, amount, average, reason)


def may_run_short(demand: Iterable[Demand], items: Mapping[str, Item], lots: Iterable[Lot], policy: Policy) -> set[str]:
    """Return the items on which a line might stay short, so that what others hold of them must be read too.

    It may name too many, never too few: an item is out of doubt only if plain lines ask for less than there is.
    """
    left = {code: -item.safety_stock for code, item in items.items()}
    for lot in lots:
        if (
            not lot.held
            and (policy.include_inbound or lot.receipt_date <= policy.allocation_date)
            and (lot.expiration_date is None or lot.expiration_date >= policy.allocation_date)
        ):
            left[lot.item_code] = left.get(lot.item_code, 0) + lot.available
    doubtful: set[str] = set()
    for order in demand:
        for line in order.lines:
            left[line.item_code] = left.get(line.item_code, 0) - line.open_quantity
            if order.complete or line.limited or line.single_lot or policy.method is Method.SPECIFIC:
                doubtful.add(line.item_code)
    return doubtful | {code for code, quantity in left.items() if quantity < 0}
