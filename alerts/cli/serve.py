"""`yaoxun serve`: the service."""

import signal
import threading

from alerts import schedule
from alerts.cli.opening import Opened, opened
from alerts.cli.output import fail
from alerts.cli.signals import stop_on
from alerts.console.app import make_app
from alerts.console.server import CannotListen, Server


def serve() -> None:
    """Run the service: crawl, match, close digests and deliver as each falls due, and serve the pages.

    Stops on Ctrl-C or SIGTERM and finishes what it has begun; whatever waits then is taken up at the next start.
    """
    here = opened()
    work = here.workplace
    stop = threading.Event()
    stop_on((signal.SIGTERM, signal.SIGINT), stop)
    try:
        with _pages(here):
            schedule.serve(work, stop)
    finally:
        work.engine.dispose()


def _pages(here: Opened) -> Server:
    try:
        return Server(make_app(here.engine, here.vault, here.settings), here.settings.web)
    except CannotListen as error:
        fail(str(error), error.advice, code=2)
