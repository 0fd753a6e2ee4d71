"""Which work is due: ticks in memory ask the rows. Any number of schedulers may run beside each other.

Crawling, indexing, passing days, closing and telling go by the clock. Matching and delivering begin as soon as somebody
in this process has work for them, and look for themselves every second, since work may also come from another process:

    crawl ─ a notice was archived ─→ match ─ for those who want it at once ─→ close ─→ deliver
    days ──────────────────────────────────────────────────┘                             │
    close, tell, rules ──────────────────────────────────────────────────────────────────┘
"""

import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, is_dataclass
from functools import partial
from types import TracebackType
from typing import Self

import structlog
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler

from alerts import jobs
from alerts.digest import ClosingResult
from alerts.jobs import Workplace
from alerts.news import TellingResult
from alerts.rounds import Round
from alerts.troubles import TroubleResult

log = structlog.get_logger(__name__)

TICK_SECONDS = {"crawl": 30, "index": 10, "days": 60, "close": 15, "tell": 60, "rules": 60, "bounces": 300}
"""How often each stage asks whether anything waits for it; what is due stands in the rows."""

LOOK_SECONDS = 1.0
"""How often a stage that is woken looks for work all the same."""


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
    with ExitStack() as woken:
        couriers = [woken.enter_context(courier) for courier in _couriers(work, stop)]
        matcher = woken.enter_context(Woken("match", partial(_then_at_once, partial(jobs.match, work), work, couriers)))
        for name, unit in _ticks(work, current, matcher, couriers).items():
            scheduler.add_job(
                _logged,
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
        current.end()
        scheduler.shutdown(wait=True)
    log.info("stopped")


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
                _logged(self.name, self._unit)
            except Exception:  # the next look tries again, as a tick does
                log.exception("tick failed, the next one tries again", tick=self.name)
            self._bell.wait(LOOK_SECONDS)


def _couriers(work: Workplace, stop: threading.Event) -> list[Woken]:
    """Return the workers that deliver; the first takes only what is urgent, so that no slow receiver holds it up."""
    return [
        Woken("deliver", partial(jobs.deliver, work, stop, worker=number, urgent_only=number == 0))
        for number in range(work.settings.delivery.workers + 1)
    ]


def _ticks(work: Workplace, current: Round, matcher: Woken, couriers: list[Woken]) -> dict[str, Callable[[], object]]:
    return {
        "crawl": partial(jobs.crawl, work, current, matcher.wake),
        "index": partial(jobs.index, work),
        "days": partial(_then_at_once, partial(jobs.pass_days, work), work, couriers),
        "close": partial(_and_deliver, partial(jobs.close, work), couriers),
        "bounces": partial(jobs.read_bounces, work),
        "tell": partial(_and_deliver, partial(jobs.tell, work), couriers),
        "rules": partial(_and_deliver, partial(jobs.look_after_rules, work), couriers),
    }


def _then_at_once(unit: Callable[[], object], work: Workplace, couriers: list[Woken]) -> object:
    """Find matches, and let what somebody wants at once leave."""
    result = unit()
    _and_deliver(partial(jobs.close_at_once, work), couriers)
    return result


def _and_deliver(unit: Callable[[], ClosingResult | TellingResult | TroubleResult], couriers: list[Woken]) -> object:
    """Do the work, and wake those who deliver when it left something for them."""
    result = unit()
    if result.digests if isinstance(result, ClosingResult) else result.notes:
        for courier in couriers:
            courier.wake()
    return result


def _logged(name: str, unit: Callable[[], object]) -> None:
    result = unit()
    if name == "crawl" and isinstance(result, list):
        for crawl in result:
            log.info("crawled", source=crawl.source_id, verdict=crawl.verdict, reason=crawl.reason, added=crawl.added)
    elif is_dataclass(result) and not isinstance(result, type):
        fields = {key: value for key, value in asdict(result).items() if value}
        if fields:
            log.info(name, **fields)


def _log_failure(event: JobExecutionEvent) -> None:
    log.error("tick failed, the next one tries again", tick=event.job_id, exc_info=event.exception)
