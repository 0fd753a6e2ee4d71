"""Which work is due: ticks in memory ask the rows. Any number of schedulers may run beside each other."""

import logging
import threading
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from functools import partial

import structlog
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler

from alerts import jobs
from alerts.jobs import Workplace
from alerts.rounds import Round

log = structlog.get_logger(__name__)

TICK_SECONDS = {"crawl": 30, "match": 5, "days": 60, "close": 15, "tell": 60, "rules": 60, "deliver": 5}
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
    for name, unit in _units(work, current, stop).items():
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


def _units(work: Workplace, current: Round, stop: threading.Event) -> dict[str, Callable[[], object]]:
    return {
        "crawl": partial(jobs.crawl, work, current),
        "match": partial(jobs.match, work),
        "days": partial(jobs.pass_days, work),
        "close": partial(jobs.close, work),
        "tell": partial(jobs.tell, work),
        "rules": partial(jobs.look_after_rules, work),
        "deliver": partial(jobs.deliver, work, stop),
    }


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
