"""How far orders, allocations, runs and imports have come; docs/states.md draws how they change."""

from enum import StrEnum


class OrderStatus(StrEnum):
    """How far an order has come."""

    OPEN = "open"
    PARTIALLY_ALLOCATED = "partially_allocated"
    ALLOCATED = "allocated"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class Fulfilment(StrEnum):
    """Whether an order takes what there is, or all that is open or nothing."""

    PARTIAL = "partial"
    COMPLETE = "complete"


class ResultStatus(StrEnum):
    """What has become of an allocation."""

    ALLOCATED = "allocated"
    RELEASED = "released"
    SHIPPED = "shipped"


class RunStatus(StrEnum):
    """How far a run has come."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ImportStatus(StrEnum):
    """How far an uploaded import has come."""

    WAITING = "waiting"
    COMPLETED = "completed"
    REFUSED = "refused"


class MovementKind(StrEnum):
    """What changed the stock on hand."""

    RECEIPT = "receipt"
    ADJUSTMENT = "adjustment"
    SHIPMENT = "shipment"
