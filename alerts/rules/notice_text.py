"""A notice as rules see it: every field folded once, and every place it concerns."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Self

from alerts.rules.words import Cuts
from config.vocabulary import Vocabulary, Words
from crawler.folding import SEPARATOR, Folded, fold
from crawler.notice import ArchivedNotice, Attachment, Notice
from crawler.reading.dates import CHINA

KINDS = re.compile(
    r"(通知|意见|公告|公示|通告|通报|办法|规定|细则|条例|决定|决议|批复|复函|函|方案|规划|计划|纲要|指南|标准|规程"
    r"|请示|报告|命令|议案|纪要|倡议书|解读)[书稿]?(?:[(（〔][^()（）〔〕]*[)）〕])*$"
)

NO_DAYS: Mapping[str, tuple[date, ...]] = {"published": (), "deadline": (), "seen": ()}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the field "attachment": the name of a file, or the text of one of its pages, numbered from 1."""

    start: int
    attachment: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class NoticeText:
    """What a rule is asked of. `scopes` are the notice's regions, all that lies above them, and their groups.

    The field "attachment" is the names and pages of the files joined by line ends, across which nothing is found.
    """

    fields: Mapping[str, Folded]
    scopes: frozenset[str]
    parts: tuple[Part, ...] = ()
    states: frozenset[str] = frozenset()
    has: frozenset[str] = frozenset()  # what the notice comes with: attachment, deadline
    days: Mapping[str, tuple[date, ...]] = field(default_factory=lambda: dict(NO_DAYS))
    today: date | None = None  # without it no window can be answered
    cuts: Cuts = field(default_factory=Cuts, compare=False, repr=False)

    @classmethod
    def of(cls, notice: Notice, words: Words, *, today: date | None = None) -> Self:
        """Fold a notice once, with what stands in its attachments.

        `today` is the day in China from which windows (deadline:<7d) are counted; a rule that asks for one without it
        gets no answer but LookupError.
        """
        vocabulary = Vocabulary.of(words)
        texts = {
            "title": notice.title,
            "body": notice.text,
            "agency": notice.agency,
            "source": notice.source,
            "section": notice.section,
            "docnum": notice.document_number,
            "kind": notice.facts.kind.value if notice.facts.kind else kind_of(notice.title),
        }
        fields = {name: fold(text) for name, text in texts.items()}
        pieces = [piece for one in notice.attachments for piece in _pieces(one, alone=one.url == notice.url)]
        fields["attachment"] = Folded.joined([text for _, _, text in pieces])
        days = _days_of(notice)
        return cls(
            fields,
            scopes_of(notice.regions, vocabulary),
            tuple(_parts(pieces)),
            states_of(notice),
            _having(notice, days),
            days,
            today,
            Cuts(vocabulary),
        )

    def part_at(self, position: int) -> Part:
        """Return the part of the attachments that holds a character of the joined original."""
        return self.parts[bisect_right(self.parts, position, key=lambda part: part.start) - 1]


def _pieces(one: Attachment, *, alone: bool) -> Iterator[tuple[str, int | None, str]]:
    """Yield (file, page, text); the pages of a notice that is a file itself are its body."""
    yield one.name, None, one.name
    if not alone:
        yield from ((one.name, number, page) for number, page in enumerate(one.pages, 1) if page)


def _parts(pieces: Sequence[tuple[str, int | None, str]]) -> Iterator[Part]:
    start = 0
    for name, page, text in pieces:
        yield Part(start, name, page)
        start += len(text) + len(SEPARATOR)


def states_of(notice: Notice) -> frozenset[str]:
    """Return what became of a notice since it was archived; one that never was is in no state."""
    if not isinstance(notice, ArchivedNotice):
        return frozenset()
    states = {"revised": notice.revision > 1, "withdrawn": notice.withdrawn_at is not None}
    return frozenset(name for name, holds in states.items() if holds)


def china_day(moment: datetime) -> date:
    """Return the day that it is in China at a moment: official papers count days there."""
    return moment.astimezone(CHINA).date()


def _days_of(notice: Notice) -> dict[str, tuple[date, ...]]:
    return {
        "published": (notice.published,) if notice.published else (),
        "deadline": tuple(deadline.day for deadline in notice.facts.deadlines),
        "seen": (china_day(notice.first_seen_at),) if isinstance(notice, ArchivedNotice) else (),
    }


def _having(notice: Notice, days: Mapping[str, tuple[date, ...]]) -> frozenset[str]:
    """Return what a notice comes with; a file that is the notice itself is no attachment."""
    having = {
        "attachment": any(one.url != notice.url for one in notice.attachments),
        "deadline": bool(days["deadline"]),
    }
    return frozenset(name for name, holds in having.items() if holds)


def kind_of(title: str) -> str:
    """Return the kind of document that a title ends with (通知, 意见, 办法 …); empty when it names none."""
    found = KINDS.search(title.strip())
    return found[1] if found else ""


def scopes_of(regions: Iterable[str], vocabulary: Vocabulary) -> frozenset[str]:
    """Return the regions, all that lies above them, and the groups that hold them."""
    return frozenset(scope for region in regions for scope in _scopes(region, vocabulary))


@lru_cache(4096)  # there are few regions in which most notices lie
def _scopes(region: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    places = vocabulary.places
    parts = places.groups.get(region, (region,))[0].split("/")
    above = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
    return region, *(scope for scope in (*above, *places.groups) if places.within(region, (scope,)))
