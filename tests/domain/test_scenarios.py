"""Cases as text, to be read and written without knowing Python: see scenarios/*.txt.

A case is a title, and under it, indented, one fact a line. Names and numbers come in pairs, in any order:

    item A                safety 3, step 0.5, average 25, month-average 11.25
    lot 10 @ 100          of B, received 04-01, expires 06-30, number L7, at X, allocated 4, held, joined
    customer K            of B, has 06-15: the latest expiry the customer was given of the item
    order 15              of B, only #1, number L7, at X, days 30, single-lot, no-reversal, holds 4, from #1,
                          priority 2, requested 05-20, customer K, complete; a second line follows a semicolon
    run FIFO              inbound, locations X,Y, fair-share, costing AVERAGE, rounding DOWN, places 0, on 05-10
    1 gets 10 of #1 + 5 of #2 = 1600; short 3: held 2, no-stock 1
    left 0, 5             what is then available of each lot

The item is A where none is named; lots are received on 04-01, 04-02 and so on; the run is on 2024-05-10. `1 gets` is
for the first order, `1.2 gets` for its second line; each pick may add `@` its unit price, `for` its amount and
`average` the moving average it stores, and the whole `because` its reason. A case may have several runs, each on the
stock as written, each followed by what it must give.
"""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pytest
from naive import Outcome, naive_plan
from naive_rows import units
from outcomes import planned

from hikiate.domain.decimals import AVERAGE_PLACES, Currency, RoundingMode, to_decimal, to_scaled
from hikiate.domain.demand import Demand, Line
from hikiate.domain.lots import Item, Lot
from hikiate.domain.methods import Costing, Method, Scarcity
from hikiate.domain.policy import Policy

FLAGS = {"held", "joined", "single-lot", "no-reversal", "complete", "inbound", "fair-share"}
NAMES = {
    *("safety", "step", "average", "month-average"),
    *("@", "of", "received", "expires", "number", "at", "allocated", "has"),
    *("only", "days", "holds", "from", "priority", "requested", "customer"),
    *("locations", "costing", "rounding", "places", "on"),
}


class Scenario(NamedTuple):
    """The facts of a case, and its runs, each with what it must give."""

    title: str
    demand: list[Demand]
    items: list[Item]
    lots: list[Lot]
    floors: dict[tuple[str, str], date]
    runs: list[tuple[Policy, list[str]]]


def pairs(words: list[str]) -> dict[str, str]:
    rest = iter(words)
    said = {word: word if word in FLAGS else next(rest) for word in rest}
    assert said.keys() <= FLAGS | NAMES, words
    return said


def number(text: str | None) -> int:
    return to_scaled(Decimal(text or 0))


def day(text: str | None) -> date | None:
    return date.fromisoformat(text if len(text) == 10 else f"2024-{text}") if text else None


def lot_id(text: str | None) -> int | None:
    return int(text.removeprefix("#")) if text else None


def read_item(code: str, *words: str) -> Item:
    said = pairs([*words])
    average = to_scaled(Decimal(said["average"]), AVERAGE_PLACES) if "average" in said else None
    month_average = Fraction(said["month-average"]) * 10**6 if "month-average" in said else None
    return Item(code, number(said.get("safety")), number(said.get("step")) or None, average, month_average)


def read_lot(place: int, quantity: str, *words: str) -> Lot:
    said = pairs([*words])
    return Lot(
        place,
        said.get("of", "A"),
        number(quantity),
        number(said.get("allocated")),
        number(said["@"]),
        day(said.get("received")) or date(2024, 4, place),
        day(said.get("expires")),
        said.get("number"),
        said.get("at"),
        held="held" in said,
        averaged="joined" in said,
    )


def read_order(order_id: int, text: str) -> Demand:
    lines: list[Line] = []
    every: dict[str, str] = {}
    for line_no, (quantity, *words) in enumerate((part.split() for part in text.split(";")), start=1):
        said = pairs(words)
        every |= said
        own = lot_id(said.get("from"))
        line = Line(
            line_no,
            said.get("of", "A"),
            number(quantity),
            inventory_id=lot_id(said.get("only")),
            lot_number=said.get("number"),
            location=said.get("at"),
            min_remaining_days=int(said.get("days", 0)),
            single_lot="single-lot" in said,
            no_date_reversal="no-reversal" in said,
        )
        lines.append(line if own is None else line._replace(own={own: number(said["holds"])}))
    priority, requested = int(every.get("priority", 0)), day(every.get("requested"))
    return Demand(order_id, tuple(lines), priority, requested, every.get("customer"), complete="complete" in every)


