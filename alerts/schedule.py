"""Which work is due: ticks in memory ask the rows. Any number of schedulers may run beside each other.

Crawling, indexing, passing days, closing and telling go by the clock. Matching and delivering begin as soon as somebody
in this process has work for them, and look for themselves every second, since work may also come from another process:

    crawl ─ a notice was archived ─→ match ─ for those who want it at once ─→ close ─→ deliver
    days ──────────────────────────────────────────────────┘                             │
    close, tell, rules ──────────────────────────────────────────────────────────────────┘

What is urgent is delivered in this process, everything else in another (couriers.py): while thousands of digests are
closed here, they leave there.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import partial
from typing import Protocol

import structlog
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler

from alerts import jobs
from alerts.couriers import Couriers
from alerts.jobs import Workplace
from alerts.news import TellingResult
from alerts.posting import Post, deliver
from alerts.rounds import Round
from alerts.troubles import TroubleResult
from alerts.woken import Woken, logged

log = structlog.get_logger(__name__)

TICK_SECONDS = {"crawl": 30, "index": 10, "days": 60, "close": 15, "tell": 60, "rules": 60, "bounces": 300}
"""How often each stage asks whether anything waits for it; what is due stands in the rows."""


def serve(work: Workplace, stop: threading.Event) -> None:
    """Run all stages until `stop` is set, then finish what has begun.

    The crawl's child process is asked to end and archives what it has; a delivery under way is sent and marked.
    """
    current = Round()
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # a busy tick is no news, a failed one is told below
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    scheduler.add_listener(_log_failure, EVENT_JOB_ERROR)
    post = Post(settings=work.settings, engine=work.engine, vault=work.vault, clock=work.clock)
    with ExitStack() as woken:
        others = woken.enter_context(Couriers(work.settings))
        urgent = woken.enter_context(Woken("deliver", partial(deliver, post, stop, urgent_only=True)))
        couriers = (urgent, others)
        matcher = woken.enter_context(Woken("match", partial(_then_at_once, partial(jobs.match, work), work, couriers)))
        for name, unit in _ticks(work, current, matcher, couriers).items():
            scheduler.add_job(
                logged,
                "interval",
                args=(name, unit),
                id=name,
                name=name,
                seconds=TICK_SECONDS[name],
                next_run_time=work.clock(),
            )
        scheduler.start()
        log.info("serving", database=work.engine.url.render_as_string(), sources=len(work.sources))
        stop.wait()
        log.info("stopping")
        others.end()
        current.end()
        scheduler.shutdown(wait=True)
    log.info("stopped")


class Wakeable(Protocol):
    """One who may be told that there is work."""

    def wake(self) -> None:
        """Let it look now."""
        ...


def _ticks(
    work: Workplace, current: Round, matcher: Woken, couriers: Iterable[Wakeable]
) -> dict[str, Callable[[], object]]:
    return {
        "crawl": partial(jobs.crawl, work, current, matcher.wake),
        "index": partial(jobs.index, work),
        "days": partial(_then_at_once, partial(jobs.pass_days, work), work, couriers),
        "close": partial(jobs.close, work, partial(_wake, couriers)),
        "bounces": partial(jobs.read_bounces, work),
        "tell": partial(_and_deliver, partial(jobs.tell, work), couriers),
        "rules": partial(_and_deliver, partial(jobs.look_after_rules, work), couriers),
    }


def _then_at_once(unit: Callable[[], object], work: Workplace, couriers: Iterable[Wakeable]) -> object:
    """Find matches, and let what somebody wants at once leave."""
    result = unit()
    jobs.close_at_once(work, partial(_wake, couriers))
    return result


def _and_deliver(unit: Callable[[], TellingResult | TroubleResult], couriers: Iterable[Wakeable]) -> object:
    """Do the work, and wake those who deliver when it left something for them."""
    result = unit()
    if result.notes:
        _wake(couriers)
    return result


def _wake(couriers: Iterable[Wakeable]) -> None:
    for courier in couriers:
        courier.wake()


def _log_failure(event: JobExecutionEvent) -> None:
    log.error("tick failed, the next one tries again", tick=event.job_id, exc_info=event.exception)
