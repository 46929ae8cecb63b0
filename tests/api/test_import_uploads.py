"""Imports as requests: kinds of body, parameters, uploads that break off."""

import socket
import time
from urllib.parse import urlsplit

import httpx
import pytest
import structlog
from checks import listed, nothing_written, problem
from checks import refused as refused_value
from files import LINES, LOTS, NDJSON, accepted, send


@pytest.mark.parametrize("kind", ["inventories", "orders"])
def test_another_kind_of_body_is_not_supported(client: httpx.Client, kind: str) -> None:
    for media_type in (
        "application/json",
        "text/plain",
        "application/octet-stream",
        "multipart/form-data; boundary=x",
        "",
    ):
        answer = send(client, kind, LOTS, media_type)
        problem(answer, 415, "unsupported-media-type")
    request = client.build_request("POST", f"/{kind}/import", content=LOTS)
    problem(client.send(request), 415, "unsupported-media-type")
    assert nothing_written(client)


@pytest.mark.parametrize("kind", ["inventories", "orders"])
def test_a_bad_parameter_is_refused(client: httpx.Client, kind: str) -> None:
    good = LOTS + "A,1,2026-01-01,2\n" if kind == "inventories" else LINES + "r,A,1\n"
    for name, value in (
        ("on_error", "ignore"), ("on_error", ""), ("on_error", "SKIP"), ("on_error", "true"), ("dry_run", "maybe"),
        ("dry_run", ""), ("dry_run", "2"), ("encoding", "cp932"), ("limit", "1"),
    ):  # fmt: skip
        refused_value(send(client, kind, good, **{name: value}), f"/{name}")
    assert nothing_written(client)


def test_lines_of_one_format_are_not_rows_of_the_other(client: httpx.Client) -> None:
    row = '{"reference": "r", "item_code": "A", "quantity": 1}\n'
    assert problem(send(client, "orders", row), 422, "validation")["accepted"] == 0
    assert problem(send(client, "orders", LINES + "r,A,1\n", NDJSON), 422, "validation")["rejected"] == 2
    assert problem(send(client, "orders", LOTS + "A,1,2026-01-01,2\n"), 422, "validation")["accepted"] == 0
    assert nothing_written(client)


@pytest.mark.parametrize("framing", ["Content-Length: 1000000", "Transfer-Encoding: chunked"])
@pytest.mark.parametrize("path", ["/orders/import", "/orders"])
def test_an_upload_that_breaks_off_writes_nothing(client: httpx.Client, path: str, framing: str) -> None:
    address = urlsplit(str(client.base_url))
    body = (LINES + "".join(f"r{number},A,1\n" for number in range(200))).encode()
    if "chunked" in framing:
        body = f"{len(body):x}\r\n".encode() + body + b"\r\n"
    kind = "text/csv" if path.endswith("import") else "application/json"
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n{framing}\r\n\r\n".encode()
    with structlog.testing.capture_logs() as events:
        with socket.create_connection((address.hostname, address.port)) as connection:
            connection.sendall(head + body)
        time.sleep(0.2)
    # Who leaves is no fault of ours.
    assert {event["log_level"] for event in events} <= {"info", "debug"}, events
    assert client.get("/health").status_code == 200
    assert nothing_written(client)
    accepted(send(client, "orders", LINES + "r1,A,1\n"), 1)
    assert len(listed(client, "/orders")) == 1


def test_a_slow_upload_holds_up_nobody(client: httpx.Client) -> None:
    address = urlsplit(str(client.base_url))
    body = (LINES + "r,A,1\n").encode()
    head = f"POST /orders/import HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(head.encode() + body[:20])
        accepted(send(client, "orders", LINES + "s,A,1\n"), 1)
        assert client.post("/allocate", json={"allocation_method": "FIFO"}).status_code == 200
        connection.sendall(body[20:])
        assert connection.recv(1024).startswith(b"HTTP/1.1 200")
    assert [row["reference"] for row in listed(client, "/orders")] == ["r", "s"]
