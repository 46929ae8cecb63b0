"""The program as its users start it: a process of its own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

PROGRAM = str(Path(sys.executable).with_name("hikiate"))
SECONDS = 120


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


class Program:
    """The program with a data folder and an environment of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("HIKIATE_")}
        inherited.pop("DATABASE_URL", None)
        # What users have too: without it every command would compile a thousand modules anew.
        inherited.pop("PYTHONDONTWRITEBYTECODE", None)
        self._environment = inherited | {"HIKIATE_DATA_DIR": str(folder), "COLUMNS": "80"}

    def __call__(self, *arguments: object, stdin: bytes = b"", **environment: str) -> Ended:
        """Run a command to its end."""
        ended = subprocess.run(
            [sys.executable, "-W", "error", PROGRAM, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            env=self._environment | environment,
            timeout=SECONDS,
        )
        return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())

    def done(self, *arguments: object, stdin: bytes = b"", **environment: str) -> str:
        """Run a command that must succeed without a word on stderr, and return what it printed."""
        ended = self(*arguments, stdin=stdin, **environment)
        assert (ended.code, ended.err) == (0, ""), ended
        assert "\x1b" not in ended.out
        return ended.out

    def sentence(self, code: int, *arguments: object, stdin: bytes = b"", **environment: str) -> str:
        """Run a command that must fail with one sentence, and return that."""
        ended = self(*arguments, stdin=stdin, **environment)
        assert (ended.code, ended.out) == (code, ""), ended
        assert len(ended.err.splitlines()) == 1, ended.err
        return ended.err.rstrip("\n")

    def start(self, *arguments: object, **more: Any) -> subprocess.Popen[bytes]:
        """Start a command and leave it running."""
        return subprocess.Popen([PROGRAM, *map(str, arguments)], env=self._environment, **more)

    @contextmanager
    def serving(self) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
        """Serve on any free port, and end it in the end if the test hasn't."""
        with (self.folder.parent / "serve.log").open("ab") as log:
            server = self.start("serve", "--port", 0, stdout=subprocess.PIPE, stderr=log)
        assert server.stdout is not None
        try:
            first = server.stdout.readline().decode()
            found = re.search(r"http://127\.0\.0\.1:\d+", first)
            assert found, first
            yield server, found[0]
        finally:
            if server.poll() is None:
                server.send_signal(signal.SIGTERM)
            server.wait(SECONDS)
            server.stdout.close()
