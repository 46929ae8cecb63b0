import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psutil
import psycopg
import pytest

from hikiate.local import postgres
from hikiate.local.postgres import EmbeddedPostgres, EmbeddedPostgresError

USER = """
import sys
from pathlib import Path
from hikiate.local.postgres import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1])) as url:
    print(url, flush=True)
    sys.stdin.read()
"""
WRITER = """
import sys
import psycopg
with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    for id in range(10**9):
        connection.execute("INSERT INTO acknowledged VALUES (%s)", [id])
        print(id, flush=True)
"""

Run = Callable[[str, str | Path], subprocess.Popen[str]]


@pytest.fixture
def run() -> Iterator[Run]:
    """Run a script in a process of its own, which does not outlive the test."""
    programs: list[subprocess.Popen[str]] = []

    def run(script: str, argument: str | Path) -> subprocess.Popen[str]:
        program = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", script, str(argument)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        programs.append(program)
        return program

    yield run
    for program in programs:
        program.kill()
        program.communicate()


@pytest.fixture
def place() -> Iterator[Path]:
    """Give a place that every user can pass through; the beginning of a second pytest closes pytest's own to others."""
    with tempfile.TemporaryDirectory() as place:
        yield Path(place).resolve()


@pytest.fixture
def folder(place: Path, run: Run) -> Iterator[Path]:
    """Give a data folder whose server does not outlive the test, even when the test fails."""
    folder = place / "data"
    yield folder
    if (folder / "postgres" / "postmaster.pid").exists():
        with EmbeddedPostgres(folder):
            pass


def ask(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query)
        return cursor.fetchall() if cursor.description else []


def server(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)
    wait_until(lambda: not psutil.pid_exists(process) or psutil.Process(process).status() == psutil.STATUS_ZOMBIE)


def first_line(program: subprocess.Popen[str]) -> str:
    assert program.stdout is not None
    return program.stdout.readline().strip()


def leave(program: subprocess.Popen[str]) -> None:
    _, errors = program.communicate()
    assert (program.returncode, errors) == (0, "")


def test_a_fresh_folder_gets_a_database_that_answers(folder: Path) -> None:
    embedded = EmbeddedPostgres(folder)
    with embedded as url:
        assert url == embedded.url == f"postgresql://postgres@/hikiate?host={folder}/postgres&port=5432"
        settings = "SELECT current_setting('fsync'), current_setting('synchronous_commit'), current_setting('TimeZone')"
        assert ask(url, settings) == [("on", "on", "UTC")]
        assert ask(url, "SELECT current_database(), current_setting('server_encoding')") == [("hikiate", "UTF8")]
        words = "SELECT string_agg(word, '' ORDER BY word) FROM unnest('{a,B,引,あ,É}'::text[]) AS word"
        assert ask(url, words) == [("BaÉあ引",)]
        assert os.stat(folder / "postgres").st_mode & 0o777 == 0o700
    assert embedded.url == ""


def test_the_address_is_not_bent_by_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "6543")
    monkeypatch.setenv("PGDATA", "/nowhere")
    with EmbeddedPostgres(folder) as url:
        assert ask(url, "SELECT 1") == [(1,)]


def test_two_programs_share_one_server_and_the_last_to_leave_stops_it(folder: Path, run: Run) -> None:
    first, second = run(USER, folder), run(USER, folder)
    url = first_line(first)
    assert first_line(second) == url
    process = server(folder)
    leave(first)
    assert server(folder) == process
    assert ask(url, "SELECT 1") == [(1,)]
    leave(second)
    assert not (folder / "postgres" / "postmaster.pid").exists()
    with pytest.raises(psycopg.OperationalError):
        ask(url, "SELECT 1")


def test_two_users_in_one_program_share_one_server(folder: Path) -> None:
    with EmbeddedPostgres(folder) as url:
        with EmbeddedPostgres(folder) as other:
            assert other == url
        assert ask(url, "SELECT 1") == [(1,)]


def test_the_server_of_a_killed_program_is_taken_over_and_finally_stopped(folder: Path, run: Run) -> None:
    killed = run(USER, folder)
    ask(first_line(killed), "CREATE TABLE kept AS SELECT 42 AS answer")
    process = server(folder)
    kill(killed.pid)
    with EmbeddedPostgres(folder) as url:
        assert server(folder) == process
        assert ask(url, "SELECT answer FROM kept") == [(42,)]
    assert not (folder / "postgres" / "postmaster.pid").exists()


def test_every_acknowledged_row_survives_a_killed_server(folder: Path, run: Run) -> None:
    killed = run(USER, folder)
    url = first_line(killed)
    ask(url, "CREATE TABLE acknowledged (id bigint PRIMARY KEY)")
    writer = run(WRITER, url)
    acknowledged = [int(first_line(writer)) for _ in range(200)]
    kill(server(folder))
    kill(killed.pid)
    acknowledged += map(int, writer.communicate()[0].split())
    with EmbeddedPostgres(folder) as url:
        stored = {id for (id,) in ask(url, "SELECT id FROM acknowledged")}
    assert set(acknowledged) <= stored


