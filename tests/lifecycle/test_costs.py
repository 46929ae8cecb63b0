"""What one item costs over three months, by each costing method, with the arithmetic beside it."""

import re
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import httpx
import pytest
from life import Json, Serve, get, post, problem, refused, rows
from sqlalchemy import text

from builders import allocate, order, receive
from hikiate.database import Database
from hikiate.domain.decimals import RoundingMode
from hikiate.services import planning
from hikiate.settings import Settings

# Each order is served on the spot, FIFO; what it costs stands under it. Lots by receipt: #1, #3, #2, #4, #5.
# TOTAL_AVERAGE of July is 115 until lot #3 is entered late, then 106; August, without receipts, has the same.
# The stock that opens September: 10 + 10 + 5 received, 1 found, 1 lost, 2 + 8 + 3 + 4 + 2 allocated and not released.
STORY = """
2025-07-01 receive 10 @ 100
2025-07-10 order 4
    LOT             4 × 100                                     = 400
    AVERAGE         4 × 100                                     = 400
    TOTAL_AVERAGE   4 × (10 × 100) ÷ 10                         = 400
    MOVING_AVERAGE  4 × 100                                     = 400
2025-07-15 receive 10 @ 130
2025-07-20 order 8
    LOT             6 × 100 + 2 × 130                           = 860
    AVERAGE         8 × (6 × 100 + 10 × 130) ÷ 16               = 950
    TOTAL_AVERAGE   8 × (10 × 100 + 10 × 130) ÷ 20              = 920
    MOVING_AVERAGE  8 × (100 × 6 + 10 × 130) ÷ 16               = 950
2025-07-25 release 2 of order 1
    LOT             400 × 2 ÷ 4                                 = 200
    AVERAGE         400 × 2 ÷ 4                                 = 200
    TOTAL_AVERAGE   400 × 2 ÷ 4                                 = 200
    MOVING_AVERAGE  400 × 2 ÷ 4                                 = 200
    average         (118.75 × 8 + 2 × 100) ÷ 10                 = 115
2025-07-31 adjust lot 2 by 1
    average         115                                         = 115
2025-08-01 order 3
    LOT             2 × 100 + 1 × 130                           = 330
    AVERAGE         3 × (2 × 100 + 9 × 130) ÷ 11                = 373.64
    TOTAL_AVERAGE   3 × (10 × 100 + 10 × 130) ÷ 20              = 345
    MOVING_AVERAGE  3 × 115                                     = 345
2025-07-05 receive 5 @ 70
2025-08-12 order 4
    LOT             4 × 70                                      = 280
    AVERAGE         4 × (5 × 70 + 8 × 130) ÷ 13                 = 427.69
    TOTAL_AVERAGE   4 × (10 × 100 + 5 × 70 + 10 × 130) ÷ 25     = 424
    MOVING_AVERAGE  4 × (115 × 8 + 5 × 70) ÷ 13                 = 390.77
    average         (115 × 8 + 5 × 70) ÷ 13                     = 97.692307692308
2025-09-10 receive 6 @ 160
2025-08-21 order 2 of what is inbound
    LOT             2 × 160                                     = 320
    AVERAGE         2 × (1 × 70 + 8 × 130 + 6 × 160) ÷ 15       = 276
    TOTAL_AVERAGE   2 × 106                                     = 212
    MOVING_AVERAGE  2 × (97.692307692308 × 9 + 6 × 160) ÷ 15    = 245.23
    average         (97.692307692308 × 9 + 6 × 160) ÷ 15        = 122.615384615385
2025-08-31 adjust lot 2 by -1
2025-09-05 order 5
    LOT             1 × 70 + 4 × 130                            = 590
    AVERAGE         5 × (1 × 70 + 7 × 130) ÷ 8                  = 612.5
    TOTAL_AVERAGE   5 × 106                                     = 530
    MOVING_AVERAGE  5 × 122.615384615385                        = 613.08
2025-09-15 receive 4 @ 90
2025-09-20 order 6
    LOT             3 × 130 + 3 × 160                           = 870
    AVERAGE         6 × (3 × 130 + 4 × 160 + 4 × 90) ÷ 11       = 758.18
    TOTAL_AVERAGE   6 × (6 × 106 + 6 × 160 + 4 × 90) ÷ (6 + 10) = 733.5
    MOVING_AVERAGE  6 × (122.615384615385 × 7 + 4 × 90) ÷ 11    = 664.53
    average         (122.615384615385 × 7 + 4 × 90) ÷ 11        = 110.755244755245
"""
# What the months say in the end, whatever the costing; closing value = closing quantity × the month's average.
MONTHS = """
month   | opening | value | received | value | adjusted | allocated | average | closing | value
2025-07 | 0       | 0     | 25       | 2650  | 1        | 10        | 106     | 16      | 1696
2025-08 | 16      | 1696  | 0        | 0     | -1       | 9         | 106     | 6       | 636
2025-09 | 6       | 636   | 10       | 1320  | 0        | 11        | 122.25  | 5       | 611.25
"""
COLUMNS = (
    "month",
    "opening_quantity",
    "opening_value",
    "received_quantity",
    "received_value",
    "adjusted_quantity",
    "allocated_quantity",
    "total_average",
    "closing_quantity",
    "closing_value",
)


