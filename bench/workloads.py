"""What the benchmarks allocate: made stock and made orders, the same at every rerun."""

import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection, text

from hikiate.database import Database
from hikiate.domain.decimals import to_scaled
from hikiate.domain.methods import Method
from hikiate.repository import staging
from hikiate.schemas import AllocationRequest
from hikiate.services.allocating import allocate
from hikiate.services.auditing import Actor
from hikiate.settings import Settings

_FIRST_DAY = date(2025, 1, 1)
_LINES_OF_FIRST = 10


class Lot(NamedTuple):
    """One receipt."""

    item_code: str
    quantity: int
    received: date
    price: int


class Line(NamedTuple):
    """One line of the order with a number; orders are numbered from 1."""

    order: int
    item_code: str
    quantity: int


class Workload(NamedTuple):
    """So many items with so many lots each, and so many waiting orders of so many lines."""

    name: str
    items: int
    lots: int
    lot_quantities: tuple[int, int]
    """The least and the most."""
    orders: int
    lines: int
    line_quantities: tuple[int, int] = (1, 5)
    just_received: bool = False
    """Whether no run has met the lots yet; the first that does lets them all join their item's moving average."""

    def made_lots(self) -> Iterator[Lot]:
        """Make the lots as they would be received: all items' first ones, then all their second ones."""
        chance = random.Random(f"{self.name} lots")
        for number in range(self.lots):
            for item in range(self.items):
                quantity = chance.randint(*self.lot_quantities)
                yield Lot(code(item), quantity, _FIRST_DAY + timedelta(number), chance.randint(1, 999))

    def made_lines(self) -> Iterator[Line]:
        """Make the orders, each of items drawn at random."""
        chance = random.Random(f"{self.name} lines")
        for order in range(1, self.orders + 1):
            for item in chance.sample(range(self.items), self.lines):
                yield Line(order, code(item), chance.randint(*self.line_quantities))


def code(item: int) -> str:
    """Return the code of an item by its number."""
    return f"ITEM-{item:05}"


def spread(orders: int, scale: float) -> Workload:
    """W1: orders of three lines that seldom want the same item."""
    return Workload("spread", scaled(10_000, scale), 5, (40, 40), orders, 3)


def hot(orders: int) -> Workload:
    """W2: every order wants the same item."""
    return Workload("hot", 1, 5, (200_000, 200_000), orders, 1)


def batch(lines: int, scale: float, *, items: int = 10_000, lots: int = 50, just_received: bool = False) -> Workload:
    """W3: a waiting list of orders of ten lines; a million lines want about what there is."""
    # Fewer lots of an item are larger ones; more of them are more than is wanted.
    quantity = max(6, 300 // lots)
    return Workload(
        f"batch_{lines}_{items}_{lots}" + "_new" * just_received,
        scaled(items, scale),
        lots,
        (quantity - 2, quantity + 2),
        scaled(lines, scale) // 10,
        10,
        just_received=just_received,
    )


def scaled(number: int, scale: float) -> int:
    """Return a number at a scale; never so few that orders could not differ."""
    return max(int(number * scale), 20)


def load(database: Database, workload: Workload) -> None:
    """Receive the lots and take the orders, as an import does; ids begin at 1.

    Unless the lots are just received, one unit of every item is then allocated to other orders.
    """

    def receive(connection: Connection) -> None:
        rows = (
            (row, False, None, lot.item_code, units(lot.quantity), lot.received, units(lot.price), None, None, None)
            for row, lot in enumerate(workload.made_lots(), start=1)
        )
        staging.stage_lots(connection, rows)
        staging.write_lots(connection)

    database.transact(receive)
    database.transact(partial(_take, name=workload.name, lines=workload.made_lines()))
    if not workload.just_received:
        every = [Line(item // _LINES_OF_FIRST + 1, code(item), 1) for item in range(workload.items)]
        database.transact(partial(_take, name=f"{workload.name}-first", lines=every))
        first = database.read(_newest_order) - every[-1].order + 1
        order_ids = list(range(first, first + every[-1].order))
        request = AllocationRequest(allocation_method=Method.FIFO, order_ids=order_ids, max_results=1)
        allocate(database, Settings(database_url=None), Actor("bench"), request)


def _take(connection: Connection, name: str, lines: Iterable[Line]) -> None:
    rows = (
        (row, False, f"{name}-{line.order}", None, 0, None, "partial",
         line.item_code, units(line.quantity), None, None, None, None, False, False)
        for row, line in enumerate(lines, start=1)
    )  # fmt: skip
    staging.stage_lines(connection, rows)
    staging.write_lines(connection)


def _newest_order(connection: Connection) -> int:
    return int(connection.execute(text("SELECT max(id) FROM orders")).scalar_one())


def units(number: int) -> int:
    """Return a number of units as the tables keep it."""
    return to_scaled(Decimal(number))
