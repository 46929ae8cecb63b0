"""Orders allocated one by one: `spread` over many items, `hot` on one."""

from collections.abc import Callable
from functools import partial

from bench.callers import one_at_a_time, shares, together
from bench.floors import durable_inserts
from bench.meter import Figures, Work, measure
from bench.naive import loading, naive_loop
from bench.report import Bench, Contender, Report, alternate
from bench.server import product
from bench.workloads import Workload, hot, load, scaled
from bench.workloads import spread as spread_of

_MOST_A_SECOND = {"spread": 12_000, "hot": 50_000}
"""Orders that are stored, for each second that is measured, so that they don't run out."""


def spread(bench: Bench) -> Report:
    """Allocate stored orders of three lines over many items (W1)."""
    workload = spread_of(_enough("spread", bench), bench.scale)
    rows = alternate(
        [
            _floor(bench, 1),
            _floor(bench, 16),
            Contender("naive loop, 16 threads", partial(_naive, bench, workload, 16, locked=False)),
            Contender(_locked(16), partial(_naive, bench, workload, 16, locked=True)),
            Contender("one caller", partial(_alone, bench, workload), _inserts(1)),
            Contender("16 callers, one process", partial(_crowd, bench, workload, 16, 1), _inserts(16), _locked(16)),
            Contender("16 callers, two processes", partial(_crowd, bench, workload, 16, 2), _inserts(16), _locked(16)),
        ],
        bench.repeat,
    )
    what = f"stored orders of 3 lines of 1–5, {workload.items:,} items × 5 lots of 40"
    return Report("spread", what, "orders/s", rows)


def hot_item(bench: Bench) -> Report:
    """Allocate stored orders of one line that all want one item (W2)."""
    workload = hot(_enough("hot", bench))
    naive = [
        Contender(f"naive loop, {callers} threads", partial(_naive, bench, workload, callers, locked=False))
        for callers in (16, 64)
    ]
    correct = [
        Contender(_locked(callers), partial(_naive, bench, workload, callers, locked=True)) for callers in (16, 64)
    ]
    ours = [
        Contender(
            f"{callers} callers, one process",
            partial(_crowd, bench, workload, callers, 1),
            _inserts(callers),
            _locked(callers),
        )
        for callers in (16, 64)
    ]
    rows = alternate([_floor(bench, 16), _floor(bench, 64), *naive, *correct, *ours], bench.repeat)
    return Report("hot", "stored orders of one line, all of one item with 5 lots of 200,000", "orders/s", rows)


def _enough(kind: str, bench: Bench) -> int:
    return scaled(round(_MOST_A_SECOND[kind] * bench.seconds), 1)


def _inserts(clients: int) -> str:
    return f"durable INSERT, {clients} client{'s' * (clients > 1)}"


def _locked(callers: int) -> str:
    return f"naive loop with locks, {callers} threads"


def _floor(bench: Bench, clients: int) -> Contender:
    return Contender(_inserts(clients), lambda: durable_inserts(bench.server, clients, bench.seconds))


def _naive(bench: Bench, workload: Workload, callers: int, *, locked: bool) -> Figures:
    template = bench.server.template(f"naive_{workload.name}", loading(workload))
    with bench.server.copy(template) as url:
        work = partial(naive_loop, url=url, order_ids=shares(workload.orders, 1)[0], callers=callers, locked=locked)
        return measure(bench.server, [work], bench.seconds)


def _alone(bench: Bench, workload: Workload) -> Figures:
    return _ours(
        bench, workload, lambda url: [partial(one_at_a_time, url=url, order_ids=shares(workload.orders, 1)[0])]
    )


def _crowd(bench: Bench, workload: Workload, callers: int, processes: int) -> Figures:
    def works(url: str) -> list[Work]:
        return [
            partial(together, url=url, order_ids=order_ids, callers=callers // processes)
            for order_ids in shares(workload.orders, processes)
        ]

    return _ours(bench, workload, works)


def _ours(bench: Bench, workload: Workload, works: Callable[[str], list[Work]]) -> Figures:
    template = bench.server.template(workload.name, product(partial(load, workload=workload)))
    with bench.server.checked_copy(template) as url:
        return measure(bench.server, works(url), bench.seconds)
