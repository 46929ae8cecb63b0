"""Bodies that can't be read, routes that aren't there, methods that a route doesn't have."""

import json
from typing import Any

import httpx
import pytest
from checks import GOOD, nothing_written, post_text, problem, refused

UNREADABLE = {
    "empty": b"",
    "blanks": b" \r\n\t ",
    "cut off": b'{"item_code": "A", "quantity":',
    "a comma too much": b'{"item_code": "A",}',
    "single quotes": b"{'item_code': 'A'}",
    "two objects": b"{}{}",
    "text after it": b"{} x",
    "NaN": b'{"item_code": "A", "quantity": NaN}',
    "Infinity": b'{"item_code": "A", "quantity": -Infinity}',
    "a leading zero": b'{"item_code": "A", "quantity": 01}',
    "a leading plus": b'{"item_code": "A", "quantity": +1}',
    "a hexadecimal": b'{"item_code": "A", "quantity": 0x10}',
    "a control character": b'{"item_code": "A\n", "quantity": 1}',
    "not UTF-8": b'{"item_code": "\xe9", "quantity": 1}',
    "Shift_JIS": '{"item_code": "倉庫", "quantity": 1}'.encode("cp932"),
    "UTF-16": '{"item_code": "A", "quantity": 1}'.encode("utf-16"),
    "an encoded surrogate": b'{"item_code": "\xed\xa0\x80", "quantity": 1}',
    "nested a hundred thousand deep": b"[" * 100_000,
    "nested deep and closed": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "a form": b"item_code=A&quantity=1",
}


@pytest.mark.parametrize("path", GOOD)
def test_a_body_that_is_no_json_is_malformed(client: httpx.Client, path: str) -> None:
    for name, body in UNREADABLE.items():
        answer = post_text(client, path, body)
        assert answer.status_code == 400, f"{name}: {answer.status_code} {answer.text[:200]}"
        problem(answer, 400, "malformed")
    assert nothing_written(client)


@pytest.mark.parametrize("path", GOOD)
def test_a_deep_but_readable_value_is_refused_where_it_stands(client: httpx.Client, path: str) -> None:
    body = json.dumps(GOOD[path])[:-1] + ', "deep": ' + "[" * 500 + "]" * 500 + "}"
    refused(post_text(client, path, body), "/deep")
    assert nothing_written(client)


@pytest.mark.parametrize("path", GOOD)
def test_another_kind_of_body_is_not_supported(client: httpx.Client, path: str) -> None:
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/csv",
        "application/xml",
        "application/jsonx",
        "json",
    ):
        problem(
            post_text(client, path, json.dumps(GOOD[path]), **{"Content-Type": kind}), 415, "unsupported-media-type"
        )
    assert nothing_written(client)


@pytest.mark.parametrize(
    "kind",
    ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.x+json", None],
)
def test_json_is_read_under_its_names_and_under_none(client: httpx.Client, kind: str | None) -> None:
    for path, body in GOOD.items():
        request = client.build_request("POST", path, content=json.dumps(body))
        if kind is not None:
            request.headers["Content-Type"] = kind
        assert client.send(request).status_code in (200, 201), path


def test_a_body_over_the_limit_is_too_large(client: httpx.Client) -> None:
    for path in GOOD:
        answer = post_text(client, path, b'{"x": "' + b"x" * (10 * 1024 * 1024) + b'"}')
        problem(answer, 413, "too-large")

    def endless() -> Any:
        for _ in range(24):
            yield b"x" * 2**19

    answer = client.post("/orders", content=endless(), headers={"Content-Type": "application/json"})
    problem(answer, 413, "too-large")
    assert client.get("/health").status_code == 200


def test_a_value_of_megabytes_is_refused_quickly_where_it_stands(client: httpx.Client) -> None:
    for number in ("9" * 2_000_000, "0." + "0" * 2_000_000 + "1", f'"{"9" * 2_000_000}"', f'"{"x" * 2_000_000}"'):
        answer = post_text(client, "/orders", f'{{"item_code": "A", "quantity": {number}}}')
        refused(answer, "/quantity")
        assert len(answer.text) < 2_000


@pytest.mark.parametrize("path", ["/inventories", "/orders", "/allocation-runs"])
def test_what_is_not_there_is_not_found(client: httpx.Client, path: str) -> None:
    for number in ("1", "0", "-1", "9223372036854775807", "9223372036854775808", "9" * 40):
        problem(client.get(f"{path}/{number}"), 404, "not-found")
    if path == "/allocation-runs":
        problem(client.get(f"{path}/1/shortages"), 404, "not-found")


@pytest.mark.parametrize("path", ["/inventories", "/orders", "/allocation-runs"])
def test_an_id_that_is_no_number_is_no_crash(client: httpx.Client, path: str) -> None:
    for number in ("abc", "1.5", "%00", "true", "%F0%9F%98%80", "1%2F2", "9" * 5000):
        assert client.get(f"{path}/{number}").status_code in (404, 422), number


def test_a_route_that_is_not_there_is_not_found(client: httpx.Client) -> None:
    for path in ("/", "/nothing", "/Orders", "/orders/1/lines", "/allocation-results/1", "/%00", "/orders//1"):
        problem(client.get(path), 404, "not-found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/inventories", {"GET", "POST"}),
        ("PUT", "/orders", {"GET", "POST"}),
        ("DELETE", "/inventories/1", {"GET"}),
        ("DELETE", "/orders/1", {"GET"}),
        ("GET", "/allocate", {"POST"}),
        ("PUT", "/allocate/compare", {"POST"}),
        ("POST", "/allocation-methods", {"GET"}),
        ("POST", "/allocation-runs", {"GET"}),
        ("POST", "/allocation-results", {"GET"}),
        ("DELETE", "/allocation-runs/1", {"GET"}),
        ("POST", "/health", {"GET"}),
        ("POST", "/ready", {"GET"}),
    ],
)
def test_a_method_that_a_route_does_not_have_is_not_allowed(
    client: httpx.Client, method: str, path: str, allowed: set[str]
) -> None:
    answer = client.request(method, path)
    problem(answer, 405, "method-not-allowed")
    assert {name.strip() for name in answer.headers["allow"].split(",")} >= allowed


def test_a_post_has_no_query_parameters(client: httpx.Client) -> None:
    for path, body in GOOD.items():
        refused(client.post(f"{path}?dry_run=true", json=body), "/dry_run")
    assert nothing_written(client)
