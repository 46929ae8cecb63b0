"""What goes in and out, as pydantic models, and the one JSON codec that keeps decimals exact."""

from hikiate.schemas.requests import (
    AllocationRequest,
    CompareRequest,
    InventoryRequest,
    OrderLineRequest,
    OrderRequest,
    TokenPayload,
)
from hikiate.schemas.responses import (
    AllocationMethodResponse,
    AllocationResultResponse,
    AllocationRunResponse,
    CompareResponse,
    ImportReport,
    InventoryResponse,
    OrderLineResponse,
    OrderResponse,
    PageResponse,
    RowError,
    ShortageReasonResponse,
    ShortageResponse,
)

__all__ = [
    "AllocationMethodResponse",
    "AllocationRequest",
    "AllocationResultResponse",
    "AllocationRunResponse",
    "CompareRequest",
    "CompareResponse",
    "ImportReport",
    "InventoryRequest",
    "InventoryResponse",
    "OrderLineRequest",
    "OrderLineResponse",
    "OrderRequest",
    "OrderResponse",
    "PageResponse",
    "RowError",
    "ShortageReasonResponse",
    "ShortageResponse",
    "TokenPayload",
]
