"""On what the figures were measured: the machine, the versions, the settings."""

import os
import platform
import subprocess
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import NamedTuple

import psutil  # type: ignore[import-untyped]
import psycopg

from bench.server import Server

_SETTINGS = (
    "fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size", "max_connections",
    "wal_compression", "commit_delay", "jit", "autovacuum",
)  # fmt: skip
_WRITES = 200


class Machine(NamedTuple):
    """What a figure means nothing without."""

    at: str
    machine: dict[str, str | float]
    versions: dict[str, str]
    settings: dict[str, str]

    def __str__(self) -> str:
        """Say it in a few lines."""
        return "\n".join(
            ", ".join(f"{name} {value}" for name, value in group.items())
            for group in (self.machine, self.versions, self.settings)
        )


def describe(server: Server) -> Machine:
    """Describe this machine and the server's settings."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        settings = {
            name: str(value)
            for name in _SETTINGS
            for [value] in connection.execute("SELECT current_setting(%s)", (name,)).fetchall()
        }
        postgres = connection.execute("SHOW server_version").fetchall()[0][0]
    return Machine(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        machine={
            "cores": os.cpu_count() or 0,
            "CPU": _processor(),
            "memory GiB": round(psutil.virtual_memory().total / 2**30, 1),
            "load before": round(os.getloadavg()[0], 1),
            "fdatasync µs": round(_seconds_to_sync(server.folder) * 1e6),
        },
        versions={
            "PostgreSQL": str(postgres),
            "Python": platform.python_version(),
            "hikiate": f"{version('hikiate')} {_commit()}".strip(),
            "system": platform.platform(),
        },
        settings=settings,
    )


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _commit() -> str:
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, cwd=Path(__file__).parent
    )
    return described.stdout.strip()


def _seconds_to_sync(folder: Path) -> float:
    """Return how long 8 kB take to reach the disk, the median of many: what a commit can't be faster than."""
    times = []
    with (folder / "sync").open("wb") as file:
        for _ in range(_WRITES):
            file.seek(0)
            file.write(os.urandom(8192))
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - began)
    return median(times)
