"""Send files to be imported."""

from typing import Any

import httpx

CSV, NDJSON = "text/csv", "application/x-ndjson"
LOTS = "item_code,quantity,receipt_date,unit_price\n"
LINES = "reference,item_code,quantity\n"


def send(client: httpx.Client, kind: str, body: Any, media_type: str = CSV, **params: Any) -> httpx.Response:
    """Import a file."""
    content = body.encode() if isinstance(body, str) else body
    return client.post(f"/{kind}/import", content=content, params=params, headers={"Content-Type": media_type})


def accepted(answer: httpx.Response, rows: int) -> None:
    """Check that all rows were taken."""
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"accepted": rows, "rejected": 0, "errors": []}
