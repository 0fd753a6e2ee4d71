"""Reads files in a child process, so that a hostile one harms nobody: it is killed, said, and replaced."""

import asyncio
import atexit
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from typing import Any

from crawler.notice import Reading
from crawler.reading.documents import Document

PATIENCE = 60.0  # seconds for one file
MOST_FILES = 200  # read by one process: what libraries leak goes with it
COMMAND = (sys.executable, "-m", "crawler.documents_child")


class DocumentReader:
    """One child process for a whole round, started when the first file comes; files wait their turn."""

    def __init__(self, *, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._child: subprocess.Popen[bytes] | None = None
        self._files = 0
        self._turns = ThreadPoolExecutor(1, thread_name_prefix="documents")

    async def read(self, body: bytes, name: str) -> Document:
        """Read a file without holding up the crawl."""
        return await asyncio.get_running_loop().run_in_executor(self._turns, self.read_now, body, name)

    def read_now(self, body: bytes, name: str) -> Document:
        """Read a file and wait for it; a child that dies over it, or takes too long, is its fault."""
        child = self._ready()
        late = threading.Event()
        timer = threading.Timer(self.patience, _give_up, (child, late))
        timer.start()
        try:
            answer = _ask(child, body, name)
        finally:
            timer.cancel()
        if answer.endswith(b"\n"):
            return _document(json.loads(answer))
        self._end()
        return Document(kind="broken", reading=Reading.UNREADABLE, reason=self._why(child, late=late.is_set()))

    def close(self) -> None:
        """End the child; nothing waits any more."""
        self._turns.shutdown(wait=True, cancel_futures=True)
        self._end()

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._child is not None and (self._files >= MOST_FILES or self._child.poll() is not None):
            self._end()
        if self._child is None:
            self._child = subprocess.Popen(  # noqa: S603  our own module, by our own interpreter
                COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            self._files = 0
        self._files += 1
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            _kill(child)
            child.communicate()

    def _why(self, child: subprocess.Popen[bytes], *, late: bool) -> str:
        if late:
            return f"reading it took longer than {self.patience:g} seconds"
        return f"reading it took too much memory or time, or broke the reader (ended with {child.returncode})"


def _ask(child: subprocess.Popen[bytes], body: bytes, name: str) -> bytes:
    """Send a file and return the line that comes back; what is no whole line means that the child is gone."""
    if child.stdin is None or child.stdout is None:
        return b""
    try:
        child.stdin.write(json.dumps({"name": name, "size": len(body)}).encode() + b"\n" + body)
        child.stdin.flush()
    except BrokenPipeError:
        return b""
    return child.stdout.readline()


def _give_up(child: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    _kill(child)


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End the child and whatever it has started, such as antiword."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def _document(said: Mapping[str, Any]) -> Document:
    members = tuple((name, _document(member)) for name, member in said["members"])
    values = {**said, "reading": Reading(said["reading"]), "pages": tuple(said["pages"]), "members": members}
    return Document(**values)


@cache
def shared_reader() -> DocumentReader:
    """Return the reader of this process, which is one round."""
    reader = DocumentReader()
    atexit.register(reader.close)
    return reader
