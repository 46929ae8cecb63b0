"""What callers get of items, history and reports."""

from datetime import date, datetime
from typing import Any

from hikiate.domain.states import ImportStatus, MovementKind
from hikiate.schemas.fields import Number
from hikiate.schemas.requests import ImportKind, OnError
from hikiate.schemas.responses import ImportReport, Response


class ItemResponse(Response):
    """An item's settings."""

    item_code: str
    safety_stock: Number
    quantity_step: Number | None
    created_at: datetime


class MovementResponse(Response):
    """One change of a lot's stock on hand."""

    id: int
    inventory_id: int
    kind: MovementKind
    quantity_change: Number
    reason: str | None
    allocation_result_id: int | None
    created_at: datetime


class MonthCosts(Response):
    """What one month did to one item, and what a unit cost.

    `total_average` is the month's periodic average (総平均法), provisional until the month is over; opening and closing
    values are quantity × the average of the month before and of this month.
    """

    month: str
    opening_quantity: Number
    opening_value: Number
    received_quantity: Number
    received_value: Number
    adjusted_quantity: Number
    allocated_quantity: Number
    allocated_price: Number
    total_average: Number | None
    provisional: bool
    closing_quantity: Number
    closing_value: Number


class ItemCostsResponse(Response):
    """An item's costs, month by month; `moving_average` is the running one now, at 12 places."""

    item_code: str
    moving_average: Number | None
    months: list[MonthCosts]


class AvailabilityItem(Response):
    """One item's stock as of a day; `quantity` is what is received by then, `inbound_quantity` what comes later."""

    item_code: str
    quantity: Number
    allocated_quantity: Number
    available_quantity: Number
    allocatable_quantity: Number
    inbound_quantity: Number
    open_quantity: Number


class AvailabilityResponse(Response):
    """The stock of items as of a day."""

    as_of: date
    items: list[AvailabilityItem]


class FillRateDay(Response):
    """The orders created on one day, without cancelled ones; filled is allocated and shipped."""

    day: date
    orders: int
    lines: int
    requested_quantity: Number
    filled_quantity: Number
    fill_rate: Number | None


class FillRateResponse(Response):
    """Units filled ÷ units ordered, by the orders' day of creation."""

    items: list[FillRateDay]


class BacklogItem(Response):
    """An item of which more is open than may be allocated today."""

    item_code: str
    open_quantity: Number
    allocatable_quantity: Number
    short_quantity: Number


class BacklogResponse(Response):
    """What waits. `short_items` and `short_quantity` are of all items that lack stock, `items` the most lacking."""

    as_of: date
    orders: int
    lines: int
    open_quantity: Number
    short_items: int
    short_quantity: Number
    items: list[BacklogItem]


class StockAgeBucket(Response):
    """Stock on hand that was received so many days ago; `to_days` is null in the last bucket."""

    from_days: int
    to_days: int | None
    lots: int
    quantity: Number
    value: Number


class StockAgeResponse(Response):
    """Stock on hand by age."""

    as_of: date
    items: list[StockAgeBucket]


class AuditEntryResponse(Response):
    """Who changed what, when, in which request."""

    id: int
    at: datetime
    actor: str
    request_id: str | None
    action: str
    subject: str
    details: dict[str, Any]


class ImportResponse(Response):
    """A file to upload with PUT, and then what came of it."""

    id: int
    kind: ImportKind
    on_error: OnError
    dry_run: bool
    status: ImportStatus
    upload_url: str
    report: ImportReport | None
    created_at: datetime


class ConsoleSettings(Response):
    """What the console is told when it starts; members that are null are left to it."""

    version: str
    api: str
    """Where the API is, without a slash at the end; empty: where the console is."""
    issuer: str | None
    """Null: nobody signs in, and everybody on this machine is an admin."""
    client_id: str
    scope: str
    currency_places: int
    time_zone: str
