"""Delivering as a unit of work: whatever is due, by one of many workers."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from alerts.delivery import DeliveryResult, Outcome, deliver_each
from alerts.store.outbox import any_due
from alerts.store.secrets import Vault
from config.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Post:
    """What delivering needs, opened once."""

    settings: Settings
    engine: sa.Engine
    vault: Vault
    clock: Callable[[], datetime]


def deliver(post: Post, stop: threading.Event, *, worker: int = 0, urgent_only: bool = False) -> DeliveryResult:
    """Send every message that is due; when `stop` is set the one under way is the last.

    Workers beside each other in one process have numbers, so that a lease tells whose it is.
    """
    with post.engine.execution_options(reading=True).begin() as connection:
        if not any_due(connection, now=post.clock()):
            return DeliveryResult()
    whose = f"{owner()}:{worker}"
    each = deliver_each(post.engine, post.vault, post.settings, now=post.clock, owner=whose, urgent_only=urgent_only)
    return DeliveryResult.of(_until(stop, each))


def _until(stop: threading.Event, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    for outcome in outcomes:
        yield outcome
        if stop.is_set():
            return


def owner() -> str:
    """Name this process, so that a lease tells whose it is."""
    return f"{socket.gethostname()}:{os.getpid()}"
