"""The books kept twice: what the server and its database say, and what the model says, compared after each change."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
from balances import Line, Lot, Model, Order, Refused, Row, Run
from hypothesis.stateful import RuleBasedStateMachine
from life import FAR, Json, done, exact, get
from serving_model import serve
from sqlalchemy import text

from facts import check_facts
from hikiate.database import Database
from hikiate.settings import Settings

ENDS = {"ship": "shipped", "release": "released"}

_TABLES = (
    "SELECT string_agg(tablename, ', ') FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
)
_ROWS = (
    "SELECT id, order_id, line_no, inventory_id, quantity / 1000000.0, amount, average, hold_until IS NOT NULL,"
    " status::text FROM allocation_results ORDER BY id"
)
_MOVEMENTS = "SELECT inventory_id, quantity_change / 1000000.0 FROM stock_movements ORDER BY id"
_AVERAGES = "SELECT item_code, average FROM items WHERE average IS NOT NULL"
_PASS = "UPDATE allocation_results SET hold_until = now() - interval '1 second' WHERE hold_until IS NOT NULL"


class Books(RuleBasedStateMachine):
    """Does something for real and in the model, and compares."""

    def __init__(self, client: httpx.Client, database: Database, seen: Counter[str]) -> None:
        super().__init__()
        self.client = client
        self.database = database
        self.seen = seen
        self.today = Settings(database_url=None).today()
        self.model = Model()

    def empty(self) -> None:
        """Forget the example before."""
        with self.database.engine.begin() as connection:
            tables = connection.execute(text(_TABLES)).scalar_one()
            connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))

    def day(self, days: int) -> date:
        """Return a day near today."""
        return self.today + timedelta(days)

    def pick(self, things: dict[int, Any], which: int) -> int:
        """Return the id of one of them."""
        return sorted(things)[which % len(things)]

    def promised(self, which: int) -> int:
        """Return the id of a lot of which something is promised, if there is one."""
        return self.pick({row.lot: row for row in self.model.live()} or self.model.lots, which)

    def change(self, method: str, path: str, body: Json | None, effect: Callable[[Model], Model | None]) -> Any:
        """Do something, for real and in the model; both do it or both refuse it, for the same reason."""
        # Whoever changes something first finds released what has expired.
        self.model.let_time_pass()
        model = self.model.copy()
        refusals: set[str] = set()
        try:
            model = effect(model) or model
        except Refused as refusal:
            refusals = refusal.codes
        answer = self.client.request(method, path, json=body)
        if refusals:
            assert answer.status_code in (409, 422), f"{refusals} expected: {answer.text}"
            assert answer.json()["type"].rpartition("/")[2] in refusals, answer.text
            self.seen.update(refusals)
        else:
            assert answer.is_success, answer.text
            self.model = model
        self.compare()
        return exact(answer)

    def compare(self) -> None:
        """Compare all that there is."""
        real = {lot["id"]: lot for lot in get(self.client, "/inventories", limit=500)["items"]}
        with self.database.engine.connect() as connection:
            self._compare_rows([tuple(row) for row in connection.execute(text(_ROWS))])
            averages = dict(tuple(row) for row in connection.execute(text(_AVERAGES)))
            moved = [tuple(row) for row in connection.execute(text(_MOVEMENTS))]
        assert averages == self.model.averages
        assert real.keys() == self.model.lots.keys()
        for lot_id, lot in self.model.lots.items():
            on_hand, allocated = real[lot_id]["quantity"], real[lot_id]["allocated_quantity"]
            assert (on_hand, allocated) == (lot.on_hand, self.model.allocated(lot=lot_id))
            assert allocated <= on_hand
            assert real[lot_id]["held"] == lot.held
            assert [change for of_lot, change in moved if of_lot == lot_id] == lot.changes
        for order in get(self.client, "/orders", limit=500)["items"]:
            self.seen[order["status"]] += 1
            assert order["status"] == self.model.status(order["id"])
            for line in order["lines"]:
                place = order["id"], line["line_no"]
                assert line["open_quantity"] == self.model.open(*place)
                assert line["shipped_quantity"] == self.model.shipped(*place)
        check_facts(self.database)

    def _compare_rows(self, real: list[tuple[Any, ...]]) -> None:
        """Compare the allocations; those that are new get their ids."""
        new_ids = [row[0] for row in real if row[0] not in self.model.rows]
        assert len(new_ids) == len(self.model.new_rows), (real, self.model.new_rows)
        self.model.rows |= dict(zip(new_ids, self.model.new_rows, strict=True))
        self.model.new_rows = []
        assert real == [(row_id, *_shown(row)) for row_id, row in sorted(self.model.rows.items())]
        self.seen.update(f"a row {row.status}" for row in self.model.rows.values())

    def receive_lot(self, item: str, quantity: Decimal, price: Decimal, days: int, left: int | None = None) -> None:
        """Receive a lot; every other one comes in a file."""
        expires = None if left is None else self.day(left)
        lot_id = len(self.model.lots) + 1
        cells = {"item_code": item, "quantity": str(quantity), "unit_price": str(price)}
        cells |= {"receipt_date": str(self.day(days))} | ({} if expires is None else {"expiration_date": str(expires)})
        if lot_id % 2:
            rows = f"{','.join(cells)}\n{','.join(cells.values())}\n"
            done(self.client.post("/inventories/import", content=rows, headers={"Content-Type": "text/csv"}))
        else:
            assert done(self.client.post("/inventories", json=cells), 201)["id"] == lot_id
        self.model.let_time_pass()
        self.model.lots[lot_id] = Lot(lot_id, item, price, self.day(days), expires, [quantity])
        self.compare()

    def take_order(self, lines: list[tuple[str, Decimal]], priority: int, complete: bool) -> None:
        """Take an order."""
        order_id = len(self.model.orders) + 1
        body = {
            "lines": [{"item_code": item, "quantity": str(quantity)} for item, quantity in lines],
            "priority": priority,
            "fulfilment": "complete" if complete else "partial",
        }
        order = Order(order_id, [Line(*line) for line in lines], priority, complete)
        self.change("POST", "/orders", body, lambda model: model.orders.update({order_id: order}))

    def allocate(self, run: Run, *, dry: bool) -> None:
        """Run, perhaps after a dry run: that shows the rows that the run then gives."""
        body = {
            "allocation_method": run.method,
            "costing_method": run.costing,
            "allocation_date": str(run.day),
            "include_inbound": run.inbound,
            "hold_until": FAR if run.timed else None,
            "item_codes": None if run.items is None else sorted(run.items),
        }
        shown = done(self.client.post("/allocate", json={**body, "dry_run": True})) if dry else None
        answer = self.change("POST", "/allocate", body, lambda model: serve(model, run))
        if shown is not None:
            assert [_without_ids(row) for row in shown["results"]] == [_without_ids(row) for row in answer["results"]]
            assert shown["shortages"] == answer["shortages"]

    def let_holds_end(self) -> None:
        """Let the time pass that the holds have left; nobody looks."""
        with self.database.engine.begin() as connection:
            connection.execute(text(_PASS))
        for row in self.model.live():
            row.expired = row.timed
        self.seen["holds ended"] += 1


def _shown(row: Row) -> tuple[Any, ...]:
    return (row.order, row.line, row.lot, row.quantity, row.amount, row.average, row.timed, row.status)


def _without_ids(row: Json) -> Json:
    return {name: value for name, value in row.items() if name not in ("id", "run_id")}
