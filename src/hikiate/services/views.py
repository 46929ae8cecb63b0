"""What rows look like from outside."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Context, Decimal
from typing import Any

from hikiate.domain.costing import month_of
from hikiate.domain.decimals import SCALE, divide_rounded, to_decimal
from hikiate.domain.methods import Costing, ShortageReason
from hikiate.domain.states import OrderStatus, ResultStatus, RunStatus
from hikiate.models import AllocationRun, AllocationShortage, Inventory, Order, OrderLine
from hikiate.repository.results import ResultRow
from hikiate.repository.runs import Totals
from hikiate.schemas import (
    AllocationRequest,
    AllocationResultResponse,
    AllocationRunResponse,
    InventoryResponse,
    OrderLineResponse,
    OrderResponse,
    OutlookResponse,
    ShortageReasonResponse,
    ShortageResponse,
)

_EXACT = Context(prec=100)


def shown_amount(amount: Decimal) -> Decimal:
    """Return an amount in its shortest form, without an exponent."""
    whole = int(amount)
    return Decimal(whole) if whole == amount else amount.normalize(_EXACT)


def inventory(row: Inventory) -> InventoryResponse:
    """Show a lot."""
    return InventoryResponse(
        id=row.id,
        item_code=row.item_code,
        quantity=to_decimal(row.quantity),
        receipt_date=row.receipt_date,
        unit_price=to_decimal(row.unit_price),
        lot_number=row.lot_number,
        location=row.location,
        expiration_date=row.expiration_date,
        reference=row.reference,
        held=row.held,
        allocated_quantity=to_decimal(row.allocated_quantity),
        available_quantity=to_decimal(max(0, row.quantity - row.allocated_quantity)),
        created_at=row.created_at,
    )


def is_provisional(costing: Costing, allocation_date: date, today: date) -> bool:
    """Tell whether the price may still differ from the month's final one: it is over when the month is."""
    return costing is Costing.TOTAL_AVERAGE and month_of(today) <= month_of(allocation_date)


def result(row: ResultRow, today: date) -> AllocationResultResponse:
    """Show an allocation."""
    return AllocationResultResponse(
        id=row.id,
        run_id=row.run_id,
        order_id=row.order_id,
        line_no=row.line_no,
        inventory_id=row.inventory_id,
        item_code=row.item_code,
        lot_number=row.lot_number,
        location=row.location,
        allocated_quantity=to_decimal(row.quantity),
        unit_price=to_decimal(row.unit_price),
        allocated_price=shown_amount(row.amount),
        allocation_method=row.allocation_method,
        costing_method=row.costing_method,
        provisional=is_provisional(row.costing_method, row.allocation_date, today),
        allocation_date=row.allocation_date,
        status=row.status,
        hold_until=row.hold_until,
        reason=row.reason,
    )


def order(row: Order, lines: Iterable[OrderLine], results: Iterable[ResultRow], today: date) -> OrderResponse:
    """Show an order with its lines and what they were given."""
    by_line: dict[int, list[ResultRow]] = {}
    for given in results:
        by_line.setdefault(given.line_no, []).append(given)
    return OrderResponse(
        id=row.id,
        reference=row.reference,
        customer=row.customer,
        priority=row.priority,
        requested_date=row.requested_date,
        fulfilment=row.fulfilment,
        status=row.status,
        allocated=row.status in (OrderStatus.ALLOCATED, OrderStatus.SHIPPED),
        created_at=row.created_at,
        lines=[_line(row, line, by_line.get(line.line_no, []), today) for line in lines],
    )


