"""Orders: made and listed."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, DateTime, cast, func, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from hikiate.domain.states import OrderStatus
from hikiate.models import Order, OrderLine
from hikiate.repository.rows import NEVER, Page, entities


class OrderFilter(NamedTuple):
    """Which orders are asked for; None limits nothing."""

    status: OrderStatus | None = None
    item_code: str | None = None
    reference: str | None = None
    short: bool | None = None
    requested_before: date | None = None
    created_on: date | None = None


def insert_order(connection: Connection, values: dict[str, Any], lines: Sequence[dict[str, Any]]) -> int | None:
    """Insert an order with its lines and return its id; None when its reference is taken."""
    order_id: int | None = connection.execute(
        insert_or(Order).values(**values).on_conflict_do_nothing(index_elements=[Order.reference]).returning(Order.id)
    ).scalar_one_or_none()
    if order_id is not None:
        connection.execute(
            insert(OrderLine),
            [{"order_id": order_id, "line_no": line_no, **line} for line_no, line in enumerate(lines, start=1)],
        )
    return order_id


def update_order(connection: Connection, order_id: int, values: dict[str, Any]) -> None:
    """Change columns of an order."""
    if values:
        connection.execute(update(Order).where(Order.id == order_id).values(**values))


def update_line(connection: Connection, order_id: int, line_no: int, values: dict[str, Any]) -> None:
    """Change columns of a line."""
    if values:
        connection.execute(
            update(OrderLine).where(OrderLine.order_id == order_id, OrderLine.line_no == line_no).values(**values)
        )


def cancel(connection: Connection, order_id: int) -> None:
    """End what is open of an order that holds nothing any more."""
    connection.execute(update(Order).where(Order.id == order_id).values(status=OrderStatus.CANCELLED))


def get(connection: Connection, order_id: int) -> Order | None:
    """Return one order."""
    found = entities(connection, select(Order).where(Order.id == order_id))
    return found[0] if found else None


def lines_of(connection: Connection, order_ids: Collection[int]) -> list[OrderLine]:
    """Return the lines of orders, by order and line number."""
    return entities(
        connection,
        select(OrderLine).where(OrderLine.order_id.in_(order_ids)).order_by(OrderLine.order_id, OrderLine.line_no),
    )


def listed(connection: Connection, wanted: OrderFilter, page: Page, time_zone: str, *, by_demand: bool) -> list[Order]:
    """Return one page of orders, newest first or in demand order; days are those of the time zone."""
    requested = func.coalesce(Order.requested_date, NEVER)
    statement = select(Order).limit(page.limit)
    if by_demand:
        statement = statement.order_by(-Order.priority, requested, Order.id)
        if page.after is not None:
            urgency, day, order_id = page.after
            statement = statement.where(
                tuple_(-Order.priority, requested, Order.id) > tuple_(urgency, day or NEVER, order_id)
            )
    else:
        statement = statement.order_by(Order.id.desc())
        if page.after is not None:
            statement = statement.where(Order.id < page.after[0])
    if wanted.status is not None:
        statement = statement.where(Order.status == wanted.status)
    if wanted.item_code is not None:
        ordered = select(OrderLine.order_id).where(OrderLine.item_code == wanted.item_code)
        statement = statement.where(Order.id.in_(ordered))
    if wanted.reference is not None:
        statement = statement.where(Order.reference == wanted.reference)
    if wanted.short is not None:
        statement = statement.where(Order.is_open if wanted.short else ~Order.is_open)
    if wanted.requested_before is not None:
        statement = statement.where(Order.requested_date < wanted.requested_before)
    if wanted.created_on is not None:
        begins = [func.timezone(time_zone, cast(wanted.created_on + timedelta(days=n), DateTime)) for n in (0, 1)]
        statement = statement.where(Order.created_at >= begins[0], Order.created_at < begins[1])
    return entities(connection, statement)
