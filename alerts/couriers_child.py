"""`python -m alerts.couriers_child`: delivers what is due; ends when its stdin does.

First come the settings, then a byte whenever there is something to look for.
"""

import pickle
import signal
import sys
import threading
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial

from alerts.couriers import WAKE
from alerts.posting import Post, deliver
from alerts.store.secrets import Vault
from alerts.woken import Woken
from config.database import open_database
from config.garbage import collect_seldom
from config.logs import set_up_logs
from config.settings import Settings


def main() -> None:
    """Deliver until whoever started us ends us, or is gone."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # whoever started us ends us in order
    settings: Settings = pickle.load(sys.stdin.buffer)  # noqa: S301  our parent has made it
    set_up_logs(settings.log)
    engine = open_database(settings.database)
    post = Post(settings=settings, engine=engine, vault=Vault.open(settings.home), clock=lambda: datetime.now(UTC))
    collect_seldom()
    try:
        _serve(post)
    finally:
        engine.dispose()


def _serve(post: Post) -> None:
    stop = threading.Event()
    with ExitStack() as working:
        couriers = [
            working.enter_context(Woken("deliver", partial(deliver, post, stop, worker=number)))
            for number in range(1, post.settings.delivery.workers + 1)
        ]
        while sys.stdin.buffer.read(len(WAKE)):
            for courier in couriers:
                courier.wake()
        stop.set()


if __name__ == "__main__":
    main()
