"""Read what a plan needs, and plan: the same for a run that is written and for one that is only shown."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from hikiate.domain.costing import month_of, total_averages
from hikiate.domain.decimals import to_decimal
from hikiate.domain.demand import Demand
from hikiate.domain.lots import Item
from hikiate.domain.methods import Costing
from hikiate.domain.plan import Plan, may_run_short, plan
from hikiate.domain.policy import Policy
from hikiate.domain.states import ResultStatus
from hikiate.repository import demand, reports, supply
from hikiate.repository.results import ResultRow
from hikiate.repository.runs import Totals
from hikiate.schemas import AllocationRequest, AllocationResultResponse, OutlookResponse, ShortageResponse
from hikiate.services import views
from hikiate.settings import Settings

EXPIRES_SOON_DAYS = 30
"""What a dry run leaves behind and expires within so many days is told apart."""


class Planned(NamedTuple):
    """A plan and what it adds up to."""

    plan: Plan
    totals: Totals


def policy_of(settings: Settings, request: AllocationRequest) -> Policy:
    """Return how a request wants to allocate."""
    return Policy(
        request.allocation_method,
        request.allocation_date or settings.today(),
        request.costing_method,
        request.include_inbound,
        tuple(request.locations),
        request.scarcity,
        settings.currency,
    )


def plan_orders(
    connection: Connection,
    settings: Settings,
    request: AllocationRequest,
    order_ids: Collection[int],
    items: Mapping[str, Item],
    fixed: Mapping[tuple[int, int], int] | None = None,
) -> Planned:
    """Plan what is open on the orders' lines of these items; to be written, both must be locked.

    `fixed` is what was open when the run started, if that is a while ago.
    """
    policy = policy_of(settings, request)
    wanted = demand.read_demand(connection, order_ids, request.item_codes, items)
    if fixed is not None:
        wanted = demand.as_fixed(wanted, fixed)
    lots = supply.read_supply(connection, items)
    doubtful = may_run_short(wanted, items, lots, policy)
    if doubtful:
        lots += supply.read_exhausted(connection, doubtful)
        wanted = demand.with_own(wanted, supply.read_own(connection, order_ids))
    if policy.costing_method is Costing.TOTAL_AVERAGE:
        items = _with_month_averages(connection, settings, policy, items)
    planned = plan(wanted, items.values(), lots, policy, _floors(connection, wanted))
    requested = sum(line.open_quantity for order in wanted for line in order.lines)
    allocated = sum(pick.quantity for pick in planned.picks)
    price = to_decimal(sum(pick.amount for pick in planned.picks), settings.currency.places)
    lines = sum(len(order.lines) for order in wanted)
    return Planned(planned, Totals(len(wanted), lines, requested, allocated, requested - allocated, price))


def _with_month_averages(
    connection: Connection, settings: Settings, policy: Policy, items: Mapping[str, Item]
) -> dict[str, Item]:
    month = month_of(policy.allocation_date)
    months = supply.read_months(connection, items, policy.allocation_date, settings.time_zone)
    return {
        code: item._replace(month_average=total_averages(months.get(code, {}), [month])[month].average)
        for code, item in items.items()
    }


def _floors(connection: Connection, wanted: Collection[Demand]) -> Mapping[tuple[str, str], date]:
    careful = {
        (order.customer, line.item_code)
        for order in wanted
        if order.customer is not None
        for line in order.lines
        if line.no_date_reversal
    }
    if not careful:
        return {}
    return supply.read_floors(connection, {customer for customer, _ in careful}, {code for _, code in careful})


def outlook(
    connection: Connection, request: AllocationRequest, planned: Plan, item_codes: Collection[str], today: date
) -> OutlookResponse:
    """Tell what a plan would leave behind, so that methods can be compared by more than fill rate and cost."""
    taken: dict[int, int] = {}
    for pick in planned.picks:
        taken[pick.lot.id] = taken.get(pick.lot.id, 0) + pick.quantity
    day = request.allocation_date or today
    expires_by = day + timedelta(days=min(EXPIRES_SOON_DAYS, date.max.toordinal() - day.toordinal()))
    left = reports.left_behind(connection, item_codes, taken, day, expires_by, include_inbound=request.include_inbound)
    return OutlookResponse(
        lots_touched=len(taken), oldest_receipt_date=left.oldest, expiring_quantity=to_decimal(left.expiring)
    )


def shown_results(
    settings: Settings, request: AllocationRequest, planned: Plan, run_id: int | None, ids: list[int] | None
) -> list[AllocationResultResponse]:
    """Show the first results of a plan; without ids it was not written."""
    policy = policy_of(settings, request)
    today = settings.today()
    return [
        views.result(
            ResultRow(
                None if ids is None else ids[place],
                run_id,
                pick.order_id,
                pick.line_no,
                pick.lot.id,
                pick.lot.item_code,
                pick.lot.lot_number,
                pick.lot.location,
                pick.quantity,
                pick.lot.unit_price if pick.unit_price is None else pick.unit_price,
                to_decimal(pick.amount, settings.currency.places),
                policy.method,
                policy.costing_method,
                policy.allocation_date,
                ResultStatus.ALLOCATED,
                request.hold_until,
                pick.reason,
            ),
            today,
        )
        for place, pick in enumerate(planned.picks[: request.max_results])
    ]


def shown_shortages(request: AllocationRequest, planned: Plan) -> list[ShortageResponse]:
    """Show the first shortages of a plan."""
    return [views.shortage(*short) for short in planned.shortages[: request.max_results]]
