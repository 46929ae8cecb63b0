"""Items, availability, reports and the audit."""

import re
from datetime import date, timedelta
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hikiate.api.context import ChangeDep, ContextDep
from hikiate.api.exact import ExactRoute, allow, answer
from hikiate.api.paging import PagingDep
from hikiate.auth import Role
from hikiate.domain.errors import Invalid
from hikiate.schemas import (
    AuditEntryResponse,
    AvailabilityResponse,
    BacklogResponse,
    FillRateResponse,
    ItemCostsResponse,
    ItemRequest,
    ItemResponse,
    PageResponse,
    StockAgeResponse,
)
from hikiate.schemas.fields import Day, ItemCode
from hikiate.services import reporting, stocktaking
from hikiate.services.holds import release_expired

router = APIRouter(route_class=ExactRoute)

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)
_DAYS_SHOWN = 30

ItemCodePath = Annotated[ItemCode, Path()]


@router.get("/items", tags=["items"], response_model=PageResponse[ItemResponse])
@allow(Role.VIEWER)
def list_items(context: ContextDep, paging: PagingDep) -> Response:
    """List items by code."""
    page = paging.page("code")
    after = None if page.after is None else str(page.after[0])
    rows = context.database.read(partial(stocktaking.list_items, after=after, limit=page.limit))
    return answer(paging.of(rows, "code", lambda row: (row.item_code,)))


@router.get("/items/{item_code}", tags=["items"], response_model=ItemResponse)
@allow(Role.VIEWER)
def get_item(context: ContextDep, item_code: ItemCodePath) -> Response:
    """Show an item's settings."""
    return answer(context.database.read(partial(stocktaking.show_item, item_code=item_code)))


@router.put("/items/{item_code}", tags=["items"], response_model=ItemResponse)
@allow(Role.ADMIN)
def put_item(context: ChangeDep, item_code: ItemCodePath, body: ItemRequest) -> Response:
    """Set an item's safety stock and quantity step; what is left out is set to its default."""
    return context.change(
        lambda connection: answer(stocktaking.put_item(connection, context.settings, context.actor, item_code, body))
    )


@router.get("/items/{item_code}/costs", tags=["items"], response_model=ItemCostsResponse)
@allow(Role.VIEWER)
def get_item_costs(
    context: ContextDep,
    item_code: ItemCodePath,
    month: Annotated[str | None, Query(description="Like 2026-04; default: every month with a change")] = None,
) -> Response:
    """Show what each month did to an item and what a unit cost."""
    if month is not None and not (_MONTH.fullmatch(month) and month[:4] != "0000"):
        raise Invalid.at("/month", "month", "month must be like 2026-04.")
    first = None if month is None else date(int(month[:4]), int(month[5:]), 1)
    release_expired(context.database, context.settings)
    return answer(
        context.database.read(partial(reporting.costs, settings=context.settings, item_code=item_code, month=first))
    )


@router.get("/availability", tags=["reports"], response_model=AvailabilityResponse)
@allow(Role.VIEWER)
def get_availability(
    context: ContextDep,
    item_code: Annotated[list[ItemCode] | None, Query(description="Repeatable; default: every item")] = None,
    as_of: Annotated[Day | None, Query(description="Default: today")] = None,
) -> Response:
    """Show the stock of items as of a day, with what comes later."""
    day = as_of or context.settings.today()
    release_expired(context.database, context.settings)
    return answer(context.database.read(partial(reporting.availability, item_codes=item_code, as_of=day)))


@router.get("/reports/fill-rate", tags=["reports"], response_model=FillRateResponse)
@allow(Role.VIEWER)
def report_fill_rate(
    context: ContextDep,
    since: Annotated[Day | None, Query(description="Default: 30 days before `until`")] = None,
    until: Annotated[Day | None, Query(description="Default: today")] = None,
) -> Response:
    """Report units filled ÷ units ordered, by the orders' day of creation, without cancelled ones."""
    last = until or context.settings.today()
    first = since or last - timedelta(days=min(_DAYS_SHOWN, last.toordinal() - 1))
    release_expired(context.database, context.settings)
    return answer(
        context.database.read(partial(reporting.fill_rate, settings=context.settings, since=first, until=last))
    )


@router.get("/reports/backlog", tags=["reports"], response_model=BacklogResponse)
@allow(Role.VIEWER)
def report_backlog(
    context: ContextDep, as_of: Annotated[Day | None, Query(description="Default: today")] = None
) -> Response:
    """Report what waits, and which items lack stock for it."""
    day = as_of or context.settings.today()
    release_expired(context.database, context.settings)
    return answer(context.database.read(partial(reporting.backlog, as_of=day)))


@router.get("/reports/stock-age", tags=["reports"], response_model=StockAgeResponse)
@allow(Role.VIEWER)
def report_stock_age(
    context: ContextDep, as_of: Annotated[Day | None, Query(description="Default: today")] = None
) -> Response:
    """Report the stock on hand by age: 0–30, 31–60, 61–90, 91 and more days."""
    day = as_of or context.settings.today()
    return answer(context.database.read(partial(reporting.stock_age, settings=context.settings, as_of=day)))


@router.get("/audit", tags=["system"], response_model=PageResponse[AuditEntryResponse])
@allow(Role.ADMIN)
def list_audit(context: ContextDep, paging: PagingDep) -> Response:
    """List who changed what, when, in which request; newest first."""
    return answer(paging.of(context.database.read(partial(reporting.audit, page=paging.page()))))
