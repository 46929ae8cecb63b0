"""POST /allocate by examples: who gets what of which lot, and why a line got less."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

import httpx
import pytest
from checks import Json, Taken, run, short, taken

from builders import order, receive


class Case(NamedTuple):
    """Lots of item A by default, orders of it, a request, and what must come of it on 2026-06-15."""

    name: str
    lots: list[Any]
    """A quantity, or a lot's fields."""
    orders: list[Any]
    """A quantity, a list of lines, or (lines, the order's fields); a line is a quantity or its fields."""
    taken: Taken
    short: Mapping[tuple[int, int], dict[str, Any]] = MappingProxyType({})
    request: Mapping[str, Any] = MappingProxyType({})


def prepare(client: httpx.Client, case: Case) -> None:
    """Receive the lots and take the orders of a case."""
    for lot in case.lots:
        fields = dict(lot) if isinstance(lot, dict) else {"quantity": lot}
        receive(client, fields.pop("item", "A"), fields.pop("quantity"), **fields)
    for entry in case.orders:
        lines, more = entry if isinstance(entry, tuple) else (entry, {})
        shown = [
            {"item_code": "A", **line} if isinstance(line, dict) else {"item_code": "A", "quantity": line}
            for line in (lines if isinstance(lines, list) else [lines])
        ]
        order(client, *shown, **more)


def a(quantity: Any, item: str = "A", **more: Any) -> Json:
    """Write a lot."""
    return {"item": item, "quantity": quantity, **more}


def of(item: str, quantity: Any, **more: Any) -> Json:
    """Write a line."""
    return {"item_code": item, "quantity": quantity, **more}


COMPLETE = {"fulfilment": "complete"}
D = Decimal

DEMAND = [
    Case("one order of one lot", [10], [4], [(1, 1, 1, 4)]),
    Case("over two lots", [4, 10], [6], [(1, 1, 1, 4), (1, 1, 2, 2)]),
    Case("exactly what there is", [4], [4], [(1, 1, 1, 4)]),
    Case("a little more than there is", [4], ["4.000001"], [(1, 1, 1, 4)], {(1, 1): {"no-stock": D("0.000001")}}),
    Case("nothing there", [], [4], [], {(1, 1): {"no-stock": 4}}),
    Case("a lot of nothing", [0], [4], [], {(1, 1): {"no-stock": 4}}),
    Case("a lot of nothing is passed over", [0, 5], [4], [(1, 1, 2, 4)]),
    Case("an item nobody has heard of", [10], [[of("B", 1)]], [], {(1, 1): {"no-stock": 1}}),
    Case("another case is another item", [10], [[of("a", 1)]], [], {(1, 1): {"no-stock": 1}}),
    Case("no binary float", [3140], ["3106.4", "33.6"], [(1, 1, 1, D("3106.4")), (2, 1, 1, D("33.6"))]),
    Case("tenths add up", ["0.3"], ["0.1", "0.2"], [(1, 1, 1, D("0.1")), (2, 1, 1, D("0.2"))]),
    Case("all of 33.60", ["33.59", "0.01"], ["33.60"], [(1, 1, 1, D("33.59")), (1, 1, 2, D("0.01"))]),
    Case(
        "the largest and the smallest",
        ["999999999999.999999", "0.000001"],
        ["999999999999.999999", "0.000001"],
        [(1, 1, 1, D("999999999999.999999")), (2, 1, 2, D("0.000001"))],
    ),
    Case(
        "lines of one item in one order never take the same stock twice",
        [10],
        [[6, 6]],
        [(1, 1, 1, 6), (1, 2, 1, 4)],
        {(1, 2): {"all-allocated": 2}},
    ),
    Case("three lines of one item over three lots", [3, 3, 3], [[2, 5, 2]],
         [(1, 1, 1, 2), (1, 2, 1, 1), (1, 2, 2, 3), (1, 2, 3, 1), (1, 3, 3, 2)]),
    Case("first come, first served", [10], [6, 6], [(1, 1, 1, 6), (2, 1, 1, 4)], {(2, 1): {"all-allocated": 2}}),
    Case("high priority first", [5], [(5, {"priority": -1}), 5, (5, {"priority": 1})], [(3, 1, 1, 5)],
         {(2, 1): {"all-allocated": 5}, (1, 1): {"all-allocated": 5}}),
    Case("then the earlier date, none last", [5],
         [5, (5, {"requested_date": "2026-09-02"}), (5, {"requested_date": "2026-09-01"})], [(3, 1, 1, 5)],
         {(2, 1): {"all-allocated": 5}, (1, 1): {"all-allocated": 5}}),
    Case("priority before the date", [5], [(5, {"requested_date": "2026-01-01"}), (5, {"priority": 1})],
         [(2, 1, 1, 5)], {(1, 1): {"all-allocated": 5}}),
    Case("the far date before none", [5], [5, (5, {"requested_date": "9999-12-31"})], [(2, 1, 1, 5)],
         {(1, 1): {"all-allocated": 5}}),
    Case("only some orders", [10], [4, 4, 4], [(1, 1, 1, 4), (3, 1, 1, 4)], {}, {"order_ids": [3, 1, 3]}),
    Case("only some items", [10, a(10, "B")], [[of("A", 1), of("B", 2)], [of("B", 3)]],
         [(1, 2, 2, 2), (2, 1, 2, 3)], {}, {"item_codes": ["B", "C"]}),
    Case("some orders of some items", [10, a(10, "B")], [[of("A", 1), of("B", 2)], [of("B", 3)]], [(1, 2, 2, 2)], {},
         {"item_codes": ["B"], "order_ids": [1]}),
    Case("a complete order in scope comes whole", [10, a(10, "B")],
         [([of("A", 1), of("B", 2)], COMPLETE), [of("A", 5), of("B", 3)]],
         [(1, 1, 1, 1), (1, 2, 2, 2), (2, 2, 2, 3)], {}, {"item_codes": ["B"]}),
    Case("a complete order out of scope does not", [10, a(10, "B")], [([of("A", 1)], COMPLETE), [of("B", 3)]],
         [(2, 1, 2, 3)], {}, {"item_codes": ["B"]}),
]  # fmt: skip

