"""`hikiate serve` in a process of its own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = str(Path(sys.executable).with_name("hikiate"))
SECONDS = 120


class WebServer:
    """A server that can be killed and come back at the same address."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("HIKIATE_")}
        inherited.pop("DATABASE_URL", None)
        self._environment = inherited | environment
        self._log = folder / "serve.log"
        self.port = 0
        self.url = ""
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve; again on the port it had before."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [PROGRAM, "serve", "--port", str(self.port)], env=self._environment, stdout=subprocess.PIPE, stderr=log
            )
        assert self._process.stdout is not None
        first = self._process.stdout.readline().decode()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", first)
        assert found, first + self._log.read_text()
        self.port, self.url = int(found[1]), found[0]

    def kill(self) -> None:
        """End it as a power failure would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(SECONDS)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def stop(self) -> None:
        """End it as Ctrl-C would, unless it has ended."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(SECONDS)
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextmanager
def serving(folder: Path, **environment: str) -> Iterator[WebServer]:
    """Serve until the end of the block."""
    server = WebServer(folder, environment)
    try:
        server.start()
        yield server
    finally:
        server.stop()
