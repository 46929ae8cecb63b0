"""Serving lines one after another: what each takes, and what it found when it was reached."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from hikiate.domain.choosing import Choice, choose
from hikiate.domain.costing import Visit, average_cost
from hikiate.domain.demand import Demand, Line
from hikiate.domain.lots import Item, Lot
from hikiate.domain.methods import Method, oldest_first, sort_key
from hikiate.domain.policy import Policy
from hikiate.domain.sharing import shares, step_of
from hikiate.domain.shortages import Explained, Reached, explain
from hikiate.domain.stock import ItemStock

Floors = Mapping[tuple[str, str], date]
"""The latest expiry that a customer has been given of an item, by (customer, item code)."""


def careful_pairs(order: Demand) -> Iterable[tuple[str, str]]:
    """Yield the (customer, item code) pairs whose latest expiry the order's lines ask about."""
    if order.customer is not None:
        for line in order.lines:
            if line.no_date_reversal:
                yield order.customer, line.item_code


_FILLED = Reached(0, 0, None, whole=False)


class Attempt:
    """One line while it is being served."""

    __slots__ = ("alone", "limit", "line", "order", "short", "step", "visits", "why")

    def __init__(self, order: Demand, line: Line) -> None:
        self.order = order
        self.line = line
        self.limit = line.open_quantity
        self.step = 1
        self.short = line.open_quantity
        self.alone = 0
        """What the line could have had if nobody had shared with it."""
        self.visits: list[Visit] = []
        self.why: Explained = ()


class _Joined(NamedTuple):
    stock: ItemStock
    lot: int
    average_before: int | None


class _Took(NamedTuple):
    stock: ItemStock
    lot: int
    quantity: int


