"""What the matcher is measured against: the least that any could do, Aho-Corasick, PostgreSQL."""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from crawler.folding import fold
from crawler.notice import Notice
from tests.bench.postgres import postgres_url
from tests.bench.workload import Asked


@numba.njit(cache=True)
def pairs_in(codes: npt.NDArray[np.uint32], bitmap: npt.NDArray[np.uint32]) -> int:
    """Count the pairs of characters that a bitmap of 2^20 has: the floor of every matcher that looks at pairs."""
    count = np.uint32(0)
    for place in range(len(codes) - 1):
        code = np.uint32(codes[place] * np.uint32(0x9E3779B1) + codes[place + 1] * np.uint32(0x85EBCA77)) >> np.uint32(
            12
        )
        count += (bitmap[code >> np.uint32(5)] >> (code & np.uint32(31))) & np.uint32(1)
    return int(count)


def automaton(asked: Sequence[Asked], folded: Sequence[tuple[str, str, str]]) -> float:
    """Return what Aho-Corasick over all words and evaluating in Python costs a notice, in µs."""
    from ahocorasick_rs import AhoCorasick  # noqa: PLC0415  an engine of the bench alone

    words = list(dict.fromkeys(word for rule in asked for group in rule.groups for word in group))
    numbers = {word: number for number, word in enumerate(words)}
    waiting: list[list[int]] = [[] for _ in words]
    for number, rule in enumerate(asked):
        for word in min(rule.groups, key=len):
            waiting[numbers[word]].append(number)
    engine = AhoCorasick(words)
    begin = time.process_time()
    for title, body, region in folded:
        seen = {found[0] for found in engine.find_matches_as_indexes(body, overlapping=True)}
        candidates = {number for word in seen for number in waiting[word]}
        [number for number in candidates if asked[number].holds(title, body, region)]
    return (time.process_time() - begin) / len(folded) * 1e6


def postgres(asked: Sequence[Asked], vectors: Sequence[str]) -> float:
    """Return what `tsvector @@ tsquery` over a table of rules costs a notice, in µs; bigrams are the words."""
    with postgres_server() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE rules (id integer, query tsquery)")
        with cursor.copy("COPY rules FROM STDIN") as copy:
            for number, rule in enumerate(asked):
                copy.write_row((number, as_query(rule)))
        cursor.execute("ANALYZE rules; SET max_parallel_workers_per_gather = 0")
        begin = time.perf_counter()
        for vector in vectors:
            cursor.execute("SELECT id FROM rules WHERE %s::tsvector @@ query", (vector,))
            cursor.fetchall()
        return (time.perf_counter() - begin) / len(vectors) * 1e6


def as_query(rule: Asked) -> str:
    """Write a rule for PostgreSQL: a word is its bigrams one after the other, a region a word of its own."""
    groups = [" | ".join(map(phrase, group)) for group in rule.groups]
    without = [f"!({phrase(rule.without)})"] if rule.without else []
    region = [f"'r{rule.region}'"] if rule.region else []
    return " & ".join([*(f"({group})" for group in groups), *without, *region])


def phrase(word: str) -> str:
    """Write a word."""
    return "(" + " <-> ".join(f"'{word[place : place + 2]}'" for place in range(len(word) - 1)) + ")"


def as_vector(one: Notice, region: str) -> str:
    """Write a notice: each bigram with its places, of which PostgreSQL keeps 255."""
    places: dict[str, list[int]] = defaultdict(list)
    text = fold(one.text).text
    for place in range(len(text) - 1):
        places[text[place : place + 2]].append(place + 1)
    words = (f"'{gram}':{','.join(map(str, found[:255]))}" for gram, found in places.items() if gram.isalnum())
    return " ".join([*words, f"'r{region}'"])


@contextmanager
def postgres_server() -> Iterator[Any]:
    """Open a connection to a server."""
    import psycopg  # noqa: PLC0415  of the dev extra

    with postgres_url() as url, psycopg.connect(url) as connection:
        yield connection
