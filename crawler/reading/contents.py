"""The table of contents of a bulletin: columns, titles and pages; and where in the body each title stands."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.reading.paragraphs import joined, squeezed
from crawler.reading.standing import MOST_LINES, NoContents, Titles, without_bullet
from crawler.reading.width import nfkc

_HEADING = re.compile(
    r"[【\[\s]*(?:本\s*期\s*)?(?:目\s*[录錄次]|要\s*目|导\s*读|内\s*容\s*提\s*要|contents)[】\]:：\s]*", re.IGNORECASE
)
_LEADERS = r"(?:[\s.·•…。_﹒‥\-—]+|(?=[(（]))"
_PAGE = re.compile(
    rf"(?P<title>.*?){_LEADERS}[(（]?\s*(?:P\.?\s*|第\s*)?(?P<page>\d{{1,3}})\s*页?\s*[)）]?\s*", re.IGNORECASE
)
_HAN_NUMBER = "[一二三四五六七八九十]{1,3}"
_DECORATED = re.compile(rf"^(?:[【\[〖].*[】\]〗]|[◆■●★▲◇□○※☆].*|{_HAN_NUMBER}[、.．].*|第{_HAN_NUMBER}[章部篇].*)$")
_DECORATION = re.compile(r"^(?:[【\[〖◆■●★▲◇□○※☆\s]+|[一二三四五六七八九十]{1,3}[、.．]\s*)+|[】\]〗\s:：]+$")
_BLANK_IN_HAN = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_PUNCTUATED = re.compile('[、，,“”‘’"]')
_LONGEST_COLUMN = 6
_LONGEST_PLAIN = 10  # of a column that is longer than others, and not marked
_SHORTEST_TITLE = 8
_LONGEST_DECORATED = 16
_FEWEST_IMPLIED = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A title of the contents with its column and page."""

    title: str
    section: str
    page: int | None


def start_of_contents(lines: Sequence[str]) -> tuple[int, int] | None:
    """Return where the head of the bulletin ends and where its contents begin; None when it has no contents.

    The contents stand under 目录, or are some lines near the beginning that end in page numbers.
    """
    heading = next((at for at, line in enumerate(lines) if _HEADING.fullmatch(line)), None)
    if heading is not None:
        return heading, heading + 1
    paged = [at for at, line in enumerate(lines[:120]) if _page(line)[1] is not None]
    if len(paged) < _FEWEST_IMPLIED or paged[_FEWEST_IMPLIED - 1] - paged[0] > 2 * _FEWEST_IMPLIED:
        return None
    before = paged[0] - 1
    first = before if before > 0 and names_column(lines[before]) else paged[0]
    return first, first


def end_of_contents(lines: Sequence[str], start: int) -> int:
    """Return the line where the contents' first column or first title stands again: there the body begins."""
    firsts = _first_titles(lines, start)
    for at in range(start + 1, len(lines)):
        together = squeezed(without_bullet(lines[at]))
        for line in ("", *lines[at + 1 : at + MOST_LINES]):
            together += squeezed(line)
            if at > firsts.get(together, at):
                return at
    raise NoContents("the first line of the table of contents does not stand again in the text")


def _first_titles(lines: Sequence[str], start: int) -> dict[str, int]:
    """Return what may open the body, the first column or the first title, and where in the contents it stands."""
    firsts: dict[str, int] = {}
    parts: list[str] = []
    short = ""
    for at, line in enumerate(lines[start : start + 1 + 2 * MOST_LINES], start):
        title, page = _page(line)
        if names_column(line):
            firsts |= {squeezed(column_name(title)): at, squeezed(title): at}
            short = title
            continue
        parts.append(title if parts else without_bullet(title))
        for whole in (joined(parts), joined([short, *parts])):  # the short line may be the beginning of the title
            firsts |= {squeezed(name): at for name in (whole, *(name for name, _ in _unstuck(whole)))}
        if page is not None or len(parts) == MOST_LINES:
            break
    firsts.pop("", None)
    return firsts


def read_entries(lines: Sequence[str], titles: Titles) -> list[Entry]:
    """Return the entries of the contents; what a line without a page number is, the body decides."""
    lines = _with_pages_parted(lines, titles)
    columns = _columns(lines, titles)
    entries: list[Entry] = []
    section = ""
    parts: list[str] = []
    paged = any(_page(line)[1] is not None for line in lines)
    for at, line in enumerate(lines):
        title, page = _page(line)
        if not parts and at in columns:
            section = column_name(title)
            continue
        parts.append(without_bullet(title) if not parts else title)
        whole = joined(parts)
        ends_here = (
            _begins_entry(lines[at + 1 : at + 2]) if paged else not _goes_on(whole, lines[at + 1 : at + 2], titles)
        )
        whole_here = titles.places(whole) and ends_here
        if page is not None or whole_here or len(parts) == MOST_LINES:
            entries.append(Entry(titles.spelled(whole) if len(parts) > 1 else whole, section, page))
            parts = []
    if parts:
        entries.append(Entry(joined(parts), section, None))
    if not entries:
        raise NoContents("the table of contents names no titles")
    return entries


def _begins_entry(following: Sequence[str]) -> bool:
    """Tell whether the next line of the contents begins something new, and is no rest of a broken title."""
    return not following or names_column(following[0]) or without_bullet(following[0]) != following[0]


