"""What of a chunk the inner loop can serve: lines without options, and the stock that they are served from."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection

from hikiate.domain.demand import Demand
from hikiate.domain.lots import Item
from hikiate.domain.policy import Policy
from hikiate.repository import chunks

_NO_OPTIONS = (None, None, None, 0, False, False)
_MORE = 4
"""How many times as many lots of an item are read when those read were not enough."""

LineRow = tuple[Any, ...]
"""A line: order id, line number, item code, quantity, and the options of the line."""


class PlainStock:
    """Items that the loop serves: their oldest lots, one item's after the other's, and what of them may be taken."""

    def __init__(self, items: Mapping[str, Item], stock: Mapping[str, Sequence[LineRow]]) -> None:
        self.number: dict[str, int] = {}
        self.heads: list[int] = []
        self.allowances: list[int] = []
        self.lots: list[int] = []
        self.available: list[int] = []
        self.prices: list[int] = []
        for number, (code, lots) in enumerate(stock.items()):
            available = [lot[2] for lot in lots]
            self.number[code] = number
            self.heads.append(len(self.lots))
            self.allowances.append(max(0, sum(available) - items[code].safety_stock))
            self.lots.extend([lot[1] for lot in lots])
            self.available.extend(available)
            self.prices.extend([lot[3] for lot in lots])

    def available_of(self, code: str) -> int:
        """Return what is available of an item's lots."""
        number = self.number[code]
        end = self.heads[number + 1] if number + 1 < len(self.heads) else len(self.lots)
        return sum(self.available[self.heads[number] : end])


def read_plain_stock(
    connection: Connection,
    policy: Policy,
    items: Mapping[str, Item],
    orders: Sequence[Demand],
    lines: Sequence[LineRow],
) -> PlainStock:
    """Read the oldest lots of the items that the loop can serve: enough for all lines, or all that may be taken."""
    wanted: dict[str, int] = {}
    most: dict[str, int] = {}
    careful: set[str] = set()
    for line in lines:
        code = line[2]
        wanted[code] = wanted.get(code, 0) + line[3]
        most[code] = most.get(code, 1) + 1
        if line[4:] != _NO_OPTIONS:
            careful.add(code)
    # By item, so that neighbours in an index are looked up one after another: a third faster than as lines come.
    most = {code: most[code] for code in items if code in most and code not in careful}
    stock: dict[str, list[LineRow]] = {code: [] for code in most}
    short = set(careful)
    while most:
        more: dict[str, int] = {}
        for code, found in groupby(chunks.read_oldest(connection, most, policy.allocation_date), itemgetter(0)):
            lots = stock[code] = list(found)
            if sum([lot[2] for lot in lots]) < wanted[code] + items[code].safety_stock and len(lots) == most[code]:
                more[code] = most[code] * _MORE
        short |= {
            code
            for code in most.keys() - more.keys()
            if sum([lot[2] for lot in stock[code]]) < wanted[code] + items[code].safety_stock
        }
        most = more
    for code in _wanted_whole(orders, lines, short) - careful:
        del stock[code]
    return PlainStock(items, stock)


def _wanted_whole(orders: Sequence[Demand], lines: Sequence[LineRow], short: set[str]) -> set[str]:
    """Return what is wanted by orders that must be complete and can't be sure to be, for an item may run short.

    Whoever else must be complete and wants the same can't be sure either.
    """
    complete = {order.order_id for order in orders if order.complete}
    wanted: dict[int, set[str]] = {}
    for line in lines if complete else ():
        if line[0] in complete:
            wanted.setdefault(line[0], set()).add(line[2])
    unsure: set[str] = set()
    while found := [codes for codes in wanted.values() if not codes.isdisjoint(short | unsure) and codes - unsure]:
        unsure.update(*found)
    return unsure
