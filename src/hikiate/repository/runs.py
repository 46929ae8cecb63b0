"""Runs: made, advanced chunk by chunk, finished, listed."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, LiteralString, NamedTuple

from sqlalchemy import Connection, delete, func, insert, literal_column, select, update

from hikiate.domain.methods import Costing, Method
from hikiate.domain.states import RunStatus
from hikiate.models import AllocationRun, AllocationRunChunk, FixedDemand
from hikiate.repository.rows import Page, entities, execute, query
from hikiate.repository.trips import Ask, numbers, texts


class Chunk(NamedTuple):
    """Whole orders that are served in one transaction, and what was open on them when the run started."""

    order_ids: list[int]
    """In demand order."""
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


NOTHING = Totals(0, 0, 0, 0, 0, Decimal())


# Ids are given out in ascending order, whether or not they are committed.
NEWEST_RESULT: LiteralString = "(SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM allocation_results_id_seq)"


def new_id(connection: Connection) -> tuple[int, int]:
    """Reserve the id of a run, and return it with the newest result's there is before it."""
    [(run_id, newest_result)] = query(connection, "SELECT nextval('allocation_runs_id_seq'), " + NEWEST_RESULT)
    return run_id, newest_result


def columns_of(totals: Totals) -> dict[str, Any]:
    """Return totals as columns of a run."""
    return {
        "orders": totals.orders,
        "lines": totals.lines,
        "requested_quantity": Decimal(totals.requested),
        "allocated_quantity": Decimal(totals.allocated),
        "short_quantity": Decimal(totals.short),
        "allocated_price": totals.price,
    }


def create(
    connection: Connection,
    run_id: int,
    status: RunStatus,
    method: Method,
    costing: Costing,
    allocation_date: date,
    hold_until: datetime | None,
    request: dict[str, Any],
    trigger: str | None,
    totals: Totals,
    results_after: int,
) -> AllocationRun:
    """Record a run and return it; one that isn't queued started with the transaction.

    Its results, if there are any yet, are the newest there are, and came after one with an id.
    """
    is_started, is_done = status is not RunStatus.QUEUED, status is RunStatus.COMPLETED
    return entities(
        connection,
        insert(AllocationRun)
        .values(
            id=run_id,
            status=status,
            allocation_method=method,
            costing_method=costing,
            allocation_date=allocation_date,
            hold_until=hold_until,
            request=request,
            trigger=trigger,
            started_at=func.now() if is_started else None,
            progressed_at=func.clock_timestamp() if is_started else None,
            finished_at=func.clock_timestamp() if is_done else None,
            results_after=results_after,
            results_until=literal_column(NEWEST_RESULT),
            **columns_of(totals),
        )
        .returning(AllocationRun),
    )[0]


class NewRun(NamedTuple):
    """A run that is recorded when it is done."""

    id: int
    allocation_method: Method
    costing_method: Costing
    allocation_date: date
    hold_until: datetime | None
    request: str
    """As JSON."""
    totals: Totals


def recording(done: Sequence[NewRun], results_after: int) -> Ask:
    """Record runs that are done; the rows are when they started and finished, in the order given.

    Their results are the newest there are, and came after one with an id.
    """
    return (
        "INSERT INTO allocation_runs (id, status, allocation_method, costing_method, allocation_date, hold_until,"
        " request, orders, lines, requested_quantity, allocated_quantity, short_quantity, allocated_price,"
        " results_after, results_until, started_at, progressed_at, finished_at)"
        " SELECT id, 'completed', method, costing, day, hold_until, request, orders, lines, requested, allocated,"
        "  short, price, $13::bigint, " + NEWEST_RESULT + ", now(), clock_timestamp(), clock_timestamp()"
        " FROM unnest($1::bigint[], $2::allocation_method[], $3::costing_method[], $4::date[], $5::timestamptz[],"
        "  $6::jsonb[], $7::bigint[], $8::bigint[], $9::numeric[], $10::numeric[], $11::numeric[], $12::numeric[])"
        "  AS done(id, method, costing, day, hold_until, request, orders, lines, requested, allocated, short, price)"
        " RETURNING started_at, finished_at",
        (
            numbers(run.id for run in done),
            numbers(run.allocation_method.value for run in done),
            numbers(run.costing_method.value for run in done),
            numbers(run.allocation_date for run in done),
            texts(None if run.hold_until is None else run.hold_until.isoformat() for run in done),
            texts(run.request for run in done),
            *(numbers(column) for column in zip(*(run.totals for run in done), strict=True)),
            str(results_after),
        ),
    )


