"""Receive stock, take orders, and what becomes of both."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from hikiate.cli import show
from hikiate.cli.options import JsonOption
from hikiate.cli.session import load_settings, local_actor, open_database

if TYPE_CHECKING:
    from pydantic import BaseModel
    from sqlalchemy import Connection

    from hikiate.domain.states import ResultStatus
    from hikiate.schemas import AllocationResultResponse, InventoryResponse, LineQuantity, OrderResponse
    from hikiate.services.auditing import Actor
    from hikiate.settings import Settings

    Request = TypeVar("Request", bound=BaseModel)
    Answer = TypeVar("Answer")

OrderId = Annotated[int | None, typer.Argument(metavar="[ORDER]", help="The order's id: all that it holds.")]
LineOption = Annotated[
    list[str] | None,
    typer.Option("--line", metavar="N[=QUANTITY]", help="Only this line, or so much of it. Repeat it for more."),
]
ResultOption = Annotated[
    int | None, typer.Option("--result", metavar="ID", help="This allocation result, in place of an order.")
]
QuantityOption = Annotated[
    str | None, typer.Option("--quantity", metavar="N", help="Only so much of the allocation result.")
]
LotId = Annotated[int, typer.Argument(metavar="INVENTORY", help="The inventory's id.")]


def receive(
    item: Annotated[str, typer.Argument(metavar="ITEM", help="The item's code.")],
    quantity: Annotated[str, typer.Argument(metavar="QUANTITY", help="How much came in.")],
    price: Annotated[str, typer.Option("--price", metavar="N", help="What one unit cost.")],
    date: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", show_default="today", help="When it came in.")
    ] = None,
    lot: Annotated[str | None, typer.Option("--lot", metavar="NUMBER", help="The lot's number.")] = None,
    location: Annotated[str | None, typer.Option("--location", metavar="NAME", help="Where it lies.")] = None,
    expires: Annotated[str | None, typer.Option("--expires", metavar="YYYY-MM-DD", help="Its last good day.")] = None,
    reference: Annotated[
        str | None, typer.Option("--reference", metavar="TEXT", help="Unique: a receipt can't come in twice.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Receive a lot."""
    from hikiate.schemas import InventoryRequest
    from hikiate.services import receiving

    settings = load_settings()
    request = _checked(
        InventoryRequest,
        item_code=item,
        quantity=quantity,
        unit_price=price,
        receipt_date=date or settings.today(),
        lot_number=lot,
        location=location,
        expiration_date=expires,
        reference=reference,
    )
    _lot(
        _change(settings, lambda connection, actor: receiving.receive(connection, settings, actor, request)),
        json=json,
    )


