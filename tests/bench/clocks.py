"""Time as a bench reads it."""

import time
from typing import NamedTuple

import psutil


class Spent(NamedTuple):
    """Seconds by the clock, and of the processor: the machine may be shared, and its disk slow."""

    wall: float
    cpu: float

    @classmethod
    def now(cls) -> "Spent":
        """Read both clocks."""
        return cls(time.perf_counter(), time.process_time())

    @classmethod
    def of(cls, process_id: int) -> "Spent":
        """Read the clock, and what another process has had of the processor."""
        theirs = psutil.Process(process_id).cpu_times()
        return cls(time.perf_counter(), theirs.user + theirs.system)

    def until_now(self) -> "Spent":
        """Return what has passed since."""
        return Spent(time.perf_counter() - self.wall, time.process_time() - self.cpu)

    def plus(self, other: "Spent") -> "Spent":
        """Return both together."""
        return Spent(self.wall + other.wall, self.cpu + other.cpu)
