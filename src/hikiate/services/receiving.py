"""Receive stock, and show it."""

from typing import Any

from sqlalchemy import Connection

from hikiate.domain.decimals import to_scaled
from hikiate.domain.errors import DuplicateReference, NotFound
from hikiate.repository import inventories
from hikiate.repository.inventories import InventoryFilter
from hikiate.repository.rows import Page
from hikiate.schemas import InventoryRequest, InventoryResponse
from hikiate.services import views
from hikiate.services.auditing import Actor
from hikiate.services.offering import offer
from hikiate.settings import Settings


def receive(connection: Connection, settings: Settings, actor: Actor, request: InventoryRequest) -> InventoryResponse:
    """Receive a lot.

    Raises:
        DuplicateReference: the reference has been received before.
    """
    inventories.make_items_known(connection, [request.item_code])
    lot = inventories.insert_lot(connection, lot_values(request))
    if lot is None:
        raise DuplicateReference(f"A lot with the reference '{request.reference}' has been received already.")
    offer(connection, settings, [request.item_code], "receipt")
    actor.record(connection, "receive", f"inventories/{lot.id}")
    return views.inventory(lot)


def lot_values(request: InventoryRequest) -> dict[str, Any]:
    """Return the columns of a new lot."""
    return {
        **request.model_dump(),
        "quantity": to_scaled(request.quantity),
        "unit_price": to_scaled(request.unit_price),
    }


def show(connection: Connection, lot_id: int) -> InventoryResponse:
    """Show a lot.

    Raises:
        NotFound: there is none with that id.
    """
    lot = inventories.get(connection, lot_id)
    if lot is None:
        raise NotFound(f"There is no inventory {lot_id}.")
    return views.inventory(lot)


def listed(connection: Connection, wanted: InventoryFilter, page: Page, *, by_expiry: bool) -> list[InventoryResponse]:
    """List lots."""
    return [views.inventory(lot) for lot in inventories.listed(connection, wanted, page, by_expiry=by_expiry)]