class Server:
    """The stock of one plan, and the orders that take from it."""

    def __init__(
        self,
        orders: Sequence[Demand],
        items: Iterable[Item],
        lots: Iterable[Lot],
        policy: Policy,
        floors: Mapping[tuple[str, str], date | None],
    ) -> None:
        """Prepare to serve; `floors` has the pairs that some line asks about, those without an expiry too."""
        self.policy = policy
        self.floors = dict(floors)
        self._steps: dict[str, int] = {}
        known = {item.item_code: item for item in items}
        wanted: dict[str, list[Lot]] = {line.item_code: [] for order in orders for line in order.lines}
        for lot in lots:
            if lot.item_code in wanted:
                wanted[lot.item_code].append(lot)
        key = sort_key(policy.method, policy.locations)
        self.stocks = {
            code: ItemStock(
                known.get(code) or Item(code),
                found,
                key,
                policy.allocation_date,
                include_inbound=policy.include_inbound,
            )
            for code, found in wanted.items()
        }

    def lots_left(self) -> Iterable[Lot]:
        """Yield the lots as they are after what has been served."""
        for stock in self.stocks.values():
            for lot, allocated, averaged in zip(stock.lots, stock.allocated, stock.averaged, strict=True):
                yield lot._replace(allocated=allocated, averaged=averaged)

    def items_left(self) -> Iterable[Item]:
        """Yield the items as they are after what has been served."""
        for stock in self.stocks.values():
            yield stock.item._replace(average=stock.average)

    def sequence(self, orders: Sequence[Demand]) -> list[Attempt]:
        """Serve orders one after another."""
        served: list[Attempt] = []
        for order in orders:
            attempts = [Attempt(order, line) for line in order.lines]
            self._serve(order, attempts)
            served += attempts
        return served

    def share(self, orders: Sequence[Demand]) -> list[Attempt]:
        """Serve orders twice: each line up to its share, then what is left by sequence, in whole steps."""
        tried = [(order, [Attempt(order, line) for line in order.lines]) for order in orders]
        served = [attempt for _, attempts in tried for attempt in attempts]
        self._set_shares(served)
        for order, attempts in tried:
            self._serve(order, attempts)
        for order, attempts in tried:
            if any(attempt.short for attempt in attempts):
                for attempt in attempts:
                    attempt.step = self._steps.get(attempt.line.item_code, 1)
                    attempt.limit = attempt.short
                self._serve(order, attempts)
        return served

    def _set_shares(self, attempts: Sequence[Attempt]) -> None:
        by_item: dict[str, list[Attempt]] = {}
        for attempt in attempts:
            by_item.setdefault(attempt.line.item_code, []).append(attempt)
        for code, wanting in by_item.items():
            stock = self.stocks[code]
            quantities = [attempt.line.open_quantity for attempt in wanting]
            if sum(quantities) <= stock.allowance:
                continue
            self._steps[code] = step_of(stock, quantities)
            for attempt, share in zip(wanting, shares(stock.allowance, quantities, self._steps[code]), strict=True):
                attempt.alone = sum(quantity for _, quantity in self._choose(attempt)[0])
                attempt.limit = min(share, attempt.line.open_quantity)

    def _serve(self, order: Demand, attempts: Sequence[Attempt]) -> None:
        if not order.complete:
            for attempt in attempts:
                if attempt.short:
                    self._take(attempt, [], None)
            return
        undo: list[_Joined | _Took] = []
        floors = dict(self.floors)
        for attempt in attempts:
            self._take(attempt, undo, None)
            if attempt.short:
                break
        else:
            return
        # It cannot be filled whole. It is tried once more to the end, now asking why, and takes nothing.
        self._give_back(attempts, undo, floors)
        tried: dict[str, dict[int, int]] = {}
        for attempt in attempts:
            self._take(attempt, undo, tried.setdefault(attempt.line.item_code, {}))
        self._give_back(attempts, undo, floors)

    def _give_back(
        self,
        attempts: Sequence[Attempt],
        undo: list[_Joined | _Took],
        floors: Mapping[tuple[str, str], date | None],
    ) -> None:
        while undo:
            match undo.pop():
                case _Took(stock, index, quantity):
                    stock.take(index, -quantity)
                case _Joined(stock, index, average_before):
                    stock.leave_average(index, average_before)
        self.floors.update(floors)
        for attempt in attempts:
            attempt.visits = []
            attempt.short = attempt.line.open_quantity

    def _take(self, attempt: Attempt, undo: list[_Joined | _Took], tried: dict[int, int] | None) -> None:
        """Take what the line may have.

        `tried` is given while an order that must be complete is asked why it can't be: what its lines took so far of
        the item, by lot.
        """
        line, order, stock = attempt.line, attempt.order, self.stocks[attempt.line.item_code]
        choice, reached = self._choose(attempt)
        inbound = [index for index, _ in choice if not stock.averaged[index]]
        for index in sorted(inbound, key=lambda index: oldest_first(stock.lots[index])):
            undo.append(_Joined(stock, index, stock.average))
            stock.join_average(index)
        cost = average_cost(self.policy.costing_method, stock)
        for index, quantity in choice:
            stock.take(index, quantity)
            undo.append(_Took(stock, index, quantity))
            attempt.visits.append(Visit(index, quantity, cost, stock.average))
            attempt.short -= quantity
            if tried is not None:
                tried[index] = tried.get(index, 0) + quantity
            self._raise_floor(order.customer, stock.lots[index])
        if tried is not None:
            got = line.open_quantity - attempt.short
            attempt.why = self._why(attempt, line.open_quantity, reached, tried, could_have_had=got)
        elif attempt.short and not order.complete:
            mine: dict[int, int] = {}
            for visit in attempt.visits:
                mine[visit.lot] = mine.get(visit.lot, 0) + visit.quantity
            attempt.why = self._why(attempt, attempt.short, reached, mine, could_have_had=0)

    def _why(
        self, attempt: Attempt, short: int, reached: Reached, not_others: Mapping[int, int], *, could_have_had: int
    ) -> Explained:
        got = attempt.line.open_quantity - attempt.short
        return explain(
            short,
            attempt.line,
            self.stocks[attempt.line.item_code],
            self.policy.allocation_date,
            reached,
            not_others,
            could_have_had=could_have_had,
            kept_by_share=max(0, attempt.alone - got),
        )

    def _choose(self, attempt: Attempt) -> tuple[Choice, Reached]:
        line, stock, today = attempt.line, self.stocks[attempt.line.item_code], self.policy.allocation_date
        method = self.policy.method
        floor = None
        if line.no_date_reversal and attempt.order.customer is not None:
            floor = self.floors[attempt.order.customer, line.item_code]
        whole = line.single_lot or (method is Method.SPECIFIC and not line.named)
        allowance = stock.allowance
        quantity = min(attempt.limit, allowance)
        if attempt.step > 1:
            obtainable = sum(stock.available[index] for index in stock.admitted(line, today, floor))
            quantity = min(quantity, obtainable) // attempt.step * attempt.step
        choice: Choice = []
        if quantity > 0 and not (whole and quantity < attempt.short):
            choice = choose(method, stock.admitted(line, today, floor), stock.available, quantity, whole=whole)
            if sum(taken for _, taken in choice) == attempt.short:
                return choice, _FILLED
        admissible = sum(stock.available[index] for index in stock.admitted(line, today, floor))
        return choice, Reached(admissible, allowance, floor, whole)

    def _raise_floor(self, customer: str | None, lot: Lot) -> None:
        if customer is not None and lot.expiration_date is not None and (customer, lot.item_code) in self.floors:
            before = self.floors[customer, lot.item_code]
            self.floors[customer, lot.item_code] = max(lot.expiration_date, before or lot.expiration_date)
