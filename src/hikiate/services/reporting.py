"""Reports: availability, fill rate, stock by age, costs by month, who changed what."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import Connection

from hikiate.domain.costing import Month, month_of, total_averages
from hikiate.domain.decimals import AVERAGE_PLACES, PLACES, divide_rounded, to_decimal, to_scaled
from hikiate.domain.errors import NotFound
from hikiate.repository import items, reports, supply
from hikiate.repository.reports import Stock
from hikiate.repository.rows import Page
from hikiate.schemas import (
    AuditEntryResponse,
    AvailabilityItem,
    AvailabilityResponse,
    BacklogItem,
    BacklogResponse,
    FillRateDay,
    FillRateResponse,
    ItemCostsResponse,
    MonthCosts,
    StockAgeBucket,
    StockAgeResponse,
)
from hikiate.services import views
from hikiate.settings import Settings

_AGES = ((0, 30), (31, 60), (61, 90), (91, None))
_ITEMS_SHOWN = 10
_END_OF_TIME = date(9999, 12, 31)


def availability(connection: Connection, item_codes: Sequence[str] | None, as_of: date) -> AvailabilityResponse:
    """Return the stock of items as of a day; an item that nothing has named yet has none of anything."""
    found = reports.availability(connection, item_codes, as_of)
    missing = dict.fromkeys(item_codes or ()).keys() - {stock.item_code for stock in found}
    stocks = sorted([*found, *(Stock(code, 0, 0, 0, 0, 0, 0) for code in missing)])
    return AvailabilityResponse(
        as_of=as_of,
        items=[
            AvailabilityItem(
                item_code=stock.item_code,
                quantity=to_decimal(stock.quantity),
                allocated_quantity=to_decimal(stock.allocated),
                available_quantity=to_decimal(max(0, stock.quantity - stock.allocated)),
                allocatable_quantity=to_decimal(max(0, stock.unrestricted - stock.safety_stock)),
                inbound_quantity=to_decimal(stock.inbound),
                open_quantity=to_decimal(stock.open),
            )
            for stock in stocks
        ],
    )


def fill_rate(connection: Connection, settings: Settings, since: date, until: date) -> FillRateResponse:
    """Return units filled ÷ units ordered by the orders' day of creation."""
    return FillRateResponse(
        items=[
            FillRateDay(
                day=day.day,
                orders=day.orders,
                lines=day.lines,
                requested_quantity=to_decimal(day.requested),
                filled_quantity=to_decimal(day.filled),
                fill_rate=views.fill_rate(day.filled, day.requested),
            )
            for day in reports.fill_rate(connection, since, until, settings.time_zone)
        ]
    )


def backlog(connection: Connection, as_of: date) -> BacklogResponse:
    """Return what waits, and what of it no stock of a day could serve."""
    waiting = reports.backlog(connection)
    lacking = reports.lacking(connection, as_of, _ITEMS_SHOWN)
    return BacklogResponse(
        as_of=as_of,
        orders=waiting.orders,
        lines=waiting.lines,
        open_quantity=to_decimal(waiting.quantity),
        short_items=lacking[0].items if lacking else 0,
        short_quantity=to_decimal(lacking[0].short if lacking else 0),
        items=[
            BacklogItem(
                item_code=item.item_code,
                open_quantity=to_decimal(item.open),
                allocatable_quantity=to_decimal(item.allocatable),
                short_quantity=to_decimal(item.open - item.allocatable),
            )
            for item in lacking
        ],
    )


def stock_age(connection: Connection, settings: Settings, as_of: date) -> StockAgeResponse:
    """Return the stock on hand by age."""
    found = {age.bucket: age for age in reports.stock_age(connection, as_of, [first for first, _ in _AGES[1:]])}
    return StockAgeResponse(
        as_of=as_of,
        items=[
            StockAgeBucket(
                from_days=first,
                to_days=last,
                lots=found[bucket].lots if bucket in found else 0,
                quantity=to_decimal(found[bucket].quantity if bucket in found else 0),
                value=_amount(settings, found[bucket].value if bucket in found else 0),
            )
            for bucket, (first, last) in enumerate(_AGES)
        ],
    )


def costs(connection: Connection, settings: Settings, item_code: str, month: date | None) -> ItemCostsResponse:
    """Return what each month did to an item and what a unit cost, oldest first; or one month's.

    Raises:
        NotFound: nothing has named the item yet.
    """
    item = items.get(connection, item_code)
    if item is None:
        raise NotFound(f"There is no item '{item_code}'.")
    months = supply.read_months(connection, [item_code], _END_OF_TIME, settings.time_zone).get(item_code, {})
    prices = reports.allocated_prices(connection, item_code)
    wanted = sorted(months) if month is None else [month]
    every = total_averages(months, {*months, *wanted})
    before: dict[date, Fraction | None] = {}
    average: Fraction | None = None
    for first in sorted(every):
        before[first], average = average, every[first].average
    this_month = month_of(settings.today())
    return ItemCostsResponse(
        item_code=item_code,
        moving_average=None
        if item.average is None
        else to_decimal(to_scaled(item.average, AVERAGE_PLACES), AVERAGE_PLACES),
        months=[
            _month_costs(
                settings,
                first,
                months.get(first, Month()),
                every[first].opening,
                before[first],
                every[first].average,
                prices.get(first, Decimal()),
                provisional=first >= this_month,
            )
            for first in wanted
        ],
    )


def _month_costs(
    settings: Settings,
    first: date,
    month: Month,
    opening: int,
    last_average: Fraction | None,
    average: Fraction | None,
    price: Decimal,
    *,
    provisional: bool,
) -> MonthCosts:
    closing = opening + month.received + month.adjusted - month.allocated
    return MonthCosts(
        month=f"{first:%Y-%m}",
        opening_quantity=to_decimal(opening),
        opening_value=_amount(settings, opening * (last_average or 0)),
        received_quantity=to_decimal(month.received),
        received_value=_amount(settings, month.value),
        adjusted_quantity=to_decimal(month.adjusted),
        allocated_quantity=to_decimal(month.allocated),
        allocated_price=views.shown_amount(price),
        total_average=None
        if average is None
        else to_decimal(divide_rounded(average.numerator, average.denominator), PLACES),
        provisional=provisional,
        closing_quantity=to_decimal(closing),
        closing_value=_amount(settings, closing * (average or 0)),
    )


def _amount(settings: Settings, cost: Fraction | int) -> Decimal:
    """Round a cost in 10⁻¹² to the currency; one that is negative, for an opening that is, rounds like its opposite."""
    fraction = Fraction(cost)
    rounded = settings.currency.round(abs(fraction.numerator), fraction.denominator)
    return to_decimal(rounded if fraction >= 0 else -rounded, settings.currency.places)


def audit(connection: Connection, page: Page) -> list[AuditEntryResponse]:
    """List who changed what, newest first."""
    return [
        AuditEntryResponse(
            id=entry.id,
            at=entry.at,
            actor=entry.actor,
            request_id=entry.request_id,
            action=entry.action,
            subject=entry.subject,
            details=entry.details,
        )
        for entry in reports.audit(connection, page)
    ]
