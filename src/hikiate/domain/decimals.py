"""Exact decimals as scaled integers, and back."""

from collections.abc import Iterable
from decimal import Context, Decimal
from enum import StrEnum
from functools import reduce
from typing import NamedTuple

PLACES = 6
SCALE = 10**PLACES
AVERAGE_PLACES = 12
# Averages are kept in 10⁻¹², prices in 10⁻⁶.
AVERAGE_PER_PRICE = 10 ** (AVERAGE_PLACES - PLACES)
# A cost is millionths of units × millionths of a price.
COST_SCALE = SCALE * SCALE
_EXACT = Context(prec=100)


class RoundingMode(StrEnum):
    """How an amount that falls between two units is settled."""

    HALF_UP = "HALF_UP"
    HALF_EVEN = "HALF_EVEN"
    DOWN = "DOWN"


def divide_rounded(numerator: int, denominator: int, mode: RoundingMode = RoundingMode.HALF_UP) -> int:
    """Divide a non-negative integer by a positive one and round the quotient to an integer."""
    quotient, remainder = divmod(numerator, denominator)
    if mode is RoundingMode.DOWN:
        return quotient
    twice = 2 * remainder
    if twice > denominator or (twice == denominator and (mode is RoundingMode.HALF_UP or quotient % 2)):
        return quotient + 1
    return quotient


# A currency's smallest unit in 10⁻¹², by its places.
_UNITS = tuple(COST_SCALE // 10**places for places in range(PLACES + 1))


class Currency(NamedTuple):
    """The places an amount is kept at, and how it is rounded to them."""

    places: int = 2
    rounding: RoundingMode = RoundingMode.HALF_UP

    def round(self, numerator: int, denominator: int = 1) -> int:
        """Round a cost, given as a fraction of 10⁻¹², to the currency's smallest unit."""
        return divide_rounded(numerator, denominator * _UNITS[self.places], self.rounding)

    def round_each(self, costs: Iterable[int]) -> list[int]:
        """Round costs in 10⁻¹² as `round` does, many at a time."""
        unit = _UNITS[self.places]
        if self.rounding is RoundingMode.HALF_UP:
            return [(2 * cost + unit) // (2 * unit) for cost in costs]
        return [divide_rounded(cost, unit, self.rounding) for cost in costs]


def to_scaled(value: Decimal, places: int = PLACES) -> int:
    """Turn a decimal into an integer of 10⁻ᵖˡᵃᶜᵉˢ.

    Raises:
        ValueError: the value has more places than that.
    """
    scaled = value.scaleb(places, _EXACT)
    whole = int(scaled)
    if whole != scaled:
        raise ValueError(f"{value} has more than {places} decimal places")
    return whole


def to_decimal(scaled: int, places: int = PLACES) -> Decimal:
    """Turn an integer of 10⁻ᵖˡᵃᶜᵉˢ into the decimal with the fewest digits, never in exponent form."""
    scale = 10**places
    whole, rest = divmod(scaled, scale)
    if not rest:
        return Decimal(whole)
    return Decimal(scaled).scaleb(-places, _EXACT).normalize(_EXACT)


def to_text(scaled: int, places: int = PLACES) -> str:
    """Write a non-negative integer of 10⁻ᵖˡᵃᶜᵉˢ as a plain decimal with all its places."""
    if not places:
        return str(scaled)
    digits = str(scaled).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}"


def exact_sum(values: Iterable[Decimal]) -> Decimal:
    """Add decimals without losing a place, however large they are."""
    return reduce(_EXACT.add, values, Decimal())


def decimal_places(scaled: int) -> int:
    """Count the places that a quantity in millionths really uses."""
    places = PLACES
    while places and scaled % 10 == 0:
        scaled //= 10
        places -= 1
    return places
