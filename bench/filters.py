"""How long a list of past results takes by each filter that the API has, beside ten million of them: `filters`."""

import random
import time
from collections.abc import Callable
from functools import partial

from bench.history import full, past_orders, past_results
from bench.meter import Figures, percentiles
from bench.report import Bench, Contender, Report, alternate
from bench.workloads import code, spread
from hikiate.database import Database
from hikiate.domain.states import ResultStatus
from hikiate.repository.results import ResultFilter, newest
from hikiate.repository.rows import Page

_LOOKUPS = 100
_PAGE = Page(50)
_BY_ID = "by no filter, the newest"


def filters(bench: Bench) -> Report:
    """List one page of results by each filter, and by two together; the baseline is the page without any."""
    workload = spread(20, bench.scale)
    template = bench.server.template("history_full", full(workload))
    database = Database(bench.server.address(template))
    chance = random.Random("filters")
    lots = workload.items * 50

    def lot() -> int:
        return chance.randint(1, lots)

    asked: dict[str, Callable[[], ResultFilter]] = {
        _BY_ID: lambda: ResultFilter(),
        "run_id": lambda: ResultFilter(run_id=chance.randint(1, past_orders(workload))),
        "order_id": lambda: ResultFilter(order_id=chance.randint(1, past_orders(workload))),
        "inventory_id": lambda: ResultFilter(inventory_id=lot()),
        "item_code": lambda: ResultFilter(item_code=code(chance.randrange(workload.items))),
        "lot_number": lambda: ResultFilter(lot_number=f"LOT-{lot()}"),
        "status, common": lambda: ResultFilter(status=ResultStatus.ALLOCATED),
        "status, rare": lambda: ResultFilter(status=ResultStatus.RELEASED),
        "item_code and status": lambda: ResultFilter(
            item_code=code(chance.randrange(workload.items)), status=ResultStatus.ALLOCATED
        ),
    }
    contenders = [
        Contender(name, partial(_look_up, database, wanted), baseline=None if name == _BY_ID else _BY_ID)
        for name, wanted in asked.items()
    ]
    rows = alternate(contenders, bench.repeat)
    database.close()
    what = f"pages of {_PAGE.limit} among {past_results(workload):,} results; an item has 50 lots and 1,000 results"
    return Report("filters", what, "pages/s", rows)


def _look_up(database: Database, wanted: Callable[[], ResultFilter]) -> Figures:
    waits: list[float] = []
    for _ in range(_LOOKUPS):
        asked = wanted()
        began = time.perf_counter()
        database.read(partial(newest, wanted=asked, page=_PAGE))
        waits.append(time.perf_counter() - began)
    return {"rate": _LOOKUPS / sum(waits), "longest_ms": max(waits) * 1000} | percentiles(waits)
