"""What every route is given: the database, the settings, who asks, and how a change is made once."""

import json
import re
from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, NamedTuple

from fastapi import Depends, Header, Path, Request
from sqlalchemy import Connection
from starlette.responses import Response

from hikiate.api.surroundings import Surroundings
from hikiate.auth import Role, require
from hikiate.database import Database
from hikiate.domain.errors import IdempotencyMismatch, Invalid, NotFound
from hikiate.repository import idempotency
from hikiate.schemas import TokenPayload
from hikiate.services.auditing import Actor
from hikiate.services.changing import Change, Scope
from hikiate.services.grouping import Group
from hikiate.services.together import Together
from hikiate.settings import Settings

_LARGEST_ID = 2**63 - 1
_KEY = re.compile(r"[!-~]{1,255}", re.ASCII)
_REPLAYED = {"Idempotent-Replayed": "true"}


class Context(NamedTuple):
    """One request's surroundings."""

    database: Database
    together: Together
    changes: Group[Change[Response], Response]
    settings: Settings
    surroundings: Surroundings
    caller: TokenPayload
    request_id: str
    once: idempotency.Request | None

    @property
    def actor(self) -> Actor:
        """Who asks, for the records."""
        return Actor(self.caller.sub, self.request_id)

    def require(self, role: Role) -> None:
        """Refuse a caller who has less than the role, where that depends on more than the route."""
        require(self.caller, role)

    def without_key(self) -> "Context":
        """Return the context of a dry run, which neither reads nor keeps an Idempotency-Key."""
        return self._replace(once=None)

    def with_body(self, body_hash: bytes) -> "Context":
        """Return the context with the hash of a body that was received as a stream."""
        return self._replace(once=self.once._replace(body_hash=body_hash) if self.once else None)

    def change(self, work: Callable[[Connection], Response], scope: Scope | None = None) -> Response:
        """Make a change in one transaction; with an Idempotency-Key, only once.

        The key is taken and the answer kept in the change's own transaction: after an error the key is free, and
        duplicates in flight wait for the first. A change that says which stock it locks is committed with others.

        Raises:
            IdempotencyMismatch: the key was used with another body.
        """
        once = self.once
        if once is None:
            return self._transact(work, scope)
        if not _KEY.fullmatch(once.key):
            raise Invalid.at("/Idempotency-Key", "characters", "Idempotency-Key must be 1 to 255 printable characters.")

        def only_once(connection: Connection) -> Response:
            kept = idempotency.claim(connection, once)
            if kept is None:
                answer = work(connection)
                if answer.status_code >= HTTPStatus.MULTIPLE_CHOICES:
                    raise _NotKept(answer)
                _keep(connection, once, answer)
                return answer
            if kept.body_hash != once.body_hash:
                raise IdempotencyMismatch("This Idempotency-Key was used before with another body; use a new key.")
            return Response(kept.body, kept.status, kept.headers | _REPLAYED)

        try:
            return self._transact(only_once, scope)
        except _NotKept as refused:
            return refused.answer

    def _transact(self, work: Callable[[Connection], Response], scope: Scope | None) -> Response:
        if scope is None:
            return self.database.transact(work)
        return self.changes.ask(Change(scope, work))

    def keep(self, answer: Response) -> Response:
        """Keep the last answer of a change that was accepted first and done in several transactions."""
        once = self.once
        if once is not None:
            self.database.transact(lambda connection: _keep(connection, once, answer))
        return answer


def _keep(connection: Connection, once: idempotency.Request, answer: Response) -> None:
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    idempotency.keep(connection, once, answer.status_code, json.dumps(headers), bytes(answer.body))


class _NotKept(Exception):
    """The answer is an error; what was done is undone, the key too."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.answer = answer


IdempotencyKey = Annotated[
    str | None, Header(description="Repeat a change safely: within 24 hours the same key gives the first answer again")
]


async def _context(request: Request) -> Context:
    state = request.app.state
    return Context(
        state.database,
        state.together,
        state.changes,
        state.settings,
        state.surroundings,
        request.state.caller,
        request.state.request_id,
        None,
    )


async def _changing_context(request: Request, idempotency_key: IdempotencyKey = None) -> Context:
    context = await _context(request)
    if idempotency_key is None:
        return context
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    body = getattr(request.state, "body", b"")
    return context._replace(
        once=idempotency.Request(context.caller.sub, request.method, path, idempotency_key, sha256(body).digest())
    )


ContextDep = Annotated[Context, Depends(_context)]
ChangeDep = Annotated[Context, Depends(_changing_context)]


async def _known_id(id: Annotated[int, Path()]) -> int:
    if not 0 < id <= _LARGEST_ID:
        raise NotFound(f"There is nothing with the id {id}.")
    return id


IdDep = Annotated[int, Depends(_known_id)]
