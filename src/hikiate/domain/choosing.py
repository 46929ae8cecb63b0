"""Which lots a line takes from, once it is known how much it may take."""

from bisect import bisect_left
from collections.abc import Iterable

from hikiate.domain.methods import Method

Choice = list[tuple[int, int]]
"""(index of the lot, quantity), in the order taken."""


def one_lot(lots: Iterable[int], available: list[int], quantity: int) -> Choice:
    """Choose the first lot that holds the whole quantity, or nothing."""
    for index in lots:
        if available[index] >= quantity:
            return [(index, quantity)]
    return []


def as_far_as_each_goes(lots: Iterable[int], available: list[int], quantity: int) -> Choice:
    """Choose lots in their order, each as far as it goes, until the quantity is filled."""
    choice: Choice = []
    for index in lots:
        taken = min(available[index], quantity)
        choice.append((index, taken))
        quantity -= taken
        if not quantity:
            break
    return choice


def fewest_lots(lots: list[int], available: list[int], quantity: int) -> Choice:
    """Choose the smallest set of lots that covers the quantity; of those, the first when listed in the lots' order.

    If all lots together do not cover it, all are taken.
    """
    if sum(available[index] for index in lots) <= quantity:
        return as_far_as_each_goes(lots, available, quantity)
    later = sorted(available[index] for index in lots)
    size = _fewest(later, quantity)
    chosen: list[int] = []
    covered = 0
    for index in lots:
        # A lot belongs to the first set if the largest lots after it can cover what is then still missing.
        later.pop(bisect_left(later, available[index]))
        others = size - len(chosen) - 1
        if covered + available[index] + sum(later[len(later) - others :]) >= quantity:
            chosen.append(index)
            covered += available[index]
            if not others:
                break
    return as_far_as_each_goes(chosen, available, quantity)


def _fewest(ascending: list[int], quantity: int) -> int:
    covered = 0
    for count, size in enumerate(reversed(ascending), start=1):
        covered += size
        if covered >= quantity:
            return count
    return len(ascending)


def choose(method: Method, lots: Iterable[int], available: list[int], quantity: int, *, whole: bool) -> Choice:
    """Choose lots for a positive quantity; `whole` asks for one lot that holds all of it."""
    if whole:
        return one_lot(lots, available, quantity)
    if method is Method.FEWEST_LOTS:
        return fewest_lots(list(lots), available, quantity)
    return as_far_as_each_goes(lots, available, quantity)