def worked_out(arithmetic: str, places: int) -> Decimal:
    """Do the arithmetic of a table, exactly, and round it half up."""
    exact = re.sub(r"[0-9.]+", lambda number: f"Fraction('{number[0]}')", arithmetic)
    value = Fraction(eval(exact.replace("×", "*").replace("÷", "/")))
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def table(written: str) -> list[list[str]]:
    """Return the cells of a table, without its head."""
    return [[cell.strip() for cell in line.split("|")] for line in written.strip().splitlines()[1:]]


class Story:
    """Does what the story tells, with one costing."""

    def __init__(self, client: httpx.Client, database: Database, costing: str) -> None:
        self.client = client
        self.database = database
        self.costing = costing

    def tell(self, step: str) -> Any:
        """Do one step, and return the amount that it moved, if it moved one."""
        day, verb, *words = step.split()
        match verb, words:
            case "receive", [quantity, "@", price]:
                receive(self.client, "A", quantity, price, receipt_date=day)
            case "order", [quantity, *inbound]:
                taken = order(self.client, ("A", quantity))
                method = "LIFO" if inbound else "FIFO"
                more = {"allocation_date": day, "costing_method": self.costing, "include_inbound": bool(inbound)}
                run = allocate(self.client, method, order_ids=[taken["id"]], **more)
                assert run["short_quantity"] == 0
                given = rows(self.client, run_id=run["id"])
                amount = sum(row["allocated_price"] for row in given)
                assert get(self.client, f"/allocation-runs/{run['id']}")["allocated_price"] == amount
                return amount
            case "release", [quantity, "of", "order", order_id]:
                post(self.client, f"/orders/{order_id}/release", {"lines": [{"line_no": 1, "quantity": quantity}]})
                [part] = rows(self.client, order_id=order_id, status="released")
                return part["allocated_price"]
            case "adjust", ["lot", lot_id, "by", change]:
                body = {"quantity_change": change, "reason": "counted"}
                post(self.client, f"/inventories/{lot_id}/adjust", body)
                with self.database.engine.begin() as connection:
                    statement = (
                        "UPDATE stock_movements SET created_at = :day WHERE kind = 'adjustment' AND reason = 'counted'"
                    )
                    latest = " AND id = (SELECT max(id) FROM stock_movements)"
                    connection.execute(text(statement + latest), {"day": f"{day} 12:00Z"})
            case _:
                raise AssertionError(step)
        return None


