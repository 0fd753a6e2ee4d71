"""Signals that end a program in order."""

import signal
import threading
from collections.abc import Iterable
from queue import SimpleQueue


def stop_on(numbers: Iterable[int], stop: threading.Event) -> None:
    """Let these signals set `stop`.

    A handler runs in the middle of whatever the main thread does; were that a wait for `stop`, setting it there would
    wait for ever for the lock that the wait holds. A queue may be filled at any moment, and a thread of its own
    sets `stop`.
    """
    came: SimpleQueue[int] = SimpleQueue()

    def set_it() -> None:
        came.get()
        stop.set()

    for number in numbers:
        signal.signal(number, lambda number, _frame: came.put(number))
    threading.Thread(target=set_it, name="signals", daemon=True).start()
