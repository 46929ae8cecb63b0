"""Serve the API from this machine."""

from __future__ import annotations

import errno
import gc
import os
import signal
import socket
from collections.abc import Callable
from ipaddress import ip_address
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn

from hikiate.settings import Settings

if TYPE_CHECKING:
    from hikiate.database import Database

_BACKLOG = 2048
_SECONDS_TO_FINISH = 30
_MOST_NEW_OBJECTS = 20_000
"""Objects made and kept, beyond those let go, before those are looked through for cycles."""


class CannotListen(Exception):
    """The address can't be served at; the message says why and what to do."""


def listen(host: str, port: int, settings: Settings) -> socket.socket:
    """Take an address, so that nothing slow begins in vain; port 0 takes any free one.

    Raises:
        CannotListen: it is in use, forbidden, none of this machine, or open to others while nobody's token is checked.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CannotListen(f"There is no address {host}; use --host 127.0.0.1.") from error
    # A name may stand for an address of each kind; the old kind is what most programs try.
    family, _, _, _, address = min(found, key=lambda entry: entry[0] is not socket.AF_INET)
    if not may_listen(str(address[0]), settings):
        raise CannotListen(
            f"Without HIKIATE_ISSUER nobody's token is checked, and {host} would let anybody in; "
            "set it, or serve on 127.0.0.1."
        )
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        reason = {errno.EADDRINUSE: "is in use", errno.EACCES: "is the administrator's"}.get(error.errno or 0)
        if reason is None:
            raise CannotListen(f"{host} is no address of this machine; use --host 127.0.0.1.") from error
        raise CannotListen(f"Port {port} {reason}; choose another with --port, or 0 for any free one.") from error
    return listener


def may_listen(address: str, settings: Settings) -> bool:
    """Tell whether an address may be served at: without an issuer every caller is an admin, so only this machine's."""
    return settings.issuer is not None or ip_address(address.partition("%")[0]).is_loopback


def serve(database: Database, settings: Settings, listener: socket.socket, announce: Callable[[str], None]) -> None:
    """Serve and work until a signal ends it; requests under way are answered first. `announce` is given the URL."""
    # Only now, since they take a second to load, and whoever can't listen is told at once.
    from hikiate.api import console
    from hikiate.api.app import create_app
    from hikiate.local.metrics import instrument
    from hikiate.local.worker import Worker

    host, port = listener.getsockname()[:2]
    url = f"http://[{host}]:{port}" if listener.family is socket.AF_INET6 else f"http://{host}:{port}"
    app = create_app(database, settings)
    console.install(app, settings)
    instrument(app)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
    )
    spare_collections()
    worker = Worker(database, settings)
    worker.start()
    try:
        _Server(config, lambda: announce(url)).run([listener])
    finally:
        worker.stop()


def spare_collections() -> None:
    """Keep the collector of cycles from what is loaded by now, which stays, and let it come less often to the rest.

    Walking all again and again would cost a tenth of the time, and long pauses; requests leave hardly any cycles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_MOST_NEW_OBJECTS)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # Not uvicorn's own: that raises the signal again in the end, and the process would end by it, not with 0.
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True
