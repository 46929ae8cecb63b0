"""Callers in processes of their own, measured between a warm-up and an end."""

import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import suppress
from functools import partial
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple, TypeVar

import psutil  # type: ignore[import-untyped]

from bench.server import Server

T = TypeVar("T")

Figures = dict[str, float]
"""What one run showed, by name; `rate` is what runs are compared by."""

_SECONDS_TO_BEGIN = 120
_NEEDED = ["bench.callers", "bench.naive", "hikiate.services.ordering"]
_barrier: Barrier
_over: Event
_postmaster: int | None = None


class Window(NamedTuple):
    """What a process did between the warm-up and the end."""

    done: int
    seconds: float
    latencies: list[float]
    cpu_seconds: float
    database_cpu_seconds: float
    """Of the database's processes, whoever they worked for."""
    notes: Figures
    """What the work said of itself when it ended."""


class Meter:
    """Tells callers whether to go on, and keeps what they did."""

    def __init__(self) -> None:
        self.going = True
        self._done: list[tuple[float, float]] = []

    def done(self, began: float) -> None:
        """Count an order that was begun at a time of `time.perf_counter`, and has been answered now."""
        now = time.perf_counter()
        self._done.append((now, now - began))

    def watch(self, work: "Work", warm_up: float, seconds: float) -> Window:
        """Let a work go on through the warm-up and the time that is measured, or until it has nothing left to do.

        What was done in the warm-up counts only if nothing was done after it.
        """
        notes: Figures = {}
        failures: list[BaseException] = []

        def run() -> None:
            try:
                notes.update(work(self))
            except BaseException as error:  # the main thread raises it
                failures.append(error)

        thread = threading.Thread(target=run, daemon=True)
        began = _now()
        thread.start()
        thread.join(warm_up)
        warm = _now()
        thread.join(seconds)
        while thread.is_alive() and not self._done:
            thread.join(seconds)
        ended = _now()
        self.going = False
        thread.join()
        if failures:
            raise failures[0]
        if not any(warm.at < at <= ended.at for at, _ in self._done):
            warm = began
        latencies = [latency for at, latency in self._done if warm.at < at <= ended.at]
        used, used_there = ended.cpu - warm.cpu, ended.database_cpu - warm.database_cpu
        return Window(len(latencies), ended.at - warm.at, latencies, used, used_there, notes)


class _Moment(NamedTuple):
    at: float
    cpu: float
    database_cpu: float


def _now() -> _Moment:
    return _Moment(time.perf_counter(), time.process_time(), cpu_seconds(_postmaster))


Work = Callable[[Meter], Figures]
"""Serves orders until the meter says no more, and says what else it saw. A process of its own is given it by pickle."""


def measure(server: Server, works: Sequence[Work], seconds: float) -> Figures:
    """Run each work in a process of its own, all at once, and add up what they did."""
    windows = in_processes(server, [partial(_watch, work, seconds) for work in works])
    done = sum(window.done for window in windows)
    figures = {"rate": sum(window.done / window.seconds for window in windows)}
    figures |= percentiles([latency for window in windows for latency in window.latencies])
    if done:
        used = sum(window.cpu_seconds for window in windows)
        figures |= computing(done, "client", used, max(window.database_cpu_seconds for window in windows))
    for window in windows:
        figures |= window.notes
    return figures


def computing(done: int, who: str, used: float, used_by_database: float) -> Figures:
    """Return what one order cost in CPU time, and how many a second of CPU is enough for.

    That hardly depends on what else the machine does.
    """
    return {
        f"{who}_cpu_ms": used / done * 1000,
        "database_cpu_ms": used_by_database / done * 1000,
        "a_cpu_second": done / max(used + used_by_database, 1e-9),
    }


def percentiles(latencies: Sequence[float]) -> Figures:
    """Return what half of the callers, and all but a hundredth, waited at most, in milliseconds."""
    if len(latencies) < 2:
        return {}
    cuts = quantiles(latencies, n=100, method="inclusive")
    return {"p50_ms": cuts[49] * 1000, "p99_ms": cuts[98] * 1000}


def in_processes(server: Server, works: Sequence[Callable[[], T]]) -> list[T]:
    """Do each work in a process of its own, all at once; when the first has ended, `is_over` tells the others."""
    context = get_context("spawn" if sys.platform == "win32" else "forkserver")
    # Forked from a server that has them loaded, processes begin at once.
    context.set_forkserver_preload(_NEEDED)
    barrier, over = context.Barrier(len(works)), context.Event()
    with ProcessPoolExecutor(len(works), context, _meet_at, (barrier, over, server.postmaster)) as pool:
        futures = [pool.submit(_begin_together, work) for work in works]
        wait(futures, return_when=FIRST_COMPLETED)
        over.set()
        return [future.result() for future in futures]


def is_over() -> bool:
    """Tell whether another work of `in_processes` has ended."""
    return _over.is_set()


def _meet_at(barrier: Barrier, over: Event, postmaster: int | None) -> None:
    global _barrier, _over, _postmaster
    _barrier, _over, _postmaster = barrier, over, postmaster


def cpu_seconds(process: int | None) -> float:
    """Return what a process, and all that it ever started, have computed; 0 for one that is elsewhere."""
    if process is None:
        return 0
    # What has ended is counted by who waited for it.
    parent = psutil.Process(process)
    seconds = sum(parent.cpu_times()[:4])
    for child in parent.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            seconds += sum(child.cpu_times()[:4])
    return float(seconds)


def _begin_together(work: Callable[[], T]) -> T:
    _barrier.wait(_SECONDS_TO_BEGIN)
    return work()


def _watch(work: Work, seconds: float) -> Window:
    return Meter().watch(work, seconds / 4, seconds)


def peak_memory() -> float:
    """Return the most memory that this process has had, in megabytes."""
    status = Path("/proc/self/status")
    if status.exists():
        [line] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) / 1024
    return float(psutil.Process().memory_info().rss) / 2**20
