"""How the model serves a run: line by line, in demand order, from the lots in the method's order."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from balances import CENT, Lot, Model, Order, Row, Run, rounded

ORDERS = {
    "FIFO": lambda lot: (lot.received, lot.id),
    "LIFO": lambda lot: (-lot.received.toordinal(), -lot.id),
    "FEFO": lambda lot: (lot.expires or date.max, lot.received, lot.id),
    "CHEAPEST": lambda lot: (lot.price, lot.received, lot.id),
    "DEAREST": lambda lot: (-lot.price, lot.received, lot.id),
}


def demand(model: Model, run: Run) -> list[tuple[Order, list[int]]]:
    """Return what the run is about: orders, and the numbers of their lines in scope that are open."""
    found = []
    for order in sorted(model.orders.values(), key=lambda order: (-order.priority, order.id)):
        lines = [number for number in range(1, len(order.lines) + 1) if model.open(order.id, number)]
        scope = [number for number in lines if run.items is None or order.lines[number - 1].item in run.items]
        if scope and (run.orders is None or order.id in run.orders):
            found.append((order, lines if order.complete else scope))
    return found


def serve(model: Model, run: Run) -> Model:
    """Return the model after a run."""
    wanted = demand(model, run)
    items = {order.lines[number - 1].item for order, lines in wanted for number in lines}
    for lot in sorted(model.lots.values(), key=ORDERS["FIFO"]):
        if lot.item in items and not lot.averaged and lot.received <= run.day:
            model.join(lot)
    for order, lines in wanted:
        tried = model.copy()
        filled = [_take(tried, run, order, number) for number in lines]
        if all(filled) or not order.complete:
            model = tried
    return model


def _take(model: Model, run: Run, order: Order, number: int) -> bool:
    item = order.lines[number - 1].item
    admitted = [
        lot
        for lot in model.lots.values()
        if lot.item == item
        and not lot.held
        and model.available(lot)
        and (run.inbound or lot.received <= run.day)
        and (lot.expires is None or lot.expires >= run.day)
    ]
    base = sum((model.available(lot) for lot in admitted), Decimal())
    wanted = model.open(order.id, number)
    rest = min(wanted, max(Decimal(), base - model.safety.get(item, Decimal())))
    filled = rest == wanted
    taken: list[tuple[Lot, Decimal]] = []
    for lot in sorted(admitted, key=ORDERS[run.method]):
        part = min(rest, model.available(lot))
        rest -= part
        if part:
            taken.append((lot, part))
    for lot in sorted((lot for lot, _ in taken if not lot.averaged), key=ORDERS["FIFO"]):
        model.join(lot)
    price = None
    if run.costing == "MOVING_AVERAGE" and item in model.averages:
        price = Fraction(model.averages[item])
    if run.costing == "AVERAGE" and base:
        price = sum(Fraction(model.available(lot)) * Fraction(lot.price) for lot in admitted) / Fraction(base)
    for (lot, part), amount in zip(taken, _amounts(taken, price), strict=True):
        average = model.averages.get(item)
        model.new_rows.append(Row(order.id, number, lot.id, part, amount, average, run.timed))
    return filled


def _amounts(taken: list[tuple[Lot, Decimal]], price: Fraction | None) -> list[Decimal]:
    """Price a line: each row at its lot, or all together at one price, rounded once and split by largest remainder."""
    if price is None:
        return [rounded(Fraction(part) * Fraction(lot.price), CENT) for lot, part in taken]
    exact = [Fraction(part) * price / Fraction(CENT) for _, part in taken]
    cents = [amount.numerator // amount.denominator for amount in exact]
    left = int(rounded(sum(exact, Fraction()), Decimal(1))) - sum(cents)
    for place in sorted(range(len(exact)), key=lambda place: (cents[place] - exact[place], place))[:left]:
        cents[place] += 1
    return [CENT * amount for amount in cents]
