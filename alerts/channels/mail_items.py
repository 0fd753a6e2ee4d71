"""Items as they stand in mails: what one reader is sent today many are, so each is written once for all of them.

What is a reader's own is left open and filled in for each: the number of an item, and the rules that found it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from operator import attrgetter

from markupsafe import Markup

from alerts.channels.edition import Entry, Pieces, entry_of
from alerts.channels.facts import Words, rule_names
from alerts.channels.inlining import inlined
from alerts.channels.phrases import phrases
from alerts.channels.templates import template
from alerts.model import NEW, DigestItem, RuleTag

SIGNS = {"kept": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}  # as in a diff of words
REMEMBERED = 4_000  # items
NUMBER, RULES = "\0number\0", "\0rules\0"  # what is left open; no text holds a NUL
NEXT, FIRST = 'class="title title-next"', 'class="title"'
SHARED = attrgetter(*(field.name for field in fields(DigestItem) if field.name not in {"rules", "score"}))


@dataclass(frozen=True, slots=True)
class MailItem:
    """One item of one reader's mail. `html` and `text` hold NUMBER and RULES, `rules` are written out for both."""

    entry: Entry
    html: str
    text: str
    rules: tuple[str, str]
    size: int  # bytes of html

    def page(self, *, first: bool) -> str:
        """Return it as it stands further down in a column, or first."""
        html = self.html.replace(RULES, self.rules[0], 1)
        return html.replace(*_first(), 1) if first else html

    def lines(self, number: int) -> str:
        """Return it as it stands in the text."""
        return self.text.replace(NUMBER, str(number), 1).replace(RULES, self.rules[1], 1)


class Shared:
    """An item, the same as another one that differs in nothing but what is a reader's own."""

    __slots__ = ("item", "shared")

    def __init__(self, item: DigestItem) -> None:
        self.item = item
        self.shared = SHARED(item)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shared) and self.shared == other.shared

    def __hash__(self) -> int:
        return hash(self.item.notice_id)  # of a notice there are few: no need to look at all of it


def mail_item(item: DigestItem, timezone: str, language: str) -> MailItem:
    """Write an item."""
    entry, html, text, size = _written(Shared(item), timezone, language)
    rules = _rules(tuple((tag.rule, tag.note) for tag in item.rules), language)
    return MailItem(entry, html, text, rules[:2], size + rules[2])


def fragment(entry: Entry, words: Words, *, first: bool, rules: Markup) -> Markup:
    """Return an item as it stands in a page, its rules as they are given."""
    written = template("entry.html.j2").render(entry=entry, words=words, first=first, rules=rules)
    return Markup(written)  # noqa: S704  a template has escaped it


def rules_line(names: Sequence[str], words: Words) -> Markup:
    """Return the rules that found an item as they stand in a page."""
    return Markup(template("rules.html.j2").render(rules=names, words=words))  # noqa: S704  a template has escaped it


@lru_cache(REMEMBERED)
def _written(shared: Shared, timezone: str, language: str) -> tuple[Entry, str, str, int]:
    words = phrases(language)
    entry = entry_of(shared.item, timezone, words)
    html = inlined(fragment(entry, words, first=False, rules=Markup(RULES)))  # noqa: S704  our own mark
    return entry, html, "\n".join(_lines(entry, words)), len(html.encode()) - len(RULES)


@lru_cache(REMEMBERED)
def _rules(rules: tuple[tuple[str, str], ...], language: str) -> tuple[str, str, int]:
    """Return the rules that found an item in the page and in the text, and the bytes of the first."""
    words = phrases(language)
    names = rule_names([RuleTag(subscription_id=0, rule=rule, note=note) for rule, note in rules], words)
    html = inlined(rules_line(names, words))
    return html, f"\n   {words['rules']}{words['colon']}{' | '.join(names)}" if names else "", len(html.encode())


@cache
def _first() -> tuple[str, str]:
    return inlined(NEXT), inlined(FIRST)


def _lines(entry: Entry, words: Words) -> list[str]:
    badge = f"【{words[entry.event]}】" if entry.event != NEW else ""
    lines = [f"{NUMBER}. {badge}{_starred(entry.title)}"]
    lines += [f"   {''.join(SIGNS[part].format(text) for text, part in change)}" for change in entry.changes]
    if entry.more_changes:
        lines.append(f"   {words['more_changes'].format(count=entry.more_changes)}")
    if entry.snippet and not entry.changes:
        lines.append(f"   {_starred(entry.snippet)}")
    lines.append(f"   {' · '.join(entry.facts)}{RULES}")
    if entry.link:
        lines.append(f"   {entry.link}")
    lines += [f"   {words['also_at']}{words['colon']}{name} {link}".rstrip() for name, link in entry.also_at]
    return lines


def _starred(pieces: Pieces) -> str:
    return "".join(f"*{text}*" if hit else text for text, hit in pieces)
