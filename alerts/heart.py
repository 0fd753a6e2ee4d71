"""What keeps a lease while a receiver takes its time."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from alerts.store.outbox import Claimed, renew_lease

log = structlog.get_logger(__name__)


class Heart:
    """Renews the leases of what is in hand at every third of them, so that a slow receiver gets it once."""

    def __init__(self, engine: sa.Engine, now: Callable[[], datetime], lease: timedelta) -> None:
        self._engine, self._now, self._lease = engine, now, lease
        self._lock = threading.Lock()
        self._held: Sequence[Claimed] = ()
        self._over = threading.Event()

    @contextmanager
    def beating(self) -> Iterator["Heart"]:
        """Beat until the block ends."""
        thread = threading.Thread(target=self._beat, name="lease", daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._over.set()
            thread.join()

    @contextmanager
    def holding(self, *claimed: Claimed) -> Iterator[None]:
        """Keep these deliveries ours until the block ends."""
        with self._lock:
            self._held = claimed
        try:
            yield
        finally:
            with self._lock:
                self._held = ()

    def _beat(self) -> None:
        while not self._over.wait(self._lease.total_seconds() / 3):
            with self._lock:
                for held in self._held:
                    self._renew(held)

    def _renew(self, held: Claimed) -> None:
        try:
            with self._engine.begin() as connection:
                renew_lease(connection, held, until=self._now() + self._lease)
        except sa.exc.SQLAlchemyError as error:  # the next beat tries again; the mark tells whether it is still ours
            log.warning("a lease could not be renewed", delivery=held.delivery.id, exc_info=error)
