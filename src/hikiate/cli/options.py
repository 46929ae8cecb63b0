"""Options that several commands share."""

from enum import StrEnum
from typing import Annotated, TypeVar

import typer

from hikiate.domain.methods import Costing, Method, Scarcity

Name = TypeVar("Name", bound=StrEnum)


def _named(kind: type[Name], value: str) -> Name:
    try:
        return kind(value.upper())
    except ValueError as error:
        raise ValueError(f"there is no '{value}'; there are {', '.join(kind)}.") from error


def method_named(value: str) -> Method:
    """Read the name of a method, in capitals or not."""
    return _named(Method, value)


def _costing_named(value: str) -> Costing:
    return _named(Costing, value)


JsonOption = Annotated[bool, typer.Option("--json", metavar="", help="Print what the API would answer.")]
CostingOption = Annotated[
    Costing | None,
    typer.Option(
        "--costing",
        parser=_costing_named,
        metavar="NAME",
        show_default="the method's own",
        help=f"What a unit costs: {', '.join(Costing)}.",
    ),
]
OrderOption = Annotated[
    list[int] | None,
    typer.Option("--order", metavar="ID", show_default="all", help="Only this order. Repeat it for more."),
]
ItemOption = Annotated[
    list[str] | None,
    typer.Option("--item", metavar="CODE", show_default="all", help="Only lines of this item. Repeat it for more."),
]
DateOption = Annotated[
    str | None, typer.Option("--date", metavar="YYYY-MM-DD", show_default="today", help="Allocate as of this day.")
]
InboundOption = Annotated[
    bool, typer.Option("--include-inbound", metavar="", help="Also take lots that are yet to be received.")
]
LocationOption = Annotated[
    list[str] | None,
    typer.Option("--location", metavar="NAME", help="For LOCATION: take from here first. Repeat it, best first."),
]
ScarcityOption = Annotated[
    Scarcity, typer.Option("--scarcity", help="Who gets scarce stock: the first in line, or everybody a share.")
]
HoldOption = Annotated[
    str | None,
    typer.Option("--hold-until", metavar="TIME", help="Released by itself then, for example 2026-04-01T09:00:00Z."),
]
MaxResultsOption = Annotated[
    int | None, typer.Option("--max-results", metavar="N", help="How many results and shortages --json has at most.")
]
