"""The Allocation function serves queued runs, and one bad message fails alone."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from builders import order, receive
from hikiate.handlers import allocation


@pytest.fixture
def _environment(monkeypatch: pytest.MonkeyPatch, database_url: str) -> Iterator[None]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    allocation._database.cache_clear()
    yield
    allocation._database().close()
    allocation._database.cache_clear()


def _message(name: str, body: str) -> dict[str, Any]:
    return {"messageId": name, "body": body, "eventSource": "aws:sqs"}


def _queued(client: httpx.Client) -> int:
    answer = client.post("/allocate", json={"allocation_method": "FIFO"}, headers={"Prefer": "respond-async"})
    assert answer.status_code == 202
    return int(answer.json()["id"])


@pytest.mark.usefixtures("_environment")
def test_messages_are_served_and_only_the_bad_ones_are_sent_again(client: httpx.Client) -> None:
    """Of three messages, one is not JSON and one names a run that does not exist."""
    receive(client, "A", 5)
    order(client, ("A", 3))
    run_id = _queued(client)
    answer = allocation.allocate_inventory(
        {
            "Records": [
                _message("bad", "not JSON"),
                _message("good", json.dumps({"run_id": run_id})),
                _message("unknown", json.dumps({"run_id": 999})),
            ]
        },
        None,
    )
    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}, {"itemIdentifier": "unknown"}]}
    run = client.get(f"/allocation-runs/{run_id}").json()
    assert (run["status"], run["allocated_quantity"]) == ("completed", 3)


@pytest.mark.usefixtures("_environment")
def test_a_schedule_serves_what_waits(client: httpx.Client) -> None:
    """An event without messages."""
    receive(client, "A", 5)
    order(client, ("A", 3))
    run_id = _queued(client)
    assert allocation.allocate_inventory({"source": "aws.scheduler"}, None) == {}
    assert client.get(f"/allocation-runs/{run_id}").json()["status"] == "completed"
