"""Plan runs on a batch: the same for runs that are written and for one that is only shown."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from hikiate.domain.costing import month_of, total_averages
from hikiate.domain.decimals import to_decimal
from hikiate.domain.demand import Demand, with_own
from hikiate.domain.lots import Item, Lot
from hikiate.domain.methods import METHODS, Costing, Method, Scarcity, oldest_first
from hikiate.domain.plan import Plan, Turn, may_run_short, plan_in_turn
from hikiate.domain.policy import Policy
from hikiate.domain.serving import careful_pairs
from hikiate.domain.states import ResultStatus
from hikiate.repository import reports, supply
from hikiate.repository.batches import Batch, read_lots
from hikiate.repository.results import ResultRow
from hikiate.repository.runs import Totals
from hikiate.schemas import AllocationRequest, AllocationResultResponse, OutlookResponse, ShortageResponse
from hikiate.services import views
from hikiate.settings import Settings

EXPIRES_SOON_DAYS = 30
"""What a dry run leaves behind and expires within so many days is told apart."""


class Run(NamedTuple):
    """One run, or a chunk of it, that is planned with others."""

    run_id: int | None
    """None: it is only shown."""
    request: AllocationRequest
    policy: Policy
    demand: Sequence[Demand]
    """In demand order; no line is another run's too."""


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


def plan_runs(connection: Connection, settings: Settings, batch: Batch, runs: Sequence[Run]) -> list[Plan]:
    """Plan runs one after another on a batch, reading what else they need; runs by TOTAL_AVERAGE come alone."""
    wanted = [order for run in runs for order in run.demand]
    policies = {run.policy for run in runs}
    lots, items = batch.lots, batch.items
    doubtful = _doubtful(wanted, items, lots, policies)
    # A lot that joins the moving average does so among all that have.
    joining = {lot.item_code for lot in lots if not lot.averaged}
    more = batch.with_more & (doubtful | joining)
    if more:
        lots = [lot for lot in lots if lot.item_code not in more] + read_lots(connection, more)
        doubtful = _doubtful(wanted, items, lots, policies)
    turns = [Turn(run.demand, run.policy) for run in runs]
    if doubtful:
        lots = lots + supply.read_exhausted(connection, doubtful)
        own = supply.read_own(connection, [order.order_id for order in wanted])
        turns = [turn._replace(demand=with_own(turn.demand, own)) for turn in turns]
    if any(run.policy.costing_method is Costing.TOTAL_AVERAGE for run in runs):
        items = _with_month_averages(connection, settings, runs[0].policy, items)
    careful = {pair for order in wanted for pair in careful_pairs(order)}
    floors = (
        supply.read_floors(connection, {customer for customer, _ in careful}, {code for _, code in careful})
        if careful
        else {}
    )
    return plan_in_turn(turns, items.values(), lots, floors)


def _doubtful(
    wanted: Sequence[Demand], items: Mapping[str, Item], lots: Collection[Lot], policies: Collection[Policy]
) -> set[str]:
    return {code for policy in policies for code in may_run_short(wanted, items, lots, policy)}


def needs_all_lots(policy: Policy) -> bool:
    """Tell whether an item's later lots matter even if the oldest serve all of the demand."""
    return (
        METHODS[policy.method].sort_key is not oldest_first
        or policy.method in (Method.LOCATION, Method.FEWEST_LOTS)
        or policy.costing_method is Costing.AVERAGE
        or policy.scarcity is Scarcity.FAIR_SHARE
    )


def _with_month_averages(
    connection: Connection, settings: Settings, policy: Policy, items: Mapping[str, Item]
) -> dict[str, Item]:
    month = month_of(policy.allocation_date)
    months = supply.read_months(connection, items, policy.allocation_date, settings.time_zone)
    return {
        code: item._replace(month_average=total_averages(months.get(code, {}), [month])[month].average)
        for code, item in items.items()
    }


def totals_of(settings: Settings, run: Run, planned: Plan) -> Totals:
    """Add a plan up."""
    requested = sum([line.open_quantity for order in run.demand for line in order.lines])
    allocated = sum([pick.quantity for pick in planned.picks])
    price = to_decimal(sum([pick.amount for pick in planned.picks]), settings.currency.places)
    lines = sum([len(order.lines) for order in run.demand])
    return Totals(len(run.demand), lines, requested, allocated, requested - allocated, price)


def outlook(connection: Connection, batch: Batch, run: Run, planned: Plan) -> OutlookResponse:
    """Tell what a plan would leave behind, so that methods can be compared by more than fill rate and cost."""
    taken: dict[int, int] = {}
    for pick in planned.picks:
        taken[pick.lot.id] = taken.get(pick.lot.id, 0) + pick.quantity
    day = run.policy.allocation_date
    expires_by = day + timedelta(days=min(EXPIRES_SOON_DAYS, date.max.toordinal() - day.toordinal()))
    inbound = run.policy.include_inbound
    left = reports.left_behind(connection, batch.items, taken, day, expires_by, include_inbound=inbound)
    return OutlookResponse(
        lots_touched=len(taken), oldest_receipt_date=left.oldest, expiring_quantity=to_decimal(left.expiring)
    )


def shown_results(
    settings: Settings, run: Run, planned: Plan, ids: Sequence[int] | None, today: date
) -> list[AllocationResultResponse]:
    """Show the first results of a plan; without ids it was not written."""
    policy, request = run.policy, run.request
    return [
        views.result(
            ResultRow(
                None if ids is None else ids[place],
                run.run_id,
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


def shown_shortages(run: Run, planned: Plan) -> list[ShortageResponse]:
    """Show the first shortages of a plan."""
    return [views.shortage(*short) for short in planned.shortages[: run.request.max_results]]
