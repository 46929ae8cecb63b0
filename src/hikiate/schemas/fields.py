"""The kinds of values that requests carry: exact numbers, dates, codes and texts."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StrictBool, StringConstraints
from pydantic import WithJsonSchema as JsonSchema
from pydantic_core import PydanticCustomError

from hikiate.domain.decimals import PLACES

WHOLE_DIGITS = 12
LIMIT = Decimal(10) ** WHOLE_DIGITS

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,9})?", re.ASCII)
_INTEGER = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def exact(value: object) -> Decimal:
    """Read an exact decimal below 10¹² with at most six places from a JSON number or a string."""
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        raise PydanticCustomError("number", "must be a number, like 12 or 1.5")
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            raise PydanticCustomError("number", "must be a number, like 12 or 1.5")
        number = Decimal(value)
    else:
        number = Decimal(value)
    if not number.is_finite():
        raise PydanticCustomError("number", "must be a finite number")
    if not number:
        return Decimal(0)
    if number.adjusted() >= WHOLE_DIGITS:
        raise PydanticCustomError("too_large", "must be below 1,000,000,000,000")
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 - finite numbers have one
    significant = len(digits)
    while exponent < -PLACES and significant and digits[significant - 1] == 0:
        significant -= 1
        exponent += 1
    if exponent < -PLACES:
        raise PydanticCustomError("too_many_places", "must have at most 6 decimal places")
    return number


def _positive(value: Decimal) -> Decimal:
    if value <= 0:
        raise PydanticCustomError("not_positive", "must be greater than 0")
    return value


def _not_negative(value: Decimal) -> Decimal:
    if value < 0:
        raise PydanticCustomError("negative", "must not be negative")
    return value


def _not_zero(value: Decimal) -> Decimal:
    if not value:
        raise PydanticCustomError("zero", "must not be 0")
    return value


def _number_schema(**limits: object) -> JsonSchema:
    number = {"type": "number", "description": "Exact decimal below 10^12 with at most 6 places", **limits}
    return JsonSchema({"anyOf": [number, {"type": "string", "pattern": _NUMBER.pattern}]}, mode="validation")


_SHOWN = JsonSchema({"type": "number"}, mode="serialization")
Quantity = Annotated[
    Decimal, BeforeValidator(exact), AfterValidator(_positive), _number_schema(exclusiveMinimum=0), _SHOWN
]
NotNegative = Annotated[
    Decimal, BeforeValidator(exact), AfterValidator(_not_negative), _number_schema(minimum=0), _SHOWN
]
Change = Annotated[Decimal, BeforeValidator(exact), AfterValidator(_not_zero), _number_schema(), _SHOWN]
Number = Annotated[Decimal, JsonSchema({"type": "number"})]
"""A decimal of ours, on its way out."""


def _whole(value: object) -> int:
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    number = exact(value) if not isinstance(value, int) or isinstance(value, bool) else value
    if number != int(number):
        raise PydanticCustomError("integer", "must be a whole number")
    return int(number)


def _digits(value: object) -> object:
    if isinstance(value, str) and not _INTEGER.fullmatch(value):
        raise PydanticCustomError("integer", "must be a whole number")
    return value


Priority = Annotated[int, Field(ge=-(2**31), le=2**31 - 1), BeforeValidator(_whole)]
Days = Annotated[int, Field(ge=0, le=1_000_000), BeforeValidator(_whole)]
Id = Annotated[int, Field(ge=1, le=2**63 - 1), BeforeValidator(_whole)]
Limit = Annotated[int, Field(ge=1, le=500), BeforeValidator(_digits)]
MaxResults = Annotated[int, Field(ge=0, le=10_000), BeforeValidator(_whole)]
Flag = StrictBool
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]+([Zz]|[+-][0-9]{2}:?[0-9]{2})", re.ASCII)


def _instant(value: object) -> object:
    if isinstance(value, datetime) or (isinstance(value, str) and _INSTANT.fullmatch(value)):
        return value
    raise PydanticCustomError("instant", "must be an instant like 2026-04-01T09:00:00Z")


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise PydanticCustomError("instant", "must lie in the years 1 to 9999") from error


Instant = Annotated[AwareDatetime, BeforeValidator(_instant), AfterValidator(_in_utc)]


def _day(value: object) -> object:
    if isinstance(value, str) and _DATE.fullmatch(value):
        return value
    if type(value) is date:
        return value
    raise PydanticCustomError("date", "must be a date like 2026-04-01")


Day = Annotated[date, BeforeValidator(_day)]


def _without(categories: frozenset[str], what: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if any(unicodedata.category(character) in categories for character in value):
            raise PydanticCustomError("characters", "must not contain " + what)
        return value

    return check


_no_control = _without(frozenset({"Cc", "Cs"}), "control characters")
Text = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_no_control)]


def _code(value: str) -> str:
    if "/" in value:
        raise PydanticCustomError("characters", "must not contain '/'")
    if value != value.strip():
        raise PydanticCustomError("characters", "must not begin or end with a blank")
    return value


ItemCode = Annotated[
    str, StringConstraints(min_length=1, max_length=64), AfterValidator(_no_control), AfterValidator(_code)
]
