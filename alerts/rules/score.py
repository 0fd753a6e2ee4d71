"""How much a match weighs: the number that orders a digest. Pure: the day and the shares of words are handed in."""

from collections.abc import Callable, Sequence
from datetime import date
from math import log
from typing import TypeAlias

from alerts.model import Hit
from alerts.rules.fields import FIELDS
from alerts.rules.notice_text import china_day
from alerts.rules.shares import LEAST, shipped_shares
from crawler.notice import ArchivedNotice, Notice

ShareOf: TypeAlias = Callable[[str], float]
"""Tells which share of notices holds a term."""

FRESH_DAYS = 7
"""After so many days what is new weighs half."""


def score(hits: Sequence[Hit], *, age: int | None = None, share_of: ShareOf | None = None) -> float:
    """Weigh the evidence of one match: 0 without any, below 12. The same hits, age and shares give the same score.

        place      8 when a term stands in the title, 4 in the body, 0 elsewhere: in a file or a fact
      + breadth    1 − 1/n for n different terms of the rule that were found
      + frequency  1 − 1/(1 + ln n) for n places of them, in all fields
      + rarity     of the rarest term found: 0 for what every notice holds, 1 for what one of ten thousand does
      + recency    2^(−days/7) of `age`, the days since it was published; 0 when that is not known

    `share_of` tells how common a term is; without it the shares do that Yaoxun comes with. They are not learned from
    the archive: what was weighed yesterday, or by another process, must compare with what is weighed today.

    Each of the four stays below 1, so that whatever stands in a title outweighs all that stands only in a body, and
    that all that stands only in files; and no further hit ever lowers a score.
    """
    if not hits:
        return 0.0
    share_of = share_of or shipped_shares().of
    terms = {hit.term for hit in hits}
    places = sum(len(hit.spans) for hit in hits)
    place = max(FIELDS[hit.field].weight for hit in hits)
    virtues = (1 - 1 / len(terms), 1 - 1 / (1 + log(max(places, 1))), _rarity(min(map(share_of, terms))), _recency(age))
    return round(place + sum(min(virtue, BELOW_ONE) for virtue in virtues), 4)


def age_of(notice: Notice, today: date) -> int:
    """Return the days since a notice was published, or first seen, or 0 for one not archived; never less than 0."""
    seen = china_day(notice.first_seen_at) if isinstance(notice, ArchivedNotice) else today
    return max(0, (today - (notice.published or seen)).days)


def _rarity(share: float) -> float:
    return log(max(share, LEAST)) / log(LEAST)


def _recency(age: int | None) -> float:
    return 0.0 if age is None else 2.0 ** (-age / FRESH_DAYS)


BELOW_ONE = 0.9999  # as four decimals show it
