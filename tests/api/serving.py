"""A real server with settings and a database of one's own choice."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import uvicorn

from hikiate.api.app import create_app
from hikiate.database import Database
from hikiate.settings import Settings

Serve = Callable[..., httpx.Client]


class _Server(uvicorn.Server):
    def install_signal_handlers(self) -> None:
        """Leave them: it runs in a thread."""


@contextmanager
def serving(database: Database, settings: Settings) -> Iterator[httpx.Client]:
    """Serve until the end of the block; its value is a client."""
    app = create_app(database, settings)
    server = _Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
        assert thread.is_alive(), "the server did not start"
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        yield client
    server.should_exit = True
    thread.join(10)
