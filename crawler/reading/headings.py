"""A bulletin without a table of contents: its titles, where they can be told from headings inside articles."""

import re
from collections.abc import Sequence

from crawler.reading.contents import Entry, column_name, names_column
from crawler.reading.paragraphs import Line, ends_sentence, is_heading
from crawler.reading.standing import NoContents, Place, without_bullet

_SHORTEST, _LONGEST = 8, 45  # characters of a title
_SHORTEST_ARTICLE = 25
_FEWEST = 3
_SENTENCE_MARKS = re.compile("[。；;？?!！]")
_SERIAL = re.compile(r"(?:\d{1,2}[.．、](?!\d)|[(（]\d{1,2}[)）]|[①-⑳])")


def entries_by_headings(lines: Sequence[Line]) -> tuple[list[Entry], list[Place]]:
    """Return titles with their columns and places; raise NoContents with the reason when it would be a guess.

    Safe means: the text opens with a title; every short line that ends no sentence is a title or the column over one;
    under each title stand whole sentences; and there are at least three.
    """
    entries, places, section = [], [], ""
    for at, line in enumerate(lines):
        if not _stands_out(line.text):
            continue
        following = lines[at + 1].text if at + 1 < len(lines) else ""
        if names_column(line.text) and _stands_out(following) and not names_column(following):
            section = column_name(line.text)
        elif _is_title(line.text):
            entries.append(Entry(without_bullet(line.text), section, None))
            places.append(Place(at, at + 1))
        else:
            raise NoContents(f"no table of contents, and “{line.text}” may be a title or a heading inside an article")
    _refuse_guess(lines, places)
    return entries, places


def _refuse_guess(lines: Sequence[Line], places: Sequence[Place]) -> None:
    if len(places) < _FEWEST:
        raise NoContents("no table of contents, and fewer than three lines that read like titles")
    if any(not _stands_out(line.text) for line in lines[: places[0].start]):
        raise NoContents("no table of contents, and the text does not open with a title")
    ends = [*(place.start for place in places[1:]), len(lines)]
    for place, end in zip(places, ends, strict=True):
        article = [line.text for line in lines[place.stop : end] if not names_column(line.text)]
        if sum(map(len, article)) < _SHORTEST_ARTICLE or not ends_sentence(article[-1]):
            title = lines[place.start].text
            raise NoContents(f"no table of contents, and under “{title}” stands no article of whole sentences")


def _stands_out(text: str) -> bool:
    return bool(text) and not ends_sentence(text) and (is_heading(text) or _is_title(text))


def _is_title(text: str) -> bool:
    """Tell whether a line can only be a title: long enough, no sentence, not the number of a section (一、)."""
    bare = without_bullet(text) if _SERIAL.match(text) else text
    numbered = re.match(r"[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十]+[)）]|第.{1,3}[章节条]", bare)
    return _SHORTEST <= len(bare) <= _LONGEST and not numbered and not _SENTENCE_MARKS.search(bare)
