"""Work beside the fetching: the first pages in a thread, the many of a long round in a process of their own."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, cast

from crawler.archive.pages import PageNotice
from crawler.desk import Desk, Failed, Kept, Read, Unread, Written
from crawler.messages import LENGTH, length_of, message, value_of
from crawler.noticing import FetchedPage
from crawler.reading.page import UnreadablePage
from crawler.together import Together

FEW = 24  # pages are read before a process would have started
COMMAND = (sys.executable, "-m", "crawler.beside_child")
GATHER = 0.02  # seconds in which pages come together that are asked about at once: asking costs, too
AT_ONCE = 1 << 20  # bytes
PATIENCE = 600.0  # seconds for all that is asked at once
GRACE = 60.0  # seconds to end what is in hand when the round is over
BROKE = "the process that read it came to its end over it"
LATE = "reading it took too long"


class DeskError(Exception):
    """A page or notice was not dealt with, through no fault of its own."""


class Beside:
    """The desk as spiders and pipelines see it: each page and notice waits only for itself."""

    def __init__(
        self, desk: Desk, *, clock: Callable[[], datetime], few: float = FEW, patience: float = PATIENCE
    ) -> None:
        self._desk, self._clock, self._few, self._patience = desk, clock, few, patience
        self._begun = 0
        self._turn = asyncio.Lock()
        self._child: Child | None = None
        self._take, self._read, self._archive = (self._together(task) for task in ("take", "read", "archive"))

    def expect_many(self) -> None:
        """Start the process now: it loads while the first pages are on their way."""
        self._few, self._child = 0, Child(self._desk)

    async def take(self, page: FetchedPage) -> Kept | PageNotice:
        """Read a page and archive its notice, or give the notice back when its files are to be read first.

        Raises UnreadablePage when there is no notice on it, DeskError when something went wrong with it.
        """
        self._begun += 1
        return _unless_failed(await self._take.of(page))

    async def read(self, page: FetchedPage) -> PageNotice:
        """Read a page and keep nothing; raises as `take` does."""
        return cast("PageNotice", _unless_failed(await self._read.of(page)))

    async def archive(self, item: PageNotice) -> Kept:
        """Archive a notice; raise DeskError when the database refuses it."""
        return cast("Kept", _unless_failed(await self._archive.of(item)))

    def close(self) -> None:
        """End the process, if there is one."""
        child, self._child = self._child, None
        if child is not None:
            child.close()

    def _together(self, task: str) -> Together[Any, Any]:
        return Together(partial(self._do, task), gather=GATHER)

    async def _do(self, task: str, things: Sequence[Any]) -> Sequence[Any]:
        """Do it here while there is little, else in the process; over what ends that, another goes on."""
        now = self._clock()
        if self._begun <= self._few:
            return await asyncio.to_thread(getattr(self._desk, task), things, now)
        try:
            async with self._turn, asyncio.timeout(self._patience):
                return await self._ask((task, things, now))
        except (ConnectionError, TimeoutError) as error:
            if len(things) == 1:
                return [Failed(LATE if isinstance(error, TimeoutError) else BROKE)]
            return [outcome for thing in things for outcome in await self._do(task, [thing])]

    async def _ask(self, question: object) -> Sequence[Any]:
        """Ask the process, which has one question at a time: what ends it, or it does not end with, is in that one."""
        child = self._child = self._child or Child(self._desk)
        try:
            answer: Sequence[Any] = await child.ask(question)
        except BaseException:  # cancelled, too: half a message would be taken for another
            self._child = None
            child.kill()
            raise
        return answer


def _unless_failed(outcome: Read | Written) -> PageNotice | Kept:
    if isinstance(outcome, Unread):
        raise UnreadablePage(outcome.reason)
    if isinstance(outcome, Failed):
        raise DeskError(outcome.words)
    return outcome


class Child:
    """A process with a desk of its own, to be asked one thing at a time. It ends with its socket."""

    def __init__(self, desk: Desk) -> None:
        self._socket, theirs = socket.socketpair()
        self._socket.setblocking(False)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  our own module, by our own interpreter
                COMMAND, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, start_new_session=True
            )
        url = desk.engine.url.render_as_string(hide_password=False)
        self._first: bytes | None = message((url, desk.places))

    async def ask(self, question: object) -> Any:  # noqa: ANN401  whatever the desk answers
        """Ask and wait for the answer; raise ConnectionError when the process is gone."""
        first, self._first = self._first or b"", None
        await asyncio.get_running_loop().sock_sendall(self._socket, first + message(question))
        return value_of(await self._receive())

    def close(self) -> None:
        """End the process, once it has done what it was asked; one that does not come to an end is not waited for."""
        self._socket.close()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def kill(self) -> None:
        """End the process at once; a transaction under way has never been."""
        self._process.kill()
        self.close()

    async def _receive(self) -> bytearray:
        """Return one message: as nothing else was asked, what comes is of it."""
        loop, data = asyncio.get_running_loop(), bytearray()
        while len(data) < LENGTH or len(data) < length_of(data):
            part = await loop.sock_recv(self._socket, AT_ONCE)
            if not part:
                raise ConnectionResetError("the process has ended")
            data += part
        return data
