"""A chunk served by columns gives what a plan gives, and leaves what a plan leaves."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from chunked import OFF
from life import TESTER
from sqlalchemy import Connection, text

from builders import order, receive
from emptying import empty
from facts import check_facts
from hikiate.database import Database
from hikiate.domain.methods import Method
from hikiate.schemas import AllocationRequest, InventoryRequest, ItemRequest, OrderRequest
from hikiate.services import allocating, in_bulk, ordering, receiving, serving, stocktaking
from hikiate.services.allocating import start

TODAY = date(2026, 1, 10)
# What a run writes, without ids and times.
WRITTEN = (
    "SELECT order_id, line_no, inventory_id, quantity, unit_price, amount, average, status, reason, hold_until"
    " FROM allocation_results ORDER BY id",
    "SELECT order_id, line_no, item_code, quantity, reasons FROM allocation_shortages ORDER BY id",
    "SELECT id, allocated_quantity FROM inventories ORDER BY id",
    "SELECT item_code, average FROM items ORDER BY item_code",
    "SELECT item_code, inventory_id FROM new_lots ORDER BY item_code, inventory_id",
    "SELECT inventory_id FROM available_lots ORDER BY inventory_id",
    "SELECT id, status FROM orders ORDER BY id",
    "SELECT orders, lines, requested_quantity, allocated_quantity, short_quantity, allocated_price"
    " FROM allocation_runs ORDER BY id",
)


class Made:
    """Stock and orders drawn at random: few items, so that some run short and some do not."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def write(self, connection: Connection) -> None:
        """Receive lots, take orders, allocate some of them, receive more, and hold a lot or two."""
        draw = self.draw
        self._receive(connection, draw.randint(3, 9))
        self._order(connection, draw.randint(1, 4))
        method = draw.choice([Method.FIFO, Method.MOVING_AVERAGE, Method.LIFO])
        before = AllocationRequest(allocation_method=method, allocation_date=TODAY - timedelta(draw.randint(0, 9)))
        start(connection, OFF, TESTER, before)
        lots = self._receive(connection, draw.randint(2, 6))
        if draw.random() < 0.3:
            stocktaking.hold(connection, OFF, TESTER, draw.choice(lots), held=True)
        if draw.random() < 0.4:
            item = ItemRequest.model_validate({"safety_stock": draw.randint(1, 4)})
            stocktaking.put_item(connection, OFF, TESTER, draw.choice("ABC"), item)
        self._order(connection, draw.randint(3, 12))

    def _receive(self, connection: Connection, count: int) -> list[int]:
        draw = self.draw
        return [
            receiving.receive(
                connection,
                OFF,
                TESTER,
                InventoryRequest.model_validate(
                    {
                        "item_code": draw.choice("AABC"),
                        "quantity": draw.choice([0, 1, 2, 5, 9, "2.5", 30]),
                        "unit_price": draw.choice(["0", "1.005", "3.333333", "10"]),
                        "receipt_date": TODAY + timedelta(draw.choice([-9, -8, -3, -3, 0, 1])),
                        "expiration_date": draw.choice([None, None, TODAY, TODAY - timedelta(1)]),
                        "location": draw.choice([None, "x"]),
                    }
                ),
            ).id
            for _ in range(count)
        ]

    def _order(self, connection: Connection, count: int) -> None:
        draw = self.draw
        for _ in range(count):
            body = {
                "priority": draw.choice([0, 0, 1]),
                "requested_date": draw.choice([None, TODAY]),
                "fulfilment": draw.choice(["partial", "partial", "complete"]),
                "lines": [
                    {"item_code": draw.choice("ABCD"), "quantity": draw.choice([1, 2, 3, "0.5", 7])}
                    | draw.choice([{}, {}, {}, {}, {"location": "x"}, {"single_lot": True}])
                    for _ in range(draw.randint(1, 4))
                ],
            }
            ordering.create(connection, OFF, TESTER, OrderRequest.model_validate(body))


