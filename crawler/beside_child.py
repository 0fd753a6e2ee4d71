"""`python -m crawler.beside_child`: a desk behind a socket on its stdin; ends when that does.

First come the address of the database and the places, then one question after another: (task, things, now).
"""

import pickle
import signal
import socket
from typing import Any

from config.database import open_database
from crawler.beside import LENGTH
from crawler.desk import Desk


def main() -> None:
    """Answer until nobody asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks ends us in order
    with socket.socket(fileno=0) as asking, asking.makefile("rb") as questions:
        url, places = _next(questions)
        engine = open_database(url)
        desk = Desk(places, engine)
        while (question := _next(questions)) is not None:
            task, things, now = question
            answer = pickle.dumps(getattr(desk, task)(things, now), protocol=pickle.HIGHEST_PROTOCOL)
            asking.sendall(len(answer).to_bytes(LENGTH, "big") + answer)
        engine.dispose()


def _next(questions: Any) -> Any:  # noqa: ANN401  a socket's file, and whatever was asked
    length = questions.read(LENGTH)
    return pickle.loads(questions.read(int.from_bytes(length, "big"))) if length else None  # noqa: S301  our parent has made it


if __name__ == "__main__":
    main()