def _line(order: Order, line: OrderLine, results: list[ResultRow], today: date) -> OrderLineResponse:
    allocated = sum(given.quantity for given in results if given.status is ResultStatus.ALLOCATED)
    shipped = sum(given.quantity for given in results if given.status is ResultStatus.SHIPPED)
    open_quantity = 0 if order.status is OrderStatus.CANCELLED else line.quantity - allocated - shipped
    return OrderLineResponse(
        line_no=line.line_no,
        item_code=line.item_code,
        quantity=to_decimal(line.quantity),
        inventory_id=line.inventory_id,
        lot_number=line.lot_number,
        location=line.location,
        min_remaining_days=line.min_remaining_days,
        single_lot=line.single_lot,
        no_date_reversal=line.no_date_reversal,
        allocated_quantity=to_decimal(allocated),
        shipped_quantity=to_decimal(shipped),
        open_quantity=to_decimal(open_quantity),
        allocations=[result(given, today) for given in results],
    )


def shortage(
    order_id: int, line_no: int, item_code: str, quantity: int, reasons: Iterable[Sequence[Any]]
) -> ShortageResponse:
    """Show a shortage; reasons are pairs of a code and a quantity."""
    return ShortageResponse(
        order_id=order_id,
        line_no=line_no,
        item_code=item_code,
        short_quantity=to_decimal(quantity),
        reasons=[
            ShortageReasonResponse(code=ShortageReason(code), quantity=to_decimal(part)) for code, part in reasons
        ],
    )


def stored_shortage(row: AllocationShortage) -> ShortageResponse:
    """Show a recorded shortage."""
    return shortage(row.order_id, row.line_no, row.item_code, row.quantity, row.reasons)


def fill_rate(allocated: int, requested: int) -> Decimal | None:
    """Return units allocated ÷ requested at six places; None when none were."""
    return to_decimal(divide_rounded(allocated * SCALE, requested)) if requested else None


def run(
    row: AllocationRun,
    results: list[AllocationResultResponse],
    shortages: list[ShortageResponse],
) -> AllocationRunResponse:
    """Show a run."""
    return _run(
        row.id,
        RunStatus(row.status),
        AllocationRequest.model_validate(row.request),
        row.costing_method,
        row.allocation_date,
        row.trigger,
        Totals(
            row.orders,
            row.lines,
            int(row.requested_quantity),
            int(row.allocated_quantity),
            int(row.short_quantity),
            row.allocated_price,
        ),
        results,
        shortages,
        row.started_at,
        row.finished_at,
    )


def finished_run(
    run_id: int | None,
    request: AllocationRequest,
    costing: Costing,
    allocation_date: date,
    totals: Totals,
    results: list[AllocationResultResponse],
    shortages: list[ShortageResponse],
    started_at: datetime | None,
    finished_at: datetime | None,
    outlook: OutlookResponse | None = None,
) -> AllocationRunResponse:
    """Show a run that was made at once, or that is only shown."""
    return _run(
        run_id,
        RunStatus.COMPLETED,
        request,
        costing,
        allocation_date,
        None,
        totals,
        results,
        shortages,
        started_at,
        finished_at,
        outlook,
    )


def _run(
    run_id: int | None,
    status: RunStatus,
    request: AllocationRequest,
    costing: Costing,
    allocation_date: date,
    trigger: str | None,
    totals: Totals,
    results: list[AllocationResultResponse],
    shortages: list[ShortageResponse],
    started_at: datetime | None,
    finished_at: datetime | None,
    outlook: OutlookResponse | None = None,
) -> AllocationRunResponse:
    return AllocationRunResponse(
        id=run_id,
        status=status,
        allocation_method=request.allocation_method,
        costing_method=costing,
        order_ids=request.order_ids,
        item_codes=request.item_codes,
        allocation_date=allocation_date,
        dry_run=request.dry_run,
        include_inbound=request.include_inbound,
        locations=request.locations,
        scarcity=request.scarcity,
        hold_until=request.hold_until,
        max_results=request.max_results,
        trigger=trigger,
        orders=totals.orders,
        lines=totals.lines,
        requested_quantity=to_decimal(totals.requested),
        allocated_quantity=to_decimal(totals.allocated),
        short_quantity=to_decimal(totals.short),
        fill_rate=fill_rate(totals.allocated, totals.requested),
        allocated_price=shown_amount(totals.price),
        results=results,
        shortages=shortages,
        outlook=outlook,
        started_at=started_at,
        finished_at=finished_at,
    )
