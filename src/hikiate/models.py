"""The tables. Quantities and prices are integers in millionths, amounts decimals at the currency's places."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Computed,
    DateTime,
    Enum,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from hikiate.domain.methods import Costing, Method, Reason
from hikiate.domain.states import (
    Fulfilment,
    ImportStatus,
    MovementKind,
    OrderStatus,
    ResultStatus,
    RunStatus,
)


def _enum(kind: type[StrEnum], name: str) -> Enum:
    return Enum(kind, name=name, values_callable=lambda members: [member.value for member in members])


# Item codes sort by code point, in the database as in Python.
_Code = String(collation="C")
_Instant = DateTime(timezone=True)


class Base(DeclarativeBase):
    """What all tables share."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        int: BigInteger,
        str: Text,
        datetime: _Instant,
        bytes: LargeBinary,
        Decimal: Numeric,
        OrderStatus: _enum(OrderStatus, "order_status"),
        Fulfilment: _enum(Fulfilment, "fulfilment"),
        ResultStatus: _enum(ResultStatus, "result_status"),
        RunStatus: _enum(RunStatus, "run_status"),
        MovementKind: _enum(MovementKind, "movement_kind"),
        ImportStatus: _enum(ImportStatus, "import_status"),
        Method: _enum(Method, "allocation_method"),
        Costing: _enum(Costing, "costing_method"),
        Reason: _enum(Reason, "pick_reason"),
    }


