"""Stock and orders, made over the API as other systems make them."""

from typing import Any

import httpx


def lot(server: httpx.Client, item_code: str, quantity: float, **more: Any) -> dict[str, Any]:
    """Receive a lot."""
    body = {"item_code": item_code, "quantity": quantity, "receipt_date": "2026-01-05", "unit_price": 100, **more}
    return server.post("/inventories", json=body).raise_for_status().json()


def order(server: httpx.Client, item_code: str, quantity: float, **more: Any) -> dict[str, Any]:
    """Take an order of one line."""
    body = {"item_code": item_code, "quantity": quantity, **more}
    return server.post("/orders", json=body).raise_for_status().json()


def allocate(server: httpx.Client, method: str = "FIFO", **more: Any) -> dict[str, Any]:
    """Allocate all that is open."""
    return server.post("/allocate", json={"allocation_method": method, **more}).raise_for_status().json()
