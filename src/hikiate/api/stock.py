"""Inventories: receive and list lots."""

from datetime import date
from enum import StrEnum
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from hikiate.api.context import ContextDep, IdDep
from hikiate.api.exact import ExactRoute, answer
from hikiate.api.paging import PagingDep
from hikiate.repository.inventories import InventoryFilter
from hikiate.schemas import InventoryRequest, InventoryResponse, PageResponse
from hikiate.schemas.fields import Day, ItemCode, Text
from hikiate.services import receiving
from hikiate.services.holds import release_expired

router = APIRouter(prefix="/inventories", tags=["inventories"], route_class=ExactRoute)


class InventorySort(StrEnum):
    """The order of a list of lots."""

    NEWEST = "newest"
    EXPIRY = "expiry"


@router.post("", status_code=201, response_model=InventoryResponse)
def receive_inventory(context: ContextDep, body: InventoryRequest) -> Response:
    """Receive a lot."""
    return answer(context.database.transact(partial(receiving.receive, request=body)), 201)


@router.get("", response_model=PageResponse[InventoryResponse])
def list_inventories(
    context: ContextDep,
    paging: PagingDep,
    item_code: ItemCode | None = None,
    lot_number: Text | None = None,
    location: Text | None = None,
    available: Annotated[bool | None, Query(description="Whether something is available")] = None,
    expires_before: Annotated[Day | None, Query(description="Strictly before")] = None,
    received_before: Annotated[Day | None, Query(description="Strictly before")] = None,
    sort: InventorySort = InventorySort.NEWEST,
) -> Response:
    """List lots, newest first or by expiry (none last)."""
    wanted = InventoryFilter(item_code, lot_number, location, available, expires_before, received_before)
    page = paging.page(sort)
    release_expired(context.database)
    by_expiry = sort is InventorySort.EXPIRY
    rows = context.database.read(partial(receiving.listed, wanted=wanted, page=page, by_expiry=by_expiry))
    return answer(paging.of(rows, sort, _expiry_key if by_expiry else _id_key))


def _id_key(row: InventoryResponse) -> tuple[int]:
    return (row.id,)


def _expiry_key(row: InventoryResponse) -> tuple[date | None, int]:
    return (row.expiration_date, row.id)


@router.get("/{id}", response_model=InventoryResponse)
def get_inventory(context: ContextDep, lot_id: IdDep) -> Response:
    """Show a lot."""
    release_expired(context.database)
    return answer(context.database.read(partial(receiving.show, lot_id=lot_id)))
