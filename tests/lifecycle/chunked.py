"""Runs in several chunks, advanced by hand."""

from functools import partial
from typing import Any

import httpx
from life import TESTER, get

from builders import order, receive
from hikiate.database import Database
from hikiate.schemas import AllocationRequest
from hikiate.services import allocating
from hikiate.settings import Settings

OFF = Settings(database_url=None)
FIFO = {"allocation_method": "FIFO"}


def running(database: Database, **body: Any) -> int:
    """Begin a run of several chunks, of which none is served yet."""
    request = AllocationRequest.model_validate({**FIFO, **body})
    run = database.transact(partial(allocating.start, settings=OFF, actor=TESTER, request=request))
    assert run.status.value == "running"
    assert run.id is not None
    return run.id


def advance(database: Database, run_id: int) -> None:
    """Serve one chunk."""
    database.transact(partial(allocating.advance, settings=OFF, run_id=run_id))


def totals(client: httpx.Client, run_id: int) -> tuple[Any, ...]:
    """Return a run's status, orders, lines, and quantities asked, given and short."""
    run = get(client, f"/allocation-runs/{run_id}")
    names = ("status", "orders", "lines", "requested_quantity", "allocated_quantity", "short_quantity")
    return tuple(run[name] for name in names)


def five_orders(client: httpx.Client, stock: int = 7) -> None:
    """Five orders of 2, and not enough for all."""
    receive(client, "A", stock)
    for _ in range(5):
        order(client, ("A", 2))
