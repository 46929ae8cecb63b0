"""What can be watched from outside: logs, metrics, traces; and what a snapshot of the function must not hold."""

import json
import random
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from functions import Function
from gateway import RECORDED, client_of
from machines import CREDENTIALS, Postgres

from builders import allocate, order, receive
from hikiate.database import Database


def test_a_log_line_is_one_object_that_names_its_request(main: Function) -> None:
    with client_of(main) as client:
        answer = client.post("/orders", json={"item_code": "A", "quantity": 1}, headers={"X-Request-Id": "mine"})
        assert answer.headers["x-request-id"] == "mine"
    [line] = [event for event in main.events if event.get("request_id") == "mine"]
    assert (line["level"], line["message"], line["service"], line["path"], line["status"]) == (
        "INFO", "request", "hikiate", "/orders", 201,
    )  # fmt: skip
    # The gateway's own log has this one.
    assert line["correlation_id"] == RECORDED["requestContext"]["requestId"]
    assert line["function_request_id"]


def metrics(function: Function) -> dict[str, float]:
    """Return all metrics that a function has measured, added up."""
    found: dict[str, float] = {}
    for event in function.events:
        for directive in event.get("_aws", {}).get("CloudWatchMetrics", ()):
            assert directive["Namespace"] == "hikiate"
            assert event["service"] == "hikiate"
            for metric in directive["Metrics"]:
                found[metric["Name"]] = found.get(metric["Name"], 0) + sum(event[metric["Name"]])
    return found


def test_what_goes_wrong_and_what_is_served_is_counted(
    run: Any, main: Function, allocation: Function, stock: Database
) -> None:
    with client_of(main) as client:
        receive(client, "A", 5)
        order(client, ("A", 1))
        before = metrics(main)
        answer = client.post("/allocate", json={"allocation_method": "FIFO"}, headers={"Prefer": "respond-async"})
        assert answer.status_code == 202
        after = metrics(main)
    assert after["RunsQueued"] - before.get("RunsQueued", 0) == 1
    assert after["ColdStart"] == 1
    before = metrics(allocation)
    record = {"messageId": "m", "body": json.dumps({"run_id": 1}), "eventSource": "aws:sqs"}
    allocation({"Records": [record, record | {"body": "poison"}]})
    after = metrics(allocation)
    assert after["RunsServed"] - before.get("RunsServed", 0) == 1
    assert after["MessagesFailed"] - before.get("MessagesFailed", 0) == 1
    with run("main", "hikiate.handlers.main.handler", HIKIATE_DATABASE_PORT="1") as function:
        with client_of(function) as client:
            assert client.get("/items").status_code == 503
        assert metrics(function)["Busy"] == 1


@pytest.fixture
def daemon() -> Iterator[socket.socket]:
    """The place where the tracing daemon listens on Lambda."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(60)
        yield listener


def test_a_trace_goes_on_through_the_function(run: Any, stock: Database, daemon: socket.socket) -> None:
    root, parent = "1-6745a1b2-3c4d5e6f7a8b9c0d1e2f3a4b", "53995c3f42cd8ad8"
    address = f"127.0.0.1:{daemon.getsockname()[1]}"
    with run("main", "invoked.traced", AWS_XRAY_DAEMON_ADDRESS=address) as function:
        answer = function(RECORDED | {"path": "/items", "trace": f"Root={root};Parent={parent};Sampled=1"})
        assert answer["statusCode"] == 200
        _, _, segment = daemon.recv(65536).decode().partition("\n")
        assert function.events[0]["xray_trace_id"] == root
    traced = json.loads(segment)
    assert (traced["trace_id"], traced["parent_id"], traced["name"]) == (root, parent, "## handler")


def test_a_snapshot_holds_no_connection(run: Any, stock: Database, server: Postgres) -> None:
    """The function connects when it is first asked for something that needs the database."""
    connections = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'hikiate' AND pid <> pg_backend_pid()"
    with server.connect() as connection:
        connection.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'hikiate'")
        with run("main", "hikiate.handlers.main.handler") as function, client_of(function) as client:
            assert client.get("/health").status_code == 200
            assert connection.execute(connections).fetchone() == (0,)
            assert client.get("/items").status_code == 200
            assert connection.execute(connections).fetchone() == (1,)


def test_copies_of_a_snapshot_do_not_wait_in_step(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    """What is random in the snapshot would be the same in each of its copies."""
    import importlib

    import snapshot_restore_py

    for name, value in (environment | CREDENTIALS).items():
        monkeypatch.setenv(name, value)
    importlib.reload(importlib.import_module("hikiate.handlers.main"))
    state, drawn = random.getstate(), []
    for _ in range(2):
        random.setstate(state)
        for hook, arguments, options in snapshot_restore_py.get_after_restore():
            hook(*arguments, **options)
        drawn.append(random.random())
    assert drawn[0] != drawn[1]


def test_nothing_of_a_walk_through_the_api_is_a_fault(main: Function) -> None:
    with client_of(main) as client:
        receive(client, "A", 5)
        order(client, ("A", 1))
        allocate(client)
    assert metrics(main).get("Faults", 0) == 0