class Item(Base):
    """One stock-keeping unit. Its row is the lock of all stock of the item."""

    __tablename__ = "items"
    __table_args__ = (
        CheckConstraint("safety_stock >= 0", name="safety_stock_not_negative"),
        CheckConstraint("quantity_step > 0", name="quantity_step_positive"),
        Index("items_with_new_stock", "item_code", postgresql_where=text("new_stock IS NOT NULL")),
    )

    item_code: Mapped[str] = mapped_column(_Code, primary_key=True)
    safety_stock: Mapped[int] = mapped_column(server_default="0")
    quantity_step: Mapped[int | None]
    average: Mapped[Decimal | None]
    """The running moving average of the price, 12 places."""
    new_stock: Mapped[str | None]
    """What made stock available that waiting lines have not been offered yet; None when nothing did."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Inventory(Base):
    """A lot: one receipt of one item at one location."""

    __tablename__ = "inventories"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="on_hand_not_negative"),
        CheckConstraint("unit_price >= 0", name="unit_price_not_negative"),
        CheckConstraint("allocated_quantity BETWEEN 0 AND quantity", name="not_oversold"),
        Index("inventories_by_item", "item_code", "id"),
        Index("inventories_by_lot_number", "lot_number", "id"),
        Index("inventories_by_expiry", text("coalesce(expiration_date, 'infinity'::date)"), "id"),
        {"postgresql_with": {"fillfactor": 50}},
    )

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    item_code: Mapped[str] = mapped_column(_Code, ForeignKey("items.item_code"))
    quantity: Mapped[int]
    allocated_quantity: Mapped[int] = mapped_column(server_default="0")
    unit_price: Mapped[int]
    receipt_date: Mapped[date]
    expiration_date: Mapped[date | None]
    lot_number: Mapped[str | None]
    location: Mapped[str | None]
    reference: Mapped[str | None] = mapped_column(unique=True)
    held: Mapped[bool] = mapped_column(server_default=text("false"))
    results_after: Mapped[int | None]
    results_until: Mapped[int | None]
    """The lot's results have ids above the one and up to the other; None until it has some."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AvailableLot(Base):
    """A lot of which something is available, by its item's age; the row goes when nothing is.

    What a plan reads: a depleted lot is not in it, and costs nothing however many there are. As a flag of the lot's, in
    the condition of an index, it would have each lot that is used up written anew to all indexes of the lots.
    """

    __tablename__ = "available_lots"

    item_code: Mapped[str] = mapped_column(_Code, primary_key=True)
    receipt_date: Mapped[date] = mapped_column(primary_key=True)
    inventory_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class NewLot(Base):
    """A lot that has not joined its item's moving average yet; the row goes when it does.

    Rows that go cost a quarter of rows that change, and the first run on new stock touches every lot of it.
    """

    __tablename__ = "new_lots"

    item_code: Mapped[str] = mapped_column(_Code, primary_key=True)
    inventory_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class StockMovement(Base):
    """One change of a lot's stock on hand; never changed, never deleted."""

    __tablename__ = "stock_movements"
    __table_args__ = (
        Index("movements_by_lot", "inventory_id", "id"),
        Index("adjustments_by_item", "item_code", "created_at", postgresql_where=text("kind = 'adjustment'")),
    )

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    inventory_id: Mapped[int]
    item_code: Mapped[str] = mapped_column(_Code)
    kind: Mapped[MovementKind]
    quantity_change: Mapped[int]
    reason: Mapped[str | None]
    result_id: Mapped[int | None]
    """The allocation that a shipment ends."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Order(Base):
    """What a customer asked for."""

    __tablename__ = "orders"
    __table_args__ = (
        Index(
            "demand",
            text("(-priority)"),
            text("coalesce(requested_date, 'infinity'::date)"),
            "id",
            postgresql_where=text("is_open"),
        ),
        Index("orders_by_status", "status", "id"),
        Index("orders_by_customer", "customer", "id"),
        Index("orders_by_creation", "created_at"),
        {"postgresql_with": {"fillfactor": 70}},
    )

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    reference: Mapped[str | None] = mapped_column(unique=True)
    customer: Mapped[str | None]
    priority: Mapped[int] = mapped_column(server_default="0")
    requested_date: Mapped[date | None]
    fulfilment: Mapped[Fulfilment] = mapped_column(server_default="partial")
    status: Mapped[OrderStatus] = mapped_column(server_default="open")
    is_open: Mapped[bool] = mapped_column(Computed("status IN ('open', 'partially_allocated')", persisted=True))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class OrderLine(Base):
    """One item of an order. What it was given is what its results say; the view `open_lines` has what is still open."""

    __tablename__ = "order_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        Index("lines_by_item", "item_code", "order_id", "line_no"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    line_no: Mapped[int] = mapped_column(Integer, primary_key=True)
    item_code: Mapped[str] = mapped_column(_Code, ForeignKey("items.item_code"))
    quantity: Mapped[int]
    inventory_id: Mapped[int | None]
    lot_number: Mapped[str | None]
    location: Mapped[str | None]
    min_remaining_days: Mapped[int | None] = mapped_column(Integer)
    single_lot: Mapped[bool] = mapped_column(server_default=text("false"))
    no_date_reversal: Mapped[bool] = mapped_column(server_default=text("false"))


class AllocationRun(Base):
    """One request to allocate, and what came of it."""

    __tablename__ = "allocation_runs"
    __table_args__ = (Index("unfinished_runs", "id", postgresql_where=text("status IN ('queued', 'running')")),)

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    status: Mapped[RunStatus]
    allocation_method: Mapped[Method]
    costing_method: Mapped[Costing]
    allocation_date: Mapped[date]
    hold_until: Mapped[datetime | None]
    request: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What else the request said."""
    trigger: Mapped[str | None]
    """What made a standing allocation start; None for a run that somebody asked for."""
    orders: Mapped[int] = mapped_column(server_default="0")
    lines: Mapped[int] = mapped_column(server_default="0")
    requested_quantity: Mapped[Decimal] = mapped_column(server_default="0")
    allocated_quantity: Mapped[Decimal] = mapped_column(server_default="0")
    short_quantity: Mapped[Decimal] = mapped_column(server_default="0")
    allocated_price: Mapped[Decimal] = mapped_column(server_default="0")
    results_after: Mapped[int]
    results_until: Mapped[int]
    """The run's results have ids above the one and up to the other, but for parts that were split off later."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    progressed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class AllocationRunChunk(Base):
    """Orders that a long run has still to serve, in demand order; the row goes when they are served."""

    __tablename__ = "allocation_run_chunks"

    run_id: Mapped[int] = mapped_column(ForeignKey("allocation_runs.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    order_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    lines: Mapped[int]
    requested_quantity: Mapped[Decimal]


class FixedDemand(Base):
    """What was open of a line when a long run started, if that is not all that the line asks for.

    Lines of orders that had been given something then, and lines that have been changed since.
    """

    __tablename__ = "fixed_demand"

    run_id: Mapped[int] = mapped_column(ForeignKey("allocation_runs.id"), primary_key=True)
    order_id: Mapped[int] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(Integer, primary_key=True)
    quantity: Mapped[int]


class AllocationResult(Base):
    """So much of one lot for one order line. Changes state, is never deleted.

    What the run and the lot already say is not repeated: there are many of these.
    """

    __tablename__ = "allocation_results"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="result_quantity_positive"),
        # Those of a run or a lot lie between two ids that it keeps, or are found by lines: two indexes less to write.
        Index("results_by_line", "order_id", "line_no"),
        Index("parts_by_run", "run_id", "id", postgresql_where=text("is_part")),
        Index("allocated_results", "id", postgresql_where=text("status = 'allocated'")),
        Index("ended_results", "status", "id", postgresql_where=text("status <> 'allocated'")),
        Index(
            "timed_holds",
            "hold_until",
            postgresql_where=text("status = 'allocated' AND hold_until IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    run_id: Mapped[int]
    order_id: Mapped[int]
    line_no: Mapped[int] = mapped_column(Integer)
    inventory_id: Mapped[int]
    quantity: Mapped[int]
    unit_price: Mapped[int | None]
    """None: the lot's."""
    amount: Mapped[Decimal]
    average: Mapped[Decimal | None]
    """The item's moving average when the row was made."""
    status: Mapped[ResultStatus] = mapped_column(server_default="allocated")
    reason: Mapped[Reason]
    hold_until: Mapped[datetime | None]
    is_part: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether it was split off another row, when part of that was released or shipped."""


class AllocationShortage(Base):
    """What a run could not give a line, and why."""

    __tablename__ = "allocation_shortages"
    __table_args__ = (Index("shortages_by_run", "run_id", "id"),)

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    run_id: Mapped[int]
    order_id: Mapped[int]
    line_no: Mapped[int] = mapped_column(Integer)
    item_code: Mapped[str] = mapped_column(_Code)
    quantity: Mapped[int]
    reasons: Mapped[list[list[Any]]] = mapped_column(JSONB)
    """[[code, quantity], …]"""


class AuditEntry(Base):
    """Who changed what, when, in which request; never changed, never deleted."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    actor: Mapped[str]
    request_id: Mapped[str | None]
    action: Mapped[str]
    subject: Mapped[str]
    """What was changed, like `orders/12`."""
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)


class IdempotencyKey(Base):
    """The answer that a changing request got, for whoever repeats it."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("idempotency_keys_by_age", "created_at"),)

    caller: Mapped[str] = mapped_column(primary_key=True)
    method: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    body_hash: Mapped[bytes]
    status: Mapped[int] = mapped_column(Integer, server_default="0")
    headers: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    body: Mapped[bytes] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Import(Base):
    """A file that is uploaded by itself and then imported."""

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    kind: Mapped[str]
    on_error: Mapped[str]
    dry_run: Mapped[bool]
    status: Mapped[ImportStatus] = mapped_column(server_default="waiting")
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
