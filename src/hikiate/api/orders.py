"""Orders: take and list them."""

from datetime import date
from enum import StrEnum
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from hikiate.api.context import ChangeDep, Context, ContextDep, IdDep
from hikiate.api.exact import ExactRoute, allow, answer
from hikiate.api.paging import PagingDep
from hikiate.auth import Role
from hikiate.domain.states import OrderStatus, ResultStatus
from hikiate.repository.orders import OrderFilter
from hikiate.schemas import OrderPatch, OrderRequest, OrderResponse, PageResponse, SettleRequest
from hikiate.schemas.fields import Day, ItemCode, Text
from hikiate.services import ordering, settling
from hikiate.services.holds import release_expired

router = APIRouter(prefix="/orders", tags=["orders"], route_class=ExactRoute)


class OrderSort(StrEnum):
    """The order of a list of orders."""

    NEWEST = "newest"
    DEMAND = "demand"


@router.post("", status_code=201, response_model=OrderResponse)
@allow(Role.OPERATOR)
def create_order(context: ChangeDep, body: OrderRequest) -> Response:
    """Take an order."""
    return context.change(
        lambda connection: answer(ordering.create(connection, context.settings, context.actor, body), 201)
    )


@router.get("", response_model=PageResponse[OrderResponse])
@allow(Role.VIEWER)
def list_orders(
    context: ContextDep,
    paging: PagingDep,
    status: OrderStatus | None = None,
    item_code: ItemCode | None = None,
    reference: Text | None = None,
    short: Annotated[bool | None, Query(description="Whether something is open")] = None,
    requested_before: Annotated[Day | None, Query(description="Strictly before")] = None,
    created_on: Annotated[Day | None, Query(description="The day of creation")] = None,
    sort: OrderSort = OrderSort.NEWEST,
) -> Response:
    """List orders, newest first or in the order in which they are served."""
    wanted = OrderFilter(status, item_code, reference, short, requested_before, created_on)
    page = paging.page(sort)
    release_expired(context.database, context.settings)
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
@allow(Role.VIEWER)
def get_order(context: ContextDep, order_id: IdDep) -> Response:
    """Show an order with its lines and their allocations."""
    release_expired(context.database, context.settings)
    return answer(context.database.read(partial(ordering.show, settings=context.settings, order_id=order_id)))


@router.patch("/{id}", response_model=OrderResponse)
@allow(Role.OPERATOR)
def change_order(context: ChangeDep, order_id: IdDep, body: OrderPatch) -> Response:
    """Change an order; what is left out stays, null clears."""
    return context.change(
        lambda connection: answer(ordering.change(connection, context.settings, context.actor, order_id, body))
    )


@router.post("/{id}/cancel", response_model=OrderResponse)
@allow(Role.OPERATOR)
def cancel_order(context: ChangeDep, order_id: IdDep) -> Response:
    """Release what an order holds and end what is open."""
    return context.change(
        lambda connection: answer(ordering.cancel(connection, context.settings, context.actor, order_id)),
        partial(ordering.stock_of, order_id=order_id),
    )


@router.post("/{id}/ship", response_model=OrderResponse)
@allow(Role.OPERATOR)
def ship_order(context: ChangeDep, order_id: IdDep, body: SettleRequest | None = None) -> Response:
    """Ship all that an order holds, or so much of its lines; all or nothing."""
    return _settle(context, order_id, body, ResultStatus.SHIPPED)


@router.post("/{id}/release", response_model=OrderResponse)
@allow(Role.OPERATOR)
def release_order(context: ChangeDep, order_id: IdDep, body: SettleRequest | None = None) -> Response:
    """Release all that an order holds, or so much of its lines; all or nothing."""
    return _settle(context, order_id, body, ResultStatus.RELEASED)


def _settle(context: Context, order_id: int, body: SettleRequest | None, status: ResultStatus) -> Response:
    lines = None if body is None else body.lines
    return context.change(
        lambda connection: answer(
            settling.settle_order(connection, context.settings, context.actor, order_id, lines, status)
        ),
        partial(ordering.stock_of, order_id=order_id),
    )
