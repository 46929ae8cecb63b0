"""Functions as Lambda invokes them, in two ways that the runtime interface emulator does not know."""

import os
from typing import Any


class _Hurried:
    def __init__(self, context: Any, milliseconds: list[int]) -> None:
        self._context = context
        self._milliseconds = milliseconds

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def get_remaining_time_in_millis(self) -> int:
        """Return the next time; the last one stays."""
        return self._milliseconds.pop(0) if len(self._milliseconds) > 1 else self._milliseconds[0]


def hurried(event: dict[str, Any], context: Any) -> Any:
    """Invoke the Allocation function, in small chunks, with as much time left, whenever it looks, as the event says."""
    from hikiate.handlers import allocation
    from hikiate.services import serving

    serving.CHUNK_LINES = 1
    return allocation.handler(event, _Hurried(context, event.pop("milliseconds")))


def traced(event: dict[str, Any], context: Any) -> Any:
    """Invoke the Main function as part of a trace: the runtime client puts it there, the emulator never tells it."""
    os.environ["_X_AMZN_TRACE_ID"] = event.pop("trace")
    from hikiate.handlers import main

    return main.handler(event, context)
