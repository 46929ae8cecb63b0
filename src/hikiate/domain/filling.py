"""The inner loop of a long run, over integers alone: plain enough to be compiled, and the same whether it is or not."""

from collections.abc import MutableSequence, Sequence


def fill(
    items: Sequence[int],
    open_quantities: MutableSequence[int],
    heads: MutableSequence[int],
    allowances: MutableSequence[int],
    available: MutableSequence[int],
    lines: MutableSequence[int],
    lots: MutableSequence[int],
    taken: MutableSequence[int],
) -> int:
    """Serve lines one after another from their items' lots, each lot as far as it goes; return how many were taken.

    A line is its item's number and its open quantity, of which is left what it is short of. An item's lots follow one
    another in the order in which they are taken, from `heads`, and hold, by `available`, no less than its allowance:
    the most that may be taken of them together. What is taken is written to `lines`, `lots` and `taken`: so much of a
    lot for a line, by their numbers. There are never more of these than lines and lots together.
    """
    count = 0
    for line in range(len(items)):
        item = items[line]
        missing = open_quantities[line]
        if missing > allowances[item]:
            missing = allowances[item]
        open_quantities[line] -= missing
        allowances[item] -= missing
        lot = heads[item]
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
