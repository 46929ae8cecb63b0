"""A real package index on this machine, in the place of CodeArtifact's or Artifactory's."""

import base64
import hashlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def serve(folder: Path, username: str, password: str, upstream: str | None = None) -> Iterator[str]:
    """Serve an index that keeps its files in a folder and lets one user in; yield where it takes uploads.

    Args:
        folder: An empty folder.
        username: The user.
        password: The user's password.
        upstream: The simple index that has what this one has not.
    """
    packages = folder / "packages"
    packages.mkdir(parents=True)
    users = folder / "users"
    digest = base64.b64encode(hashlib.sha1(password.encode()).digest())  # noqa: S324 - the form of Apache's user files
    users.write_text(f"{username}:{{SHA}}{digest.decode()}\n")
    port = _free_port()
    open_to = ["--interface", "127.0.0.1", "--port", str(port)]
    closed = ["--passwords", str(users), "--authenticate", "update,download,list"]
    beyond = ["--fallback-url", upstream] if upstream else ["--disable-fallback"]
    command = [sys.executable, "-m", "pypiserver", "run", *open_to, *closed, *beyond, str(packages)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}/"
    try:
        _wait(url, server)
        yield url
    finally:
        server.terminate()
        server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError("the package index ended at once")
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own, on loopback
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the package index did not answer within a minute")
