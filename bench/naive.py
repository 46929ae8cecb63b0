"""The loop that every tutorial writes: SELECT the lots, subtract in Python, UPDATE; one transaction an order.

It has its own small tables, whole units and no records of anything but the allocations, and so does less than the
product at every order.
"""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg

from bench.meter import Figures, Meter
from bench.workloads import Workload

_TABLES = """
    CREATE TABLE lots (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, item_code text, available bigint,
      received date);
    CREATE INDEX ON lots (item_code);
    CREATE TABLE lines (order_id bigint, line_no bigint, item_code text, quantity bigint, allocated bigint DEFAULT 0,
      PRIMARY KEY (order_id, line_no));
    CREATE TABLE allocations (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint, line_no bigint,
      lot_id bigint, quantity bigint)
"""
_LINES = "SELECT line_no, item_code, quantity - allocated FROM lines WHERE order_id = %s ORDER BY item_code"
_LOTS = "SELECT id, available FROM lots WHERE item_code = %s AND available > 0 ORDER BY received, id"


def loading(workload: Workload) -> Callable[[str], None]:
    """Return what fills a database with a workload in the loop's own tables."""

    def load(url: str) -> None:
        with psycopg.connect(url) as connection, connection.cursor() as cursor:
            cursor.execute(_TABLES)
            with cursor.copy("COPY lots (item_code, available, received) FROM STDIN") as copy:
                for lot in workload.made_lots():
                    copy.write_row((lot.item_code, lot.quantity, lot.received))
            with cursor.copy("COPY lines (order_id, line_no, item_code, quantity) FROM STDIN") as copy:
                for place, line in enumerate(workload.made_lines()):
                    copy.write_row((line.order, place % workload.lines + 1, line.item_code, line.quantity))

    return load


def naive_loop(meter: Meter, url: str, order_ids: range, callers: int, locked: bool) -> Figures:
    """Allocate by threads with a connection each; `locked` makes it correct, by a lock on every lot it reads."""
    waiting = iter(order_ids)
    taking = threading.Lock()
    stock = _stock(url)
    failures: list[Exception] = []

    def call() -> None:
        try:
            with psycopg.connect(url) as connection:
                while meter.going and (order_id := _next(waiting, taking)) is not None:
                    began = time.perf_counter()
                    _allocate(connection, order_id, _LOTS + " FOR UPDATE" if locked else _LOTS)
                    meter.done(began)
        except Exception as error:  # raised below, in the thread that is waited for
            failures.append(error)

    threads = [threading.Thread(target=call) for _ in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    with psycopg.connect(url) as connection:
        promised = _one(connection, "SELECT coalesce(sum(quantity), 0) FROM allocations")
    return {"units_lost": promised - (stock - _stock(url))}


def _allocate(connection: psycopg.Connection[Any], order_id: int, lots: Any) -> None:
    with connection.transaction():
        for line_no, item_code, wanted in connection.execute(_LINES, (order_id,)).fetchall():
            missing = wanted
            for lot_id, available in connection.execute(lots, (item_code,)).fetchall():
                taken = min(available, missing)
                connection.execute("UPDATE lots SET available = %s WHERE id = %s", (available - taken, lot_id))
                connection.execute(
                    "INSERT INTO allocations (order_id, line_no, lot_id, quantity) VALUES (%s, %s, %s, %s)",
                    (order_id, line_no, lot_id, taken),
                )
                missing -= taken
                if not missing:
                    break
            connection.execute(
                "UPDATE lines SET allocated = allocated + %s WHERE order_id = %s AND line_no = %s",
                (wanted - missing, order_id, line_no),
            )


def _next(waiting: Iterator[int], taking: threading.Lock) -> int | None:
    with taking:
        return next(waiting, None)


def _stock(url: str) -> int:
    with psycopg.connect(url) as connection:
        return _one(connection, "SELECT sum(available) FROM lots")


def _one(connection: psycopg.Connection[Any], query: Any) -> int:
    [row] = connection.execute(query).fetchall()
    return int(row[0])
