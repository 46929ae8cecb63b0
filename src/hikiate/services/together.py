"""Allocate for many callers at once: their runs are planned one after another and committed together."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from typing import LiteralString, NamedTuple

import structlog
from sqlalchemy import Connection

from hikiate.database import Database
from hikiate.domain.demand import Demand, in_demand_order
from hikiate.domain.errors import Busy, Locked
from hikiate.domain.methods import METHODS, Costing, Scarcity
from hikiate.repository import audit, batches, runs
from hikiate.repository.batches import Batch
from hikiate.repository.runs import NewRun, Totals
from hikiate.repository.trips import trip
from hikiate.schemas import AllocationRequest, AllocationRunResponse
from hikiate.services import views
from hikiate.services.auditing import Actor
from hikiate.services.grouping import Group
from hikiate.services.planning import (
    Run,
    needs_all_lots,
    plan_runs,
    policy_of,
    shown_results,
    shown_shortages,
    totals_of,
)
from hikiate.services.serving import FEW_ROWS, Served, lock_and_read, run_on, unknown_orders, writing
from hikiate.settings import Settings

log = structlog.get_logger(__name__)

MOST_RUNS = 128
MOST_ORDERS = 20
"""Of one run that is committed with others; a larger one would make them wait."""


class Asked(NamedTuple):
    """One caller's run, its defaults filled in."""

    actor: Actor
    request: AllocationRequest


class Done(NamedTuple):
    """One caller's run when it is committed."""

    served: Served
    started_at: datetime
    finished_at: datetime


class TooMany(Exception):
    """A run has too many lines to be committed with others; it has to be made alone."""


def may_join(request: AllocationRequest) -> bool:
    """Tell whether a run may be committed with others: it names a few orders, and its costs follow from its stock."""
    costing = request.costing_method or METHODS[request.allocation_method].costing
    return (
        request.order_ids is not None
        and len(request.order_ids) <= MOST_ORDERS
        and request.scarcity is Scarcity.SEQUENCE
        and costing is not Costing.TOTAL_AVERAGE
    )