COMPLETENESS = [
    Case("complete and filled", [10, a(3, "B")], [([of("A", 5), of("B", 3)], COMPLETE)], [(1, 1, 1, 5), (1, 2, 2, 3)]),
    Case("complete and not filled leaves its stock to those after it", [10, a(2, "B")],
         [([of("A", 6), of("B", 3)], COMPLETE), ([of("A", 8), of("B", 1)], {})], [(2, 1, 1, 8), (2, 2, 2, 1)],
         {(1, 1): {"order-must-be-complete": 6}, (1, 2): {"order-must-be-complete": 2, "no-stock": 1}}),
    Case("complete among partial ones", [10], [4, (7, COMPLETE), 4], [(1, 1, 1, 4), (3, 1, 1, 4)],
         {(2, 1): {"order-must-be-complete": 6, "all-allocated": 1}}),
    Case("two lines of one item are one sum", [6], [([4, 4], COMPLETE)], [],
         {(1, 1): {"order-must-be-complete": 4}, (1, 2): {"order-must-be-complete": 2, "no-stock": 2}}),
    Case("two lines of one item that fit", [8], [([4, 4], COMPLETE)], [(1, 1, 1, 4), (1, 2, 1, 4)]),
    Case("a later complete order that fits is filled", [5], [(6, COMPLETE), (5, COMPLETE)], [(2, 1, 1, 5)],
         {(1, 1): {"order-must-be-complete": 5, "no-stock": 1}}),
    Case("everything is short", [], [(6, COMPLETE), 5], [], {(1, 1): {"no-stock": 6}, (2, 1): {"no-stock": 5}}),
]  # fmt: skip

