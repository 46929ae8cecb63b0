"""What every command begins with: the settings, and the database they lead to."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import URL

    from hikiate.database import Database
    from hikiate.local.postgres import EmbeddedPostgres
    from hikiate.services.auditing import Actor
    from hikiate.settings import Settings

_PREFIX = "HIKIATE_"
_SECONDS_BETWEEN_LOOKS = 1


class Refused(Exception):
    """The command can't be done; the message says why and what to do."""


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        Refused: a variable of the environment has a value that can't be, or a name that is none of ours.
    """
    from pydantic import ValidationError

    from hikiate.settings import Settings

    known = [name.upper() for name in Settings.model_fields if name != "database_url"]
    for name in os.environ:
        if name.upper().startswith(_PREFIX) and name.upper().removeprefix(_PREFIX) not in known:
            near = get_close_matches(name.upper().removeprefix(_PREFIX), known, 1) or known
            wanted = ", ".join(_PREFIX + setting for setting in near)
            raise Refused(f"There is no setting {name}; unset it, or write {wanted}.")
    try:
        return Settings()
    except ValidationError as invalid:
        fault = invalid.errors()[0]
        name = _PREFIX + str(fault["loc"][0]).upper()
        message = fault["msg"].removeprefix("Value error, ").replace("Input should be", "it must be")
        raise Refused(f"The setting {name} can't be '{fault['input']}': {message}.") from invalid


def data_folder(settings: Settings) -> Path:
    """Return where the embedded PostgreSQL keeps its data."""
    from platformdirs import user_data_path

    return settings.data_dir or user_data_path("hikiate", appauthor=False)


def local_actor() -> Actor:
    """Return who a command acts as: whoever can start one is the same admin as on a server without an issuer."""
    from hikiate.services.auditing import Actor

    return Actor("local")


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Open the database for a command, which ends when the block does.

    An embedded one is nobody's but ours, so its schema is brought up to date; any other must have the current one.

    Raises:
        Refused: it can't be reached or used.
    """
    from hikiate.database import migrate_alone, require_current_schema

    with reach_database(settings) as database:
        if settings.database_url is None:
            database.transact(migrate_alone)
        else:
            database.read(require_current_schema)
        yield database


@contextmanager
def reach_database(settings: Settings) -> Iterator[Database]:
    """Open the database whatever its schema.

    Raises:
        Refused: it can't be reached, or it refused something.
    """
    from psycopg import Error
    from sqlalchemy.exc import DBAPIError

    from hikiate.database import WrongDatabase
    from hikiate.local.postgres import EmbeddedPostgresError

    _silence_logs()
    try:
        with _address(settings) as url:
            database = _connected(url)
            try:
                yield database
            finally:
                database.close()
    except (WrongDatabase, EmbeddedPostgresError) as error:
        raise Refused(str(error)) from error
    except (DBAPIError, Error) as error:
        raise Refused(f"PostgreSQL refused it: {_reason(error)}.") from error


def shown_address(url: URL) -> str:
    """Return a database's address as psql reads it, without what is nobody's business."""
    shown = url._replace(password=None).set(drivername="postgresql")
    return shown.difference_update_query([name for name in shown.query if "password" in name]).render_as_string()


def _silence_logs() -> None:
    """Keep log lines off the terminal: a command says what happened in its own words."""
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.basicConfig(handlers=[logging.NullHandler()])


@contextmanager
def _address(settings: Settings) -> Iterator[str]:
    if settings.database_url is not None:
        yield settings.database_url
        return
    from hikiate.cli import show
    from hikiate.local.postgres import EmbeddedPostgres

    server = EmbeddedPostgres(data_folder(settings))
    try:
        with show.waiting("Starting the database"):
            url = server.start()
        with _kept_running(server):
            yield url
    finally:
        server.stop()


@contextmanager
def _kept_running(server: EmbeddedPostgres) -> Iterator[None]:
    """Start the server again whenever it dies before the block ends."""
    import structlog

    log = structlog.get_logger(__name__)
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_SECONDS_BETWEEN_LOOKS):
            try:
                server.ensure_running()
            except Exception:
                log.exception("the database can't be started again")

    watcher = threading.Thread(target=watch, name="database watcher", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _connected(url: str) -> Database:
    """Return the database after one connection, so that what is wrong is told at once and precisely."""
    from psycopg import Error
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import DBAPIError

    from hikiate.database import Database

    try:
        database = Database(url)
    except ValueError as error:
        raise Refused(
            "DATABASE_URL has a port that is no number; write postgresql://user:password@host:5432/name."
        ) from error
    try:
        database.engine.connect().close()
    except (DBAPIError, Error) as error:
        database.close()
        raise Refused(
            f"The PostgreSQL at {shown_address(make_url(url))} can't be used ({_reason(error)}); "
            "check that it runs and that DATABASE_URL has the right address, user and password."
        ) from error
    return database


def _reason(error: Exception) -> str:
    """Return what PostgreSQL said, on one line; the error's own text would show the statement and the address."""
    said = str(getattr(error, "orig", error)).strip().splitlines() or ["no reason given"]
    return said[0].rpartition("failed: ")[2].removeprefix("FATAL:").strip()
