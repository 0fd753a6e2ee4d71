"""What happens to a process at a point: see points.py."""

import importlib
import os
import resource
import select
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Self

import sqlalchemy as sa

from config.database import open_database
from tests.bench.databases import FULL_LOCK
from tests.bench.points import Point
from tests.bench.ways import Way

HAPPENED, NOT_REACHED, FAILED = 70, 71, 72  # exit codes of a process that lives on
LONGEST_WAIT = 0.5  # seconds that the first waits for the second, which may itself wait for what the first has locked


def happened(way: Way) -> bool:
    """Take the stage in a process to which it happens at the point; tell whether it did."""
    second = Second.of(way) if way.point.second else None
    pid = _process(lambda: _taken(way, second))
    _, status = os.waitpid(pid, 0)
    if second is not None:
        second.end()
    if os.WIFSIGNALED(status):
        return way.point.dies and os.WTERMSIG(status) == signal.SIGKILL
    if os.WEXITSTATUS(status) == FAILED:
        raise RuntimeError(f"{way.point.name}: the process failed by itself")
    return os.WEXITSTATUS(status) == HAPPENED


@dataclass(slots=True)
class Second:
    """A process at the same database that begins when it is told to."""

    pid: int
    bell: int
    done: int

    @classmethod
    def of(cls, way: Way) -> Self:
        """Make one that will take a stage of this way, by the clock as it will then be."""
        (heard, bell), (done, told) = os.pipe(), os.pipe()

        def work() -> int:
            os.close(bell)
            os.read(heard, 1)
            way.clock = way.point.clock
            way.take(way.point.second)
            os.write(told, b"!")
            return HAPPENED

        pid = _process(work)
        os.close(heard)
        os.close(told)
        return cls(pid, bell, done)

    def let_work(self) -> None:
        """Let it begin, and wait until it is done or has itself to wait."""
        os.write(self.bell, b"!")
        select.select([self.done], [], [], LONGEST_WAIT)

    def end(self) -> None:
        """Let it finish; what was never told to begin does so now."""
        with suppress(BrokenPipeError):
            os.write(self.bell, b"!")
        _, status = os.waitpid(self.pid, 0)
        os.close(self.bell)
        os.close(self.done)
        if os.waitstatus_to_exitcode(status) != HAPPENED:
            raise RuntimeError("the second process failed")


def _process(work: Callable[[], int]) -> int:
    """Do work in a process of its own."""
    pid = os.fork()
    if pid:
        return pid
    code = FAILED
    try:
        code = work()
    except BaseException:  # noqa: BLE001  the parent must not go on twice
        traceback.print_exc()
    os._exit(code)


def _taken(way: Way, second: Second | None) -> int:
    point, tripped = way.point, Tripped(way, second)
    if not point.at:
        way.taker.kill_next(os.getpid())
    with tripwire(point, tripped):
        if point.full:
            _refused(way)
        way.take(point.stage)
    return HAPPENED if tripped.so_far else NOT_REACHED


def _refused(way: Way) -> None:
    """Take the stage until the full disk stops it, and make room: nothing is left but to take it again."""
    try:
        way.take(way.point.stage)
    except sa.exc.OperationalError:
        full_disks.close()
    else:
        raise RuntimeError(f"{way.point.name}: the disk was not full")


class Tripped:
    """What happens when the point is reached."""

    def __init__(self, way: Way, second: Second | None) -> None:
        self._way, self._second = way, second
        self.so_far = False

    def __call__(self) -> None:
        """Let it happen."""
        self.so_far = True
        point = self._way.point
        self._way.clock = point.clock
        if self._second is not None:
            self._second.let_work()
        if point.full:
            full_disks.enter_context(_full_disk(self._way.engine))
        if point.dies:
            os.kill(os.getpid(), signal.SIGKILL)


full_disks = ExitStack()
"""What is undone to make room."""


@contextmanager
def _full_disk(engine: sa.Engine) -> Iterator[None]:
    """Let this process write nothing more to the database."""
    if engine.dialect.name == "sqlite":
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
        yield
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        return
    another = open_database(engine.url.render_as_string(hide_password=False))
    with another.connect() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_lock(FULL_LOCK)))
        yield
    another.dispose()


@contextmanager
def tripwire(point: Point, tripped: Callable[[], None]) -> Iterator[None]:
    """Let it happen at the point."""
    if not point.at:
        yield
        return
    module_name, _, name = point.at.partition(":")
    module = importlib.import_module(module_name)
    function: Callable[..., Any] = getattr(module, name)
    calls = 0

    def watched(*given: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        reached = calls == point.nth
        if reached and point.before:
            tripped()
        result = function(*given, **named)
        if reached and not point.before:
            tripped()
        return result

    setattr(module, name, watched)
    yield
