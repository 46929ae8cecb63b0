"""The PostgreSQL of a benchmark: databases that are loaded once and copied fresh for every run."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from bench.facts import check_facts
from hikiate.database import Database, migrate
from hikiate.local.postgres import EmbeddedPostgres

TEMPORARY = Path(tempfile.gettempdir())
_SMALL_BYTES = 32 * 2**20


class Server:
    """A PostgreSQL in which databases are made for the benchmarks and dropped again."""

    def __init__(self, url: str, folder: Path) -> None:
        """Work in the server at `url`, with room for files in `folder`."""
        self.url = url
        self.folder = folder
        self.postmaster = _postmaster(url)
        """The server's process; None when it is on another machine."""
        self._prefix = f"bench_{uuid4().hex[:8]}"
        self._made: set[str] = set()

    def template(self, name: str, load: Callable[[str], None]) -> str:
        """Return a database that `load` filled, given its URL; it is filled only once."""
        template = f"{self._prefix}_{name}"
        if template not in self._made:
            self._execute("CREATE DATABASE {}", template)
            self._made.add(template)
            load(self.address(template))
            # Otherwise the first to read the rows would do it, in the middle of what is measured.
            with psycopg.connect(self.address(template), autocommit=True) as connection:
                connection.execute("VACUUM (ANALYZE)")
        return template

    @contextmanager
    def copy(self, template: str) -> Iterator[str]:
        """Give the URL of a fresh copy of a template, and drop it at the end."""
        name = f"{template}_run"
        with psycopg.connect(self.url) as connection:
            [(size,)] = connection.execute("SELECT pg_database_size(%s)", (template,)).fetchall()
        # Through the log a small one is copied faster; a large one would leave a checkpoint to what is measured.
        strategy = "wal_log" if size < _SMALL_BYTES else "file_copy"
        self._execute(f"CREATE DATABASE {{}} TEMPLATE {{}} STRATEGY {strategy}", name, template)
        try:
            yield self.address(name)
        finally:
            self._execute("DROP DATABASE {} WITH (FORCE)", name)

    @contextmanager
    def checked_copy(self, template: str) -> Iterator[str]:
        """As `copy`, and check the three facts when the run is done.

        Raises:
            FactBroken: one of them does not hold.
        """
        with self.copy(template) as url:
            yield url
            check_facts(url)

    def address(self, name: str) -> str:
        """Return the URL of a database in the server."""
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def drop(self) -> None:
        """Drop what was made."""
        while self._made:
            self._execute("DROP DATABASE {} WITH (FORCE)", self._made.pop())

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _postmaster(url: str) -> int | None:
    with psycopg.connect(url) as connection:
        [(folder,)] = connection.execute("SHOW data_directory").fetchall()
    try:
        return int(Path(folder, "postmaster.pid").read_text().split()[0])
    except OSError:
        return None


@contextmanager
def running(url: str | None, parent: Path) -> Iterator[Server]:
    """Work in the server at `url`, or start one as the product does, with its data below `parent`."""
    # Not by tempfile, whose folders are closed to the user that PostgreSQL runs as for root.
    folder = parent / f"hikiate-bench-{uuid4().hex[:8]}"
    folder.mkdir()
    embedded = EmbeddedPostgres(folder)
    try:
        server = Server(url or embedded.start(), folder)
        try:
            yield server
        finally:
            server.drop()
    finally:
        embedded.stop()
        shutil.rmtree(folder)


def product(load: Callable[[Database], None]) -> Callable[[str], None]:
    """Return what fills a database of the product's: its tables first, then `load`."""

    def fill(url: str) -> None:
        database = Database(url)
        database.transact(migrate)
        load(database)
        database.close()

    return fill
