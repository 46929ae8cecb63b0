"""A demonstration for whoever sees hikiate for the first time."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from hikiate.cli import show
from hikiate.cli.options import JsonOption
from hikiate.cli.session import load_settings, local_actor, open_database


def demo(
    seed: Annotated[int, typer.Option("--seed", help="Another number makes another sample.")] = 1,
    json: JsonOption = False,
) -> None:
    """Show it on a sample: load, compare, allocate.

    The database must be empty, or hold the sample already.
    """
    from hikiate.local.demo import METHOD, demonstrate

    settings = load_settings()
    started = time.monotonic()
    with open_database(settings) as database, show.waiting("Loading the sample") as tell:
        made = demonstrate(database, settings, local_actor(), seed, tell)
    seconds = time.monotonic() - started
    if json:
        methods = [run.model_dump() for run in made.methods]
        show.json(made._asdict() | {"methods": methods, "run": made.run.model_dump()})
        return
    run, places = made.run, settings.currency_places
    if made.loaded:
        show.say(
            f"Sample {seed}, of a wholesaler: {show.number(made.inventories)} lots, {show.number(made.orders)} orders, "
            f"{show.number(made.lines)} order lines."
        )
        show.say()
        show.say("What the same orders would get, and cost, by each method:")
        show.say()
        show.comparison(made.methods, places)
        show.say()
    else:
        show.say(f"Sample {seed} is loaded already, so only what is open was allocated.")
    show.say(
        f"Run {run.id}, by {METHOD}: {show.percent(run.fill_rate)} of {show.number(run.requested_quantity)} units, "
        f"for {show.amount(run.allocated_price, places)}."
    )
    show.say(f"All this took {seconds:.1f} seconds.")
    show.say()
    show.say("Go on with:")
    show.say()
    for step in (
        "hikiate serve",
        "python3 -m webbrowser http://127.0.0.1:8000/docs",
        f"curl 'http://127.0.0.1:8000/allocation-runs/{run.id}/shortages?limit=3'",
    ):
        show.say(f"  {step}")
