"""A digest as a reader sees it in a mail: the page and the text are written from this one value."""

from collections.abc import Mapping
from dataclasses import dataclass

from alerts.channels.facts import (
    Words,
    asked_lines,
    coverage_lines,
    ending_lines,
    facts,
    late_line,
    rule_names,
    section_name,
    when,
)
from alerts.channels.parts import fairly
from alerts.channels.wording import changed_line, line, period_label, pieces, safe_link, shorten
from alerts.model import Digest, DigestItem, DigestSection

TITLE = 160
SNIPPET = 500
PREVIEW = 90
CHANGE = 240
MOST_ELSEWHERE = 6

Pieces = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One notice."""

    title: Pieces
    link: str
    snippet: Pieces
    facts: list[str]
    rules: list[str]
    event: str
    changes: list[list[tuple[str, str]]]
    more_changes: int
    also_at: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Column:
    """The notices of one section that found room, and how many did not."""

    name: str
    count: int
    entries: list[Entry]

    @property
    def left_out(self) -> int:
        """How many notices of the section are not shown."""
        return self.count - len(self.entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Everything that a mail says, in the order in which it says it."""

    language: str
    period: str
    when: str
    subscriber: str
    destination: str
    count: int
    columns: list[Column]
    coverage: list[str]
    troubled: bool  # a source failed or is stale
    preview: str
    unsubscribe: str
    late: str
    ending: list[tuple[str, str, str]]  # day and what, title, link
    asked: list[str]
    link: str  # where all of it stands

    @property
    def left_out(self) -> int:
        """How many notices are not shown at all."""
        return self.count - sum(len(column.entries) for column in self.columns)


Ranked = tuple[int, int]
"""Section and place in it."""


def ranking(digest: Digest) -> list[Ranked]:
    """Order the items so that cutting the tail leaves each column its best."""
    return fairly([[(section, place) for place in range(len(found.items))] for section, found in _numbered(digest)])


def edition(digest: Digest, kept: Mapping[Ranked, Entry], words: Words, *, unsubscribe: str) -> Edition:
    """Write the edition with the kept items only, as `entry_of` has written them."""
    columns = [
        Column(
            name=line(section_name(section.name, words), 40),
            count=len(section.items),
            entries=[kept[number, place] for place in range(len(section.items)) if (number, place) in kept],
        )
        for number, section in _numbered(digest)
        if section.items
    ]
    return Edition(
        language=digest.language,
        period=period_label(digest.period),
        when=when(digest, words),
        subscriber=line(digest.subscriber, 60),
        destination=line(digest.destination, 60),
        count=len(digest.items),
        columns=columns,
        coverage=coverage_lines(digest.coverage, digest.timezone, words),
        troubled=bool(digest.coverage.failed or digest.coverage.stale),
        preview=line(words["comma"].join(item.title.text[:PREVIEW] for item in digest.items[:3]), PREVIEW),
        unsubscribe=unsubscribe,
        late=late_line(digest, words),
        ending=ending_lines(digest, words),
        asked=asked_lines(digest, words),
        link=safe_link(digest.link),
    )


def _numbered(digest: Digest) -> list[tuple[int, DigestSection]]:
    return list(enumerate(digest.sections))


def entry_of(item: DigestItem, timezone: str, words: Words) -> Entry:
    """Write one item."""
    return Entry(
        title=tuple(pieces(shorten(item.title, TITLE))),
        link=safe_link(item.url),
        snippet=tuple(pieces(shorten(item.snippet, SNIPPET))),
        facts=facts(item, timezone, words),
        rules=rule_names(item.rules, words),
        event=item.event,
        changes=[changed_line(one, CHANGE) for one in item.changes],
        more_changes=item.changes_total - len(item.changes),
        also_at=[(line(one.origin, 60), safe_link(one.url)) for one in item.also_at[:MOST_ELSEWHERE]],
    )