@pytest.mark.parametrize("costing", ["LOT", "AVERAGE", "TOTAL_AVERAGE", "MOVING_AVERAGE"])
def test_three_months_of_one_item(client: httpx.Client, database: Database, costing: str) -> None:
    story = Story(client, database, costing)
    amount: Any = None
    for line in STORY.strip().splitlines():
        if not line.startswith(" "):
            amount = story.tell(line)
            continue
        name, sum_ = line.strip().split(maxsplit=1)
        arithmetic, _, result = sum_.rpartition("=")
        places = 12 if name == "average" else 2
        assert worked_out(arithmetic, places) == Decimal(result.strip()), line
        if name == "average":
            assert get(client, "/items/A/costs")["moving_average"] == Decimal(result.strip()), line
        elif name == costing:
            assert amount == Decimal(result.strip()), line
    months = get(client, "/items/A/costs")["months"]
    for shown, expected in zip(months, table(MONTHS), strict=True):
        assert [str(shown[name]) for name in COLUMNS] == expected
        assert shown["provisional"] is False
        unreleased = [row for row in rows(client) if row["allocation_date"].startswith(shown["month"])]
        assert shown["allocated_price"] == sum(
            row["allocated_price"] for row in unreleased if row["status"] != "released"
        )
        assert get(client, "/items/A/costs", month=shown["month"])["months"] == [shown]


def test_a_line_that_is_averaged_is_rounded_once_and_its_rows_sum_to_it(client: httpx.Client) -> None:
    """3 × 1370 ÷ 11 = 373.636…: the rows are 249.0909 and 124.5454; the cent that is left goes to the larger rest."""
    receive(client, "A", 2, 100)
    receive(client, "A", 9, 130)
    order(client, ("A", 3))
    allocate(client, "AVERAGE")
    assert [row["allocated_price"] for row in rows(client)] == [Decimal("249.09"), Decimal("124.55")]
    assert {row["unit_price"] for row in rows(client)} == {Decimal("124.545455")}


def test_what_a_row_was_priced_at_never_changes(client: httpx.Client) -> None:
    for _ in range(3):
        order(client, ("A", 2))
    receive(client, "A", 10, 10)
    allocate(client, "TOTAL_AVERAGE", order_ids=[1])
    allocate(client, "MOVING_AVERAGE", order_ids=[2])
    before = rows(client)
    receive(client, "A", 10, 90)
    post(client, "/inventories/1/adjust", {"quantity_change": 5, "reason": "found"})
    allocate(client, "MOVING_AVERAGE", order_ids=[3])
    assert rows(client)[:2] == before


def test_an_amount_is_provisional_until_its_month_is_over(client: httpx.Client) -> None:
    today = Settings(database_url=None).today()
    this = today.replace(day=1)
    last = this - timedelta(days=1)
    next_ = (this + timedelta(days=31)).replace(day=1)
    receive(client, "A", 10, 10, receipt_date=str(last))
    for day, provisional in ((last, False), (this, True), (today, True), (next_, True)):
        made = order(client, ("A", 1))
        run = allocate(client, "TOTAL_AVERAGE", allocation_date=str(day), order_ids=[made["id"]])
        assert run["results"][0]["provisional"] is provisional
        assert rows(client)[-1]["provisional"] is provisional
        [month] = get(client, "/items/A/costs", month=f"{day:%Y-%m}")["months"]
        assert month["provisional"] is provisional
    order(client, ("A", 1))
    assert allocate(client, "MOVING_AVERAGE", allocation_date=str(today))["results"][0]["provisional"] is False


@pytest.mark.parametrize("costing", ["TOTAL_AVERAGE", "MOVING_AVERAGE"])
def test_without_any_average_the_price_is_the_lots(client: httpx.Client, costing: str) -> None:
    """An inbound lot has no month yet; a lot that came empty brought no average."""
    receive(client, "A", 0, 7)
    receive(client, "B", 5, 8, receipt_date="2999-01-01")
    order(client, ("A", 1))
    allocate(client, "FIFO", costing_method=costing, allocation_date="2026-02-01")
    post(client, "/inventories/1/adjust", {"quantity_change": 5, "reason": "found"})
    order(client, ("B", 2))
    run = allocate(client, "FIFO", costing_method=costing, allocation_date="2026-02-01", include_inbound=True)
    assert [(row["item_code"], row["unit_price"]) for row in run["results"]] == [("A", 7), ("B", 8)]


