"""Allocate, compare, and read what came of it."""

from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Header
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection
from starlette.responses import Response

from hikiate.api.context import ChangeDep, Context, ContextDep, IdDep
from hikiate.api.exact import ExactRoute, allow, answer
from hikiate.api.paging import PagingDep
from hikiate.auth import Role
from hikiate.domain.errors import TooLarge
from hikiate.domain.states import ResultStatus, RunStatus
from hikiate.repository.results import ResultFilter
from hikiate.schemas import (
    AllocationMethodResponse,
    AllocationRequest,
    AllocationResultResponse,
    AllocationRunResponse,
    CompareRequest,
    CompareResponse,
    PageResponse,
    QuantityRequest,
    ShortageResponse,
)
from hikiate.schemas.codec import decode
from hikiate.schemas.fields import Id, ItemCode, Text
from hikiate.services import allocating, runs, settling
from hikiate.services.holds import release_expired
from hikiate.services.together import Asked, TooMany, may_join, shown

router = APIRouter(tags=["allocation"], route_class=ExactRoute)


Prefer = Annotated[str | None, Header(description="`respond-async`: queue the run and answer 202")]


@router.post(
    "/allocate",
    response_model=AllocationRunResponse,
    responses={202: {"model": AllocationRunResponse, "description": "The run is queued; `Location` shows it"}},
)
@allow(Role.VIEWER)
async def allocate(context: ChangeDep, body: AllocationRequest, prefer: Prefer = None) -> Response:
    """Allocate waiting orders, or show what would be with `dry_run`."""
    queue = "respond-async" in (prefer or "").lower().replace(";", ",").replace(" ", "").split(",")
    if body.dry_run and queue:
        raise TooLarge("A dry run can't be queued: nothing of it is kept. Leave out respond-async.")
    if not body.dry_run:
        context.require(Role.OPERATOR)
        if not queue and context.once is None and may_join(body):
            asked = Asked(context.actor, allocating.checked(context.settings, body))
            with suppress(TooMany):
                return answer(shown(context.settings, await context.together.ask_from_loop(asked)))
    return await run_in_threadpool(_allocate, context, body, queue=queue)


def _allocate(context: Context, body: AllocationRequest, *, queue: bool) -> Response:
    """Make a run that others don't wait for, or that none is made for."""
    if body.dry_run:
        return answer(allocating.compare(context.database, context.settings, [body])[0])

    def begin(connection: Connection) -> Response:
        return _run_answer(allocating.start(connection, context.settings, context.actor, body, queue=queue))

    # What holds no longer keep is open again, and so belongs to the demand.
    release_expired(context.database, context.settings)
    first = context.change(begin)
    if first.status_code == HTTPStatus.OK:
        return first
    run_id = int(first.headers["Location"].rpartition("/")[2])
    if decode(bytes(first.body))["status"] == RunStatus.QUEUED:
        context.surroundings.run_queued(run_id)
        return first
    # Whoever repeats the request with its key while the run goes on helps to finish it.
    return context.keep(answer(allocating.finish(context.database, context.settings, run_id)))


def _run_answer(run: AllocationRunResponse) -> Response:
    """Answer 200 when the run has ended; 202 is kept under an Idempotency-Key while it goes on."""
    if run.status in (RunStatus.QUEUED, RunStatus.RUNNING):
        return answer(run, HTTPStatus.ACCEPTED, {"Location": f"/allocation-runs/{run.id}"})
    return answer(run)


@router.post("/allocate/compare", response_model=CompareResponse)
@allow(Role.VIEWER)
def compare_methods(context: ContextDep, body: CompareRequest) -> Response:
    """Show what each method would do; nothing is written."""
    methods = allocating.compare(context.database, context.settings, allocating.each_method(body))
    return answer(CompareResponse(methods=methods))


@router.get("/allocation-methods", response_model=PageResponse[AllocationMethodResponse])
@allow(Role.VIEWER)
def list_allocation_methods() -> Response:
    """List the methods with their names in English and Japanese."""
    return answer(PageResponse(items=runs.methods(), next_cursor=None))


@router.get("/allocation-runs", response_model=PageResponse[AllocationRunResponse])
@allow(Role.VIEWER)
def list_allocation_runs(context: ContextDep, paging: PagingDep) -> Response:
    """List runs, newest first, without their results and shortages."""
    return answer(paging.of(context.database.read(partial(runs.listed, page=paging.page()))))


@router.get("/allocation-runs/{id}", response_model=AllocationRunResponse)
@allow(Role.VIEWER)
def get_allocation_run(context: ContextDep, run_id: IdDep) -> Response:
    """Show a run with the first of its results and shortages."""
    release_expired(context.database, context.settings)
    return answer(context.database.read(partial(runs.show, settings=context.settings, run_id=run_id)))


@router.post("/allocation-runs/{id}/cancel", response_model=AllocationRunResponse)
@allow(Role.OPERATOR)
def cancel_allocation_run(context: ChangeDep, run_id: IdDep) -> Response:
    """Stop a queued or running run after the chunk that is being served."""
    return context.change(
        lambda connection: answer(allocating.cancel(connection, context.settings, context.actor, run_id))
    )


@router.get("/allocation-runs/{id}/shortages", response_model=PageResponse[ShortageResponse])
@allow(Role.VIEWER)
def list_shortages(context: ContextDep, paging: PagingDep, run_id: IdDep) -> Response:
    """List what a run could not give, in demand order."""
    page = paging.page("run")
    rows = context.database.read(partial(runs.shortages, run_id=run_id, page=page))
    places = {id(shortage): place for place, shortage in rows}

    def key(shortage: Any) -> tuple[int]:
        return (places[id(shortage)],)

    return answer(paging.of([shortage for _, shortage in rows], "run", key))


@router.get("/allocation-results", response_model=PageResponse[AllocationResultResponse])
@allow(Role.VIEWER)
def list_allocation_results(
    context: ContextDep,
    paging: PagingDep,
    run_id: Id | None = None,
    order_id: Id | None = None,
    inventory_id: Id | None = None,
    item_code: ItemCode | None = None,
    lot_number: Text | None = None,
    status: ResultStatus | None = None,
) -> Response:
    """List results, newest first."""
    wanted = ResultFilter(run_id, order_id, inventory_id, item_code, lot_number, status)
    page = paging.page()
    release_expired(context.database, context.settings)
    return answer(
        paging.of(
            context.database.read(partial(runs.listed_results, settings=context.settings, wanted=wanted, page=page))
        )
    )


@router.post("/allocation-results/{id}/release", response_model=AllocationResultResponse)
@allow(Role.OPERATOR)
def release_allocation_result(context: ChangeDep, result_id: IdDep, body: QuantityRequest | None = None) -> Response:
    """Release an allocation, or so much of it."""
    return _settle(context, result_id, body, ResultStatus.RELEASED)


@router.post("/allocation-results/{id}/ship", response_model=AllocationResultResponse)
@allow(Role.OPERATOR)
def ship_allocation_result(context: ChangeDep, result_id: IdDep, body: QuantityRequest | None = None) -> Response:
    """Ship an allocation, or so much of it."""
    return _settle(context, result_id, body, ResultStatus.SHIPPED)


def _settle(context: Context, result_id: int, body: QuantityRequest | None, status: ResultStatus) -> Response:
    quantity = None if body is None else body.quantity
    return context.change(
        lambda connection: answer(
            settling.settle_result(connection, context.settings, context.actor, result_id, quantity, status)
        ),
        partial(settling.stock_of, result_id=result_id),
    )
