"""Every route that the OpenAPI document offers, to be called by whoever may and may not."""

from collections.abc import Iterator
from typing import NamedTuple

import httpx

from hikiate.api.app import create_app
from hikiate.database import Database
from hikiate.settings import Settings

OPEN = {"/health", "/ready"}


class Operation(NamedTuple):
    """One method of one path."""

    method: str
    path: str
    role: str | None

    def call(self, client: httpx.Client, authorization: str | None, query: str = "") -> httpx.Response:
        """Ask for something that does not exist, with a body that can't be: nothing is ever changed."""
        headers = [] if authorization is None else [(b"Authorization", authorization.encode())]
        path = self.path.replace("{id}", "999999").replace("{item_code}", "none") + query
        body = None if self.method == "GET" else {"no-such-field": True}
        return client.request(self.method, path, json=body, headers=headers)


def operations() -> Iterator[Operation]:
    """Yield all that the document offers."""
    app = create_app(Database("postgresql://localhost/nowhere"), Settings(database_url=None))
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            yield Operation(method.upper(), path, operation.get("x-role"))


ALL = list(operations())
GUARDED = [operation for operation in ALL if operation.path not in OPEN]
