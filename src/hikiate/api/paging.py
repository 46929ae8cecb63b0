"""Lists: how many rows, and where the page begins."""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel, TypeAdapter

from hikiate.domain.errors import Invalid
from hikiate.repository.rows import Key, Page
from hikiate.schemas.fields import Day, Id, ItemCode, Limit, Priority

T = TypeVar("T", bound=BaseModel)

LimitParameter = Annotated[Limit, Query(description="Rows a page")]
Cursor = Annotated[str | None, Query(description="`next_cursor` of the page before")]


# What the key of a row is made of, by the order of the list.
_KEYS: dict[str, TypeAdapter[Any]] = {
    "newest": TypeAdapter(tuple[Id]),
    "run": TypeAdapter(tuple[Id]),
    "code": TypeAdapter(tuple[ItemCode]),
    "expiry": TypeAdapter(tuple[Day | None, Id]),
    "demand": TypeAdapter(tuple[Priority, Day | None, Id]),
}


class Paging:
    """The page asked for, and the cursor to the next one."""

    def __init__(self, path: str, limit: int, cursor: str | None = None) -> None:
        self._path = path
        self._limit = limit
        self._cursor = cursor

    def page(self, sort: str = "newest") -> Page:
        """Return the page in an order; one row more than asked tells whether there is another page.

        Raises:
            Invalid: the cursor isn't one of ours, or is of another list or order.
        """
        return Page(self._limit + 1, None if self._cursor is None else self._key(self._cursor, sort))

    def of(
        self, rows: Sequence[T], sort: str = "newest", key: Callable[[Any], Key] = lambda row: (row.id,)
    ) -> dict[str, Any]:
        """Return the list's answer."""
        shown = rows[: self._limit]
        more = len(rows) > self._limit
        return {
            "items": shown,
            "next_cursor": self._write(sort, key(shown[-1])) if more else None,
        }

    def _write(self, sort: str, key: Key) -> str:
        values = [value.isoformat() if isinstance(value, date) else value for value in key]
        text = json.dumps([self._path, sort, *values], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def _key(self, cursor: str, sort: str) -> Key:
        try:
            text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            path, of_sort, *values = json.loads(text)
            if (path, of_sort) != (self._path, sort):
                raise ValueError(of_sort)
            key: Key = _KEYS[sort].validate_python(values)
        except (ValueError, TypeError, RecursionError) as error:
            raise Invalid.at(
                "/cursor", "bad-cursor", "cursor must be the next_cursor of this list, in the same order."
            ) from error
        return key


async def _paging(request: Request, limit: LimitParameter = 50, cursor: Cursor = None) -> Paging:
    return Paging(request.url.path, limit, cursor)


PagingDep = Annotated[Paging, Depends(_paging)]
