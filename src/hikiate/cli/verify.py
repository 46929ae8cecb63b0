"""Check balances against the records."""

from __future__ import annotations

from typing import Annotated

import typer

from hikiate.cli import show
from hikiate.cli.options import JsonOption
from hikiate.cli.session import load_settings, local_actor, open_database


def verify(
    repair: Annotated[
        bool,
        typer.Option("--repair", metavar="", help="Set right what differs, and record it. An oversold lot is left."),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Recompute every balance and name each that differs."""
    from hikiate.services import verifying

    settings = load_settings()
    with open_database(settings) as database, show.progress("Verifying") as advance:
        if repair:
            found = verifying.repair(database, settings, local_actor().name, lambda done, total: advance(done / total))
            left = found if found.is_clean else verifying.verify(database)
        else:
            left = found = verifying.verify(database)
    if json:
        show.json(found)
    elif found.is_clean:
        show.say("Every balance agrees with the records.")
    else:
        show.differences(found)
        show.say()
        show.say(_verdict(repaired=repair, left=len(left.differences), oversold=len(left.oversold)))
    if not left.is_clean:
        raise typer.Exit(1)


def _verdict(*, repaired: bool, left: int, oversold: int) -> str:
    parts = []
    if left:
        parts.append(
            f"Still wrong: {show.count(left, 'balance')}."
            if repaired
            else f"Wrong: {show.count(left, 'balance')}; `hikiate verify --repair` sets right what can be."
        )
    if oversold:
        parts.append(
            f"Oversold: {show.count(oversold, 'lot')} with more allocated than is on hand; "
            "release some of it, or count and adjust."
        )
    return " ".join(parts) or "All of these were set right; the audit has each."
