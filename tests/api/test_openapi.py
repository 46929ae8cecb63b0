"""The OpenAPI document: whole, consistent, and true of real answers."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import httpx
import pytest
from checks import Json

from builders import allocate, order, receive

ROUTES = {
    ("post", "/inventories"), ("get", "/inventories"), ("get", "/inventories/{id}"), ("post", "/inventories/import"),
    ("post", "/orders"), ("get", "/orders"), ("get", "/orders/{id}"), ("post", "/orders/import"),
    ("post", "/allocate"), ("post", "/allocate/compare"), ("get", "/allocation-methods"), ("get", "/allocation-runs"),
    ("get", "/allocation-runs/{id}"), ("get", "/allocation-runs/{id}/shortages"), ("get", "/allocation-results"),
    ("get", "/health"), ("get", "/ready"),
}  # fmt: skip
TYPES: dict[str, Any] = {"string": str, "number": (int, float), "boolean": bool, "array": list, "object": dict}


@pytest.fixture
def document(client: httpx.Client) -> Json:
    """The document, as it is served."""
    answer = client.get("/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    return dict(answer.json())


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield each method, path and operation."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                yield method, path, operation


def resolved(document: Json, part: Json) -> Json:
    """Follow a reference."""
    while "$ref" in part:
        place: Any = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            place = place[step.replace("~1", "/").replace("~0", "~")]
        part = place
    return part


def mismatch(document: Json, schema: Json, value: Any, where: str = "") -> str | None:
    """Return where and why a value does not fit a schema, or None; a property the schema doesn't name doesn't fit."""
    schema = resolved(document, schema)
    if "anyOf" in schema:
        found = [mismatch(document, option, value, where) for option in schema["anyOf"]]
        return None if None in found else next(iter(found))
    if "enum" in schema and value not in schema["enum"]:
        return f"{where}: {value!r} is not one of {schema['enum']}"
    if "const" in schema and value != schema["const"]:
        return f"{where}: {value!r} is not {schema['const']!r}"
    kind = schema.get("type")
    if kind is not None and not is_kind(kind, value):
        return f"{where}: {value!r} is no {kind}"
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        return f"{where}: {value!r} does not match {schema['pattern']}"
    if schema.get("format") in ("date", "date-time") and isinstance(value, str):
        (date if schema["format"] == "date" else datetime).fromisoformat(value)
    parts: list[tuple[Json, Any, str]] = []
    if isinstance(value, list) and "items" in schema:
        parts = [(schema["items"], item, f"{where}/{place}") for place, item in enumerate(value)]
    if isinstance(value, dict) and "properties" in schema:
        missing = set(schema.get("required", ())) - value.keys()
        unknown = value.keys() - schema["properties"].keys()
        if missing or unknown:
            return f"{where}: missing {missing}, unknown {unknown}"
        parts = [(schema["properties"][name], item, f"{where}/{name}") for name, item in value.items()]
    return next((wrong for part in parts if (wrong := mismatch(document, *part))), None)


def is_kind(kind: str, value: Any) -> bool:
    if kind == "null":
        return value is None
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def test_all_routes_are_described(document: Json) -> None:
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"]
    assert document["info"]["version"]
    assert {(method, path) for method, path, _ in operations(document)} >= ROUTES


def test_every_operation_has_a_name_a_summary_and_its_problems(document: Json) -> None:
    names = [operation.get("operationId") for _, _, operation in operations(document)]
    assert all(names)
    assert len(set(names)) == len(names)
    for method, path, operation in operations(document):
        assert operation["summary"], path
        assert operation["description"], path
        assert operation["tags"], path
        default = resolved(document, operation["responses"]["default"])
        schema = resolved(document, default["content"]["application/problem+json"]["schema"])
        assert set(schema["properties"]) >= {"type", "title", "status", "detail", "instance", "errors"}
        good = [code for code in operation["responses"] if code.startswith("2")]
        assert good, (method, path)
        for code in good:
            content = resolved(document, operation["responses"][code]).get("content", {})
            assert all(media["schema"] for media in content.values()), (method, path, "an answer without a schema")


def test_every_parameter_is_described_and_every_path_parameter_declared(document: Json) -> None:
    for _, path, operation in operations(document):
        parameters = [resolved(document, parameter) for parameter in operation.get("parameters", [])]
        declared = {parameter["name"] for parameter in parameters if parameter["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", path))
        assert all(parameter["schema"] for parameter in parameters)
        assert all(parameter["required"] for parameter in parameters if parameter["in"] == "path")


def test_every_reference_leads_somewhere_and_every_schema_is_used(document: Json) -> None:
    used: set[str] = set()

    def follow(part: Any) -> None:
        if isinstance(part, dict):
            if "$ref" in part:
                name = part["$ref"]
                assert resolved(document, part)
                if name not in used:
                    used.add(name)
                    follow(resolved(document, part))
            for value in part.values():
                follow(value)
        elif isinstance(part, list):
            for value in part:
                follow(value)

    follow(document["paths"])
    assert {f"#/components/schemas/{name}" for name in document["components"]["schemas"]} <= used


def test_a_schema_names_what_its_fields_may_be(document: Json) -> None:
    schemas = document["components"]["schemas"]
    for name in ("InventoryRequest", "OrderRequest", "AllocationRequest", "CompareRequest"):
        assert schemas[name]["additionalProperties"] is False, name
    for name in ("InventoryResponse", "OrderResponse", "AllocationRunResponse", "AllocationResultResponse"):
        assert set(schemas[name]["required"]) == set(schemas[name]["properties"]), name


def test_real_requests_fit_their_schemas(document: Json) -> None:
    def body(path: str) -> Json:
        return dict(document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"])

    lot = {"item_code": "A", "quantity": "1.5", "receipt_date": "2026-01-01", "unit_price": 2}
    line = {"item_code": "A", "quantity": 1.5, "single_lot": True}
    for path, value in (
        ("/inventories", lot),
        ("/inventories", lot | {"lot_number": None, "expiration_date": None}),
        ("/orders", {"lines": [line], "customer": None, "priority": -1}),
        ("/orders", line),
        ("/orders", line | {"reference": "short", "fulfilment": "complete"}),
        ("/allocate", {"allocation_method": "FIFO"}),
        ("/allocate", {"allocation_method": "LOCATION", "order_ids": [1], "hold_until": "2099-01-01T00:00:00Z"}),
        ("/allocate/compare", {"allocation_methods": ["FIFO", "LIFO"], "max_results": 0}),
    ):
        assert mismatch(document, body(path), value) is None, (path, value)
    for path, value in (
        ("/inventories", lot | {"colour": "red"}),
        ("/inventories", lot | {"quantity": True}),
        ("/orders", {"customer": "C"}),
        ("/allocate", {"allocation_method": "NEAREST"}),
        ("/allocate/compare", {}),
    ):
        assert mismatch(document, body(path), value) is not None, (path, value)


def test_real_answers_fit_their_schemas(client: httpx.Client, document: Json) -> None:
    receive(client, "A", "1.5", "2.25", lot_number="L", location="Tokyo", expiration_date="2099-01-01", reference="r")
    receive(client, "A", 1)
    order(client, ("A", 2), ("B", 1), reference="r", customer="C", requested_date="2026-01-01", fulfilment="partial")
    order(client, {"item_code": "A", "quantity": 1, "inventory_id": 1, "min_remaining_days": 3})
    allocate(client, "TOTAL_AVERAGE", hold_until="2099-01-01T00:00:00Z")
    csv = {"Content-Type": "text/csv"}
    bad, good = "reference,item_code,quantity\nr,A,x\n", "reference,item_code,quantity\ns,A,1\n"
    lots = "item_code,quantity,receipt_date,unit_price\nA,1,2026-01-01,1\n"
    answers = [
        *((("get", path), client.get(path.replace("{id}", "1"))) for method, path in sorted(ROUTES) if method == "get"),
        (("get", "/orders/{id}"), client.get("/orders/2")),
        (("get", "/inventories"), client.get("/inventories?limit=1")),
        (("post", "/inventories"), client.post("/inventories", json={"item_code": "A", "quantity": 1,
                                                                     "receipt_date": "2026-01-01", "unit_price": 1})),
        (("post", "/orders"), client.post("/orders", json={"item_code": "A", "quantity": 1})),
        (("post", "/allocate"), client.post("/allocate", json={"allocation_method": "FIFO", "dry_run": True})),
        (("post", "/allocate"), client.post("/allocate", json={"allocation_method": "SPECIFIC"})),
        (("post", "/allocate/compare"), client.post("/allocate/compare", json={"allocation_methods": ["FIFO"]})),
        (("post", "/orders/import"), client.post("/orders/import", content=good, headers=csv)),
        (("post", "/orders/import"), client.post("/orders/import?on_error=skip", content=bad, headers=csv)),
        (("post", "/inventories/import"), client.post("/inventories/import", content=lots, headers=csv)),
    ]  # fmt: skip
    assert {route for route, _ in answers} == ROUTES
    for (method, path), answer in answers:
        assert fits(document, method, path, answer) is None, (method, path)


def test_real_problems_fit_their_schema(client: httpx.Client, document: Json) -> None:
    csv = {"Content-Type": "text/csv"}
    order(client, ("A", 1), reference="r")
    problems = [
        (("get", "/orders/{id}"), client.get("/orders/9")),
        (("get", "/orders"), client.get("/orders?limit=0")),
        (("post", "/orders"), client.post("/orders", json={"lines": []})),
        (("post", "/orders"), client.post("/orders", json={"item_code": "A", "quantity": 1, "reference": "r"})),
        (("post", "/orders"), client.post("/orders", content="{", headers={"Content-Type": "application/json"})),
        (("post", "/orders"), client.post("/orders", content="x", headers={"Content-Type": "text/plain"})),
        (("post", "/allocate"), client.post("/allocate", json={"allocation_method": "?"})),
        (("post", "/orders/import"), client.post("/orders/import", content="", headers={"Content-Type": "x/y"})),
        (("post", "/orders/import"), client.post("/orders/import", content="", headers=csv)),
        (("post", "/inventories/import"), client.post("/inventories/import", content="a,b\n", headers=csv)),
    ]
    for (method, path), answer in problems:
        assert answer.is_error
        assert fits(document, method, path, answer) is None, (method, path)


def fits(document: Json, method: str, path: str, answer: httpx.Response) -> str | None:
    """Return why an answer is not what the document says, or None."""
    described = document["paths"][path][method]["responses"]
    response = resolved(document, described.get(str(answer.status_code), described["default"]))
    kind = answer.headers["content-type"].partition(";")[0]
    if kind not in response["content"]:
        return f"{kind} is none of {list(response['content'])}"
    return mismatch(document, response["content"][kind]["schema"], answer.json())
