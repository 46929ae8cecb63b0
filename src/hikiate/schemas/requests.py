"""What callers send."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from hikiate.domain.methods import Costing, Method, Scarcity
from hikiate.domain.states import Fulfilment
from hikiate.schemas.fields import (
    Change,
    Day,
    Days,
    Flag,
    Id,
    Instant,
    ItemCode,
    MaxResults,
    NotNegative,
    Priority,
    Quantity,
    Text,
)


def _cleared(default: object) -> BeforeValidator:
    return BeforeValidator(lambda value: default if value is None else value)


LineNo = Annotated[Id, Field(description="From 1")]
ClearableFlag = Annotated[Flag, _cleared(False)]
ClearablePriority = Annotated[Priority, _cleared(0)]


class ImportKind(StrEnum):
    """What a file holds."""

    ORDERS = "orders"
    INVENTORIES = "inventories"


class OnError(StrEnum):
    """What a bad row does to the good ones."""

    REFUSE = "refuse"
    SKIP = "skip"


class Request(BaseModel):
    """What all requests share: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_left_out(cls, body: Any) -> Any:
        """Read null as "not given" wherever a field has a default; the patches, where null clears, say otherwise."""
        if not isinstance(body, dict):
            return body
        fields = cls.model_fields
        return {
            name: value
            for name, value in body.items()
            if value is not None or name not in fields or fields[name].is_required()
        }


class TokenPayload(BaseModel):
    """The checked claims of a token: who asks, and what they may do."""

    model_config = ConfigDict(frozen=True)

    sub: str
    roles: frozenset[str] = frozenset()


class InventoryRequest(Request):
    """A lot to receive."""

    item_code: ItemCode
    quantity: NotNegative
    receipt_date: Day
    unit_price: NotNegative
    lot_number: Text | None = None
    location: Text | None = None
    expiration_date: Day | None = None
    reference: Annotated[Text | None, Field(description="Unique if given: the safe way to repeat a receipt")] = None


class OrderLineRequest(Request):
    """One item of an order, and the lots it admits."""

    item_code: ItemCode
    quantity: Quantity
    inventory_id: Annotated[Id | None, Field(description="Only this lot")] = None
    lot_number: Annotated[Text | None, Field(description="Only lots with this number")] = None
    location: Annotated[Text | None, Field(description="Only lots at this location")] = None
    min_remaining_days: Annotated[
        Days | None, Field(description="Shelf life left on the allocation date (残存期限)")
    ] = None
    single_lot: Annotated[Flag, Field(description="One lot holds all that is open, or nothing (ロット割れ禁止)")] = (
        False
    )
    no_date_reversal: Annotated[
        Flag, Field(description="No expiry earlier than the customer has been given before (日付逆転防止)")
    ] = False


_LINE_FIELDS = frozenset(OrderLineRequest.model_fields)


class OrderRequest(Request):
    """A new order; `{"item_code": …, "quantity": …}` is short for an order of one line."""

    reference: Text | None = None
    customer: Text | None = None
    priority: Annotated[Priority, Field(description="Higher first")] = 0
    requested_date: Day | None = None
    fulfilment: Annotated[Fulfilment, Field(description="complete: all that is open, or nothing")] = Fulfilment.PARTIAL
    lines: Annotated[list[OrderLineRequest], Field(min_length=1, max_length=10_000)]

    @model_validator(mode="before")
    @classmethod
    def _one_line(cls, body: Any) -> Any:
        if isinstance(body, dict) and "lines" not in body and "item_code" in body:
            line = {name: value for name, value in body.items() if name in _LINE_FIELDS}
            return {name: value for name, value in body.items() if name not in _LINE_FIELDS} | {"lines": [line]}
        return body


class Patch(Request):
    """Changes: what is left out stays, null clears."""

    @model_validator(mode="before")
    @classmethod
    def _null_is_left_out(cls, body: Any) -> Any:
        """Keep null: it clears."""
        return body


class OrderLinePatch(Patch):
    """Changes of one line; null clears an option."""

    line_no: LineNo
    quantity: Annotated[Quantity | None, Field(description="At least what is allocated and shipped")] = None
    inventory_id: Id | None = None
    lot_number: Text | None = None
    location: Text | None = None
    min_remaining_days: Days | None = None
    single_lot: ClearableFlag = False
    no_date_reversal: ClearableFlag = False

    @field_validator("quantity")
    @classmethod
    def _quantity_stays(cls, quantity: Decimal | None) -> Decimal:
        if quantity is None:
            raise PydanticCustomError("null", "can't be cleared; leave it out, or cancel the order")
        return quantity


class OrderPatch(Patch):
    """Changes of an order; what is left out stays, null clears."""

    priority: ClearablePriority = 0
    requested_date: Day | None = None
    lines: list[OrderLinePatch] = []


class LineQuantity(Request):
    """So much of one line; without a quantity, all that is allocated."""

    line_no: LineNo
    quantity: Quantity | None = None


class SettleRequest(Request):
    """What to release or ship of an order; without lines, all that is allocated."""

    lines: Annotated[list[LineQuantity] | None, Field(min_length=1)] = None


class QuantityRequest(Request):
    """What to release or ship of an allocation; without a quantity, all of it."""

    quantity: Quantity | None = None


class AdjustRequest(Request):
    """A change of what is on hand."""

    quantity_change: Change
    reason: Text


class ItemRequest(Request):
    """The settings of an item."""

    safety_stock: NotNegative = Decimal(0)
    quantity_step: Quantity | None = None


class ImportRequest(Request):
    """A file that will be uploaded."""

    kind: ImportKind
    on_error: OnError = OnError.REFUSE
    dry_run: Flag = False


class OrderInShort(OrderLineRequest):
    """An order of one line, written flat; also a row of a file of orders."""

    reference: Text | None = None
    customer: Text | None = None
    priority: Priority = 0
    requested_date: Day | None = None
    fulfilment: Fulfilment = Fulfilment.PARTIAL


class AllocationOptions(Request):
    """How to allocate, but for the method."""

    costing_method: Annotated[Costing | None, Field(description="Default: the method's own")] = None
    order_ids: Annotated[list[Id] | None, Field(min_length=1)] = None
    item_codes: Annotated[list[ItemCode] | None, Field(min_length=1)] = None
    allocation_date: Annotated[Day | None, Field(description="Default: today")] = None
    dry_run: Annotated[Flag, Field(description="Plan on a snapshot and write nothing")] = False
    include_inbound: Flag = False
    locations: Annotated[list[Text], Field(description="Most preferred first; read by LOCATION only")] = []
    scarcity: Scarcity = Scarcity.SEQUENCE
    hold_until: Annotated[Instant | None, Field(description="Released by itself then")] = None
    max_results: MaxResults = 100


class AllocationRequest(AllocationOptions):
    """A run to make."""

    allocation_method: Method


class CompareRequest(AllocationOptions):
    """Runs to compare; nothing is written."""

    allocation_methods: Annotated[list[Method], Field(min_length=1, max_length=len(Method))]
