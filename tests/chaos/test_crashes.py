"""Programs and servers killed in the middle of a run of 100,000 lines: the three facts hold, and it can be finished."""

import io
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url

from facts import check_facts
from hikiate.database import Database, migrate
from hikiate.domain.states import RunStatus
from hikiate.local.postgres import EmbeddedPostgres
from hikiate.repository import runs
from hikiate.schemas import ImportKind, OnError
from hikiate.services.auditing import Actor
from hikiate.services.files import FileFormat
from hikiate.services.importing import import_file
from hikiate.services.working import finish_run
from hikiate.settings import Settings

LINES = 100_000
ITEMS = 2_000
KILLS = 10
# From before the first chunk to about the end of an undisturbed run.
KILL_SECONDS = (0.05, 2.5)


@pytest.fixture
def server(server_folder: Path) -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL of this test's own, to be killed."""
    embedded = EmbeddedPostgres(server_folder)
    embedded.start()
    yield embedded
    embedded.stop()


def _load(url: str) -> None:
    chance = random.Random(7)
    lots = ["item_code,quantity,receipt_date,unit_price"]
    for item in range(ITEMS):
        lots += [f"I{item},{chance.randint(20, 60)},2026-01-{day:02},{chance.randint(1, 900)}.25" for day in (1, 2, 3)]
    orders = ["reference,item_code,quantity,fulfilment"]
    for line in range(LINES):
        kind = "complete" if line // 3 % 5 == 0 else "partial"
        orders.append(f"O{line // 3},I{chance.randrange(ITEMS)},{chance.randint(1, 3)},{kind}")
    database = Database(url)
    database.transact(migrate)
    for kind, rows in ((ImportKind.INVENTORIES, lots), (ImportKind.ORDERS, orders)):
        _import(database, kind, "\n".join(rows).encode())
    database.close()


def _import(database: Database, kind: ImportKind, rows: bytes) -> None:
    def work(connection: Connection) -> None:
        outcome = import_file(
            connection,
            Settings(database_url=None),
            Actor("test"),
            kind,
            io.BytesIO(rows),
            FileFormat.CSV,
            OnError.REFUSE,
            dry_run=False,
        )
        assert not outcome.refused

    database.transact(work)


def _start(url: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "long_run.py"), url],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begin\n"
    return process


def _copy(server: EmbeddedPostgres) -> str:
    """Make a fresh copy of the loaded database and return its URL: each run has all its work before it."""
    engine = create_engine(
        make_url(server.url).set(drivername="postgresql+psycopg", database="postgres"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS copy WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE copy TEMPLATE hikiate STRATEGY FILE_COPY"))
    engine.dispose()
    return make_url(server.url).set(database="copy").render_as_string(hide_password=False)


def _allocated(connection: Connection) -> int:
    return int(connection.execute(text("SELECT coalesce(sum(quantity), 0) FROM allocation_results")).scalar_one())


def _unfinished(connection: Connection) -> list[int]:
    return runs.waiting(connection, abandoned_after_seconds=0)


def _check_and_finish(url: str, expected: int) -> None:
    database = Database(url)
    check_facts(database)
    for run_id in database.read(_unfinished):
        finish_run(database, Settings(database_url=None), run_id)
        run = database.read(lambda connection, run_id=run_id: runs.get(connection, run_id))
        assert run is not None
        assert run.status is RunStatus.COMPLETED
        assert database.read(_allocated) == expected
    check_facts(database)
    database.close()


def _expected(url: str) -> int:
    """Return what an undisturbed run allocates."""
    process = _start(url)
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0, output
    database = Database(url)
    expected = database.read(_allocated)
    database.close()
    assert expected > 0
    return expected


def test_a_run_survives_its_program_being_killed(server: EmbeddedPostgres) -> None:
    """Ten times, at random moments; then another worker finishes it to what an undisturbed run gives."""
    _load(server.url)
    expected = _expected(_copy(server))
    chance = random.Random(1)
    for _ in range(KILLS):
        url = _copy(server)
        process = _start(url)
        with_kill = threading.Timer(chance.uniform(*KILL_SECONDS), process.kill)
        with_kill.start()
        process.communicate(timeout=120)
        with_kill.cancel()
        _check_and_finish(url, expected)


def test_a_run_survives_its_database_being_killed(server: EmbeddedPostgres, server_folder: Path) -> None:
    """Ten times, at random moments; the next start recovers and nothing committed is lost."""
    _load(server.url)
    expected = _expected(_copy(server))
    chance = random.Random(2)
    for _ in range(KILLS):
        url = _copy(server)
        process = _start(url)
        postmaster = int((server_folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        timer = threading.Timer(chance.uniform(*KILL_SECONDS), os.kill, (postmaster, signal.SIGKILL))
        timer.start()
        process.communicate(timeout=120)
        timer.join()
        server.ensure_running()
        _check_and_finish(url, expected)
