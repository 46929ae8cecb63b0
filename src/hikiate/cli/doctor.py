"""Look for what could be wrong here."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, NamedTuple

import typer

from hikiate.cli import show
from hikiate.cli.options import JsonOption
from hikiate.cli.session import (
    Refused,
    data_folder,
    load_settings,
    reach_database,
    shown_address,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hikiate.database import Database
    from hikiate.settings import Settings

_OLDEST_POSTGRESQL = 15
_MOST_SECONDS_APART = 2
_LEAST_FREE_BYTES = 1 << 30


class Check(NamedTuple):
    """One thing looked at."""

    name: str
    ok: bool
    found: str
    remedy: str = ""


def doctor(json: JsonOption = False) -> None:
    """Look for what is wrong here, and say what to do."""
    with show.waiting("Looking"):
        checks = list(_checks())
    if json:
        show.json({"checks": [check._asdict() for check in checks]})
    else:
        for check in checks:
            show.say(f"{'✓' if check.ok else '✗'} {check.name:<13} {check.found}")
            if not check.ok and check.remedy:
                show.say(f"  {'':<13} {check.remedy}")
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def _checks() -> Iterator[Check]:
    yield Check("Python", True, platform.python_version())
    try:
        settings = load_settings()
    except Refused as refused:
        yield Check("Settings", False, str(refused))
        return
    yield Check("Settings", True, "valid")
    yield Check("Time zone", True, f"{settings.time_zone}, where today is {settings.today()}")
    if settings.database_url is None:
        yield from _folder_checks(settings)
    from hikiate.database import migrate_alone

    try:
        with reach_database(settings) as database:
            if settings.database_url is None:
                database.transact(migrate_alone)
            yield from _database_checks(database)
    except Refused as refused:
        yield Check("Database", False, str(refused))


def _folder_checks(settings: Settings) -> Iterator[Check]:
    folder = data_folder(settings)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield Check("Data folder", False, f"{folder}: {error.strerror}", "Choose another folder with HIKIATE_DATA_DIR.")
        return
    yield Check("Data folder", True, str(folder))
    free = shutil.disk_usage(folder).free
    yield Check("Free disk", free >= _LEAST_FREE_BYTES, f"{free / 2**30:,.1f} GiB", "Make room on the disk.")


def _database_checks(database: Database) -> Iterator[Check]:
    from hikiate.database import WrongDatabase, require_current_schema
    from hikiate.services.verifying import verify

    yield from database.read(_server_checks)
    try:
        database.read(require_current_schema)
    except WrongDatabase as wrong:
        yield Check("Schema", False, str(wrong))
        return
    yield Check("Schema", True, "current")
    found = verify(database)
    wrong_balances = len(found.oversold) + len(found.differences)
    yield Check(
        "Balances",
        found.is_clean,
        "all agree with the records" if found.is_clean else f"{wrong_balances:,} differ from the records",
        "See them with `hikiate verify`.",
    )


def _server_checks(connection: Connection) -> list[Check]:
    def show_setting(name: str) -> str:
        return str(connection.exec_driver_sql(f"SHOW {name}").scalar_one())

    before = datetime.now(UTC)
    theirs: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    # What lies between the question and the answer is no difference.
    apart = max((before - theirs).total_seconds(), (theirs - datetime.now(UTC)).total_seconds(), 0.0)
    address = shown_address(connection.engine.url)
    major = int(show_setting("server_version_num")) // 10_000
    unsafe = [name for name in ("fsync", "synchronous_commit") if show_setting(name) == "off"]
    return [
        Check(
            "PostgreSQL",
            major >= _OLDEST_POSTGRESQL,
            show_setting("server_version"),
            f"Use PostgreSQL {_OLDEST_POSTGRESQL} or later.",
        ),
        Check("Address", True, f"psql '{address}'"),
        Check(
            "Durability",
            not unsafe,
            f"{' and '.join(unsafe)} off" if unsafe else "fsync and synchronous_commit are on",
            "What was acknowledged could be lost with the power: switch them on in the server's configuration.",
        ),
        Check(
            "Clocks",
            apart < _MOST_SECONDS_APART,
            f"{apart:.1f} s apart",
            "Let both machines set their clocks by NTP.",
        ),
    ]
