"""Runs and results, shown."""

from sqlalchemy import Connection

from hikiate.domain.errors import NotFound
from hikiate.domain.methods import METHODS
from hikiate.repository import results, runs
from hikiate.repository.results import ResultFilter
from hikiate.repository.rows import Page
from hikiate.schemas import (
    AllocationMethodResponse,
    AllocationRequest,
    AllocationResultResponse,
    AllocationRunResponse,
    ShortageResponse,
)
from hikiate.services import views
from hikiate.settings import Settings


def methods() -> list[AllocationMethodResponse]:
    """List the allocation methods."""
    return [
        AllocationMethodResponse(
            allocation_method=code,
            name_en=method.name_en,
            name_ja=method.name_ja,
            costing_method=method.costing,
            reason=method.reason,
        )
        for code, method in METHODS.items()
    ]


def show(connection: Connection, settings: Settings, run_id: int) -> AllocationRunResponse:
    """Show a run with the first of its results and shortages, as many as it asked for.

    Raises:
        NotFound: there is none with that id.
    """
    run = runs.get(connection, run_id)
    if run is None:
        raise NotFound(f"There is no allocation run {run_id}.")
    limit = AllocationRequest.model_validate(run.request).max_results
    today = settings.today()
    return views.run(
        run,
        [views.result(row, today) for row in results.first_of_run(connection, run_id, limit)],
        [views.stored_shortage(row) for row in results.shortages(connection, run_id, Page(limit))],
    )


def listed(connection: Connection, page: Page) -> list[AllocationRunResponse]:
    """List runs, newest first; their results and shortages have routes of their own."""
    return [views.run(run, [], []) for run in runs.newest(connection, page)]


def shortages(connection: Connection, run_id: int, page: Page) -> list[tuple[int, ShortageResponse]]:
    """List what a run could not give, in demand order, each with its place for the next page.

    Raises:
        NotFound: there is no such run.
    """
    if runs.get(connection, run_id) is None:
        raise NotFound(f"There is no allocation run {run_id}.")
    return [(row.id, views.stored_shortage(row)) for row in results.shortages(connection, run_id, page)]


def listed_results(
    connection: Connection, settings: Settings, wanted: ResultFilter, page: Page
) -> list[AllocationResultResponse]:
    """List results, newest first."""
    today = settings.today()
    return [views.result(row, today) for row in results.newest(connection, wanted, page)]
