"""Serve the API, and bring the database's schema up or down."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from hikiate.cli import show
from hikiate.cli.session import (
    Refused,
    data_folder,
    load_settings,
    open_database,
    reach_database,
    shown_address,
)

if TYPE_CHECKING:
    from hikiate.settings import Settings


def serve(
    host: Annotated[str, typer.Option("--host", help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes any free one.")] = 8000,
) -> None:
    """Serve the API until it is stopped."""
    from hikiate import logs
    from hikiate.local import server

    settings = load_settings()
    try:
        listener = server.listen(host, port, settings)
    except server.CannotListen as error:
        raise Refused(str(error)) from error
    with listener, open_database(settings) as database:
        logs.configure(for_people=sys.stderr.isatty())
        server.serve(database, settings, listener, lambda url: _announce(url, settings))


def _announce(url: str, settings: Settings) -> None:
    from importlib.metadata import version

    from sqlalchemy.engine import make_url

    data = (
        f"{data_folder(settings)}, with a PostgreSQL of its own"
        if settings.database_url is None
        else shown_address(make_url(settings.database_url))
    )
    access = (
        "open: whoever asks from this machine is the admin `local`"
        if settings.issuer is None
        else f"tokens of {settings.issuer}"
    )
    show.say(f"hikiate {version('hikiate')} serves at {url}")
    show.say()
    for name, value in (("Docs", f"{url}/docs"), ("Access", access), ("Data", data), ("Stop", "Ctrl-C")):
        show.say(f"  {name:<7} {value}")
    show.say()
    sys.stdout.flush()


def migrate(
    to: Annotated[
        str,
        typer.Option(
            "--to", metavar="REVISION", help="An older schema drops what came after it; base drops everything."
        ),
    ] = "head",
) -> None:
    """Bring the database's schema up to date."""
    from alembic.util import CommandError

    from hikiate.database import migrate_alone, revision_of

    settings = load_settings()
    with reach_database(settings) as database, show.waiting("Migrating"):
        before = database.read(revision_of)
        try:
            database.transact(partial(migrate_alone, revision=to))
        except CommandError as error:
            raise typer.BadParameter(f"there is no schema '{to}'.", param_hint="'--to'") from error
        after = database.read(revision_of)
    schema = f"schema {after}" if after else "no schema"
    show.say(f"The database has {schema} already." if before == after else f"The database has {schema} now.")