def test_a_killed_server_is_revived_at_the_same_address(folder: Path) -> None:
    embedded = EmbeddedPostgres(folder)
    with embedded as url:
        process = server(folder)
        embedded.ensure_running()
        assert server(folder) == process
        kill(process)
        embedded.ensure_running()
        assert server(folder) != process
        assert embedded.url == url
        assert ask(url, "SELECT 1") == [(1,)]
    embedded.ensure_running()
    assert not (folder / "postgres" / "postmaster.pid").exists()


def test_no_server_starts_beside_the_processes_of_a_killed_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_ORPHAN_SECONDS", 0.1)
    embedded = EmbeddedPostgres(folder)
    with embedded as url, psycopg.connect(url) as connection:
        orphan = connection.info.backend_pid
        os.kill(orphan, signal.SIGSTOP)
        kill(server(folder))
        with pytest.raises(EmbeddedPostgresError, match="processes of an earlier server"):
            embedded.ensure_running()
        kill(orphan)
        monkeypatch.undo()
        embedded.ensure_running()
        assert ask(url, "SELECT 1") == [(1,)]


def test_a_stale_process_number_that_is_in_use_again_does_not_hinder(folder: Path) -> None:
    with EmbeddedPostgres(folder):
        pass
    (folder / "postgres" / "postmaster.pid").write_text(f"{os.getppid()}\n{folder}/postgres\n1\n5432\n\n\n1 1\nready\n")
    with EmbeddedPostgres(folder) as url:
        assert ask(url, "SELECT 1") == [(1,)]


def test_an_interrupt_from_the_terminal_does_not_reach_the_server(folder: Path, run: Run) -> None:
    interrupted = run(USER, folder)
    url = first_line(interrupted)
    with EmbeddedPostgres(folder):
        process = server(folder)
        os.killpg(interrupted.pid, signal.SIGINT)
        assert "KeyboardInterrupt" in interrupted.communicate()[1]
        assert server(folder) == process
        assert ask(url, "SELECT 1") == [(1,)]


def test_a_creation_killed_half_way_is_repaired(folder: Path, run: Run) -> None:
    program = run(USER, folder)
    wait_until(lambda: list(folder.glob("postgres.new-*/base")))
    os.kill(program.pid, signal.SIGSTOP)
    children = psutil.Process(program.pid).children(recursive=True)
    for process in (program, *children):
        process.kill()
    psutil.wait_procs(children, timeout=20)
    assert not (folder / "postgres").exists()
    with EmbeddedPostgres(folder) as url:
        assert ask(url, "SELECT 1") == [(1,)]
        assert not list(folder.glob("postgres.new-*"))


@pytest.mark.parametrize("name", ["long" * 50, "引当 $HOME, it's `a`:\\b"])
def test_any_folder_name_works(place: Path, name: str) -> None:
    with EmbeddedPostgres(place / name) as url:
        assert ask(url, "SELECT current_setting('data_directory')") == [(str(place / name / "postgres"),)]
        sockets = Path(parse_qs(urlsplit(url).query)["host"][0])
        assert sockets.stat().st_mode & 0o777 == 0o700
    sockets.rmdir()


def test_data_of_another_major_version_are_refused_with_a_sentence(folder: Path) -> None:
    (folder / "postgres").mkdir(parents=True)
    (folder / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedPostgresError) as refusal:
        EmbeddedPostgres(folder).start()
    assert str(refusal.value) == (
        f"The database in {folder} cannot run (its data are of PostgreSQL 17, this is 18): "
        "choose another folder, or set DATABASE_URL to a PostgreSQL 17 with these data."
    )


def test_a_folder_that_cannot_be_written_is_refused_with_a_sentence(place: Path) -> None:
    (place / "file").touch()
    with pytest.raises(EmbeddedPostgresError) as refusal:
        EmbeddedPostgres(place / "file" / "child").start()
    assert str(refusal.value) == (
        f"The database in {place}/file/child cannot run (Not a directory): "
        "give it room and access, or choose another folder."
    )


def test_a_start_that_fails_is_explained_by_the_log(folder: Path) -> None:
    with EmbeddedPostgres(folder):
        pass
    (folder / "postgres" / "pg_hba.conf").unlink()
    with pytest.raises(EmbeddedPostgresError) as failure:
        EmbeddedPostgres(folder).start()
    assert str(failure.value) == (
        f"The database in {folder} cannot run (could not load {folder}/postgres/pg_hba.conf): "
        f"put that right and start again, its log is {folder}/postgres.log."
    )


def test_a_missing_package_is_explained(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise postgres.PackageNotFoundError(name)

    monkeypatch.setattr(postgres, "distribution", missing)
    with pytest.raises(EmbeddedPostgresError, match="set DATABASE_URL"):
        EmbeddedPostgres(folder).start()
