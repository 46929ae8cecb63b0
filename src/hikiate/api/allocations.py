"""Allocate, compare, and read what came of it."""

from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from hikiate.api.context import ContextDep, IdDep
from hikiate.api.exact import ExactRoute, answer
from hikiate.api.paging import PagingDep
from hikiate.models import ResultStatus
from hikiate.repository.results import ResultFilter
from hikiate.schemas import (
    AllocationMethodResponse,
    AllocationRequest,
    AllocationResultResponse,
    AllocationRunResponse,
    CompareRequest,
    CompareResponse,
    PageResponse,
    ShortageResponse,
)
from hikiate.schemas.fields import Id, ItemCode, Text
from hikiate.services import allocating, runs
from hikiate.services.holds import release_expired

router = APIRouter(tags=["allocation"], route_class=ExactRoute)


@router.post("/allocate", response_model=AllocationRunResponse)
def allocate(context: ContextDep, body: AllocationRequest) -> Response:
    """Allocate waiting orders, or show what would be with `dry_run`."""
    return answer(allocating.allocate(context.database, context.settings, body))


@router.post("/allocate/compare", response_model=CompareResponse)
def compare_methods(context: ContextDep, body: CompareRequest) -> Response:
    """Show what each method would do; nothing is written."""
    return answer(CompareResponse(methods=allocating.compare(context.database, context.settings, body)))


@router.get("/allocation-methods", response_model=PageResponse[AllocationMethodResponse])
def list_allocation_methods() -> Response:
    """List the methods with their names in English and Japanese."""
    return answer(PageResponse(items=runs.methods(), next_cursor=None))


@router.get("/allocation-runs", response_model=PageResponse[AllocationRunResponse])
def list_allocation_runs(context: ContextDep, paging: PagingDep) -> Response:
    """List runs, newest first, without their results and shortages."""
    return answer(paging.of(context.database.read(partial(runs.listed, page=paging.page()))))


@router.get("/allocation-runs/{id}", response_model=AllocationRunResponse)
def get_allocation_run(context: ContextDep, run_id: IdDep) -> Response:
    """Show a run with the first of its results and shortages."""
    release_expired(context.database)
    return answer(context.database.read(partial(runs.show, settings=context.settings, run_id=run_id)))


@router.get("/allocation-runs/{id}/shortages", response_model=PageResponse[ShortageResponse])
def list_shortages(context: ContextDep, paging: PagingDep, run_id: IdDep) -> Response:
    """List what a run could not give, in demand order."""
    page = paging.page("run")
    rows = context.database.read(partial(runs.shortages, run_id=run_id, page=page))
    places = {id(shortage): place for place, shortage in rows}

    def key(shortage: Any) -> tuple[int]:
        return (places[id(shortage)],)

    return answer(paging.of([shortage for _, shortage in rows], "run", key))


@router.get("/allocation-results", response_model=PageResponse[AllocationResultResponse])
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
    release_expired(context.database)
    return answer(
        paging.of(
            context.database.read(partial(runs.listed_results, settings=context.settings, wanted=wanted, page=page))
        )
    )
