"""A lot is one receipt of one item at one location; an item is what its lots have in common."""

from datetime import date
from fractions import Fraction
from typing import NamedTuple


class Lot(NamedTuple):
    """One receipt of one item. Quantities and price are in millionths; 0 ≤ allocated ≤ quantity."""

    id: int
    item_code: str
    quantity: int
    allocated: int
    unit_price: int
    receipt_date: date
    expiration_date: date | None = None
    lot_number: str | None = None
    location: str | None = None
    held: bool = False
    averaged: bool = False
    """Whether the lot has joined its item's moving average."""

    @property
    def available(self) -> int:
        """On hand less allocated, never below zero."""
        return max(0, self.quantity - self.allocated)


class Item(NamedTuple):
    """What the lots of one item share."""

    item_code: str
    safety_stock: int = 0
    quantity_step: int | None = None
    average: int | None = None
    """The running moving average, in 10⁻¹²."""
    month_average: Fraction | None = None
    """The periodic average of the allocation date's month, in millionths; read only for TOTAL_AVERAGE."""
