"""Fair share: scarce stock given out in proportion to what each line asks for (按分引当)."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from hikiate.domain.decimals import PLACES, SCALE, decimal_places
from hikiate.domain.stock import ItemStock


def step_of(stock: ItemStock, open_quantities: Iterable[int]) -> int:
    """Return the step in which an item is shared: its quantity step, else the finest decimal used, at most 1."""
    if stock.item.quantity_step:
        return stock.item.quantity_step
    quantities = [*open_quantities, *(stock.available[index] for index in stock.allowed_lots)]
    finest = max((decimal_places(quantity) for quantity in quantities if quantity), default=0)
    return SCALE // 10**finest if finest < PLACES else 1


def shares(supply: int, open_quantities: Sequence[int], step: int) -> list[int]:
    """Share `supply` out over lines that together ask for more.

    A share is open × S ÷ D rounded down to the step; the remainder goes one step at a time to the largest fractions,
    ties in the order given (contract, section 3.5).
    """
    demand = sum(open_quantities)
    exact = [Fraction(quantity * supply, demand * step) for quantity in open_quantities]
    steps = [share.numerator // share.denominator for share in exact]
    remainder = supply // step - sum(steps)
    by_fraction = sorted(range(len(steps)), key=lambda place: steps[place] - exact[place])
    for place in by_fraction[:remainder]:
        steps[place] += 1
    return [count * step for count in steps]
