"""A generated archive for the bench: notices of about 1,600 characters, of words as unequally frequent as real ones."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

import sqlalchemy as sa

from crawler.archive.tables import notices

COMMON = [bytes([row, cell]).decode("gb2312") for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFA)]
VOCABULARY, SEED = 100_000, 7
PARAGRAPHS, LONG, IN_NOTICE = 20_000, 100, 8  # different ones, their words, how many make a notice
TELLING = 100  # the words before say nothing, such as 工作 and 进行: nobody looks for them
REGIONS: tuple[list[str], ...] = (["上海/浦东"], ["江苏/苏州/昆山"], ["浙江/杭州"], ["安徽/合肥"], ["湖北/武汉"], [])
AT_ONCE = 1_000
PERIOD = timedelta(days=365)


def vocabulary() -> list[str]:
    """Return made-up words of one to five characters, the most frequent first; short ones lead, as in real text."""
    rng = random.Random(SEED)  # noqa: S311  a workload, not a secret
    weights = list(accumulate(1 / (rank + 20) for rank in range(len(COMMON))))
    lengths = ((1, 2, 2, 2), (2, 2, 3, 4), (2, 3, 4, 4, 5))
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        length = rng.choice(lengths[min(len(words) // 300, 2)])
        words["".join(rng.choices(COMMON, cum_weights=weights, k=length))] = None
    return list(words)


def fill(connection: sa.Connection, count: int, now: datetime) -> None:
    """Archive notices, evenly over the year before `now`, as rows: what the crawler does with them is not measured."""
    rng, words = random.Random(SEED), vocabulary()  # noqa: S311  the same
    weights = list(accumulate(1 / (rank + 10) for rank in range(VOCABULARY)))
    paragraphs = [_paragraph(rng.choices(words, cum_weights=weights, k=LONG)) for _ in range(PARAGRAPHS)]
    for start in range(0, count, AT_ONCE):
        some = range(start, min(start + AT_ONCE, count))
        rows = [_row(number, paragraphs, rng, now - PERIOD * ((count - number) / count)) for number in some]
        connection.execute(sa.insert(notices), rows)


def two_term_rules(count: int) -> Iterator[str]:
    """Yield pairs of words of two characters or more, evenly over the logarithm of how frequent they are."""
    rng, words = random.Random(SEED + 1), vocabulary()  # noqa: S311  the same
    for _ in range(count):
        yield " ".join(_any_word(words, rng) for _ in range(2))


def _any_word(words: Sequence[str], rng: random.Random) -> str:
    while True:
        word = words[int(TELLING * (VOCABULARY / TELLING) ** rng.random()) - 1]
        if len(word) > 1:
            return word


def _paragraph(words: Sequence[str]) -> str:
    ends = ("", "", "，", "", "、", "", "，", "", "", "。")
    return "".join(word + ends[place % len(ends)] for place, word in enumerate(words))


def _row(number: int, paragraphs: Sequence[str], rng: random.Random, seen: datetime) -> dict[str, Any]:
    chosen = rng.choices(paragraphs, k=IN_NOTICE)
    return {
        "key": f"https://bench.example/{number}",
        "source_id": "bench",
        "title": chosen[0][:20],
        "text": "\n".join(chosen),
        "regions": rng.choice(REGIONS),
        "attachments": [],
        "content_hash": "",
        "first_seen_at": seen,
        "last_seen_at": seen,
        "published": seen.date(),
    }
