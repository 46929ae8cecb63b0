"""Short ways to make what a test needs over HTTP."""

from typing import Any

import httpx


def receive(client: httpx.Client, item_code: str, quantity: Any, unit_price: Any = 1, **more: Any) -> dict[str, Any]:
    """Receive a lot and return it."""
    body = {"item_code": item_code, "quantity": quantity, "unit_price": unit_price, "receipt_date": "2026-01-01"}
    answer = client.post("/inventories", json=body | more)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def order(client: httpx.Client, *lines: tuple[str, Any] | dict[str, Any], **more: Any) -> dict[str, Any]:
    """Take an order of (item code, quantity) lines and return it."""
    shown = [line if isinstance(line, dict) else {"item_code": line[0], "quantity": line[1]} for line in lines]
    answer = client.post("/orders", json={"lines": shown, **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def allocate(client: httpx.Client, method: str = "FIFO", **more: Any) -> dict[str, Any]:
    """Run an allocation and return it."""
    answer = client.post("/allocate", json={"allocation_method": method, **more})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())
