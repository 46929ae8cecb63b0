"""Inventories: receive and list lots."""

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
from hikiate.repository.inventories import InventoryFilter
from hikiate.schemas import AdjustRequest, InventoryRequest, InventoryResponse, MovementResponse, PageResponse
from hikiate.schemas.fields import Day, ItemCode, Text
from hikiate.services import receiving, stocktaking
from hikiate.services.holds import release_expired

router = APIRouter(prefix="/inventories", tags=["inventories"], route_class=ExactRoute)


class InventorySort(StrEnum):
    """The order of a list of lots."""

    NEWEST = "newest"
    EXPIRY = "expiry"


@router.post("", status_code=201, response_model=InventoryResponse)
@allow(Role.OPERATOR)
def receive_inventory(context: ChangeDep, body: InventoryRequest) -> Response:
    """Receive a lot."""
    return context.change(
        lambda connection: answer(receiving.receive(connection, context.settings, context.actor, body), 201)
    )


@router.get("", response_model=PageResponse[InventoryResponse])
@allow(Role.VIEWER)
def list_inventories(
    context: ContextDep,
    paging: PagingDep,
    item_code: ItemCode | None = None,
    lot_number: Text | None = None,
    location: Text | None = None,
    available: Annotated[bool | None, Query(description="Whether something is available")] = None,
    expires_before: Annotated[Day | None, Query(description="Strictly before")] = None,
    received_before: Annotated[Day | None, Query(description="Strictly before")] = None,
    received_since: Annotated[Day | None, Query(description="That day or later")] = None,
    on_hand: Annotated[bool | None, Query(description="Whether something is on hand")] = None,
    sort: InventorySort = InventorySort.NEWEST,
) -> Response:
    """List lots, newest first or by expiry (none last)."""
    wanted = InventoryFilter(
        item_code, lot_number, location, available, expires_before, received_before, received_since, on_hand
    )
    page = paging.page(sort)
    release_expired(context.database, context.settings)
    by_expiry = sort is InventorySort.EXPIRY
    rows = context.database.read(partial(receiving.listed, wanted=wanted, page=page, by_expiry=by_expiry))
    return answer(paging.of(rows, sort, _expiry_key if by_expiry else _id_key))


def _id_key(row: InventoryResponse) -> tuple[int]:
    return (row.id,)


def _expiry_key(row: InventoryResponse) -> tuple[date | None, int]:
    return (row.expiration_date, row.id)


@router.get("/{id}", response_model=InventoryResponse)
@allow(Role.VIEWER)
def get_inventory(context: ContextDep, lot_id: IdDep) -> Response:
    """Show a lot."""
    release_expired(context.database, context.settings)
    return answer(context.database.read(partial(receiving.show, lot_id=lot_id)))


@router.get("/{id}/movements", response_model=PageResponse[MovementResponse])
@allow(Role.VIEWER)
def list_movements(context: ContextDep, paging: PagingDep, lot_id: IdDep) -> Response:
    """List what changed a lot's stock on hand, newest first."""
    page = paging.page()
    release_expired(context.database, context.settings)
    return answer(paging.of(context.database.read(partial(stocktaking.movements, lot_id=lot_id, page=page))))


@router.post("/{id}/adjust", response_model=InventoryResponse)
@allow(Role.ADMIN)
def adjust_inventory(context: ChangeDep, lot_id: IdDep, body: AdjustRequest) -> Response:
    """Change what is on hand of a lot."""
    return context.change(
        lambda connection: answer(stocktaking.adjust(connection, context.settings, context.actor, lot_id, body))
    )


@router.post("/{id}/hold", response_model=InventoryResponse)
@allow(Role.OPERATOR)
def hold_inventory(context: ChangeDep, lot_id: IdDep) -> Response:
    """Hold a lot: it is neither allocated nor shipped; what is allocated stays."""
    return _set_held(context, lot_id, held=True)


@router.post("/{id}/unhold", response_model=InventoryResponse)
@allow(Role.OPERATOR)
def unhold_inventory(context: ChangeDep, lot_id: IdDep) -> Response:
    """Let a held lot go."""
    return _set_held(context, lot_id, held=False)


def _set_held(context: Context, lot_id: int, *, held: bool) -> Response:
    return context.change(
        lambda connection: answer(stocktaking.hold(connection, context.settings, context.actor, lot_id, held=held))
    )
