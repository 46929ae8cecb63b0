"""API Gateway in front of the Main function: requests as events, made from a recorded one, and answers back."""

import base64
import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
from functions import Function

ROOT = Path(__file__).parents[2]
EVENTS = Path(__file__).parents[1] / "events"
RECORDED: dict[str, Any] = json.loads((EVENTS / "api-gateway.json").read_text())
PATHS: dict[str, dict[str, Any]] = json.loads((ROOT / "docs" / "openapi.json").read_text())["paths"]
# As the template says: what reaches the function by its bytes.
BINARY = ("text/csv", "application/csv", "application/x-ndjson", "application/ndjson", "application/jsonl")


def resource_of(path: str) -> tuple[str, dict[str, str]]:
    """Return the resource that a path is of, and its parameters; fixed paths go before those with parameters."""
    for template in sorted(PATHS, key=lambda template: ("{" in template, template)):
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)
        if found := re.fullmatch(pattern, path):
            return template, {name: unquote(value) for name, value in found.groupdict().items()}
    return path, {}


def event(request: httpx.Request, claims: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the event of a request; with other claims, or with none if they are empty."""
    made = deepcopy(RECORDED)
    target = urlsplit(str(request.url))
    resource, parameters = resource_of(target.path)
    headers = [*made["headers"].items(), *((name.title(), value) for name, value in request.headers.items())]
    query = parse_qsl(target.query, keep_blank_values=True)
    made |= {
        "resource": resource,
        "path": target.path,
        "httpMethod": request.method,
        "headers": dict(headers),
        "multiValueHeaders": {name: [value] for name, value in dict(headers).items()},
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": {name: [v for n, v in query if n == name] for name, _ in query} or None,
        "pathParameters": parameters or None,
    }
    made["requestContext"] |= {
        "resourcePath": resource,
        "httpMethod": request.method,
        "path": f"/live{target.path}",
    }
    body = request.content
    if body and request.headers.get("content-type", "").partition(";")[0] in BINARY:
        made |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    elif body:
        made["body"] = body.decode()
    role = PATHS.get(resource, {}).get(request.method.lower(), {}).get("x-role")
    if claims == {} or role is None:
        del made["requestContext"]["authorizer"]
    elif claims is not None:
        made["requestContext"]["authorizer"]["claims"] = claims
    return made


class Gateway(httpx.BaseTransport):
    """Lets an HTTP client reach the function."""

    def __init__(self, function: Function, claims: dict[str, Any] | None = None) -> None:
        self._function = function
        self._claims = claims

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Invoke the function, as the gateway would, and answer what it answers."""
        request.read()
        answer = self._function(event(request, self._claims))
        body: bytes = base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()
        headers = {name: value for name, value in answer["headers"].items() if name != "content-length"}
        return httpx.Response(answer["statusCode"], headers=headers, content=body)


def client_of(function: Function, claims: dict[str, Any] | None = None) -> httpx.Client:
    """Return a client of the API through the gateway."""
    return httpx.Client(base_url="https://gateway", transport=Gateway(function, claims))
