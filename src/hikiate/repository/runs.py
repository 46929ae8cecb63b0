"""Runs: made, advanced chunk by chunk, finished, listed."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from hikiate.domain.methods import Costing, Method
from hikiate.models import AllocationRun, AllocationRunChunk, RunStatus
from hikiate.repository.rows import Page, entities


class Chunk(NamedTuple):
    """Whole orders that are served in one transaction, and what was open on them when the run started."""

    order_ids: list[int]
    lines: int
    quantity: int


class Totals(NamedTuple):
    """What a run adds up to. Quantities in millionths."""

    orders: int
    lines: int
    requested: int
    allocated: int
    short: int
    price: Decimal


def create(
    connection: Connection,
    method: Method,
    costing: Costing,
    allocation_date: date,
    hold_until: datetime | None,
    request: dict[str, Any],
) -> int:
    """Record a run that starts now and return its id."""
    return connection.execute(
        insert(AllocationRun)
        .values(
            status=RunStatus.RUNNING,
            allocation_method=method,
            costing_method=costing,
            allocation_date=allocation_date,
            hold_until=hold_until,
            request=request,
            started_at=func.clock_timestamp(),
            progressed_at=func.clock_timestamp(),
        )
        .returning(AllocationRun.id)
    ).scalar_one()


def add_chunks(connection: Connection, run_id: int, chunks: Iterable[Chunk]) -> None:
    """Record what a run has still to serve, in demand order."""
    connection.execute(
        insert(AllocationRunChunk),
        [
            {
                "run_id": run_id,
                "position": position,
                "order_ids": chunk.order_ids,
                "lines": chunk.lines,
                "requested_quantity": chunk.quantity,
            }
            for position, chunk in enumerate(chunks)
        ],
    )


def take_chunk(connection: Connection, run_id: int) -> Chunk | None:
    """Remove the next chunk of a run and return it; None when all are served.

    Two programs that advance one run wait here for each other.
    """
    run = connection.execute(
        select(AllocationRun.status).where(AllocationRun.id == run_id).with_for_update()
    ).scalar_one()
    if run is not RunStatus.RUNNING:
        return None
    row = connection.execute(
        select(AllocationRunChunk)
        .where(AllocationRunChunk.run_id == run_id)
        .order_by(AllocationRunChunk.position)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    connection.execute(
        delete(AllocationRunChunk).where(
            AllocationRunChunk.run_id == run_id, AllocationRunChunk.position == row.position
        )
    )
    return Chunk(row.order_ids, row.lines, int(row.requested_quantity))


def add_totals(connection: Connection, run_id: int, totals: Totals) -> None:
    """Add to what a run adds up to so far."""
    connection.execute(
        update(AllocationRun)
        .where(AllocationRun.id == run_id)
        .values(
            orders=AllocationRun.orders + totals.orders,
            lines=AllocationRun.lines + totals.lines,
            requested_quantity=AllocationRun.requested_quantity + totals.requested,
            allocated_quantity=AllocationRun.allocated_quantity + totals.allocated,
            short_quantity=AllocationRun.short_quantity + totals.short,
            allocated_price=AllocationRun.allocated_price + totals.price,
            progressed_at=func.clock_timestamp(),
        )
    )


def finish(connection: Connection, run_id: int, status: RunStatus) -> None:
    """Set a run's last status."""
    connection.execute(
        update(AllocationRun)
        .where(AllocationRun.id == run_id)
        .values(status=status, finished_at=func.clock_timestamp())
    )


def get(connection: Connection, run_id: int) -> AllocationRun | None:
    """Return one run."""
    found = entities(connection, select(AllocationRun).where(AllocationRun.id == run_id))
    return found[0] if found else None


def newest(connection: Connection, page: Page) -> list[AllocationRun]:
    """Return one page of runs, newest first."""
    statement = select(AllocationRun).order_by(AllocationRun.id.desc()).limit(page.limit)
    if page.after is not None:
        statement = statement.where(AllocationRun.id < page.after[0])
    return entities(connection, statement)
