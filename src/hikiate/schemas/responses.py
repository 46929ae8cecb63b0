"""What callers get."""

from datetime import date, datetime
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from hikiate.domain.methods import Costing, Method, Reason, Scarcity, ShortageReason
from hikiate.domain.states import Fulfilment, OrderStatus, ResultStatus, RunStatus
from hikiate.schemas.fields import Number

T = TypeVar("T")


class Response(BaseModel):
    """What all responses share."""

    model_config = ConfigDict(frozen=True)


class StatusResponse(Response):
    """How the service is."""

    status: str


class PageResponse(Response, Generic[T]):
    """One page of a list; pass `next_cursor` as `cursor` for the next, null ends it."""

    items: list[T]
    next_cursor: str | None


class InventoryResponse(Response):
    """A lot."""

    id: int
    item_code: str
    quantity: Number
    receipt_date: date
    unit_price: Number
    lot_number: str | None
    location: str | None
    expiration_date: date | None
    reference: str | None
    held: bool
    allocated_quantity: Number
    available_quantity: Number
    created_at: datetime


class AllocationResultResponse(Response):
    """So much of one lot for one order line. `id` and `run_id` are null in a dry run."""

    id: int | None
    run_id: int | None
    order_id: int
    line_no: int
    inventory_id: int
    item_code: str
    lot_number: str | None
    location: str | None
    allocated_quantity: Number
    unit_price: Number
    allocated_price: Number
    allocation_method: Method
    costing_method: Costing
    provisional: bool
    allocation_date: date
    status: ResultStatus
    hold_until: datetime | None
    reason: Reason


class OrderLineResponse(Response):
    """One line of an order; `allocations` are those not released."""

    line_no: int
    item_code: str
    quantity: Number
    inventory_id: int | None
    lot_number: str | None
    location: str | None
    min_remaining_days: int | None
    single_lot: bool
    no_date_reversal: bool
    allocated_quantity: Number
    shipped_quantity: Number
    open_quantity: Number
    allocations: list[AllocationResultResponse]


class OrderResponse(Response):
    """An order with its lines."""

    id: int
    reference: str | None
    customer: str | None
    priority: int
    requested_date: date | None
    fulfilment: Fulfilment
    status: OrderStatus
    allocated: bool
    created_at: datetime
    lines: list[OrderLineResponse]


class ShortageReasonResponse(Response):
    """One reason, and how much of the shortage it explains."""

    code: ShortageReason
    quantity: Number


class ShortageResponse(Response):
    """What a run could not give a line."""

    order_id: int
    line_no: int
    item_code: str
    short_quantity: Number
    reasons: list[ShortageReasonResponse]


class OutlookResponse(Response):
    """What a dry run would leave behind of the stock that it may allocate.

    `expiring_quantity` expires within 30 days of the allocation date.
    """

    lots_touched: int
    oldest_receipt_date: date | None
    expiring_quantity: Number


class AllocationRunResponse(Response):
    """A run: what was asked and what came of it. `id` is null in a dry run."""

    id: int | None
    status: RunStatus
    allocation_method: Method
    costing_method: Costing
    order_ids: list[int] | None
    item_codes: list[str] | None
    allocation_date: date
    dry_run: bool
    include_inbound: bool
    locations: list[str]
    scarcity: Scarcity
    hold_until: datetime | None
    max_results: int
    trigger: str | None
    orders: int
    lines: int
    requested_quantity: Number
    allocated_quantity: Number
    short_quantity: Number
    fill_rate: Number | None
    allocated_price: Number
    results: list[AllocationResultResponse]
    shortages: list[ShortageResponse]
    outlook: Annotated[OutlookResponse | None, Field(description="Of dry runs only")]
    started_at: datetime | None
    finished_at: datetime | None


class CompareResponse(Response):
    """The dry run of each method, in the order asked."""

    methods: list[AllocationRunResponse]


class AllocationMethodResponse(Response):
    """One allocation method."""

    allocation_method: Method
    name_en: str
    name_ja: str
    costing_method: Costing
    reason: Reason


class RowError(Response):
    """One thing wrong with one row; the header is row 1."""

    row: int
    column: str | None
    value: str | None
    code: str
    message: str


class ImportReport(Response):
    """What an import did, counted in rows."""

    accepted: int
    rejected: int
    errors: list[RowError]


class DifferenceResponse(Response):
    """A balance that is not what the records say; for an oversold lot, what is on hand and what is promised."""

    what: str
    id: int
    line_no: int | None
    item_code: str | None
    column: str
    stored: str
    recorded: str


class VerificationResponse(Response):
    """Every balance that differs from the records."""

    oversold: list[DifferenceResponse]
    differences: list[DifferenceResponse]

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not self.oversold and not self.differences
