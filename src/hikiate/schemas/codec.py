"""JSON in and out without a binary float: numbers are read as decimals and written as plain, shortest numbers."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

import msgspec
from pydantic import BaseModel


class MalformedJson(ValueError):
    """The text is not JSON."""


def _refuse(constant: str) -> NoReturn:
    raise MalformedJson(f"{constant} is not a JSON number")


def decode(text: bytes | str) -> Any:
    """Read JSON; numbers with a fraction or an exponent become decimals.

    Raises:
        MalformedJson: it isn't JSON, not UTF-8, or nested too deeply.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        return json.loads(text, parse_float=_decimal, parse_int=_whole, parse_constant=_refuse)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedJson(str(error)) from error


def _decimal(number: str) -> Decimal:
    try:
        return Decimal(number)
    except InvalidOperation:
        # An exponent of twenty digits: the field that carries it says that it must be finite.
        return Decimal("Infinity")


def _whole(digits: str) -> int | Decimal:
    # Python refuses to turn thousands of digits into an int; as a decimal the number is refused for its size later.
    return int(digits) if len(digits) < 1000 else Decimal(digits)


def _fields(value: Any) -> dict[str, Any]:
    if isinstance(value, BaseModel):
        return vars(value)
    raise TypeError(f"nobody knows how to write {type(value).__name__} as JSON")


# Fields are written where they are: dumping a model first would take longer than writing it.
_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=_fields)


def encode(answer: BaseModel | dict[str, Any]) -> bytes:
    """Write JSON; what no encoding has, since a caller sent half a character, becomes a question mark."""
    try:
        return _encoder.encode(answer)
    except UnicodeEncodeError:
        return _encoder.encode(encodable(answer))


def encodable(value: Any) -> Any:
    """Return the value with a question mark for each half of a character in its texts."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode("utf-8")
        case dict():
            return {encodable(name): encodable(part) for name, part in value.items()}
        case list() | tuple():
            return [encodable(part) for part in value]
        case BaseModel():
            return encodable(vars(value))
    return value
