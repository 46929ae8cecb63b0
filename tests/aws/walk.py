"""A walk through the whole contract: every operation, with what it accepts and what it refuses."""

import json
import re
from typing import Any, NamedTuple

import httpx

CSV = {"Content-Type": "text/csv"}
NDJSON = {"Content-Type": "application/x-ndjson"}
KEY = {"Idempotency-Key": "the-first-order"}
LOTS = "item_code,quantity,receipt_date,unit_price,lot_number\nC,5,2026-01-03,12.5,L3\nD,1.5,2026-01-04,7,ロット\n"
ORDERS = '{"reference":"file-1","item_code":"C","quantity":2}\n{"reference":"file-2","item_code":"D","quantity":1}\n'


class Step(NamedTuple):
    """One request and the status of its answer."""

    method: str
    path: str
    status: int
    body: Any = None
    headers: dict[str, str] | None = None

    def ask(self, client: httpx.Client, number: int) -> httpx.Response:
        """Send the request, under an id that both servers are given."""
        raw = self.body if isinstance(self.body, (str, bytes)) else None
        content = raw if self.body is None or raw is not None else json.dumps(self.body)
        headers = {"X-Request-Id": f"step-{number}"}
        if content is not None and raw is None:
            headers["Content-Type"] = "application/json"
        return client.request(self.method, self.path, content=content, headers=headers | (self.headers or {}))


def lot(item: str, quantity: Any, price: Any, **more: Any) -> dict[str, Any]:
    """Return a receipt."""
    return {"item_code": item, "quantity": quantity, "unit_price": price, "receipt_date": "2026-01-01", **more}


FIFO = {"allocation_method": "FIFO", "allocation_date": "2026-02-01"}

