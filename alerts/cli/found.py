"""A found notice in the terminal and as JSON: title, snippet, highlights, facts."""

from dataclasses import asdict, replace
from typing import Any

from rich.text import Text

from alerts.cli.marks import marked
from alerts.cli.opening import Opened
from alerts.cli.output import console, local, progress
from alerts.cli.rows import hit_as_dict
from alerts.digest.building import pages_found, snippet_of
from alerts.digest.snippet import mark
from alerts.model import Span
from alerts.search.finding import Found
from alerts.search.indexing import index_batches
from crawler.notice import ArchivedNotice
from crawler.search.index import waiting_to_index


def bring_up_to_date(here: Opened) -> int:
    """Index what waits, and return how many; of a whole archive that is once, and goes on where it was interrupted."""
    with here.engine.execution_options(reading=True).begin() as connection:
        waiting = waiting_to_index(connection)
    with progress() as bar:
        task, total = bar.add_task("Indexing", total=waiting), 0
        for done in index_batches(here.engine, here.vocabulary):
            bar.advance(task, done)
            total += done
    return total


def unaided(texts: int) -> tuple[str, str]:
    """Return, in both languages, that a rule has nothing to look up, so that so many texts were checked."""
    return (
        f"索引帮不上这条规则：逐条核对了 {texts} 条全文。加一个必须出现的词会快得多。",
        f"The index cannot help with this rule: {texts} texts were checked one by one. A required word is faster.",
    )


def print_found(here: Opened, found: Found) -> None:
    """Print a notice with its hits."""
    notice = found.notice
    title, words = mark(notice.title, _spans(found, "title")), snippet_of(notice, found.hits)
    console.print(Text(f"{notice.id} ").append_text(marked(title.text, title.spans, "bold")))
    console.print(marked(words.text, words.spans))
    for one in pages_found(notice, found.hits):
        console.print(Text(f"⎘ {one.attachment}" + (f" page {one.page}" if one.page else ""), "blue"))
    console.print(Text(facts_line(here, notice), "dim"))
    console.print()


def found_as_dict(found: Found) -> dict[str, Any]:
    """Return a notice without its text, with its evidence."""
    short = replace(found.notice, attachments=tuple(replace(one, pages=()) for one in found.notice.attachments))
    notice = {name: value for name, value in asdict(short).items() if name != "text"}
    return notice | {"score": found.score, "evidence": [hit_as_dict(hit) for hit in found.hits]}


def _spans(found: Found, field: str) -> list[Span]:
    return [span for hit in found.hits if hit.field == field for span in hit.spans]


def facts_line(here: Opened, notice: ArchivedNotice) -> str:
    """Return what is known of a notice in one line."""
    told = (
        notice.section,
        " ".join(notice.regions),
        notice.agency,
        notice.document_number,
        f"published {notice.published}" if notice.published else "",
        f"first seen {local(notice.first_seen_at, here.settings.zone)}",
        notice.url,
    )
    return " · ".join(fact for fact in told if fact)
