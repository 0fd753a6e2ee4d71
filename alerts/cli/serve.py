"""`yaoxun serve`: the service."""

import signal
import threading

from alerts import schedule
from alerts.cli.opening import opened


def serve() -> None:
    """Run the service: crawl, match, close digests and deliver as each falls due.

    Stops on Ctrl-C or SIGTERM and finishes what it has begun; whatever waits then is taken up at the next start.
    """
    work = opened().workplace
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        schedule.serve(work, stop)
    finally:
        work.engine.dispose()