def order(
    lines: Annotated[list[str], typer.Argument(metavar="ITEM=QUANTITY…", help="What is ordered, a line each.")],
    reference: Annotated[str | None, typer.Option("--reference", metavar="TEXT", help="Unique, if given.")] = None,
    customer: Annotated[str | None, typer.Option("--customer", metavar="NAME", help="Who ordered.")] = None,
    priority: Annotated[int, typer.Option("--priority", metavar="N", help="Higher is served first.")] = 0,
    requested: Annotated[
        str | None, typer.Option("--requested", metavar="YYYY-MM-DD", help="The day it is wanted.")
    ] = None,
    complete: Annotated[
        bool, typer.Option("--complete", metavar="", help="Allocate all that is open, or nothing.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Take an order."""
    from hikiate.domain.states import Fulfilment
    from hikiate.schemas import OrderRequest
    from hikiate.services import ordering

    settings = load_settings()
    request = _checked(
        OrderRequest,
        reference=reference,
        customer=customer,
        priority=priority,
        requested_date=requested,
        fulfilment=Fulfilment.COMPLETE if complete else Fulfilment.PARTIAL,
        lines=[{"item_code": code, "quantity": quantity} for code, quantity in map(_pair, lines)],
    )
    _order(
        _change(settings, lambda connection, actor: ordering.create(connection, settings, actor, request)),
        json=json,
    )


def ship(
    order_id: OrderId = None,
    line: LineOption = None,
    result: ResultOption = None,
    quantity: QuantityOption = None,
    json: JsonOption = False,
) -> None:
    """Ship what is allocated."""
    from hikiate.domain.states import ResultStatus

    _settle(order_id, line, result, quantity, ResultStatus.SHIPPED, json=json)


def release(
    order_id: OrderId = None,
    line: LineOption = None,
    result: ResultOption = None,
    quantity: QuantityOption = None,
    json: JsonOption = False,
) -> None:
    """Give back what is allocated."""
    from hikiate.domain.states import ResultStatus

    _settle(order_id, line, result, quantity, ResultStatus.RELEASED, json=json)


def cancel(
    order_id: Annotated[int, typer.Argument(metavar="ORDER", help="The order's id.")], json: JsonOption = False
) -> None:
    """Cancel an order: what it holds is given back, what is open ends."""
    from hikiate.services import ordering

    settings = load_settings()
    _order(
        _change(settings, lambda connection, actor: ordering.cancel(connection, settings, actor, order_id)),
        json=json,
    )


def adjust(
    lot_id: LotId,
    by: Annotated[str, typer.Option("--by", metavar="N", help="How much more is there; less with a minus.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for whoever asks next year.")],
    json: JsonOption = False,
) -> None:
    """Correct what is on hand of a lot."""
    from hikiate.schemas import AdjustRequest
    from hikiate.services import stocktaking

    settings = load_settings()
    request = _checked(AdjustRequest, quantity_change=by, reason=reason)
    _lot(
        _change(settings, lambda connection, actor: stocktaking.adjust(connection, settings, actor, lot_id, request)),
        json=json,
    )


def hold(
    lot_id: LotId,
    off: Annotated[bool, typer.Option("--off", metavar="", help="Let it go again.")] = False,
    json: JsonOption = False,
) -> None:
    """Hold a lot: it is neither allocated nor shipped."""
    from hikiate.services import stocktaking

    settings = load_settings()
    _lot(
        _change(
            settings,
            lambda connection, actor: stocktaking.hold(connection, settings, actor, lot_id, held=not off),
        ),
        json=json,
    )


def _settle(
    order_id: int | None,
    lines: list[str] | None,
    result_id: int | None,
    quantity: str | None,
    status: ResultStatus,
    *,
    json: bool,
) -> None:
    from hikiate.schemas import QuantityRequest
    from hikiate.services import settling

    if (order_id is None) == (result_id is None):
        raise typer.BadParameter("name an order, or an allocation result with --result.")
    if result_id is not None and lines:
        raise typer.BadParameter("--line is for an order; use --quantity with --result.")
    if order_id is not None and quantity is not None:
        raise typer.BadParameter("--quantity is for --result; use --line N=QUANTITY with an order.")
    settings = load_settings()
    if order_id is not None:
        wanted = _line_quantities(lines)
        _order(
            _change(
                settings,
                lambda connection, actor: settling.settle_order(connection, settings, actor, order_id, wanted, status),
            ),
            json=json,
        )
    elif result_id is not None:
        part = _checked(QuantityRequest, quantity=quantity).quantity
        _result(
            _change(
                settings,
                lambda connection, actor: settling.settle_result(connection, settings, actor, result_id, part, status),
            ),
            settings,
            json=json,
        )


def _line_quantities(lines: list[str] | None) -> list[LineQuantity] | None:
    from hikiate.schemas import LineQuantity

    if not lines:
        return None
    pairs = [line.partition("=") for line in lines]
    return [_checked(LineQuantity, line_no=number, quantity=quantity or None) for number, _, quantity in pairs]


def _change(settings: Settings, work: Callable[[Connection, Actor], Answer]) -> Answer:
    with open_database(settings) as database:
        return database.transact(lambda connection: work(connection, local_actor()))


def _pair(text: str) -> tuple[str, str]:
    code, is_pair, quantity = text.rpartition("=")
    if not is_pair:
        raise typer.BadParameter(f"'{text}' is not ITEM=QUANTITY, like TEA-1KG=12.")
    return code, quantity


def _checked(model: type[Request], **values: Any) -> Request:
    """Make the request; a value that can't be is wrong usage."""
    from pydantic import ValidationError

    try:
        return model.model_validate(values)
    except ValidationError as invalid:
        fault = invalid.errors()[0]
        name = " ".join(str(step) for step in fault["loc"]).replace("_", " ")
        raise typer.BadParameter(f"{name} {fault['msg'][:1].lower()}{fault['msg'][1:]}.") from invalid


def _order(order: OrderResponse, *, json: bool) -> None:
    if json:
        show.json(order)
        return
    show.say(f"Order {order.id} is {order.status.value.replace('_', ' ')}.")
    show.say()
    show.table(
        ">Line|Item|>Ordered|>Allocated|>Shipped|>Open",
        [
            (
                line.line_no,
                line.item_code,
                show.number(line.quantity),
                show.number(line.allocated_quantity),
                show.number(line.shipped_quantity),
                show.number(line.open_quantity),
            )
            for line in order.lines
        ],
    )


def _lot(lot: InventoryResponse, *, json: bool) -> None:
    if json:
        show.json(lot)
        return
    held = ", held" if lot.held else ""
    show.say(
        f"Inventory {lot.id} of {lot.item_code}: {show.number(lot.quantity)} on hand,"
        f" {show.number(lot.allocated_quantity)} allocated, {show.number(lot.available_quantity)} available{held}."
    )


def _result(result: AllocationResultResponse, settings: Settings, *, json: bool) -> None:
    if json:
        show.json(result)
        return
    show.say(
        f"Allocation result {result.id}: {show.number(result.allocated_quantity)} of {result.item_code},"
        f" {show.amount(result.allocated_price, settings.currency_places)}, is {result.status.value}."
    )
