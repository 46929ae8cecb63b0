"""Group commit: requests that arrive while a commit is under way are served together by the next one."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Generic, NamedTuple, TypeVar

Request = TypeVar("Request")
Answer = TypeVar("Answer")


_TURNS = 3
"""So many turns of an event loop bring no more requests before those that came are served."""


class _Entry(NamedTuple, Generic[Request, Answer]):
    request: Request
    waiter: "Future[Answer] | asyncio.Future[Answer]"


class Group(Generic[Request, Answer]):
    """Serves requests one group at a time; each caller gets its own answer or its own error.

    A lone request goes straight through. While one is being served, others wait, and are then served together: the
    busier it is, the larger the groups, not the longer the queue.
    """

    def __init__(
        self, serve: Callable[[Sequence[Request]], Sequence[Answer | Exception]], *, most: int, name: str
    ) -> None:
        """Serve by a function that answers each request, in the order given, in groups of `most`."""
        self._serve = serve
        self._most = most
        self._queue: SimpleQueue[_Entry[Request, Answer]] = SimpleQueue()
        self._coming: dict[asyncio.AbstractEventLoop, list[_Entry[Request, Answer]]] = {}
        self._turn = Lock()
        self._starting = Lock()
        self._name = name
        self._thread: Thread | None = None

    def ask(self, request: Request) -> Answer:
        """Have a request served, and wait for it in this thread."""
        if self._queue.empty() and self._turn.acquire(blocking=False):
            try:
                [answer] = self._serve([request])
            finally:
                self._turn.release()
            if isinstance(answer, Exception):
                raise answer
            return answer
        waiter: Future[Answer] = Future()
        self._wait(_Entry(request, waiter))
        return waiter.result()

    async def ask_from_loop(self, request: Request) -> Answer:
        """Have a request served, with those that the loop is about to read, while the event loop goes on."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[Answer] = loop.create_future()
        coming = self._coming.setdefault(loop, [])
        coming.append(_Entry(request, waiter))
        if len(coming) == 1:
            loop.call_soon(self._gather, loop, 1, _TURNS)
        return await waiter

    def _gather(self, loop: asyncio.AbstractEventLoop, known: int, turns: int) -> None:
        # The thread would else begin with the first, and the others, read some microseconds later, wait for a turn.
        came = len(self._coming[loop])
        if came > known:
            turns = _TURNS
        if turns and came < self._most:
            loop.call_soon(self._gather, loop, came, turns - 1)
        else:
            for entry in self._coming.pop(loop):
                self._wait(entry)

    def _wait(self, entry: _Entry[Request, Answer]) -> None:
        self._queue.put(entry)
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = Thread(target=self._run, name=self._name, daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        while True:
            group = [self._queue.get()]
            with self._turn:
                # Those that came while the turn was waited for are served with it.
                try:
                    while len(group) < self._most:
                        group.append(self._queue.get_nowait())
                except Empty:
                    pass
                answers = self._answers([entry.request for entry in group])
            _deliver(group, answers)

    def _answers(self, requests: Sequence[Request]) -> Sequence[Answer | Exception]:
        try:
            return self._serve(requests)
        except Exception as error:  # whatever it is, nobody may wait for ever
            return [error] * len(requests)


def _deliver(group: Sequence[_Entry[Request, Answer]], answers: Sequence[Answer | Exception]) -> None:
    loops: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Answer], Answer | Exception]]] = {}
    for (_, waiter), answer in zip(group, answers, strict=True):
        if isinstance(waiter, asyncio.Future):
            loops.setdefault(waiter.get_loop(), []).append((waiter, answer))
        elif isinstance(answer, Exception):
            waiter.set_exception(answer)
        else:
            waiter.set_result(answer)
    for loop, settled in loops.items():
        # One call for all: a loop is woken once a group, and its callers ask again together.
        loop.call_soon_threadsafe(_settle, settled)


def _settle(settled: Sequence["tuple[asyncio.Future[Answer], Answer | Exception]"]) -> None:
    for waiter, answer in settled:
        # A caller may have gone away.
        if waiter.done():
            continue
        if isinstance(answer, Exception):
            waiter.set_exception(answer)
        else:
            waiter.set_result(answer)
