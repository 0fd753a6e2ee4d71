"""Notices and rules for the matcher, generated from fixed seeds; with YAOXUN_BENCH_NOTICES other notices are taken.

Rules: 25 % one term, 25 % both of two, 15 % a (b OR c OR d), 10 % OR of three to five, 10 % a -b, 10 % a NEAR/20 b, 5 %
title:(a b) with a region; 30 % of the others have a region. In `dense` many share words that are in most notices, and
0.4 % hold; in `sparse` few do, `quiet` rules hardly ever hold.
"""

import json
import os
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from alerts.rules.leaves import Place, Term
from alerts.rules.tree import Node, Rule, all_of, any_of, near, none_of
from config.vocabulary import Vocabulary
from crawler.notice import Notice

VARIABLE = "YAOXUN_BENCH_NOTICES"
CITIES = ("深圳市", "上海市", "北京市", "杭州市", "南京市", "合肥市", "广州市", "成都市")
HOT = ("申报", "通知", "企业", "高新技术企业", "专精特新", "资金", "项目", "科技", "金融", *CITIES[:3])
HANZI = [bytes([first, second]).decode("gb2312") for first in range(0xB0, 0xD7) for second in range(0xA1, 0xFA)]
COMMON = 2500  # characters that texts are made of
LENGTH = 1664
MATCHED = 100  # notices that are matched; rules know the others too
POOL = {
    "dense": (100_000, 0.2),
    "sparse": (1_000_000, 0.02),
    "quiet": (1_000_000, 0.0),
}  # words, share taken from texts
VARIED = 6  # times as many pairs hold equally often in notices that are not made: these repeat themselves less
SHARES = {"dense": (0.004, 0.02), "sparse": (0.0003, 0.01), "quiet": (0.0, 0.0)}  # of hot words, of pairs in one notice


@dataclass(frozen=True, slots=True)
class Asked:
    """One rule in the parts that any engine needs: groups of which each must have one word, and so on."""

    groups: tuple[tuple[str, ...], ...]
    without: str = ""
    near: bool = False
    title: bool = False
    region: str = ""

    def holds(self, title: str, body: str, region: str) -> bool:
        """Tell whether a notice meets the rule, word by word with `in`: what the others are measured against."""
        if self.region and self.region != region:
            return False
        where = title if self.title else body
        if not all(any(word in where for word in group) for group in self.groups):
            return False
        if self.near and not _near(body, self.groups[0][0], self.groups[1][0]):
            return False
        return not (self.without and self.without in body)

    def written(self) -> str:
        """Return the rule as a reader writes it."""
        groups = [group[0] if len(group) == 1 else f"({' OR '.join(group)})" for group in self.groups]
        text = (" NEAR/20 " if self.near else " ").join(groups)
        text = f"title:({text})" if self.title else text
        text += f" -{self.without}" if self.without else ""
        return text + (f" region:{self.region}" if self.region else "")

    def parsed(self, vocabulary: Vocabulary) -> Rule:
        """Return what `parse` makes of it, made directly; a test of the bench holds both equal."""
        groups = [any_of([_term(word, title=self.title) for word in group]) for group in self.groups]
        parts: list[Node] = [near(groups[0], groups[1], 20, ordered=False)] if self.near else groups
        parts += [none_of(_term(self.without), 0)] if self.without else []
        parts += [Place(self.region, vocabulary.places.find(self.region))] if self.region else []
        return Rule("", all_of(parts))


def notices(count: int, vocabulary: Vocabulary) -> list[Notice]:
    """Return notices with one region each; the text begins with the title."""
    path = os.environ.get(VARIABLE)
    rows = _rows(Path(path), count) if path else _made(count)
    return [
        Notice(key=str(number), source="", title=title, text=text, regions=vocabulary.places.find(region))
        for number, (title, text, region) in enumerate(rows)
    ]