STEPS = [
    Step("GET", "/health", 200),
    Step("GET", "/ready", 200),
    Step("GET", "/allocation-methods", 200),
    # Stock.
    Step("POST", "/inventories", 201, lot("A", 10, "100", lot_number="L1", reference="r1")),
    Step("POST", "/inventories", 409, lot("A", 10, "100", reference="r1")),
    Step("POST", "/inventories", 201, lot("A", "10.5", 120.25, receipt_date="2026-01-02", location="東京")),
    Step("POST", "/inventories", 201, lot("B", 3, 1, expiration_date="2026-12-31")),
    Step("POST", "/inventories", 422, lot("A", -1, 1)),
    Step("POST", "/inventories", 400, '{"item_code": ', {"Content-Type": "application/json"}),
    Step("POST", "/inventories", 415, "item_code=A", {"Content-Type": "application/x-www-form-urlencoded"}),
    Step("GET", "/inventories?item_code=A&sort=expiry&limit=1", 200),
    Step("GET", "/inventories?location=%E6%9D%B1%E4%BA%AC", 200),
    Step("GET", "/inventories?no_such=1", 422),
    Step("GET", "/inventories/1", 200),
    Step("GET", "/inventories/99", 404),
    Step("POST", "/inventories/3/adjust", 200, {"quantity_change": "-0.5", "reason": "broken"}),
    Step("POST", "/inventories/3/hold", 200),
    Step("POST", "/inventories/3/unhold", 200),
    Step("GET", "/inventories/3/movements", 200),
    # Orders.
    Step("POST", "/orders", 201, {"item_code": "A", "quantity": 15, "reference": "o1"}, KEY),
    Step("POST", "/orders", 201, {"item_code": "A", "quantity": 15, "reference": "o1"}, KEY),
    Step("POST", "/orders", 422, {"item_code": "A", "quantity": 16, "reference": "o1"}, KEY),
    Step("POST", "/orders", 201, {"priority": 5, "lines": [{"item_code": "B", "quantity": 4}]}),
    Step("POST", "/orders", 201, {"customer": "c", "lines": [{"item_code": "A", "quantity": 1}]}),
    Step("POST", "/orders", 422, {"lines": []}),
    Step("GET", "/orders?status=open&sort=demand", 200),
    Step("GET", "/orders/1", 200),
    Step("PATCH", "/orders/3", 200, {"priority": 9, "lines": [{"line_no": 1, "quantity": 2}]}),
    # Allocation.
    Step("POST", "/allocate", 200, {**FIFO, "dry_run": True}),
    Step("POST", "/allocate/compare", 200, {"allocation_methods": ["FIFO", "LIFO", "AVERAGE"],
                                            "allocation_date": "2026-02-01"}),
    Step("POST", "/allocate", 422, {"allocation_method": "NONE"}),
    Step("POST", "/allocate", 200, FIFO),
    Step("POST", "/allocate", 202, FIFO, {"Prefer": "respond-async"}),
    Step("POST", "/allocation-runs/2/cancel", 200),
    Step("GET", "/allocation-runs", 200),
    Step("GET", "/allocation-runs/1", 200),
    Step("GET", "/allocation-runs/1/shortages", 200),
    Step("GET", "/allocation-results?run_id=1&limit=2", 200),
    Step("POST", "/allocation-results/1/release", 200, {"quantity": 1}),
    Step("POST", "/allocation-results/1/ship", 200, {"quantity": "0.5"}),
    Step("POST", "/orders/1/ship", 200, {"lines": [{"line_no": 1, "quantity": 5}]}),
    Step("POST", "/orders/1/release", 200),
    Step("POST", "/orders/2/cancel", 200),
    Step("PATCH", "/orders/2", 409, {"priority": 1}),
    # Items and reports.
    Step("PUT", "/items/A", 200, {"safety_stock": 2, "quantity_step": "0.5"}),
    Step("GET", "/items/A", 200),
    Step("GET", "/items", 200),
    Step("GET", "/items/A/costs?month=2026-01", 200),
    Step("GET", "/availability?item_code=A&item_code=B&as_of=2026-02-01", 200),
    Step("GET", "/reports/backlog", 200),
    Step("GET", "/reports/fill-rate", 200),
    Step("GET", "/reports/stock-age", 200),
    Step("GET", "/reports/backlog", 200),
    Step("GET", "/audit?limit=500", 200),
    # Files.
    Step("POST", "/inventories/import?dry_run=true", 200, LOTS, CSV),
    Step("POST", "/inventories/import", 200, "\ufeff" + LOTS, CSV),
    Step("POST", "/inventories/import", 422, LOTS.replace("1.5", "many"), CSV),
    Step("POST", "/inventories/import", 422, LOTS.encode("cp932"), CSV),
    Step("POST", "/inventories/import", 415, LOTS, {"Content-Type": "text/plain"}),
    Step("POST", "/orders/import?on_error=skip", 200, ORDERS, NDJSON),
    Step("POST", "/imports", 201, {"kind": "orders"}),
    Step("GET", "/imports/1", 200),
    Step("PUT", "/imports/1/file", 200, ORDERS.replace("file-", "again-"), NDJSON),
    Step("GET", "/imports/1", 200),
    # What is not there.
    Step("GET", "/nowhere", 404),
    Step("DELETE", "/orders/1", 405),
    Step("GET", "/openapi.json", 200),
    Step("GET", "/docs", 200),
]  # fmt: skip

_INSTANT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_UPLOAD = re.compile(rb'"upload_url":"[^"]*"')
_HEADERS = (
    "content-type",
    "location",
    "retry-after",
    "allow",
    "www-authenticate",
    "x-request-id",
    "idempotent-replayed",
)


def shown(answer: httpx.Response) -> tuple[int, dict[str, str], str]:
    """Return what must be the same everywhere: all but the time, and where a file is to be put."""
    body = _UPLOAD.sub(b'"upload_url":"..."', _INSTANT.sub(b"...", answer.content))
    headers = {name: answer.headers[name] for name in _HEADERS if name in answer.headers}
    return answer.status_code, headers, body.decode()