def _allocated(database: Database, request: AllocationRequest, chunk_lines: int, few_rows: int) -> list[Any]:
    """Run in chunks of so many lines, and return what is in the tables then; all is undone."""
    with (
        pytest.MonkeyPatch.context() as patched,
        database.engine.connect() as connection,
        connection.begin() as undone,
    ):
        patched.setattr(serving, "CHUNK_LINES", chunk_lines)
        patched.setattr(serving, "FEW_ROWS", few_rows)
        run = start(connection, OFF, TESTER, request)
        while run.status.value == "running" and run.id is not None:
            run = allocating.advance(connection, OFF, run.id)
        tables = [[tuple(row) for row in connection.execute(text(query))] for query in WRITTEN]
        undone.rollback()
    return tables


@pytest.mark.parametrize("seed", range(120))
def test_by_columns_as_by_a_plan(database: Database, seed: int) -> None:
    """The same rows, shortages, balances, averages and states, in one chunk as in several."""
    made = Made(seed)
    database.transact(made.write)
    codes = made.draw.choice([None, None, None, ["A"], ["B", "C"]])
    request = AllocationRequest(allocation_method=Method.FIFO, allocation_date=TODAY, item_codes=codes)
    chunk_lines = made.draw.choice([3, 8, 1_000])
    planned, filled = (_allocated(database, request, chunk_lines, few_rows) for few_rows in (1_000, 0))
    assert filled == planned


def test_balances_agree_after_a_chunk_by_columns(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """And another after it finds what it left."""
    served = []
    by_columns = serving.serve_in_bulk

    def counting(*args: Any) -> Any:
        served.append(1)
        return by_columns(*args)

    monkeypatch.setattr(serving, "serve_in_bulk", counting)
    monkeypatch.setattr(serving, "FEW_ROWS", 0)
    monkeypatch.setattr(serving, "CHUNK_LINES", 5)
    for seed in range(5):
        empty(database)
        database.transact(Made(seed).write)
        before = len(served)
        request = AllocationRequest(allocation_method=Method.FIFO, allocation_date=TODAY)
        for _ in range(2):
            allocating.allocate(database, OFF, TESTER, request)
        assert len(served) > before
        check_facts(database)


def test_what_comes_in_while_a_chunk_reads_stock_joins_the_average(
    client: httpx.Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Receiving waits for nobody: what is taken has joined, whenever it came."""
    read_plain_stock = in_bulk.read_plain_stock

    def reading(*arguments: Any) -> Any:
        receive(client, "A", 10, 100)
        return read_plain_stock(*arguments)

    monkeypatch.setattr(serving, "FEW_ROWS", 0)
    receive(client, "A", 2, 10)
    request = AllocationRequest(allocation_method=Method.FIFO)
    order(client, ("A", 1))
    allocating.allocate(database, OFF, TESTER, request)
    monkeypatch.setattr(in_bulk, "read_plain_stock", reading)
    order(client, ("A", 5))
    assert allocating.allocate(database, OFF, TESTER, request).allocated_price == 10 + 4 * 100
    with database.engine.connect() as connection:
        averages = connection.execute(text("SELECT round(average, 2) FROM allocation_results ORDER BY id")).scalars()
        assert [*averages] == [10, *[Decimal("91.82")] * 2]
        assert connection.execute(text("SELECT FROM new_lots")).all() == []


@pytest.mark.parametrize(
    "options", [{"allocation_method": "LIFO"}, {"include_inbound": True}, {"costing_method": "AVERAGE"}]
)
def test_what_is_not_oldest_first_at_its_own_price_is_planned(options: dict[str, Any]) -> None:
    """For columns know neither another order of lots nor an average."""
    plain = {"allocation_method": "FIFO", "allocation_date": TODAY}
    policies = [serving.policy_of(OFF, AllocationRequest.model_validate({**plain, **more})) for more in ({}, options)]
    assert [in_bulk.suits(policy) for policy in policies] == [True, False]