def rules(count: int, mix: str, texts: Sequence[Notice]) -> Iterator[Asked]:
    """Yield rules with words of the notices; pairs that stand together come from others than the first MATCHED."""
    rng = random.Random(f"{count} {mix}")  # noqa: S311  a workload, not a secret
    pool, of_texts = _pool(mix, texts)
    hot, paired = SHARES[mix]
    paired *= VARIED if os.environ.get(VARIABLE) else 1
    pairs = [
        [word for word in rng.sample(of_texts, min(4000, len(of_texts))) if word in one.text] for one in texts[MATCHED:]
    ]
    pairs = [words for words in pairs if len(words) > 1]

    def term() -> str:
        return rng.choice(HOT) if rng.random() < hot else rng.choice(pool)

    def pair() -> tuple[str, str]:
        first, second = rng.sample(rng.choice(pairs), 2) if pairs and rng.random() < paired else (term(), term())
        return first, second if second != first else rng.choice(pool)

    for _ in range(count):
        yield _asked(rng, mix, term, pair)


def _asked(  # noqa: PLR0911  one answer for each shape
    rng: random.Random, mix: str, term: Callable[[], str], pair: Callable[[], tuple[str, str]]
) -> Asked:
    shape = rng.random()
    region = rng.choice(CITIES) if rng.random() < 0.3 else ""
    if shape < 0.25:
        return Asked(((term(),),), region=region)
    if shape < 0.5:
        first, second = pair()
        return Asked(((first,), (second,)), region=region)
    if shape < 0.65:
        first, second = pair()
        return Asked(((first,), (second, term(), term())), region=region)
    if shape < 0.75:
        return Asked((tuple(term() for _ in range(rng.randint(3, 5))),), region=region)
    if shape < 0.85:
        first, second = pair()
        return Asked(((first,),), without=second, region=region)
    if shape < 0.95:
        first, second = pair()
        return Asked(((first,), (second,)), near=True, region=region)
    return Asked(((rng.choice(HOT) if mix == "dense" else term(),), (term(),)), title=True, region=rng.choice(CITIES))


def _pool(mix: str, texts: Sequence[Notice]) -> tuple[list[str], list[str]]:
    rng = random.Random(7)  # noqa: S311  the same
    size, share = POOL[mix]
    runs = [run for one in texts for run in re.findall(r"[\u4e00-\u9fff]{4,}", one.text)]
    of_texts: set[str] = set()
    while len(of_texts) < size * share:
        run, length = rng.choice(runs), rng.choice([3, 4, 4, 5, 6, 7, 8])
        if len(run) >= length:
            start = rng.randrange(len(run) - length + 1)
            of_texts.add(run[start : start + length])
    words = set(of_texts)
    while len(words) < size:
        words.add("".join(rng.choice(HANZI) for _ in range(rng.choice([2, 3, 4, 4, 4, 5, 6, 6, 7, 8]))))
    return rng.sample(sorted(words), len(words)), sorted(of_texts)


def _made(count: int) -> Iterator[tuple[str, str, str]]:
    """Yield (title, text, region) of words whose frequencies fall as those of a language do."""
    rng = random.Random(7)  # noqa: S311  the same
    characters = rng.sample(HANZI[:3755], COMMON)
    words = ["".join(rng.choices(characters, k=rng.choice([1, 2, 2, 2, 3, 4]))) for _ in range(8000)]
    weights = [1 / (rank + 10) for rank in range(len(words))]
    for _ in range(count):
        region = rng.choice(CITIES)
        title = f"{region}{''.join(rng.choices(words, weights, k=3))}局关于组织申报{rng.choice(HOT)}项目的通知"
        text = [title, "各有关单位："]
        while sum(map(len, text)) < LENGTH:
            text.append("".join(rng.choices(words, weights, k=rng.randint(3, 14))) + rng.choice("，。；"))
            text += [rng.choice(HOT)] if rng.random() < 0.2 else []
        yield title, "".join(text), region


def _rows(path: Path, count: int) -> Iterator[tuple[str, str, str]]:
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, islice(lines, count)):
            yield row["title"], row["body"], row["region"]


def _near(text: str, first: str, second: str) -> bool:
    starts, others = ([found.start() for found in re.finditer(f"(?={word})", text)] for word in (first, second))
    return any(
        max(other - start - len(first), start - other - len(second)) <= 20 for start in starts for other in others
    )


def _term(word: str, *, title: bool = False) -> Term:
    return Term(word, (word,), field="title" if title else "")
