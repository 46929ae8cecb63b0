"""A real PostgreSQL for the session, a migrated database a worker, a real HTTP server, and the three facts."""

import os
import platform
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import uvicorn
from _pytest.junitxml import xml_key
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from emptying import empty
from facts import check_facts
from hikiate.api.app import create_app
from hikiate.database import Database, migrate
from hikiate.local.postgres import EmbeddedPostgres
from hikiate.settings import Settings


def _temporary(name: str) -> Path:
    # Not below pytest's own folder: another session closes that to every other user, the server's among them.
    return Path(tempfile.gettempdir()) / f"hikiate-tests-{name}"


# A shell that starts the tests in the background has Ctrl-C ignored, and every program they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Say in the JUnit report what was tested. The public fixture for that does nothing under several workers."""
    if report := session.config.stash.get(xml_key, None):
        report.add_global_property("version", version("hikiate"))
        report.add_global_property("python", platform.python_version())
        report.add_global_property("platform", platform.platform())
        for name in ("CODEBUILD_RESOLVED_SOURCE_VERSION", "GIT_COMMIT"):
            if commit := os.environ.get(name):
                report.add_global_property("commit", commit)


@pytest.fixture(scope="session")
def postgres_url(testrun_uid: str) -> Iterator[str]:
    """The URL of a server that all workers of the session share."""
    folder = _temporary(testrun_uid)
    server = EmbeddedPostgres(folder)
    yield server.start()
    server.stop()
    # The last worker to leave stops the server; only then are its files nobody's.
    if not (folder / "postgres" / "postmaster.pid").exists():
        shutil.rmtree(folder)


@pytest.fixture
def server_folder() -> Iterator[Path]:
    """A data folder of a test's own, for a server that it may kill."""
    folder = _temporary(uuid4().hex)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def module_folder() -> Iterator[Path]:
    """A folder that a module's tests share, for the data of servers."""
    folder = _temporary(uuid4().hex)
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def database_url(postgres_url: str, worker_id: str) -> str:
    """The URL of this worker's own database, migrated."""
    name = f"tests_{worker_id}"
    url = make_url(postgres_url).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 LOCALE 'C' ENCODING 'UTF8'"))
    engine.dispose()
    own = url.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
    migrating = Database(own)
    migrating.transact(migrate)
    migrating.close()
    return own


@pytest.fixture(scope="session")
def shared_database(database_url: str) -> Iterator[Database]:
    """One pool of connections for all tests of the worker."""
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def database(shared_database: Database) -> Iterator[Database]:
    """An empty, migrated database; the three facts are checked when the test is done."""
    empty(shared_database)
    yield shared_database
    check_facts(shared_database)


@pytest.fixture
def settings() -> Settings:
    """The settings of the server under test."""
    return Settings(database_url=None)


class _Server(uvicorn.Server):
    """A server in a thread, which must leave the process's signals alone."""

    def install_signal_handlers(self) -> None:
        """Leave them."""


@pytest.fixture(scope="session")
def base_url(shared_database: Database) -> Iterator[str]:
    """The address of a real server on this worker's database."""
    app = create_app(shared_database, Settings(database_url=None))
    server = _Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
        assert thread.is_alive(), "the server did not start"
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def client(database: Database, base_url: str) -> Iterator[httpx.Client]:
    """A client of the server, on an empty database."""
    with httpx.Client(base_url=base_url, timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Real orders and stock, which are not part of the product."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the folder of real data is not beside this checkout")
    return folder
