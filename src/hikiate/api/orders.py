"""Orders: take and list them."""

from datetime import date
from enum import StrEnum
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from hikiate.api.context import ContextDep, IdDep
from hikiate.api.exact import ExactRoute, answer
from hikiate.api.paging import PagingDep
from hikiate.models import OrderStatus
from hikiate.repository.orders import OrderFilter
from hikiate.schemas import OrderRequest, OrderResponse, PageResponse
from hikiate.schemas.fields import Day, ItemCode, Text
from hikiate.services import ordering
from hikiate.services.holds import release_expired

router = APIRouter(prefix="/orders", tags=["orders"], route_class=ExactRoute)


class OrderSort(StrEnum):
    """The order of a list of orders."""

    NEWEST = "newest"
    DEMAND = "demand"


@router.post("", status_code=201, response_model=OrderResponse)
def create_order(context: ContextDep, body: OrderRequest) -> Response:
    """Take an order."""
    return answer(context.database.transact(partial(ordering.create, settings=context.settings, request=body)), 201)


@router.get("", response_model=PageResponse[OrderResponse])
def list_orders(
    context: ContextDep,
    paging: PagingDep,
    status: OrderStatus | None = None,
    item_code: ItemCode | None = None,
    reference: Text | None = None,
    short: Annotated[bool | None, Query(description="Whether something is open")] = None,
    requested_before: Annotated[Day | None, Query(description="Strictly before")] = None,
    sort: OrderSort = OrderSort.NEWEST,
) -> Response:
    """List orders, newest first or in the order in which they are served."""
    wanted = OrderFilter(status, item_code, reference, short, requested_before)
    page = paging.page(sort)
    release_expired(context.database)
    by_demand = sort is OrderSort.DEMAND
    rows = context.database.read(
        partial(ordering.listed, settings=context.settings, wanted=wanted, page=page, by_demand=by_demand)
    )
    return answer(paging.of(rows, sort, _demand_key if by_demand else _id_key))


def _id_key(row: OrderResponse) -> tuple[int]:
    return (row.id,)


def _demand_key(row: OrderResponse) -> tuple[int, date | None, int]:
    return (-row.priority, row.requested_date, row.id)


@router.get("/{id}", response_model=OrderResponse)
def get_order(context: ContextDep, order_id: IdDep) -> Response:
    """Show an order with its lines and their allocations."""
    release_expired(context.database)
    return answer(context.database.read(partial(ordering.show, settings=context.settings, order_id=order_id)))