def read_run(method: str, *words: str) -> Policy:
    said = pairs([*words])
    return Policy(
        Method(method),
        day(said.get("on")) or date(2024, 5, 10),
        Costing(said["costing"]) if "costing" in said else None,
        include_inbound="inbound" in said,
        locations=tuple(said["locations"].split(",")) if "locations" in said else (),
        scarcity=Scarcity.FAIR_SHARE if "fair-share" in said else Scarcity.SEQUENCE,
        currency=Currency(int(said.get("places", 2)), RoundingMode(said.get("rounding", "HALF_UP"))),
    )


def read(title: str, facts: list[str]) -> Scenario:
    scenario = Scenario(title, [], [], [], {}, [])
    for fact in facts:
        what, rest = fact.split(maxsplit=1)
        match what:
            case "item":
                scenario.items.append(read_item(*rest.split()))
            case "lot":
                scenario.lots.append(read_lot(len(scenario.lots) + 1, *rest.split()))
            case "customer":
                customer, *words = rest.split()
                said = pairs(words)
                scenario.floors[customer, said.get("of", "A")] = day(said["has"]) or date.min
            case "order":
                scenario.demand.append(read_order(len(scenario.demand) + 1, rest))
            case "run":
                scenario.runs.append((read_run(*rest.split()), []))
            case _:
                scenario.runs[-1][1].append(" ".join(fact.split()))
    return scenario


def scenarios() -> Iterator[Scenario]:
    for path in sorted((Path(__file__).parent / "scenarios").glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("\n\n"):
            lines = [line for line in block.splitlines() if line.strip() and not line.startswith("#")]
            if lines:
                yield read(lines[0], lines[1:])


def plain(value: Fraction) -> str:
    return f"{to_decimal(int(value * 10**AVERAGE_PLACES), AVERAGE_PLACES):f}"


def told(outcome: Outcome, scenario: Scenario, expected: list[str]) -> list[str]:
    """Say what came out, as fully as the expectation does."""
    wanted = " ".join(expected)
    said: list[str] = []
    for order in scenario.demand:
        for line in order.lines:
            here = order.order_id, line.line_no
            rows = [row for row in outcome.rows if row[:2] == here]
            picks = [
                f"{plain(row.quantity)} of #{row.lot_id}"
                + (f" @ {plain(row.unit_price)}" if " @ " in wanted else "")
                + (f" for {plain(row.amount)}" if " for " in wanted else "")
                + (f" average {plain(row.average or Fraction(0))}" if " average " in wanted else "")
                for row in rows
            ]
            text = f"{order.order_id}.{line.line_no}" if len(order.lines) > 1 else f"{order.order_id}"
            text += f" gets {' + '.join(picks)} = {plain(sum((row.amount for row in rows), Fraction(0)))}"
            text = text if rows else text.split(" gets ")[0] + " gets nothing"
            if rows and "because" in wanted:
                text += f" because {' '.join(sorted({row.reason for row in rows}))}"
            for short in outcome.shortages:
                if short[:2] == here:
                    reasons = ", ".join(f"{code} {plain(quantity)}" for code, quantity in short.reasons)
                    text += f"; short {plain(short.quantity)}: {reasons}"
            said.append(text)
    if "left" in wanted:
        taken = {lot.id: sum(row.quantity for row in outcome.rows if row.lot_id == lot.id) for lot in scenario.lots}
        said.append("left " + ", ".join(plain(units(lot.available) - taken[lot.id]) for lot in scenario.lots))
    return said


@pytest.mark.parametrize("planner", [planned, naive_plan], ids=["plan", "naive model"])
@pytest.mark.parametrize("scenario", [*scenarios()], ids=lambda scenario: scenario.title)
def test_what_the_scenarios_tell(scenario: Scenario, planner: Callable[..., Outcome]) -> None:
    assert scenario.runs
    for policy, expected in scenario.runs:
        outcome = planner(scenario.demand, scenario.items, scenario.lots, policy, scenario.floors)
        assert told(outcome, scenario, expected) == expected
