"""What callers send."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hikiate.domain.methods import Costing, Method, Scarcity
from hikiate.models import Fulfilment
from hikiate.schemas.fields import (
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


class Request(BaseModel):
    """What all requests share: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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

    def each(self) -> list[AllocationRequest]:
        """Return the dry run of each method."""
        options = {name: getattr(self, name) for name in AllocationOptions.model_fields} | {"dry_run": True}
        return [AllocationRequest(allocation_method=method, **options) for method in self.allocation_methods]
