"""Callers in processes of their own, measured between a warm-up and an end."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple

import psutil  # type: ignore[import-untyped]

Figures = dict[str, float]
"""What one run showed, by name; `rate` is what runs are compared by."""

_SECONDS_TO_BEGIN = 120
_barrier: Barrier


class Window(NamedTuple):
    """What a process did between the warm-up and the end."""

    done: int
    seconds: float
    latencies: list[float]
    cpu_seconds: float
    notes: Figures
    """What the work said of itself when it ended."""


class Meter:
    """Tells callers whether to go on, and counts what they did while it is measured."""

    def __init__(self) -> None:
        self.going = True
        self._measuring = False
        self._latencies: list[float] = []

    def done(self, began: float) -> None:
        """Count an order that was begun at a time of `time.perf_counter`, and has been answered now."""
        if self._measuring:
            self._latencies.append(time.perf_counter() - began)

    def watch(self, work: "Work", warm_up: float, seconds: float) -> Window:
        """Let a work go on through the warm-up and the time that is measured, or until it has nothing left to do."""
        notes: Figures = {}
        failures: list[BaseException] = []

        def run() -> None:
            try:
                notes.update(work(self))
            except BaseException as error:  # the main thread raises it
                failures.append(error)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join(warm_up)
        began, cpu_began = time.perf_counter(), time.process_time()
        self._measuring = True
        thread.join(seconds)
        self._measuring = False
        window = time.perf_counter() - began, self._latencies, time.process_time() - cpu_began
        self.going = False
        thread.join()
        if failures:
            raise failures[0]
        return Window(len(self._latencies), *window, notes)


Work = Callable[[Meter], Figures]
"""Serves orders until the meter says no more, and says what else it saw. A process of its own is given it by pickle."""


def measure(works: Sequence[Work], seconds: float) -> Figures:
    """Run each work in a process of its own, all at once, and add up what they did."""
    context = get_context("spawn")
    barrier = context.Barrier(len(works))
    with ProcessPoolExecutor(len(works), context, _meet_at, (barrier,)) as pool:
        windows = [future.result() for future in [pool.submit(_watch, work, seconds) for work in works]]
    done = sum(window.done for window in windows)
    latencies = [latency * 1000 for window in windows for latency in window.latencies]
    figures = {"rate": sum(window.done / window.seconds for window in windows)}
    if len(latencies) > 1:
        percentiles = quantiles(latencies, n=100, method="inclusive")
        figures |= {"p50_ms": percentiles[49], "p99_ms": percentiles[98]}
        figures["client_cpu_ms"] = sum(window.cpu_seconds for window in windows) / done * 1000
    for window in windows:
        figures |= window.notes
    return figures


def _meet_at(barrier: Barrier) -> None:
    global _barrier
    _barrier = barrier


def _watch(work: Work, seconds: float) -> Window:
    _barrier.wait(_SECONDS_TO_BEGIN)
    return Meter().watch(work, seconds / 4, seconds)


def peak_memory() -> float:
    """Return the most memory that this process has had, in megabytes."""
    status = Path("/proc/self/status")
    if status.exists():
        [line] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) / 1024
    return float(psutil.Process().memory_info().rss) / 2**20
