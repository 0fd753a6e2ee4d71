"""Those who deliver, in a process of their own: there, neither matching nor closing takes the processor from them.

What is urgent is delivered where it is found; see schedule.py.
"""

import pickle
import subprocess
import sys
import threading
from contextlib import suppress
from types import TracebackType
from typing import IO, Self

import structlog

from alerts.woken import LOOK_SECONDS
from config.settings import Settings

COMMAND = (sys.executable, "-m", "alerts.couriers_child")
WAKE = b"."

log = structlog.get_logger(__name__)


class Couriers:
    """Entered, they deliver what is due; left, they finish what they have begun. If they fail, others follow.

    Whoever follows takes up what was left when its leases end: everything stands in rows.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = pickle.dumps(settings)
        self._over = threading.Event()
        self._turn = threading.Lock()
        self._watch = threading.Thread(target=self._keep_going, name="couriers", daemon=True)

    @property
    def process_id(self) -> int:
        """Tell who they are at this time."""
        return self._process.pid

    def wake(self) -> None:
        """Let them look now; while they work, they look once more when that is done."""
        with self._turn, suppress(OSError, ValueError):  # gone: others follow and look, or it is over
            self._line.write(WAKE)

    def end(self) -> None:
        """Let what is under way be the last."""
        self._over.set()
        with self._turn:
            self._line.close()

    def __enter__(self) -> Self:
        self._process, self._line = self._started()
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait until they have finished what they had begun."""
        self.end()
        self._watch.join()
        self._process.wait()

    def _keep_going(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            code = self._process.poll()
            if code is not None:
                log.error("the process that delivers has ended, another follows", code=code)
                self._start_anew()

    def _start_anew(self) -> None:
        with self._turn:
            if not self._over.is_set():  # told to end meanwhile: then nobody follows
                self._line.close()
                self._process, self._line = self._started()

    def _started(self) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
        process = subprocess.Popen(  # noqa: S603  our own module, by our own interpreter
            COMMAND, stdin=subprocess.PIPE, bufsize=0, start_new_session=True
        )
        line = process.stdin
        if line is None:
            raise AssertionError("a pipe was asked for")
        with suppress(OSError):  # gone already: the watch will see it
            line.write(self._settings)
        return process, line
