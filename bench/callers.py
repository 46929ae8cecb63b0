"""Callers of the product: each allocates one stored order after another."""

import asyncio
import time

from bench.meter import Figures, Meter
from hikiate.database import Database
from hikiate.domain.methods import Method
from hikiate.local.server import spare_collections
from hikiate.schemas import AllocationRequest
from hikiate.services.allocating import allocate, checked
from hikiate.services.auditing import Actor
from hikiate.services.together import Asked, Together, shown
from hikiate.settings import Settings

SETTINGS = Settings(database_url=None)
ACTOR = Actor("bench")


def one_at_a_time(meter: Meter, url: str, order_ids: range) -> Figures:
    """Allocate by one caller who waits for each answer."""
    database = Database(url)
    for order_id in order_ids:
        if not meter.going:
            break
        began = time.perf_counter()
        allocate(database, SETTINGS, ACTOR, of_order(order_id))
        meter.done(began)
    database.close()
    return {}


def together(meter: Meter, url: str, order_ids: range, callers: int) -> Figures:
    """Allocate by callers on one event loop, as the server's routes do."""
    database = Database(url)
    group = Together(database, SETTINGS)
    waiting = iter(order_ids)

    async def call() -> None:
        for order_id in waiting:
            if not meter.going:
                break
            began = time.perf_counter()
            asked = Asked(ACTOR, checked(SETTINGS, of_order(order_id)))
            shown(SETTINGS, await group.ask_from_loop(asked))
            meter.done(began)

    async def call_all() -> None:
        await asyncio.gather(*(call() for _ in range(callers)))

    spare_collections()
    asyncio.run(call_all())
    database.close()
    return {}


def of_order(order_id: int) -> AllocationRequest:
    """Return the request to allocate one order."""
    return AllocationRequest(allocation_method=Method.FIFO, order_ids=[order_id])


def shares(orders: int, processes: int) -> list[range]:
    """Share stored orders out to processes."""
    each = orders // processes
    return [range(1 + place * each, 1 + (place + 1) * each) for place in range(processes)]