DATES = [
    Case("good until today", [a(5, expiration_date="2026-06-15")], [5], [(1, 1, 1, 5)]),
    Case("expired yesterday", [a(5, expiration_date="2026-06-14")], [5], [], {(1, 1): {"expires-too-soon": 5}}),
    Case("an expired lot is passed over", [a(5, expiration_date="2026-06-14"), 5], [6], [(1, 1, 2, 5)],
         {(1, 1): {"expires-too-soon": 1}}),
    Case("expired before it came", [a(5, expiration_date="2020-01-01")], [5], [], {(1, 1): {"expires-too-soon": 5}}),
    Case("received today", [a(5, receipt_date="2026-06-15")], [5], [(1, 1, 1, 5)]),
    Case("received tomorrow", [a(5, receipt_date="2026-06-16")], [6], [],
         {(1, 1): {"not-yet-received": 5, "no-stock": 1}}),
    Case("inbound included", [a(5, receipt_date="2026-06-16"), 2], [6], [(1, 1, 2, 2), (1, 1, 1, 4)], {},
         {"include_inbound": True}),
    Case("inbound, expired and held back", [a(5, receipt_date="2026-06-16", expiration_date="2026-06-01")], [5], [],
         {(1, 1): {"not-yet-received": 5}}),
    Case("inbound included but expired", [a(5, receipt_date="2026-06-16", expiration_date="2026-06-01")], [5], [],
         {(1, 1): {"expires-too-soon": 5}}, {"include_inbound": True}),
    Case("a past date knows less", [a(5, receipt_date="2026-03-01"), a(5, receipt_date="2026-02-01")], [10],
         [(1, 1, 2, 5)], {(1, 1): {"not-yet-received": 5}}, {"allocation_date": "2026-02-28"}),
    Case("a future date has received more and lost some",
         [a(5, receipt_date="2027-01-01"), a(5, expiration_date="2026-12-31")], [10], [(1, 1, 1, 5)],
         {(1, 1): {"expires-too-soon": 5}}, {"allocation_date": "2027-01-01"}),
    Case("the first and the last day there are",
         [a(5, receipt_date="0001-01-01", expiration_date="0001-01-01"), a(5, expiration_date="9999-12-31")], [10],
         [(1, 1, 2, 5)], {(1, 1): {"expires-too-soon": 5}}, {"allocation_date": "9999-12-31"}),
    Case("856 days are not 855", [a(9, expiration_date="2028-10-17"), a(9, expiration_date="2028-04-12")],
         [[{"quantity": 5, "min_remaining_days": 856}]], [], {(1, 1): {"expires-too-soon": 5}}),
    Case("856 days are 856", [a(9, expiration_date="2028-10-18")], [[{"quantity": 5, "min_remaining_days": 856}]],
         [(1, 1, 1, 5)]),
    Case("what never expires always has days left", [5], [[{"quantity": 5, "min_remaining_days": 1000000}]],
         [(1, 1, 1, 5)]),
    Case("each line has its own days", [a(5, expiration_date="2026-06-20"), a(5, expiration_date="2026-07-20")],
         [[{"quantity": 3, "min_remaining_days": 30}, 7]], [(1, 1, 2, 3), (1, 2, 1, 5), (1, 2, 2, 2)]),
]  # fmt: skip

LINES = [
    Case("the named lot only", [5, 5], [[{"quantity": 7, "inventory_id": 2}]], [(1, 1, 2, 5)],
         {(1, 1): {"lot-exhausted": 2}}),
    Case("a lot number may match several lots", [a(2, lot_number="L"), 5, a(2, lot_number="L")],
         [[{"quantity": 5, "lot_number": "L"}]], [(1, 1, 1, 2), (1, 1, 3, 2)], {(1, 1): {"lot-exhausted": 1}}),
    Case("a lot number nobody has", [5], [[{"quantity": 5, "lot_number": "L"}]], [], {(1, 1): {"lot-exhausted": 5}}),
    Case("a lot and a lot number that is not its own", [a(5, lot_number="L")],
         [[{"quantity": 5, "inventory_id": 1, "lot_number": "M"}]], [], {(1, 1): {"lot-exhausted": 5}}),
    Case("a named lot that others took", [5], [4, [{"quantity": 3, "inventory_id": 1}]], [(1, 1, 1, 4), (2, 1, 1, 1)],
         {(2, 1): {"lot-exhausted": 2}}),
    Case("a named lot that has expired", [a(5, expiration_date="2026-06-14"), 5],
         [[{"quantity": 7, "inventory_id": 1}]], [], {(1, 1): {"expires-too-soon": 5, "lot-exhausted": 2}}),
    Case("the line's location only", [a(5, location="Tokyo"), a(5, location="Osaka"), 5],
         [[{"quantity": 12, "location": "Osaka"}]], [(1, 1, 2, 5)], {(1, 1): {"wrong-location": 7}}),
    Case("wrong location counts what is available there", [a(5, location="Tokyo"), a(5, location="Osaka")],
         [[{"quantity": 3, "location": "Tokyo"}, {"quantity": 9, "location": "Osaka"}]], [(1, 1, 1, 3), (1, 2, 2, 5)],
         {(1, 2): {"wrong-location": 2, "no-stock": 2}}),
    Case("what others hold elsewhere explains nothing", [a(5, location="Tokyo")],
         [5, [{"quantity": 2, "location": "Osaka"}]], [(1, 1, 1, 5)], {(2, 1): {"no-stock": 2}}),
    Case("one lot or nothing", [4, 6, 9], [[{"quantity": 5, "single_lot": True}]], [(1, 1, 2, 5)]),
    Case("no lot is large enough", [4, 4], [[{"quantity": 5, "single_lot": True}]], [],
         {(1, 1): {"no-single-lot": 5}}),
    Case("no lot is large enough, by far", [1, 2], [[{"quantity": 5, "single_lot": True}]], [],
         {(1, 1): {"no-single-lot": 3, "no-stock": 2}}),
    Case("one lot also when it is named", [5, 4], [[{"quantity": 6, "single_lot": True, "inventory_id": 1}]], [],
         {(1, 1): {"no-single-lot": 5, "lot-exhausted": 1}}),
    Case("one of the lots with that number", [a(3, lot_number="L"), 9, a(6, lot_number="L")],
         [[{"quantity": 5, "single_lot": True, "lot_number": "L"}]], [(1, 1, 3, 5)]),
    Case("a lot that others opened may be too small", [6, 5], [2, [{"quantity": 5, "single_lot": True}]],
         [(1, 1, 1, 2), (2, 1, 2, 5)]),
]  # fmt: skip

