"""Plain logs, and servers with other settings or another database than the session's."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
import structlog
from serving import Serve, serving

from hikiate.database import Database
from hikiate.settings import Settings


@pytest.fixture(scope="session", autouse=True)
def _logs() -> None:
    """Log a line of JSON an event: the default draws each traceback with all its variables, which takes seconds."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ]
    )


@pytest.fixture
def serve(database: Database) -> Iterator[Serve]:
    """Start a server with these settings, on the test's database or another, and return a client of it."""
    with ExitStack() as servers:

        def start(on: Database | None = None, **settings: Any) -> httpx.Client:
            return servers.enter_context(serving(on or database, Settings(database_url=None, **settings)))

        yield start