def test_lot_and_moving_average_conserve_value(client: httpx.Client) -> None:
    """What was received is what the rows cost in the end, however often some of it came back."""
    for costing, code in (("LOT", "A"), ("MOVING_AVERAGE", "B")):
        receive(client, code, 7, "3.33", receipt_date="2025-07-01")
        receive(client, code, 5, "11.11", receipt_date="2025-07-03")
        for day, quantity in (("2025-07-02", 3), ("2025-07-03", 6), ("2025-07-04", 3)):
            made = order(client, (code, quantity))
            allocate(client, costing_method=costing, allocation_date=day, order_ids=[made["id"]])
            back = {"lines": [{"line_no": 1, "quantity": 2}]}
            post(client, f"/orders/{made['id']}/release", back)
        allocate(client, costing_method=costing, allocation_date="2025-07-05")
        kept = [row for row in rows(client, item_code=code) if row["status"] == "allocated"]
        assert sum(row["allocated_quantity"] for row in kept) == 12
        assert abs(sum(row["allocated_price"] for row in kept) - Decimal("78.86")) <= Decimal("0.03")


def test_what_comes_in_while_a_run_reads_stock_is_averaged_before_it_is_taken(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Receiving waits for nobody: between two reads of a run there may be a lot more."""
    read_lots, between = planning.read_lots, iter([receive])

    def reading(*arguments: Any) -> Any:
        for arrive in between:
            arrive(client, "A", 5, 100)
        return read_lots(*arguments)

    for _ in range(3):
        receive(client, "A", 1, 10)
    order(client, ("A", "0.5"))
    allocate(client, "MOVING_AVERAGE")
    monkeypatch.setattr(planning, "read_lots", reading)
    order(client, ("A", 5))
    allocate(client, "MOVING_AVERAGE")
    order(client, ("A", 9))
    allocate(client, "MOVING_AVERAGE")
    assert next(between, None) is None
    assert sum(row["allocated_quantity"] for row in rows(client)) == 8
    assert sum(row["allocated_price"] for row in rows(client)) == 530


@pytest.mark.parametrize(
    ("places", "rounding", "amounts"),
    [
        (0, RoundingMode.HALF_UP, [5, 3, 2]),
        (0, RoundingMode.HALF_EVEN, [5, 2, 3]),
        (0, RoundingMode.DOWN, [6, 2, 2]),
        (3, RoundingMode.HALF_UP, [5, Decimal("2.5"), Decimal("2.5")]),
    ],
)
def test_a_part_has_its_share_of_the_amount_in_the_currencys_places(
    serve: Serve, places: int, rounding: RoundingMode, amounts: list[Any]
) -> None:
    """10 for 4: a quarter is 2.5, which is rounded as the currency is; the row keeps what is left."""
    client = serve(Settings(database_url=None, currency_places=places, rounding=rounding))
    receive(client, "A", 4, "2.5")
    order(client, ("A", 4))
    allocate(client)
    post(client, "/allocation-results/1/release", {"quantity": 1})
    assert [row["allocated_price"] for row in rows(client)] == [10 - amounts[1], amounts[1]]
    post(client, "/allocation-results/1/ship", {"quantity": 1})
    assert [row["allocated_price"] for row in rows(client)] == amounts


def test_a_month_is_asked_for_by_its_name(client: httpx.Client) -> None:
    receive(client, "A", 3, 10, receipt_date="2025-07-31")
    for month in ("2025-7", "2025-13", "0000-01", "202507", "2025-07-01", "", "２０２５-07"):
        refused(client.get("/items/A/costs", params={"month": month}), "/month")
    problem(client.get("/items/B/costs"), 404, "not-found")
    nothing: Json = get(client, "/items/A/costs", month="2025-06")["months"][0]
    assert (nothing["opening_quantity"], nothing["total_average"], nothing["closing_value"]) == (0, None, 0)
    later: Json = get(client, "/items/A/costs", month="2025-08")["months"][0]
    assert (later["opening_quantity"], later["total_average"], later["closing_value"]) == (3, 10, 30)
    assert [month["month"] for month in get(client, "/items/A/costs")["months"]] == ["2025-07"]
