"""A stage that begins as soon as somebody has work for it, and says what it did."""

import threading
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from types import TracebackType
from typing import Self

import structlog

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
"""How often a stage that is woken looks for work all the same."""


class Woken:
    """A stage in a thread of its own: it works when woken, and looks for work every second; entered, it runs."""

    def __init__(self, name: str, unit: Callable[[], object]) -> None:
        self.name = name
        self._unit = unit
        self._bell = threading.Event()
        self._over = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def wake(self) -> None:
        """Let it look now; while it works, it looks once more when it is done."""
        self._bell.set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let it finish what it has begun."""
        self._over = True
        self._bell.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over:
            self._bell.clear()
            try:
                logged(self.name, self._unit)
            except Exception:  # the next look tries again, as a tick does
                log.exception("tick failed, the next one tries again", tick=self.name)
            self._bell.wait(LOOK_SECONDS)


def logged(name: str, unit: Callable[[], object]) -> None:
    """Do the work, and say what came of it where something did."""
    result = unit()
    if name == "crawl" and isinstance(result, list):
        for crawl in result:
            log.info("crawled", source=crawl.source_id, verdict=crawl.verdict, reason=crawl.reason, added=crawl.added)
    elif is_dataclass(result) and not isinstance(result, type):
        fields = {key: value for key, value in asdict(result).items() if value}
        if fields:
            log.info(name, **fields)
