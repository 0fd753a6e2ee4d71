"""How a rule's answer and its fault look to a person: hits highlighted, a caret under the fault."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rich.text import Text

from alerts.cli.marks import HIT, marked
from alerts.cli.output import console, errors, print_table
from alerts.model import Hit, Span
from alerts.rules import Rule, RuleError, explained, score, warnings_of
from alerts.rules.caret import pointed
from alerts.rules.errors import Language
from crawler.notice import Notice


@dataclass(frozen=True, slots=True)
class Given:
    """A notice to try a rule on, and how many characters of what the reader gave stand before its text."""

    notice: Notice
    before: int = 0

    def spans_as_given(self, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """Count the spans of the body in what the reader gave."""
        return tuple(replace(hit, spans=_moved(hit.spans, self.before if hit.field == "body" else 0)) for hit in hits)


def show_fault(error: RuleError, language: Language, *, line: int | None = None) -> None:
    """Show on stderr where a rule is wrong, a caret below the place, and what to write instead."""
    message, advice = error.said(language)
    where = _where(error.position, line, language)
    shown, caret = error.pointed().split("\n")
    for text, style in (
        (f"✗ {where}{message}", "bold"),
        (f"  {shown}", ""),
        (f"  {caret}", "red"),
        (f"  {advice}", ""),
    ):
        errors.print(Text(text, style), soft_wrap=True)


def show_explained(rule: Rule, language: Language) -> None:
    """Show what a rule finds, how it is understood, and its warnings."""
    console.print(Text(explained(rule, language)), soft_wrap=True)
    understood = "理解为" if language == "zh" else "understood as"
    console.print(Text(f"  {understood} {rule}", "dim"), soft_wrap=True)
    show_warnings(rule, language)


def show_warnings(rule: Rule, language: Language, *, line: int | None = None) -> None:
    """Show what in a rule is probably not meant so, a caret below each place."""
    for warning in warnings_of(rule):
        shown, caret = pointed(rule.text, warning.position).split("\n")
        for text, style in (
            (f"! {_where(warning.position, line, language)}{warning.said(language)}", "yellow"),
            (f"  {shown}", ""),
            (f"  {caret}", "yellow"),
        ):
            console.print(Text(text, style), soft_wrap=True)


def _where(position: int, line: int | None, language: Language) -> str:
    """Return where in a rule, and in which of a file's rules; both count from 0, as in --json."""
    if language == "zh":
        return f"{'' if line is None else f'规则 {line}，'}位置 {position}："
    return f"{'' if line is None else f'rule {line}, '}position {position}: "


def show_answer(rule: Rule, given: Given, hits: Sequence[Hit], *, matches: bool) -> None:
    """Show whether the rule holds, the hits, and the lines that they stand in."""
    console.print("[bold green]✓ The rule finds this.[/]" if matches else "[bold]✗ The rule does not find this.[/]")
    console.print(Text(f"  understood as {rule}", "dim"))
    console.print(Text(f"  regions {'、'.join(given.notice.regions) or '–'}", "dim"))
    if not hits:
        return
    rows = [(Text(hit.term, HIT), where(hit), len(hit.spans), _ranges(hit.spans)) for hit in hits]
    print_table(("term", "field", "times", "characters"), rows, title=f"score {score(hits):g}")
    console.print(marked(given.notice.title, _spans_of(hits, "title"), "bold"))
    body = marked(given.notice.text, _moved(_spans_of(hits, "body"), -given.before))
    for line in body.split("\n"):
        if line.spans:
            console.print(line)
    for page, spans in _pages(given.notice, hits):
        for line in marked(page, spans).split("\n"):
            if line.spans:
                console.print(line)


def where(hit: Hit) -> str:
    """Return the field of a hit; of an attachment also its name and page."""
    page = f" page {hit.page}" if hit.page is not None else ""
    return f"{hit.field} 《{hit.attachment}》{page}" if hit.attachment else hit.field


def _pages(notice: Notice, hits: Sequence[Hit]) -> Iterator[tuple[str, list[Span]]]:
    """Yield the pages of attachments that hold hits."""
    for file in notice.attachments:
        for number, page in enumerate(file.pages, 1):
            there = [hit for hit in hits if (hit.attachment, hit.page) == (file.name, number)]
            if there:
                yield page, [span for hit in there for span in hit.spans]


def _moved(spans: Sequence[Span], by: int) -> tuple[Span, ...]:
    return tuple((start + by, end + by) for start, end in spans)


def _spans_of(hits: Sequence[Hit], field: str) -> tuple[Span, ...]:
    return tuple(span for hit in hits if hit.field == field for span in hit.spans)


def _ranges(spans: Sequence[Span], most: int = 6) -> str:
    def words() -> Iterator[str]:
        yield from (f"{start}–{end}" for start, end in spans[:most])
        if len(spans) > most:
            yield "…"

    return " ".join(words())