def add_chunks(connection: Connection, run_id: int, chunks: Iterable[Chunk]) -> None:
    """Record what a run has still to serve, in demand order."""
    rows = [
        {
            "run_id": run_id,
            "position": position,
            "order_ids": chunk.order_ids,
            "lines": chunk.lines,
            "requested_quantity": chunk.quantity,
        }
        for position, chunk in enumerate(chunks)
    ]
    if not rows:
        return
    connection.execute(insert(AllocationRunChunk), rows)
    execute(
        connection,
        "INSERT INTO fixed_demand SELECT %(run_id)s, l.order_id, l.line_no, coalesce(open_quantity, 0)"
        " FROM allocation_run_chunks c, unnest(c.order_ids) AS wanted(id)"
        " JOIN orders o ON o.id = wanted.id AND o.status = 'partially_allocated'"
        " JOIN order_lines l ON l.order_id = o.id"
        " LEFT JOIN open_lines open ON open.order_id = l.order_id AND open.line_no = l.line_no"
        " WHERE c.run_id = %(run_id)s",
        run_id=run_id,
    )


def fix_demand(connection: Connection, order_id: int) -> None:
    """Keep what a locked order asks for now for the long runs that go on, before it asks for more."""
    execute(
        connection,
        "INSERT INTO fixed_demand SELECT run.id, order_id, line_no, quantity FROM allocation_runs run, order_lines"
        " WHERE run.status = 'running' AND order_id = %(order_id)s ON CONFLICT DO NOTHING",
        order_id=order_id,
    )


def locked(connection: Connection, run_id: int) -> AllocationRun | None:
    """Return one run, locked: two programs that advance it wait here for each other, and nobody else does."""
    found = entities(
        connection, select(AllocationRun).where(AllocationRun.id == run_id).with_for_update(key_share=True)
    )
    return found[0] if found else None


def take_chunk(connection: Connection, run_id: int) -> Chunk | None:
    """Remove the next chunk of a locked run and return it; None when all are served."""
    first = select(func.min(AllocationRunChunk.position)).where(AllocationRunChunk.run_id == run_id).scalar_subquery()
    rows = connection.execute(
        delete(AllocationRunChunk)
        .where(AllocationRunChunk.run_id == run_id, AllocationRunChunk.position == first)
        .returning(*AllocationRunChunk.__table__.columns)
    ).all()
    if not rows:
        return None
    return _chunk(rows[0])


def fixed_demand(connection: Connection, run_id: int, order_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """Return what was open of lines when a run started, by (order id, line number); those left out were open whole.

    Their orders are locked before: who waits for a lock might change what they ask for meanwhile.
    """
    rows = query(
        connection,
        "SELECT order_id, line_no, quantity FROM fixed_demand WHERE run_id = %(run_id)s AND order_id = ANY(%(ids)s)",
        run_id=run_id,
        ids=list(order_ids),
    )
    return {(order_id, line_no): quantity for order_id, line_no, quantity in rows}


def drop_chunks(connection: Connection, run_id: int) -> list[Chunk]:
    """Remove all that a locked run has still to serve, and return it."""
    rows = connection.execute(
        delete(AllocationRunChunk)
        .where(AllocationRunChunk.run_id == run_id)
        .returning(*AllocationRunChunk.__table__.columns)
    ).all()
    return [_chunk(row) for row in rows]


def _chunk(row: Any) -> Chunk:
    return Chunk(row.order_ids, row.lines, int(row.requested_quantity))


def waiting(connection: Connection, *, abandoned_after_seconds: float) -> list[int]:
    """Return the runs that want a worker, oldest first: queued ones, and running ones that nobody advances."""
    seconds = func.make_interval(0, 0, 0, 0, 0, 0, abandoned_after_seconds)
    return list(
        connection.scalars(
            select(AllocationRun.id)
            .where(
                (AllocationRun.status == RunStatus.QUEUED)
                | (
                    (AllocationRun.status == RunStatus.RUNNING)
                    & (AllocationRun.progressed_at < func.clock_timestamp() - seconds)
                )
            )
            .order_by(AllocationRun.id)
        )
    )


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
            results_until=literal_column(NEWEST_RESULT),
            progressed_at=func.clock_timestamp(),
        )
    )


def set_status(connection: Connection, run_id: int, status: RunStatus) -> None:
    """Start or end a run."""
    now = func.clock_timestamp()
    times = {"started_at": now, "progressed_at": now} if status is RunStatus.RUNNING else {"finished_at": now}
    connection.execute(update(AllocationRun).where(AllocationRun.id == run_id).values(status=status, **times))
    if status is not RunStatus.RUNNING:
        for left in (FixedDemand, AllocationRunChunk):
            connection.execute(delete(left).where(left.run_id == run_id))


def forget_ended(connection: Connection) -> None:
    """Remove what changes of orders kept for runs that were ending meanwhile."""
    execute(
        connection,
        "DELETE FROM fixed_demand USING allocation_runs run WHERE run.id = run_id AND run.status <> 'running'",
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
