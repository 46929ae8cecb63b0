"""Demand: the open lines of orders, in the order in which they are served."""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

_NOTHING: Mapping[int, int] = MappingProxyType({})


class Line(NamedTuple):
    """What one order line still needs of one item, and the lots it admits."""

    line_no: int
    item_code: str
    open_quantity: int
    inventory_id: int | None = None
    lot_number: str | None = None
    location: str | None = None
    min_remaining_days: int = 0
    single_lot: bool = False
    no_date_reversal: bool = False
    own: Mapping[int, int] = _NOTHING
    """What the line holds already, by lot id: stock in its own hands is not "allocated to others"."""

    @property
    def named(self) -> bool:
        """Whether the line names its lot."""
        return self.inventory_id is not None or self.lot_number is not None

    @property
    def limited(self) -> bool:
        """Whether the line admits fewer lots than its item has."""
        return bool(self.named or self.location is not None or self.min_remaining_days or self.no_date_reversal)


class Demand(NamedTuple):
    """The open lines of one order, in line order."""

    order_id: int
    lines: tuple[Line, ...]
    priority: int = 0
    requested_date: date | None = None
    customer: str | None = None
    complete: bool = False


def in_demand_order(orders: Iterable[Demand]) -> list[Demand]:
    """Sort orders as they are served: high priority first, then the earliest requested date (none last), then id."""
    return sorted(
        orders,
        key=lambda order: (
            -order.priority,
            order.requested_date is None,
            order.requested_date or date.max,
            order.order_id,
        ),
    )


def as_fixed(orders: Iterable[Demand], fixed: Mapping[tuple[int, int], int]) -> list[Demand]:
    """Return no more of lines than is fixed, in millionths, by (order id, line number).

    What is served whole or not at all, and asks for more than is fixed, is left out: a part would not be what it wants.
    """
    limited = []
    for order in orders:
        most = {line.line_no: fixed.get((order.order_id, line.line_no), line.open_quantity) for line in order.lines}
        lines = tuple(
            line._replace(open_quantity=min(line.open_quantity, most[line.line_no]))
            for line in order.lines
            if most[line.line_no] >= (line.open_quantity if line.single_lot else 1)
        )
        has_grown = any(most[line.line_no] < line.open_quantity for line in order.lines)
        limited.append(order._replace(lines=() if order.complete and has_grown else lines))
    return limited


def with_own(orders: Iterable[Demand], own: Mapping[tuple[int, int], Mapping[int, int]]) -> list[Demand]:
    """Return the demand with what its lines hold already."""
    return [
        order._replace(
            lines=tuple(line._replace(own=own.get((order.order_id, line.line_no), line.own)) for line in order.lines)
        )
        for order in orders
    ]
