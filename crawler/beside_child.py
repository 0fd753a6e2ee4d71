"""`python -m crawler.beside_child`: a desk behind a socket on its stdin; ends when that does.

First come the address of the database and the places, then one question after another: (task, things, now).
"""

import pickle
import signal
import socket
from contextlib import suppress
from typing import Any

from config.database import open_database
from config.garbage import collect_seldom
from crawler.beside import LENGTH
from crawler.desk import Desk


def main() -> None:
    """Answer until nobody asks."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # whoever asks ends us in order
    gone = suppress(EOFError, ConnectionError)  # whoever asked is; what was asked for is done
    with socket.socket(fileno=0) as asking, asking.makefile("rb") as questions, gone:
        _answer(asking, questions)


def _answer(asking: socket.socket, questions: Any) -> None:  # noqa: ANN401  a socket's file
    url, places = _next(questions)
    engine = open_database(url)
    desk = Desk(places, engine)
    collect_seldom()
    try:
        while True:
            task, things, now = _next(questions)
            answer = pickle.dumps(getattr(desk, task)(things, now), protocol=pickle.HIGHEST_PROTOCOL)
            asking.sendall(len(answer).to_bytes(LENGTH, "big") + answer)
    finally:
        engine.dispose()


def _next(questions: Any) -> Any:  # noqa: ANN401  a socket's file, and whatever was asked
    return pickle.loads(_exactly(questions, int.from_bytes(_exactly(questions, LENGTH), "big")))  # noqa: S301  our parent has made it


def _exactly(questions: Any, length: int) -> bytes:  # noqa: ANN401  a socket's file
    data: bytes = questions.read(length)
    if len(data) < length:
        raise EOFError
    return data


if __name__ == "__main__":
    main()
