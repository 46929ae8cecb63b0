"""`POST /allocate` over HTTP, by wrk against `hikiate serve`, beside a bare route of the same server: `http`."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from bench.meter import Figures, computing, cpu_seconds
from bench.report import Bench, Contender, Report, Unable, alternate
from bench.server import Server, product
from bench.workloads import load, scaled, spread

_CONNECTIONS = (16, 64)
_MOST_A_SECOND = 6_000
_SECONDS_TO_STOP = 60
_MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}

# Each request names the next order; one thread of wrk makes them all.
_SCRIPT = """
local order = {first} - 1
wrk.method = "POST"
wrk.path = "{path}"
wrk.headers["Content-Type"] = "application/json"
function request()
  order = order + 1
  return wrk.format(nil, nil, nil, '{{"allocation_method": "FIFO", "order_ids": [' .. order .. ']}}')
end
"""


class _Serving(NamedTuple):
    address: str
    process: int
    postmaster: int | None
    folder: Path
    asked: list[int]
    """For how many orders each run has asked."""


def http(bench: Bench) -> Report:
    """Allocate stored orders of three lines, each by a request of its own.

    Raises:
        Unable: the program that makes the requests is not installed, or a request failed.
    """
    if shutil.which("wrk") is None:
        raise Unable("wrk, which makes the requests, is not installed; run: sudo apt-get install wrk")
    seconds = max(round(bench.seconds), 1)  # wrk takes whole ones
    asked = 1 + seconds * bench.repeat * len(_CONNECTIONS)
    workload = spread(scaled(_MOST_A_SECOND * asked, 1), bench.scale)
    template = bench.server.template(workload.name, product(partial(load, workload=workload)))
    with bench.server.checked_copy(template) as url, _serving(url, bench.server) as serving:
        contenders = []
        for connections in _CONNECTIONS:
            bare, ours = (f"{name}, {connections} connections" for name in ("bare route", "POST /allocate"))
            contenders.append(Contender(bare, partial(_ask, serving, "/bare", connections, seconds)))
            contenders.append(Contender(ours, partial(_ask, serving, "/allocate", connections, seconds), floor=bare))
        _ask(serving, "/allocate", max(_CONNECTIONS), 1)
        rows = alternate(contenders, bench.repeat)
    what = "one stored order of 3 lines a request, keep-alive; bare: same body and server, nothing is done"
    return Report("http", what, "requests/s", rows)


def _ask(serving: _Serving, path: str, connections: int, seconds: int) -> Figures:
    first = 1 + sum(serving.asked)
    script = serving.folder / "requests.lua"
    script.write_text(_SCRIPT.format(first=first, path=path))
    before, before_there = cpu_seconds(serving.process), cpu_seconds(serving.postmaster)
    output = subprocess.run(
        ["wrk", "--threads=1", f"--connections={connections}", f"--duration={seconds}s", "--timeout=30s", "--latency",
         f"--script={script}", serving.address],
        check=True,
        capture_output=True,
        text=True,
    ).stdout  # fmt: skip
    used, used_there = cpu_seconds(serving.process) - before, cpu_seconds(serving.postmaster) - before_there
    if failed := re.search(r"Non-2xx or 3xx responses: \d+|Socket errors: .*", output):
        raise Unable(f"requests to {path} failed: {failed[0]}")
    requests = int(re.findall(r"(\d+) requests in", output)[0])
    if path != "/bare":
        # Those that were on their way when it ended may have been served.
        serving.asked.append(requests + connections)
    return {
        "rate": float(re.findall(r"^Requests/sec: +([0-9.]+)", output, re.MULTILINE)[0]),
        "p50_ms": _percentile(output, 50),
        "p99_ms": _percentile(output, 99),
    } | computing(max(requests, 1), "serve", used, used_there)


def _percentile(output: str, percent: int) -> float:
    [(value, unit)] = re.findall(rf"^ +{percent}% +([0-9.]+)(us|ms|s) *$", output, re.MULTILINE)
    return float(value) * _MILLISECONDS[unit]


@contextmanager
def _serving(url: str, server: Server) -> Iterator[_Serving]:
    """Serve a database in a process of its own, as `hikiate serve` does, with the bare route beside."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HIKIATE_")}
    with (server.folder / "serve.log").open("ab") as log:
        program = subprocess.Popen(
            [sys.executable, "-m", "bench.served", "serve", "--port", "0"],
            cwd=Path(__file__).parents[1],
            env=inherited | {"DATABASE_URL": url},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        addresses = (re.search(r"serves at (\S+)", line) for line in program.stdout or ())
        address = next((found[1] for found in addresses if found), None)
        if address is None:
            raise Unable("the server did not start: " + (server.folder / "serve.log").read_text()[-500:])
        yield _Serving(address, program.pid, server.postmaster, server.folder, [])
    finally:
        program.terminate()
        # What it still says must not keep it from ending.
        program.communicate(timeout=_SECONDS_TO_STOP)
