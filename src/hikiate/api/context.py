"""What every route is given."""

from typing import Annotated, NamedTuple

from fastapi import Depends, Path, Request

from hikiate.database import Database
from hikiate.domain.errors import NotFound
from hikiate.schemas import TokenPayload
from hikiate.settings import Settings

_LARGEST_ID = 2**63 - 1


class Context(NamedTuple):
    """The database, the settings, and who asks in which request."""

    database: Database
    settings: Settings
    caller: TokenPayload
    request_id: str


def _context(request: Request) -> Context:
    state = request.app.state
    return Context(state.database, state.settings, TokenPayload(sub="local"), request.state.request_id)


ContextDep = Annotated[Context, Depends(_context)]


def _known_id(id: Annotated[int, Path()]) -> int:
    if not 0 < id <= _LARGEST_ID:
        raise NotFound(f"There is nothing with the id {id}.")
    return id


IdDep = Annotated[int, Depends(_known_id)]