REVERSAL = [
    Case("no earlier expiry than the customer had",
         [a(5, expiration_date="2026-09-01"), a(5, expiration_date="2026-08-01")],
         [([{"quantity": 2, "inventory_id": 1}], {"customer": "C"}),
          ([{"quantity": 9, "no_date_reversal": True}], {"customer": "C"})],
         [(1, 1, 1, 2), (2, 1, 1, 3)], {(2, 1): {"date-reversal": 5, "all-allocated": 1}}),
    Case("another customer may", [a(5, expiration_date="2026-09-01"), a(5, expiration_date="2026-08-01")],
         [([{"quantity": 5, "inventory_id": 1}], {"customer": "C"}),
          ([{"quantity": 5, "no_date_reversal": True}], {"customer": "c"})], [(1, 1, 1, 5), (2, 1, 2, 5)]),
    Case("without a customer it has no effect",
         [a(5, expiration_date="2026-09-01"), a(5, expiration_date="2026-08-01")],
         [[{"quantity": 5, "inventory_id": 1}], [{"quantity": 5, "no_date_reversal": True}]],
         [(1, 1, 1, 5), (2, 1, 2, 5)]),
    Case("lots without expiry neither set nor fail it", [5, a(5, expiration_date="2026-08-01"), 5],
         [([{"quantity": 5, "inventory_id": 1}], {"customer": "C"}),
          ([{"quantity": 10, "no_date_reversal": True}], {"customer": "C"})],
         [(1, 1, 1, 5), (2, 1, 2, 5), (2, 1, 3, 5)]),
    Case("the same expiry may", [a(5, expiration_date="2026-08-01"), a(5, expiration_date="2026-08-01")],
         [([{"quantity": 5, "inventory_id": 2}], {"customer": "C"}),
          ([{"quantity": 5, "no_date_reversal": True}], {"customer": "C"})], [(1, 1, 2, 5), (2, 1, 1, 5)]),
    Case("within one order too", [a(5, expiration_date="2026-09-01"), a(5, expiration_date="2026-08-01")],
         [([{"quantity": 1, "inventory_id": 1}, {"quantity": 5, "no_date_reversal": True}], {"customer": "C"})],
         [(1, 1, 1, 1), (1, 2, 1, 4)], {(1, 2): {"date-reversal": 1}}),
    Case("not while the line itself is filled",
         [a(5, expiration_date="2026-09-01"), a(5, expiration_date="2026-08-01")],
         [([{"quantity": 8, "no_date_reversal": True}], {"customer": "C"})], [(1, 1, 1, 5), (1, 1, 2, 3)]),
]  # fmt: skip


@pytest.mark.parametrize("case", [*DEMAND, *COMPLETENESS, *DATES, *LINES, *REVERSAL], ids=lambda case: case.name)
def test_a_run_gives_what_the_contract_says(client: httpx.Client, case: Case) -> None:
    prepare(client, case)
    dry = run(client, dry_run=True, **case.request)
    shown = run(client, **case.request)
    assert (taken(shown), short(shown)) == (case.taken, case.short)
    assert (taken(dry), short(dry)) == (case.taken, case.short)
    assert list(short(shown)) == list(case.short), "shortages stand in demand order"
    again = run(client, **case.request)
    assert (again["allocated_quantity"], again["results"]) == (0, [])
