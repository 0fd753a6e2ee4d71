"""A bulletin split into its notices: by its table of contents, else by headings where that is safe, else not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from config.regions import Places
from crawler.notice import Bulletin, Notice
from crawler.reading.contents import Entry, column_name, end_of_contents, names_column, read_entries, start_of_contents
from crawler.reading.facts import facts_of_text
from crawler.reading.headings import entries_by_headings
from crawler.reading.masthead import end_of_masthead, read_masthead, without_colophon, without_running_heads
from crawler.reading.paragraphs import Line, line_width, lines_of, paragraphs, squeezed
from crawler.reading.place import places_of
from crawler.reading.standing import NoContents, Place, Titles, locate


def split_bulletin(text: str, places: Places) -> tuple[Bulletin, tuple[Notice, ...]]:
    """Split a bulletin; what cannot be split safely is one notice, and `problem` says why.

    The notices have no key and no source yet: archive_bulletin gives them theirs.
    """
    lines = lines_of(text)
    contents = start_of_contents([line.text for line in lines])
    head_ends, begins = contents or (end_of_masthead(lines), None)
    head = [line.text for line in lines[:head_ends]]
    bulletin = read_masthead(head)
    rest = without_colophon(without_running_heads(lines[begins or head_ends :], bulletin, head))
    try:
        articles = _by_headings(rest) if begins is None else _by_contents(rest)
    except NoContents as problem:
        return _whole(bulletin, rest, str(problem), places)
    return bulletin, tuple(_notice(article, bulletin, places) for article in articles)


@dataclass(frozen=True, slots=True)
class _Article:
    entry: Entry
    text: str


def _by_contents(lines: Sequence[Line]) -> list[_Article]:
    words = [line.text for line in lines]
    ends = end_of_contents(words, 0)
    titles = Titles(words[ends:])
    entries = read_entries(words[:ends], titles)
    return _articles(lines[ends:], entries, locate([entry.title for entry in entries], titles))


def _by_headings(lines: Sequence[Line]) -> list[_Article]:
    return _articles(lines, *entries_by_headings(lines))


def _articles(lines: Sequence[Line], entries: Sequence[Entry], found: Sequence[Place]) -> list[_Article]:
    """Cut the body at its titles; the headings of columns go, every other line belongs to an article."""
    columns = {squeezed(entry.section) for entry in entries} - {""}
    width = line_width(lines)
    standing = sorted(zip(found, entries, strict=True), key=lambda pair: pair[0].start)
    ends = [*(place.start for place, _ in standing[1:]), len(lines)]
    articles = [
        _Article(entry, _text(lines[place.stop : end], columns, width))
        for (place, entry), end in zip(standing, ends, strict=True)
    ]
    leading = lines[: standing[0][0].start]
    before = "" if all(names_column(line.text) for line in leading) else _text(leading, columns, width)
    return [_Article(Entry("", "", None), before), *articles] if before else articles


def _text(lines: Sequence[Line], columns: set[str], width: int) -> str:
    kept = list(lines)
    while kept and squeezed(column_name(kept[-1].text)) in columns:
        kept.pop()
    return "\n".join(paragraphs(kept, width))


def _notice(article: _Article, bulletin: Bulletin, places: Places) -> Notice:
    title = article.entry.title or bulletin.title
    return Notice(
        key="",
        source="",
        title=title,
        text=article.text,
        agency=bulletin.publisher,
        regions=places_of(title, article.text, places),
        section=article.entry.section,
        published=bulletin.published,
        page=article.entry.page,
        facts=facts_of_text(title, article.text, bulletin.published),
    )


def _whole(
    bulletin: Bulletin, lines: Sequence[Line], problem: str, places: Places
) -> tuple[Bulletin, tuple[Notice, ...]]:
    """Keep a bulletin that cannot be split as one notice."""
    whole = _Article(Entry("", "", None), "\n".join(paragraphs(lines, line_width(lines))))
    return replace(bulletin, problem=problem), (_notice(whole, bulletin, places),)
