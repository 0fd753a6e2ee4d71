"""The lines of a paged text, and the paragraphs that its pages have cut."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.reading.width import nfkc

_PAGE_LINE = re.compile(
    r"[-–—~·\s]*(?:第\s*|page\s*)?(?P<page>\d{1,3})(?:\s*页)?(?:\s*[/,、]?\s*(?:共\s*)?\d{1,3}\s*页?)?[-–—~·\s]*",
    re.IGNORECASE,
)
_INDENTED = re.compile(r"(?:\u3000{2}|[ \u00a0]{4}|\t)")
_NOT_WORDS = re.compile(r"[\W_]+")
_ENDED = re.compile(r"(?:[。！？!?；;：:…][”’\"』」）)》】\]]*|[。！？][”’\"]?[（(][^（）()]{1,40}[）)])$")
_PUNCTUATED = re.compile("[。，；！？,;!?]")
_NUMBERED = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}(?:[、．]|\.(?!\d))|[①-⑳]"
    r"|第[一二三四五六七八九十百\d]{1,4}[章节条部篇])"
)
_LABELLED = re.compile(r"(?:来源|作者|供稿|联系人|联系电话|电话|传真|地址|附件|注|时间|地点)\s*[:：]")
_LONGEST_HEADING, _LONGEST_NUMBERED, _LONGEST_LABELLED = 20, 40, 60
_MOST_PAGE_DIGITS, _SHORTEST_PAGE, _FIRST_PAGE = 3, 80, 2
_FULL_WITHIN = 3  # characters that a full line may lack: a mark that must not begin a line goes to the next
_WIDEST, _FEWEST_FULL, _FULL_SHARE = 60, 10, 0.5


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text, without its blanks."""

    text: str
    indented: bool = False  # it began like a paragraph
    after_page: bool = False  # a page number or a form feed stood before it


def lines_of(text: str) -> list[Line]:
    """Return the lines that say something: no blank ones, no page numbers, whatever the line ends are."""
    raws = re.split(r"[\n\r\v\x1c-\x1e\x85\u2028\u2029]+", text.removeprefix("\ufeff").replace("\f", "\n\f\n"))
    lines = [raw.replace("\u200b", "").replace("\ufeff", "").strip() for raw in raws]
    bare_pages = _bare_pages(lines)
    found, after_page = [], False
    for at, (raw, line) in enumerate(zip(raws, lines, strict=True)):
        if not line:
            after_page = after_page or "\f" in raw
        elif at in bare_pages or _is_page(line):
            after_page = True
        else:
            found.append(Line(line, _INDENTED.match(raw) is not None, after_page))
            after_page = False
    return found


def _is_page(line: str) -> bool:
    """Tell whether a line is a page number that is marked as one: - 3 -, 第3页, Page 3."""
    folded = nfkc(line)
    return not folded.isdigit() and _PAGE_LINE.fullmatch(folded) is not None


def _bare_pages(lines: Sequence[str]) -> set[int]:
    """Return which lines of nothing but a number count the pages: the longest run that goes up by one or two.

    Between two of them stands the text of a page, which parts them from the rows of a table. One number alone
    counts pages only when it can be the first.
    """
    best: dict[int, tuple[int, ...]] = {}  # the run that ends in this number
    offsets: list[int] = []
    offset = 0
    for at, line in enumerate(lines):
        offsets.append(offset)
        number = nfkc(line)
        if not (number.isascii() and number.isdigit() and len(number) <= _MOST_PAGE_DIGITS):
            offset += len(line)
            continue
        before = [run for step in (1, 2) if (run := best.get(int(number) - step))]
        runs = [(*run, at) for run in before if offset - offsets[run[-1]] >= _SHORTEST_PAGE]
        run = max([(at,), *runs], key=len)
        if len(run) > len(best.get(int(number), ())):
            best[int(number)] = run
    longest = max(best.values(), key=len, default=())
    return set(longest) if len(longest) > 1 else {run[0] for number, run in best.items() if 0 < number <= _FIRST_PAGE}


def squeezed(text: str) -> str:
    """Return what is compared of a title: width, blanks and punctuation make no difference."""
    return _NOT_WORDS.sub("", nfkc(text)).casefold()


def joined(parts: Iterable[str]) -> str:
    """Join the parts of a broken line: a blank only between two Latin words."""
    whole = ""
    for part in parts:
        latin = whole[-1:].isascii() and whole[-1:].isalpha() and part[:1].isascii() and part[:1].isalpha()
        whole += (" " if latin else "") + part
    return whole


def paragraphs(lines: Sequence[Line], width: int = 0) -> list[str]:
    """Return the paragraphs of an article; `width` is that of its lines when every line is broken (line_width)."""
    parts: list[list[str]] = []
    for line in lines:
        if parts and _goes_on("".join(parts[-1]), parts[-1][-1], line, width):
            parts[-1].append(line.text)
        else:
            parts.append([line.text])
    return [joined(part) for part in parts]


def line_width(lines: Sequence[Line]) -> int:
    """Return the width at which every line of a text is broken, 0 when its lines are whole paragraphs."""
    lengths = sorted(len(line.text) for line in lines)
    if not lengths:
        return 0
    widest = lengths[int(len(lengths) * 0.95)]
    full = sum(length >= widest - _FULL_WITHIN for length in lengths)
    return widest if widest <= _WIDEST and full >= max(_FEWEST_FULL, _FULL_SHARE * len(lengths)) else 0


def _goes_on(paragraph: str, last: str, following: Line, width: int) -> bool:
    """Tell whether a paragraph was cut and goes on in the next line."""
    if paragraph.endswith(("，", "、")):
        return True
    if following.indented or _NUMBERED.match(following.text):
        return False
    if width and len(last) >= width - _FULL_WITHIN:
        return True
    if ends_sentence(paragraph):
        return False
    return (following.after_page and not _NUMBERED.match(paragraph)) or not is_heading(paragraph)


def ends_sentence(text: str) -> bool:
    """Tell whether a text ends where a paragraph may end."""
    return _ENDED.search(text) is not None


def is_heading(text: str) -> bool:
    """Tell whether a line that ends no sentence is whole all the same: a heading, a signature, a labelled line."""
    if _LABELLED.match(text):
        return len(text) <= _LONGEST_LABELLED
    if _NUMBERED.match(text):
        return len(text) <= _LONGEST_NUMBERED and "。" not in text
    return len(text) <= _LONGEST_HEADING and not _PUNCTUATED.search(text)
