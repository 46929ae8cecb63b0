"""Servers with settings of a test's own, on the worker's database."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest
import uvicorn
from issuer import Issuer, guarded_by
from life import Serve

from hikiate.api.app import create_app
from hikiate.database import Database
from hikiate.local.metrics import instrument
from hikiate.settings import Settings


class _Server(uvicorn.Server):
    """A server in a thread, which must leave the process's signals alone."""

    def install_signal_handlers(self) -> None:
        """Leave them."""


@contextmanager
def _serving(database: Database, settings: Settings) -> Iterator[httpx.Client]:
    app = create_app(database, settings)
    instrument(app)
    server = _Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
        assert thread.is_alive(), "the server did not start"
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        yield client
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def serve(database: Database) -> Iterator[Serve]:
    """Start a server with such settings, and return a client of it; it stops with the test."""
    with ExitStack() as servers:
        yield lambda settings: servers.enter_context(_serving(database, settings))


@pytest.fixture(scope="session")
def issuer() -> Iterator[Issuer]:
    """An OIDC issuer, which publishes its keys over HTTP."""
    issuer = Issuer()
    yield issuer
    issuer.stop()


@pytest.fixture(scope="session")
def _guarded_url(shared_database: Database, issuer: Issuer) -> Iterator[httpx.URL]:
    with _serving(shared_database, guarded_by(issuer)) as client:
        yield client.base_url


@pytest.fixture
def guarded(_guarded_url: httpx.URL) -> Iterator[httpx.Client]:
    """A client without a token of a server that checks the issuer's; who changes something asks for `database` too."""
    with httpx.Client(base_url=_guarded_url, timeout=30) as client:
        yield client
