"""Whether the past slows the present: `history` compares empty tables with tables full of past results."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import psycopg

from bench.callers import one_at_a_time, together
from bench.facts import check_facts
from bench.meter import Figures, Work, measure
from bench.report import Bench, Contender, Report, alternate
from bench.server import product
from bench.workloads import Workload, load, scaled, spread, units
from hikiate.database import Database

_LOTS = 50
"""Depleted lots of each item; every one gave twenty results of one unit."""
_UNITS = 20
_LINES, _RESULTS = 5, 4
"""Lines of a past order, and results of a line: with 20 units a lot, an item's lots are just used up."""
_MOST_A_SECOND = {"one caller": 3_000, "16 callers": 12_000}

# The n-th line of all takes its units from lots of different age, and the lots were received first, so that their
# ids follow from the item's number and the lot's.
_PAST = """
    INSERT INTO orders (id, status) SELECT n, 'allocated' FROM generate_series(1, %(orders)s) n;
    INSERT INTO order_lines (order_id, line_no, item_code, quantity)
      SELECT n / %(lines)s + 1, n %% %(lines)s + 1, 'ITEM-' || to_char(n %% %(items)s, 'FM00000'),
        %(results)s * %(unit)s
      FROM generate_series(0, %(orders)s * %(lines)s - 1) n;
    INSERT INTO allocation_runs (status, allocation_method, costing_method, allocation_date, request, orders, lines,
        requested_quantity, allocated_quantity, results_after, results_until, started_at, progressed_at, finished_at)
      SELECT 'completed', 'FIFO', 'LOT', '2024-12-31', '{}', 1, %(lines)s,
        %(lines)s * %(results)s * %(unit)s, %(lines)s * %(results)s * %(unit)s,
        (n - 1) * %(lines)s * %(results)s, n * %(lines)s * %(results)s, now(), now(), now()
      FROM generate_series(1, %(orders)s) n;
    INSERT INTO allocation_results (run_id, order_id, line_no, inventory_id, quantity, amount, reason)
      SELECT n / %(lines)s + 1, n / %(lines)s + 1, n %% %(lines)s + 1,
        (n / %(items)s + 12 * taken) %% %(lots)s * %(items)s + n %% %(items)s + 1, %(unit)s, 1, 'oldest-receipt'
      FROM generate_series(0, %(orders)s * %(lines)s - 1) n, generate_series(0, %(results)s - 1) taken;
    UPDATE inventories SET allocated_quantity = inventories.quantity, lot_number = 'LOT-' || inventories.id,
      results_after = r.first - 1, results_until = r.last
      FROM (SELECT inventory_id, min(id) AS first, max(id) AS last FROM allocation_results GROUP BY 1) AS r
      WHERE inventories.id = r.inventory_id;
    DELETE FROM new_lots; DELETE FROM available_lots;
    SELECT setval(pg_get_serial_sequence('orders', 'id'), %(orders)s);
"""
_TABLES = ("orders", "order_lines", "allocation_results")
_INDEXES = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
    WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisunique
"""


def history(bench: Bench) -> Report:
    """Allocate stored orders by turns in empty tables, and beside ten million past results and depleted lots."""
    workload = spread(_enough(bench), bench.scale)
    empty = bench.server.template("history_empty", product(partial(load, workload=workload)))
    crowded = bench.server.template("history_full", full(workload))
    firsts = {empty: 1, crowded: 1 + past_orders(workload)}

    def run(template: str, callers: str) -> Figures:
        # Both keep what the runs before have done, since a copy of the full tables would take longer than a run.
        orders = int(_MOST_A_SECOND[callers] * bench.seconds)
        order_ids = range(firsts[template], firsts[template] + orders)
        firsts[template] += orders
        return measure(bench.server, [_work(callers, bench.server.address(template), order_ids)], bench.seconds)

    contenders = []
    for callers in _MOST_A_SECOND:
        contenders.append(Contender(f"{callers}, empty tables", partial(run, empty, callers)))
        name = f"{callers}, full tables"
        contenders.append(Contender(name, partial(run, crowded, callers), baseline=contenders[-1].name))
    rows = alternate(contenders, bench.repeat)
    for template in (empty, crowded):
        check_facts(bench.server.address(template))
    what = f"orders as in spread; full: {past_results(workload):,} past results, {_LOTS} depleted lots an item"
    return Report("history", what, "orders/s", rows)


def _enough(bench: Bench) -> int:
    a_second = sum(_MOST_A_SECOND.values())
    return scaled(math.ceil(a_second * bench.seconds) * bench.repeat, 1)


def _work(callers: str, url: str, order_ids: range) -> Work:
    if callers == "16 callers":
        return partial(together, url=url, order_ids=order_ids, callers=16)
    return partial(one_at_a_time, url=url, order_ids=order_ids)


def full(workload: Workload) -> Callable[[str], None]:
    """Say how a database is filled with past results beside a workload."""
    return product(partial(_load_past, workload=workload))


def past_orders(workload: Workload) -> int:
    """Return how many orders have been."""
    return workload.items * _LOTS * _UNITS // (_LINES * _RESULTS)


def past_results(workload: Workload) -> int:
    """Return how many results they have."""
    return past_orders(workload) * _LINES * _RESULTS


def _load_past(database: Database, workload: Workload) -> None:
    past = Workload("past", workload.items, _LOTS, (_UNITS, _UNITS), 0, 0, just_received=True)
    load(database, past)
    address = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, cursor_factory=psycopg.ClientCursor) as connection, _without_indexes(connection):
        values = {
            "items": workload.items,
            "lots": _LOTS,
            "orders": past_orders(workload),
            "lines": _LINES,
            "results": _RESULTS,
            "unit": units(1),
        }
        connection.execute(_PAST, values)
    load(database, workload)


@contextmanager
def _without_indexes(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Build indexes and check references not row by row: the rows are right by their making, and checked later."""
    connection.execute("SET session_replication_role = replica; SET maintenance_work_mem = '1GB'")
    indexes = connection.execute(_INDEXES, (list(_TABLES),)).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    yield
    for _, definition in indexes:
        connection.execute(definition)
