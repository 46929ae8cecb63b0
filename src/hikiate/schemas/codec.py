"""JSON in and out without a binary float: numbers are read as decimals and written as plain, shortest numbers."""

import json
from decimal import Decimal
from typing import Any, NoReturn

import msgspec
from pydantic import BaseModel

_encoder = msgspec.json.Encoder(decimal_format="number")


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
        return json.loads(text, parse_float=Decimal, parse_int=_whole, parse_constant=_refuse)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedJson(str(error)) from error


def _whole(digits: str) -> int | Decimal:
    # Python refuses to turn thousands of digits into an int; as a decimal the number is refused for its size later.
    return int(digits) if len(digits) < 1000 else Decimal(digits)


def encode(answer: BaseModel | dict[str, Any]) -> bytes:
    """Write JSON."""
    return _encoder.encode(answer.model_dump() if isinstance(answer, BaseModel) else answer)
