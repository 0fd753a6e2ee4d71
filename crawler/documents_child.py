"""`python -m crawler.documents_child`: reads one file after another, each sent on stdin, each answered on stdout.

A request is a line of JSON {"name", "size"} and as many bytes; the answer is one line of JSON. The limits stand here,
in the process that a hostile file would burst: memory for good, processor time anew for each file. Whoever started it
watches the clock and replaces it when it is gone.
"""

import json
import os
import resource
import sys
from dataclasses import asdict

from crawler.notice import Reading
from crawler.reading.documents import Document
from crawler.reading.documents.reading import read_document

MEMORY = 1_200_000_000  # of addresses; what is in use stays far below
SECONDS = 30  # of processor time for one file
LARGEST_WRITTEN = 100_000_000


def main() -> None:
    """Answer until stdin ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_WRITTEN, LARGEST_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    for line in sys.stdin.buffer:
        request = json.loads(line)
        body = sys.stdin.buffer.read(request["size"])
        _allow_time()
        answers.write(json.dumps(asdict(read(body, request["name"]))).encode() + b"\n")
        answers.flush()


def read(body: bytes, name: str) -> Document:
    """Read one file; the libraries raise anything at all on broken ones, and each is said of its file."""
    try:
        return read_document(body, name)
    except MemoryError:
        raise  # the process is spent: the next file gets a fresh one
    except Exception as error:  # noqa: BLE001  a broken file must not keep the next from being read
        words = f"{type(error).__name__}: {error}"[:300]
        return Document(kind="broken", reading=Reading.UNREADABLE, reason=f"the file is damaged: {words}")


def _allow_time() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + SECONDS, most))


if __name__ == "__main__":
    main()