class Together:
    """The runs of one process's callers."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._settings = settings
        self._group: Group[Asked, Done] = Group(
            partial(serve_together, database, settings), most=MOST_RUNS, name="allocation"
        )

    def ask(self, asked: Asked) -> Done:
        """Make a run, with those that wait at the same time.

        Raises:
            Invalid: an order is unknown.
            TooMany: it has to be made alone.
            Busy: a lock was not had in time, or races were lost too often.
        """
        return self._group.ask(asked)

    async def ask_from_loop(self, asked: Asked) -> Done:
        """As `ask`, while the event loop goes on."""
        return await self._group.ask_from_loop(asked)


def serve_together(database: Database, settings: Settings, group: Sequence[Asked]) -> list[Done | Exception]:
    """Make runs in the order given, in as few transactions as can be, and answer each with what came of it."""
    answers: dict[int, Done | Exception] = {}
    waiting = list(range(len(group)))
    while waiting:
        # Who names an order that another run before it names is served after that one's commit.
        taken: set[int] = set()
        round_: list[int] = []
        for place in waiting:
            named = group[place].request.order_ids or []
            if taken.isdisjoint(named):
                round_.append(place)
            taken.update(named)
        waiting = [place for place in waiting if place not in set(round_)]
        served = _serve_round(database, settings, [group[place] for place in round_])
        answers.update(zip(round_, served, strict=True))
    return [answers[place] for place in range(len(group))]


def _serve_round(database: Database, settings: Settings, group: Sequence[Asked]) -> list[Done | Exception]:
    try:
        return _transact(database, settings, group, batches.WAIT)
    except Locked as error:
        if len(group) == 1:
            return [error]
    except Busy as error:
        # It may have been done: nobody makes it again who was not asked to.
        return [error] * len(group)
    except Exception as error:
        if len(group) == 1:
            return [error]
        # Whoever of them it was: each alone has its own answer or its own error.
        log.exception("group failed, its members are served alone", members=len(group))
        return [answer for asked in group for answer in _serve_round(database, settings, [asked])]
    # Somebody holds stock for long. Those who want none of it don't wait with those who do.
    try:
        return _transact(database, settings, group, batches.SKIP)
    except Exception as error:
        # Those of the rounds before were served, and keep their answers.
        return [error] * len(group)


def _transact(
    database: Database, settings: Settings, group: Sequence[Asked], lock: LiteralString
) -> list[Done | Exception]:
    return database.transact(partial(_serve, settings=settings, group=group, lock=lock))


def _serve(
    connection: Connection, settings: Settings, group: Sequence[Asked], lock: LiteralString
) -> list[Done | Exception]:
    named = {order_id for asked in group for order_id in asked.request.order_ids or ()}
    all_lots = any(needs_all_lots(policy_of(settings, asked.request)) for asked in group)
    batch = lock_and_read(connection, settings, named, lock=lock, runs=len(group), all_lots=all_lots)
    busy = batches.skipped(connection, batch, named) if lock is batches.SKIP else set()
    found = [
        _run(settings, batch, asked.request, run_id, busy) for asked, run_id in zip(group, batch.run_ids, strict=True)
    ]
    made = [(asked.actor, run) for asked, run in zip(group, found, strict=True) if isinstance(run, Run)]
    served = iter(_commit(connection, settings, batch, made) if made else ())
    return [run if isinstance(run, Exception) else next(served) for run in found]


def _commit(connection: Connection, settings: Settings, batch: Batch, made: Sequence[tuple[Actor, Run]]) -> list[Done]:
    planned = [run for _, run in made]
    plans = plan_runs(connection, settings, batch, planned)
    totals = [totals_of(settings, run, plan) for run, plan in zip(planned, plans, strict=True)]
    ids, *_, times, _ = trip(
        connection,
        [
            *writing(settings, batch, planned, plans),
            runs.recording(
                [_recorded(run, total) for run, total in zip(planned, totals, strict=True)], batch.results_after
            ),
            audit.recording([actor.entry("allocate", f"allocation-runs/{run.run_id}") for actor, run in made]),
        ],
        commit=True,
    )
    each_id = (result_id for (result_id,) in ids)
    return [
        Done(Served(run, plan, list(islice(each_id, len(plan.picks))), total), started, finished)
        for run, plan, total, (started, finished) in zip(planned, plans, totals, times, strict=True)
    ]


def _run(settings: Settings, batch: Batch, request: AllocationRequest, run_id: int, busy: set[int]) -> Run | Exception:
    order_ids = request.order_ids or []
    if not busy.isdisjoint(order_ids):
        return Locked("The stock is busy: a lock was not had in time.")
    absent = [order_id for order_id in order_ids if order_id not in batch.orders]
    if absent:
        return unknown_orders(order_ids, absent)
    wanted = in_demand_order(batch.orders[order_id] for order_id in dict.fromkeys(order_ids))
    run = run_on(settings, request, run_id, wanted)
    if request.item_codes is not None:
        run = run._replace(demand=_limited(run.demand, request.item_codes))
    lines = sum([len(order.lines) for order in run.demand])
    if lines > FEW_ROWS or (settings.sync_lines is not None and lines > settings.sync_lines):
        return TooMany()
    return run


def _limited(orders: Sequence[Demand], item_codes: Sequence[str]) -> list[Demand]:
    limited = [
        order
        if order.complete and any(line.item_code in item_codes for line in order.lines)
        else order._replace(lines=tuple(line for line in order.lines if line.item_code in item_codes))
        for order in orders
    ]
    return [order for order in limited if order.lines]


def _recorded(run: Run, totals: Totals) -> NewRun:
    policy, request = run.policy, run.request
    return NewRun(
        run.run_id or 0,
        policy.method,
        policy.costing_method,
        policy.allocation_date,
        request.hold_until,
        request.model_dump_json(),
        totals,
    )


def shown(settings: Settings, done: Done) -> AllocationRunResponse:
    """Show a run as its caller is answered."""
    run, plan, ids, totals = done.served
    return views.finished_run(
        run.run_id,
        run.request,
        run.policy.costing_method,
        run.policy.allocation_date,
        totals,
        shown_results(settings, run, plan, ids, settings.today()),
        shown_shortages(run, plan),
        done.started_at,
        done.finished_at,
    )
