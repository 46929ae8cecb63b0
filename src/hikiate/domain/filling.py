"""The inner loop of a long run, over integers alone: plain enough to be compiled, and the same whether it is or not."""

from collections.abc import MutableSequence, Sequence


def fill(
    items: Sequence[int],
    quantities: Sequence[int],
    heads: MutableSequence[int],
    available: MutableSequence[int],
    lines: MutableSequence[int],
    lots: MutableSequence[int],
    taken: MutableSequence[int],
) -> int:
    """Serve lines one after another from their items' lots, each lot as far as it goes; return how many were taken.

    A line is its item's number and its open quantity. An item's lots follow one another in the order in which they
    are taken, from `heads`, which moves on with what is used up; they hold, by `available`, at least what all its
    lines want. What is found is written to `lines`, `lots` and `taken`: so much of a lot for a line, by their
    numbers. There are never more of these than lines and lots together.
    """
    count = 0
    for line in range(len(items)):
        item = items[line]
        lot = heads[item]
        missing = quantities[line]
        while missing > 0:
            part = available[lot]
            if part > missing:
                part = missing
            if part > 0:
                lines[count] = line
                lots[count] = lot
                taken[count] = part
                count += 1
                available[lot] -= part
                missing -= part
            if available[lot] == 0:
                lot += 1
        heads[item] = lot
    return count
