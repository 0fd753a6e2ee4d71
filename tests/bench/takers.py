"""Receivers in a process of their own, which write down what they get and kill whom they are told to."""

import json
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from email import message_from_bytes, policy
from pathlib import Path
from types import TracebackType
from typing import Self

from aiosmtpd.smtp import SMTP, Envelope, Session

from alerts.demo.receivers.mailbox import Mailbox
from tests.bench.points import Point
from tests.delivery.receiver import Answered, Got, running

SLOWLY = 1.0  # seconds that a slow one takes


@dataclass(frozen=True, slots=True)
class Taken:
    """What a receiver has got; `message` begins with the name of the place that it went to."""

    message: str
    key: str | None
    body: str


class Taker:
    """The receiver of all messages of a point, over HTTP or SMTP."""

    def __init__(self, home: Path, point: Point) -> None:
        self._log, self._victim = home / "taken.jsonl", home / "victim"
        self._log.touch()
        self._point = point
        self.port = 0

    def __enter__(self) -> Self:
        """Begin to listen."""
        read, write = os.pipe()
        self._pid = os.fork()
        if not self._pid:
            os.close(read)
            self._serve(write)
        os.close(write)
        with os.fdopen(read) as told:
            self.port = int(told.readline())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Listen no more."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)

    @property
    def allow(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.port}"

    def kill_next(self, pid: int) -> None:
        """Kill a process when its next message is here, before it is answered."""
        self._victim.write_text(str(pid), encoding="ascii")

    def taken(self) -> Iterator[Taken]:
        """Yield what came."""
        for row in self._log.read_text(encoding="utf-8").splitlines():
            yield Taken(**json.loads(row))

    def take(self, taken: Taken) -> None:
        """Write down what came, and kill whom one is told to."""
        with self._log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(asdict(taken), ensure_ascii=False) + "\n")
        victim = self._victim.read_text(encoding="ascii") if self._victim.exists() else ""
        if victim:
            self._victim.write_text("", encoding="ascii")
            os.kill(int(victim), signal.SIGKILL)

    def _serve(self, write: int) -> None:
        if self._point.channel == "email":
            with tempfile.TemporaryDirectory() as folder, Noted(Path(folder), self) as mailbox:
                _listening(write, mailbox.port)
        else:
            self._serve_http(write)
        os._exit(0)

    def _serve_http(self, write: int) -> None:
        failed: set[str] = set()
        with running() as receiver:

            def answer(got: Got) -> Answered:
                marker = got.body[got.body.index("〈") + 1 : got.body.index("〉")]
                message = f"{got.path.partition('key=')[2]} {marker}"
                if (self._point.fails_first or self._point.given_up) and message not in failed:
                    failed.add(message)
                    return Answered(503)
                known = message in {one.message for one in self.taken()}
                self.take(Taken(message, got.headers.get("webhook-id"), got.body))
                time.sleep(SLOWLY if self._point.slow and not known else 0)
                return Answered()

            receiver.answer = answer
            _listening(write, receiver.port)


class Noted(Mailbox):
    """A mail server that tells a taker of each mail before it answers."""

    def __init__(self, folder: Path, taker: Taker) -> None:
        super().__init__(folder)
        self._taker = taker

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd calls it so
        """Keep the mail, tell, then answer."""
        said = await super().handle_DATA(server, session, envelope)
        mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        self._taker.take(Taken(f"{mail['To'].partition('@')[0]} {mail['Subject']}", mail["Message-ID"], said))
        return said


def _listening(write: int, port: int) -> None:
    """Tell the port, and wait for the end."""
    os.write(write, f"{port}\n".encode())
    os.close(write)
    while True:
        signal.pause()
