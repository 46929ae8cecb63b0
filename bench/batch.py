"""A waiting list allocated by one run, everything kept: `batch-100k` and `batch-1m` (W3)."""

import time
from collections.abc import Callable
from functools import partial

import psycopg

from bench.callers import ACTOR, SETTINGS, of_order
from bench.floors import copy_again
from bench.meter import Figures, cpu_seconds, in_processes, is_over, measure, peak_memory, percentiles
from bench.naive import loading, naive_loop
from bench.report import Bench, Contender, Report, alternate
from bench.server import product
from bench.workloads import Workload, load
from bench.workloads import batch as batch_of
from hikiate.database import Database
from hikiate.domain.errors import Busy
from hikiate.domain.methods import Method
from hikiate.schemas import AllocationRequest, OrderRequest
from hikiate.services import serving
from hikiate.services.allocating import allocate
from hikiate.services.ordering import create

_COPY = "COPY of the result rows alone"
_NAIVE = "naive loop, alone"
_ONLINE_LINES = 3
_ENDLESS = 10**9


def hundred_thousand(bench: Bench) -> Report:
    """Allocate a list of 100,000 lines."""
    received = batch_of(100_000, bench.scale, just_received=True)
    extra = Contender("on stock just received", partial(run_all, bench, received), _COPY, _NAIVE)
    return _report("batch-100k", bench, batch_of(100_000, bench.scale), [extra])


def million(bench: Bench) -> Report:
    """Allocate a list of 1,000,000 lines: alone, in other chunks, and with an online caller beside."""
    workload = batch_of(1_000_000, bench.scale)
    extra = [
        Contender("in chunks of 50,000 lines", partial(run_all, bench, workload, chunk_lines=50_000), _COPY, _NAIVE),
        Contender("in one transaction", partial(run_all, bench, workload, chunk_lines=_ENDLESS), _COPY, _NAIVE),
        Contender("with an online caller beside", partial(_accompanied, bench, workload), _COPY, _NAIVE),
    ]
    return _report("batch-1m", bench, workload, extra)


def _report(name: str, bench: Bench, workload: Workload, extra: list[Contender]) -> Report:
    copied: list[float] = []
    ours = [Contender("one run, in chunks", partial(_alone, bench, workload, copied), _COPY, _NAIVE), *extra]
    lines = workload.orders * workload.lines
    rows = alternate(
        [*ours, Contender(_COPY, lambda: _copied(lines, copied)), Contender(_NAIVE, partial(_naive, bench, workload))],
        bench.repeat,
    )
    what = f"{lines:,} waiting lines, {workload.items:,} items × {workload.lots} lots, orders of ten lines"
    return Report(name, what, "lines/s", rows)


def run_all(
    bench: Bench,
    workload: Workload,
    after: Callable[[str], object] = lambda url: None,
    chunk_lines: int = serving.CHUNK_LINES,
) -> Figures:
    """Allocate a whole workload by one run, in a process of its own."""
    template = bench.server.template(workload.name, product(partial(load, workload=workload)))
    with bench.server.checked_copy(template) as url:
        before, before_there = _written(url), cpu_seconds(bench.server.postmaster)
        [figures] = in_processes(bench.server, [partial(_allocate_all, url, chunk_lines)])
        lines = workload.orders * workload.lines
        used_there = cpu_seconds(bench.server.postmaster) - before_there
        figures["database_cpu_s"] = used_there
        figures["a_cpu_second"] = lines / (figures["client_cpu_s"] + used_there)
        names = ("disk_B_a_line", "log_B_a_line")
        figures |= {name: (now - then) / lines for name, now, then in zip(names, _written(url), before, strict=True)}
        after(url)
    return figures


def _alone(bench: Bench, workload: Workload, copied: list[float]) -> Figures:
    return run_all(bench, workload, lambda url: copied.append(copy_again(url, bench.server.folder)))


def _accompanied(bench: Bench, workload: Workload) -> Figures:
    template = bench.server.template(workload.name, product(partial(load, workload=workload)))
    with bench.server.checked_copy(template) as url:
        [run, caller] = in_processes(
            bench.server,
            [partial(_allocate_all, url, serving.CHUNK_LINES), partial(_order_meanwhile, url, workload)],
        )
    return run | caller


def _allocate_all(url: str, chunk_lines: int) -> Figures:
    serving.CHUNK_LINES = chunk_lines
    database = Database(url)
    request = AllocationRequest(allocation_method=Method.FIFO, max_results=0)
    began, cpu_began = time.perf_counter(), time.process_time()
    run = allocate(database, SETTINGS, ACTOR, request)
    seconds = time.perf_counter() - began
    database.close()
    return {
        "rate": run.lines / seconds,
        "peak_MB": peak_memory(),
        "client_cpu_s": time.process_time() - cpu_began,
    }


def _written(url: str) -> tuple[int, int]:
    """Return how large a database is, and how much its server has logged."""
    with psycopg.connect(url) as connection:
        query = "SELECT pg_database_size(current_database()), pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')"
        [(size, logged)] = connection.execute(query).fetchall()
    return int(size), int(logged)


def _order_meanwhile(url: str, workload: Workload) -> Figures:
    """Take an order and allocate it, again and again until the run is over; only the allocation is timed."""
    database = Database(url)
    waits: list[float] = []
    refused = 0
    lines: list[dict[str, object]] = []
    for line in workload._replace(name="online", orders=_ENDLESS, lines=_ONLINE_LINES).made_lines():
        lines.append({"item_code": line.item_code, "quantity": line.quantity})
        if len(lines) < _ONLINE_LINES:
            continue
        if is_over():
            break
        order, lines = OrderRequest.model_validate({"lines": lines}), []
        order_id = database.transact(partial(create, settings=SETTINGS, actor=ACTOR, request=order)).id
        began = time.perf_counter()
        try:
            allocate(database, SETTINGS, ACTOR, of_order(order_id))
        except Busy:
            refused += 1
        waits.append(time.perf_counter() - began)
    database.close()
    return {
        "online_p99_ms": percentiles(waits).get("p99_ms", 0),
        "online_longest_ms": max(waits, default=0) * 1000,
        "online_refused": refused,
    }


def _copied(lines: int, copied: list[float]) -> Figures:
    return {"rate": lines / copied[-1]}


def _naive(bench: Bench, workload: Workload) -> Figures:
    """Let the loop go on for as long as callers are measured; it would take minutes for the list."""
    with bench.server.copy(bench.server.template(f"naive_{workload.name}", loading(workload))) as url:
        order_ids = range(1, workload.orders + 1)
        figures = measure(
            bench.server, [partial(naive_loop, url=url, order_ids=order_ids, callers=1, locked=False)], bench.seconds
        )
    return {"rate": figures["rate"] * workload.lines}
