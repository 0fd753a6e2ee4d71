"""`python -m crawler.beside_child`: a desk behind a socket on its stdin; ends when that does.

First come the address of the database and the places, then one question after another: (task, things, now).
"""

import signal
import socket
from contextlib import suppress
from typing import BinaryIO

from config.database import open_database
from config.garbage import collect_seldom
from crawler.desk import Desk
from crawler.messages import message, next_value


def main() -> None:
    """Answer until nobody asks."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # whoever asks ends us in order
    gone = suppress(EOFError, ConnectionError)  # whoever asked is; what was asked for is done
    with socket.socket(fileno=0) as asking, asking.makefile("rb") as questions, gone:
        _answer(asking, questions)


def _answer(asking: socket.socket, questions: BinaryIO) -> None:
    url, places = next_value(questions)
    engine = open_database(url)
    desk = Desk(places, engine)
    collect_seldom()
    try:
        while True:
            task, things, now = next_value(questions)
            asking.sendall(message(getattr(desk, task)(things, now)))
    finally:
        engine.dispose()


if __name__ == "__main__":
    main()
