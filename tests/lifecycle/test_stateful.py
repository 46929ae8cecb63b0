"""Every operation in random order, over HTTP and PostgreSQL, against a simple model: all balances agree after each."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
from balances import Line, Lot, Model, Order, Refused, Row, Run
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from life import Json, done, exact, get
from serving_model import ORDERS, serve
from sqlalchemy import text

from facts import check_facts
from hikiate.database import Database
from hikiate.settings import Settings

FAR = "2999-01-01T00:00:00Z"
ITEMS = st.sampled_from("AB")
UNITS = st.integers(1, 8).map(Decimal) | st.integers(1, 80).map(lambda tenths: Decimal(tenths) / 10)
PRICES = st.sampled_from([Decimal(text) for text in ("0", "1", "2.5", "3.333333", "10.005", "7.777777")])
DAYS = st.integers(-3, 3)
CHOICE = st.integers(0, 10**6)


class Life(RuleBasedStateMachine):
    """What can happen to stock and promises."""

    def __init__(self, client: httpx.Client, database: Database) -> None:
        super().__init__()
        self.client = client
        self.database = database
        self.today = Settings(database_url=None).today()
        self.model = Model()

    @initialize()
    def begin(self) -> None:
        """Forget the example before."""
        with self.database.engine.begin() as connection:
            names = "SELECT string_agg(tablename, ', ') FROM pg_tables WHERE schemaname = 'public'"
            tables = connection.execute(text(names + " AND tablename <> 'alembic_version'")).scalar_one()
            connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))

    def change(self, method: str, path: str, body: Json | None, effect: Callable[[Model], Model | None]) -> Any:
        """Do something, for real and in the model; both do it or both refuse it, for the same reason."""
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
        else:
            assert answer.is_success, answer.text
            self.model = model
        self.compare()
        return exact(answer)

    def compare(self) -> None:
        """Compare all that there is."""
        real = {lot["id"]: lot for lot in get(self.client, "/inventories", limit=500)["items"]}
        self.model.let_time_pass()
        with self.database.engine.connect() as connection:
            self.compare_rows([tuple(row) for row in connection.execute(text(_ROWS))])
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
            assert order["status"] == self.model.status(order["id"])
            for line in order["lines"]:
                place = order["id"], line["line_no"]
                assert line["open_quantity"] == self.model.open(*place)
                assert line["shipped_quantity"] == self.model.shipped(*place)
        check_facts(self.database)

    def compare_rows(self, real: list[tuple[Any, ...]]) -> None:
        """Compare the allocations; those that are new get their ids."""
        new_ids = [row[0] for row in real if row[0] not in self.model.rows]
        assert len(new_ids) == len(self.model.new_rows), (real, self.model.new_rows)
        self.model.rows |= dict(zip(new_ids, self.model.new_rows, strict=True))
        self.model.new_rows = []
        shown = [(row_id, *_shown(row)) for row_id, row in sorted(self.model.rows.items())]
        assert real == shown

    def day(self, days: int) -> date:
        """Return a day near today."""
        return self.today + timedelta(days)

    @rule(
        item=ITEMS,
        quantity=UNITS | st.just(Decimal()),
        price=PRICES,
        days=DAYS,
        left=st.none() | DAYS,
        file=st.booleans(),
    )
    def receive(self, item: str, quantity: Decimal, price: Decimal, days: int, left: int | None, file: bool) -> None:
        """Receive a lot, by itself or in a file; it may be inbound, or expired."""
        expires = None if left is None else self.day(left)
        lot_id = len(self.model.lots) + 1
        cells = {
            "item_code": item,
            "quantity": str(quantity),
            "receipt_date": str(self.day(days)),
            "unit_price": str(price),
        }
        cells |= {} if expires is None else {"expiration_date": str(expires)}
        if file:
            rows = f"{','.join(cells)}\n{','.join(cells.values())}\n"
            done(self.client.post("/inventories/import", content=rows, headers={"Content-Type": "text/csv"}))
        else:
            assert done(self.client.post("/inventories", json=cells), 201)["id"] == lot_id
        self.model.let_time_pass()
        self.model.lots[lot_id] = Lot(lot_id, item, price, self.day(days), expires, [quantity])
        self.compare()

    @rule(
        lines=st.lists(st.tuples(ITEMS, UNITS), min_size=1, max_size=3),
        priority=st.integers(0, 1),
        complete=st.booleans(),
    )
    def order(self, lines: list[tuple[str, Decimal]], priority: int, complete: bool) -> None:
        """Take an order."""
        order_id = len(self.model.orders) + 1
        body = {
            "lines": [{"item_code": item, "quantity": str(quantity)} for item, quantity in lines],
            "priority": priority,
            "fulfilment": "complete" if complete else "partial",
        }
        order = Order(order_id, [Line(*line) for line in lines], priority, complete)
        self.change("POST", "/orders", body, lambda model: model.orders.update({order_id: order}))

    @precondition(lambda self: self.model.orders)
    @rule(
        method=st.sampled_from(sorted(ORDERS)),
        costing=st.sampled_from(["LOT", "AVERAGE", "MOVING_AVERAGE"]),
        days=DAYS,
        flags=st.tuples(st.booleans(), st.booleans(), st.booleans()),
        items=st.none() | st.sets(ITEMS, min_size=1),
    )
    def allocate(
        self, method: str, costing: str, days: int, flags: tuple[bool, bool, bool], items: set[str] | None
    ) -> None:
        """Run, sometimes after a dry run: it shows the rows that the run then gives."""
        timed, inbound, dry = flags
        run = Run(method, costing, self.day(days), timed, inbound, items)
        body = {
            "allocation_method": method,
            "costing_method": costing,
            "allocation_date": str(run.day),
            "include_inbound": inbound,
            "hold_until": FAR if timed else None,
            "item_codes": None if items is None else sorted(items),
        }
        shown = done(self.client.post("/allocate", json={**body, "dry_run": True})) if dry else None

        def effect(model: Model) -> Model:
            model.let_time_pass()
            return serve(model, run)

        answer = self.change("POST", "/allocate", body, effect)
        if shown is not None:
            assert [_without_ids(row) for row in shown["results"]] == [_without_ids(row) for row in answer["results"]]
            assert shown["shortages"] == answer["shortages"]

    @precondition(lambda self: self.model.orders)
    @rule(
        which=CHOICE,
        action=st.sampled_from(["ship", "release"]),
        parts=st.none() | st.lists(st.none() | UNITS, max_size=3),
    )
    def settle_order(self, which: int, action: str, parts: list[Decimal | None] | None) -> None:
        """Release or ship an order, or parts of its lines."""
        order = self.pick(self.model.orders, which)
        numbers = range(1, len(self.model.orders[order].lines) + 1)
        wanted = dict(zip(numbers, parts, strict=False)) if parts else None
        lines = [
            {"line_no": n} | ({} if part is None else {"quantity": str(part)}) for n, part in (wanted or {}).items()
        ]
        status = _ENDS[action]
        self.change(
            "POST",
            f"/orders/{order}/{action}",
            None if wanted is None else {"lines": lines},
            lambda model: (model.let_time_pass(), model.settle(order, wanted, status, self.today))[1],
        )

    @precondition(lambda self: self.model.rows)
    @rule(which=CHOICE, action=st.sampled_from(["ship", "release"]), part=st.none() | UNITS)
    def settle_row(self, which: int, action: str, part: Decimal | None) -> None:
        """Release or ship a row, or a part of it; live ones rather than others."""
        live = {row_id: row for row_id, row in self.model.rows.items() if row.status == "allocated"}
        row_id = self.pick(live or self.model.rows, which)
        status = _ENDS[action]
        self.change(
            "POST",
            f"/allocation-results/{row_id}/{action}",
            None if part is None else {"quantity": str(part)},
            lambda model: (model.let_time_pass(), model.settle_row(row_id, part, status, self.today))[1],
        )

    @precondition(lambda self: self.model.orders)
    @rule(which=CHOICE)
    def cancel(self, which: int) -> None:
        """Cancel an order."""
        order = self.pick(self.model.orders, which)
        self.change(
            "POST", f"/orders/{order}/cancel", None, lambda model: (model.let_time_pass(), model.cancel(order))[1]
        )

    @precondition(lambda self: self.model.orders)
    @rule(which=CHOICE, quantity=UNITS)
    def set_quantity(self, which: int, quantity: Decimal) -> None:
        """Let a line grow or shrink."""
        order = self.pick(self.model.orders, which)
        line = which % len(self.model.orders[order].lines) + 1
        self.change(
            "PATCH",
            f"/orders/{order}",
            {"lines": [{"line_no": line, "quantity": str(quantity)}]},
            lambda model: (model.let_time_pass(), model.set_quantity(order, line, quantity))[1],
        )

    @precondition(lambda self: self.model.lots)
    @rule(which=CHOICE, change=UNITS, sign=st.sampled_from([1, -1]))
    def adjust(self, which: int, change: Decimal, sign: int) -> None:
        """Count a lot anew."""
        lot = self.pick(self.model.lots, which)
        self.change(
            "POST",
            f"/inventories/{lot}/adjust",
            {"quantity_change": str(sign * change), "reason": "counted"},
            lambda model: (model.let_time_pass(), model.adjust(lot, sign * change))[1],
        )

    @precondition(lambda self: self.model.lots)
    @rule(which=CHOICE, held=st.booleans())
    def hold(self, which: int, held: bool) -> None:
        """Hold a lot or let it go."""
        lot = self.pick(self.model.lots, which)
        path = f"/inventories/{lot}/{'hold' if held else 'unhold'}"
        self.change("POST", path, None, lambda model: setattr(model.lots[lot], "held", held))

    @rule(item=ITEMS, safety=st.integers(0, 3).map(Decimal))
    def put_item(self, item: str, safety: Decimal) -> None:
        """Keep something back."""
        body = {"safety_stock": str(safety)}
        self.change("PUT", f"/items/{item}", body, lambda model: model.safety.update({item: safety}))

    @precondition(lambda self: any(row.timed for row in self.model.live()))
    @rule()
    def holds_end(self) -> None:
        """Let the timed holds end; nobody looks before the next step."""
        with self.database.engine.begin() as connection:
            connection.execute(text(_PASS))
        for row in self.model.live():
            row.expired = row.timed

    def pick(self, things: dict[int, Any], which: int) -> int:
        """Return the id of one of them."""
        return sorted(things)[which % len(things)]


_ENDS = {"ship": "shipped", "release": "released"}
_ROWS = (
    "SELECT id, order_id, line_no, inventory_id, quantity / 1000000.0, amount, average, hold_until IS NOT NULL,"
    " status::text FROM allocation_results ORDER BY id"
)
_MOVEMENTS = "SELECT inventory_id, quantity_change / 1000000.0 FROM stock_movements ORDER BY id"
_AVERAGES = "SELECT item_code, average FROM items WHERE average IS NOT NULL"
_PASS = "UPDATE allocation_results SET hold_until = now() - interval '1 second' WHERE hold_until IS NOT NULL"


def _shown(row: Row) -> tuple[Any, ...]:
    return (row.order, row.line, row.lot, row.quantity, row.amount, row.average, row.timed, row.status)


def _without_ids(row: Json) -> Json:
    return {name: value for name, value in row.items() if name not in ("id", "run_id")}


def test_every_operation_in_any_order_keeps_the_books(client: httpx.Client, database: Database) -> None:
    run_state_machine_as_test(
        lambda: Life(client, database),
        settings=settings(
            max_examples=20,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
