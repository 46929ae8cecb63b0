"""Lists: how many rows, and where the page begins."""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, TypeAdapter

from hikiate.domain.errors import Invalid
from hikiate.repository.rows import Key, Page
from hikiate.schemas.fields import ItemCode

T = TypeVar("T", bound=BaseModel)

Limit = Annotated[int, Query(ge=1, le=500, description="Rows a page")]
Cursor = Annotated[str | None, Query(description="`next_cursor` of the page before")]


class Paging:
    """The page asked for, and the cursor to the next one."""

    def __init__(self, limit: Limit = 50, cursor: Cursor = None) -> None:
        self._limit = limit
        self._cursor = cursor

    def page(self, sort: str = "newest") -> Page:
        """Return the page in an order; one row more than asked tells whether there is another page.

        Raises:
            Invalid: the cursor isn't one of ours, or of a list in another order.
        """
        return Page(self._limit + 1, None if self._cursor is None else _read(self._cursor, sort))

    def of(
        self, rows: Sequence[T], sort: str = "newest", key: Callable[[Any], Key] = lambda row: (row.id,)
    ) -> dict[str, Any]:
        """Return the list's answer."""
        shown = rows[: self._limit]
        more = len(rows) > self._limit
        return {
            "items": [row.model_dump() for row in shown],
            "next_cursor": _write(sort, key(shown[-1])) if more else None,
        }


PagingDep = Annotated[Paging, Depends()]


def _write(sort: str, key: Key) -> str:
    values = [value.isoformat() if isinstance(value, date) else value for value in key]
    return base64.urlsafe_b64encode(json.dumps([sort, *values], separators=(",", ":")).encode()).decode().rstrip("=")


def _read(cursor: str, sort: str) -> Key:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        of_sort, *values = json.loads(text)
        key = tuple(_value(value, sort) for value in values)
        if of_sort != sort or not key or not all(_is_key(value) for value in key):
            raise ValueError(of_sort)
        if len(key) != _KEY_SIZES[sort] or key[-1] is None:
            raise ValueError(values)
    except (ValueError, TypeError, KeyError) as error:
        raise Invalid.at(
            "/cursor", "bad-cursor", "cursor must be the next_cursor of this list, in the same order."
        ) from error
    return key


_KEY_SIZES = {"newest": 1, "run": 1, "code": 1, "expiry": 2, "demand": 3}


def _value(value: Any, sort: str) -> Any:
    if sort == "code":
        return TypeAdapter(ItemCode).validate_python(value)
    return date.fromisoformat(value) if isinstance(value, str) else value


def _is_key(value: object) -> bool:
    if isinstance(value, bool):
        return False
    return value is None or isinstance(value, (date, str)) or (isinstance(value, int) and abs(value) < 2**63)