def _goes_on(whole: str, following: Sequence[str], titles: Titles) -> bool:
    """Tell whether the next line of contents without pages belongs to this title, which the body breaks likewise."""
    return bool(following) and not names_column(following[0]) and bool(titles.places(joined([whole, following[0]])))


def _columns(lines: Sequence[str], titles: Titles) -> set[int]:
    """Return which lines of the contents name a column: short or marked ones; long ones only where there are no such.

    A long line over a title may as well be the first half of that title, so it takes more than its place in the body.
    """
    plain = [at for at, line in enumerate(lines) if names_column(line) and not _DECORATED.match(line)]
    found: set[int] = set()
    for at, line in enumerate(lines):
        if _DECORATED.match(line) and names_column(line):
            found.add(at)
        elif at in plain:
            below = at - 1 in found and (at - 1 in plain or plain == [at])
            lone = at > 0 and plain == [at] and not found  # columns that begin in the middle are none
            doubtful = below or lone or _PUNCTUATED.search(line) is not None
            found |= set() if _begins_title(lines, at, titles, doubtful=doubtful) else {at}
        elif (_page(line)[1] is not None) and _length(line) <= _LONGEST_COLUMN and _stands_over(lines, at, titles):
            found.add(at)
    return found or _long_columns(lines, titles)


def _long_columns(lines: Sequence[str], titles: Titles) -> set[int]:
    """Return the longer lines that name columns: over a numbered or dotted title, or several and the very first."""
    long = [at for at, line in enumerate(lines) if _page(line)[1] is None and _stands_over(lines, at, titles)]
    sure = {at for at in long if without_bullet(lines[at + 1]) != lines[at + 1]}
    many = len(long) > 1 and long[0] == 0 and all(_length(lines[at]) <= _LONGEST_PLAIN for at in long)
    return set(long) if many else sure


def _begins_title(lines: Sequence[str], at: int, titles: Titles, *, doubtful: bool) -> bool:
    """Tell whether a short line is the first half of a title: the body has one line, or it is a doubtful column."""
    parts: list[str] = []
    for line in lines[at : at + MOST_LINES]:
        if parts and without_bullet(line) != line:
            return False
        title, page = _page(line)
        parts.append(title)
        places = titles.places(joined(parts)) if len(parts) > 1 else []
        own_line = squeezed(lines[at])
        if any(doubtful or own_line not in {titles.body[place.start], titles.bare[place.start]} for place in places):
            return True
        if page is not None:
            return False
    return False


def _stands_over(lines: Sequence[str], at: int, titles: Titles) -> bool:
    """Tell whether a line of the contents stands in the body right over the title that follows it."""
    title = _page(lines[at])[0]
    if at + 1 == len(lines) or (without_bullet(title) != title and not _DECORATED.match(title)):
        return False
    next_title = squeezed(without_bullet(_page(lines[at + 1])[0]))
    if len(next_title) < _SHORTEST_TITLE:  # the second half of a title that is broken here and in the body
        return False
    places = (*titles.places(title), *titles.places(column_name(title)))
    return any("".join(titles.bare[place.stop : place.stop + 1]).startswith(next_title) for place in places)


def _length(line: str) -> int:
    return len(squeezed(_page(line)[0]))


def _with_pages_parted(lines: Sequence[str], titles: Titles) -> list[str]:
    """Part the page numbers that stick to a title which the body has without them."""
    parted: list[str] = []
    for at, line in enumerate(lines):
        found = {
            kept
            for first in range(max(0, at - MOST_LINES + 1), at + 1)
            for kept, page in _unstuck(line)
            if _page(line)[1] is None
            and titles.places(without_bullet(joined([*lines[first:at], kept])))
            and not titles.places(without_bullet(joined([*lines[first:at], line])))
        }
        kept = found.pop() if len(found) == 1 else line
        parted.append(line if kept == line else f"{kept} {line[len(kept) :]}")
    return parted


def _unstuck(line: str) -> list[tuple[str, str]]:
    """Return how one to three digits at the end of a line can be parted from it."""
    return [(line[:-count], line[-count:]) for count in (1, 2, 3) if line[-count:].isdigit() and len(line) > count]


def names_column(line: str) -> bool:
    """Tell whether a line can be the name of a column: at most six characters, or marked as one (【…】, 一、…)."""
    title, page = _page(line)
    if page is not None or (without_bullet(line) != line and not _DECORATED.match(line)):
        return False
    length = len(squeezed(column_name(title)))
    return 0 < length <= (_LONGEST_DECORATED if _DECORATED.match(line) else _LONGEST_COLUMN)


def column_name(line: str) -> str:
    """Return the name of a column without brackets, marks and number."""
    return _BLANK_IN_HAN.sub("", _DECORATION.sub("", line).strip())


def _page(line: str) -> tuple[str, int | None]:
    """Part a line of the contents into title and page number; the leaders go."""
    match = _PAGE.fullmatch(nfkc(line))
    if match is None or not squeezed(match["title"]):
        return line.strip(), None
    kept = line[: _original_length(line, match["title"])]
    return kept.rstrip(" \t\u3000.·•…。_﹒‥-—"), int(match["page"])


def _original_length(line: str, folded_title: str) -> int:
    """Return how many characters of a line the folded beginning takes: NFKC may make three of one (…)."""
    length = 0
    for index, character in enumerate(line):
        if length >= len(folded_title):
            return index
        length += len(nfkc(character))
    return len(line)
