"""Allocate waiting orders, compare methods, and show the runs that were made."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from hikiate.cli import show
from hikiate.cli.options import (
    CostingOption,
    DateOption,
    HoldOption,
    InboundOption,
    ItemOption,
    JsonOption,
    LocationOption,
    MaxResultsOption,
    OrderOption,
    ScarcityOption,
    method_named,
)
from hikiate.cli.session import load_settings, local_actor, open_database
from hikiate.domain.methods import Method, Scarcity

if TYPE_CHECKING:
    from pydantic import BaseModel
    from sqlalchemy import Connection

    from hikiate.database import Database
    from hikiate.schemas import AllocationRequest, AllocationRunResponse
    from hikiate.settings import Settings

    Request = TypeVar("Request", bound=BaseModel)

_OPTIONS = {
    "order_ids": "--order",
    "item_codes": "--item",
    "allocation_date": "--date",
    "locations": "--location",
    "hold_until": "--hold-until",
    "max_results": "--max-results",
}
# So many that the lots touched can be counted, unless the demand is long.
_COMPARED_RESULTS = 10_000
_LARGEST_ID = 2**63 - 1


def allocate(
    method: Annotated[
        Method,
        typer.Option(
            "--method",
            parser=method_named,
            metavar="NAME",
            help=f"Which lots are taken first: {', '.join(Method)}.",
        ),
    ],
    costing: CostingOption = None,
    order: OrderOption = None,
    item: ItemOption = None,
    date: DateOption = None,
    include_inbound: InboundOption = False,
    location: LocationOption = None,
    scarcity: ScarcityOption = Scarcity.SEQUENCE,
    hold_until: HoldOption = None,
    max_results: MaxResultsOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", metavar="", help="Only show what would be allocated.")] = False,
    json: JsonOption = False,
) -> None:
    """Allocate stock to the orders that wait for it."""
    from hikiate.domain.states import RunStatus
    from hikiate.schemas import AllocationRequest

    request = _checked(
        AllocationRequest,
        allocation_method=method,
        costing_method=costing,
        order_ids=order or None,
        item_codes=item or None,
        allocation_date=date,
        include_inbound=include_inbound,
        locations=location or None,
        scarcity=scarcity,
        hold_until=hold_until,
        max_results=max_results,
        dry_run=dry_run,
    )
    settings = _patient(load_settings())
    with open_database(settings) as database:
        run = _allocate(database, settings, request)
        if json:
            show.json(run)
        else:
            show.run(run, settings.currency_places)
    if run.status is not RunStatus.COMPLETED:
        raise typer.Exit(1)


def compare(
    method: Annotated[
        list[Method] | None,
        typer.Option(
            "--method", parser=method_named, metavar="NAME", show_default="all", help="A method. Repeat it for more."
        ),
    ] = None,
    costing: CostingOption = None,
    order: OrderOption = None,
    item: ItemOption = None,
    date: DateOption = None,
    include_inbound: InboundOption = False,
    location: LocationOption = None,
    scarcity: ScarcityOption = Scarcity.SEQUENCE,
    hold_until: HoldOption = None,
    max_results: MaxResultsOption = None,
    json: JsonOption = False,
) -> None:
    """Show what each method would allocate and cost.

    Nothing is written.
    """
    from hikiate.schemas import CompareRequest, CompareResponse
    from hikiate.services import allocating

    request = _checked(
        CompareRequest,
        allocation_methods=method or list(Method),
        costing_method=costing,
        order_ids=order or None,
        item_codes=item or None,
        allocation_date=date,
        include_inbound=include_inbound,
        locations=location or None,
        scarcity=scarcity,
        hold_until=hold_until,
        max_results=_COMPARED_RESULTS if max_results is None and not json else max_results,
    )
    settings = _patient(load_settings())
    with open_database(settings) as database:
        with show.waiting("Comparing"):
            methods = allocating.compare(database, settings, allocating.each_method(request))
        if json:
            show.json(CompareResponse(methods=methods))
        else:
            show.comparison(methods, settings.currency_places)


def runs(
    run_id: Annotated[
        int | None, typer.Argument(metavar="[ID]", min=1, max=_LARGEST_ID, help="Show this run with its results.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="How many runs to list.")] = 20,
    json: JsonOption = False,
) -> None:
    """List the runs, newest first, or show one."""
    from hikiate.api.paging import Paging
    from hikiate.services import runs as services
    from hikiate.services.holds import release_expired

    settings = load_settings()
    with open_database(settings) as database:
        if run_id is not None:
            release_expired(database, settings)
            run = database.read(partial(services.show, settings=settings, run_id=run_id))
            if json:
                show.json(run)
            else:
                show.run(run, settings.currency_places)
            return
        paging = Paging("/allocation-runs", limit)
        found = database.read(partial(services.listed, page=paging.page()))
        if json:
            show.json(paging.of(found))
        elif found:
            show.runs(found[:limit], settings.currency_places)
        else:
            show.say("No run was made yet; `hikiate allocate --method FIFO` makes one.")


def _allocate(database: Database, settings: Settings, request: AllocationRequest) -> AllocationRunResponse:
    """Allocate with a bar; whoever interrupts a long run stops it after what is committed."""
    from hikiate.domain.errors import NotFound
    from hikiate.domain.states import RunStatus
    from hikiate.services import allocating
    from hikiate.services.holds import release_expired

    actor = local_actor()
    started: list[AllocationRunResponse] = []

    def start(connection: Connection) -> None:
        started.append(allocating.start(connection, settings, actor, request))

    with show.progress("Allocating") as advance:
        if request.dry_run:
            return allocating.compare(database, settings, [request])[0]
        try:
            release_expired(database, settings)
            database.transact(start)
            run = started[-1]
            if run.status is RunStatus.RUNNING and run.id is not None:
                return allocating.finish(database, settings, run.id, lambda run: advance(_share_done(run)))
            return run
        except KeyboardInterrupt:
            if started and started[-1].id is not None:
                # It isn't found if it was interrupted before it was committed, and stays as it is if it has ended.
                with suppress(NotFound):
                    cancel = partial(allocating.cancel, settings=settings, actor=actor, run_id=started[-1].id)
                    database.transact(cancel)
            raise


def _share_done(run: AllocationRunResponse) -> float:
    served = run.allocated_quantity + run.short_quantity
    return float(served / run.requested_quantity) if run.requested_quantity else 1.0


def _patient(settings: Settings) -> Settings:
    """Lift the limit of what is done while a caller waits: a terminal can wait for as long as it takes."""
    return settings.model_copy(update={"sync_lines": None})


def _checked(model: type[Request], **values: Any) -> Request:
    """Make the request; a value that can't be is wrong usage of its option."""
    from pydantic import ValidationError

    try:
        return model.model_validate({name: value for name, value in values.items() if value is not None})
    except ValidationError as invalid:
        fault = invalid.errors()[0]
        option = _OPTIONS.get(str(fault["loc"][0]), "")
        raise typer.BadParameter(fault["msg"], param_hint=f"'{option}'") from invalid
