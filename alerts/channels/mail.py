"""The mail as HTML and as text, from one edition; pure: a digest goes in, words come out."""

import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import jinja2
from markupsafe import Markup

from alerts.channels.edition import Edition, Entry, Pieces, Ranked, edition, entry_of, ranking
from alerts.channels.facts import Words, rule_names
from alerts.channels.inlining import CSS, STYLE_HASH, TEMPLATES, inlined
from alerts.channels.phrases import phrases
from alerts.channels.wording import line, period_label
from alerts.model import NEW, Digest, DigestItem, RuleTag

__all__ = ["STYLE_HASH", "write_mail", "write_note", "write_page", "write_question", "write_text"]

SIGNS = {"kept": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}  # as in a diff of words
NOTE_LINE = 400
REMEMBERED = 2_000  # items
MORE_BYTES = 400  # what a column says of items that found no room
PLACE = re.compile("\0([0-9]+) ([01])\0")  # where an entry goes that is written already; no text holds a NUL
NEXT, FIRST = 'class="title title-next"', 'class="title"'
RULES = Markup("\0rules\0")  # where the rules that found an item go
MOST_BYTES = 90_000  # Gmail cuts a mail at about 102 kB


@dataclass(frozen=True, slots=True)
class Written:
    """An item as it stands in a mail further down in a column, and the bytes that it takes."""

    entry: Entry
    html: str
    size: int

    def page(self, *, first: bool) -> str:
        """Return it as it stands there, or first in its column."""
        return self.html.replace(inlined(NEXT), inlined(FIRST), 1) if first else self.html


def write_mail(digest: Digest, *, unsubscribe: str) -> dict[str, str]:
    """Return subject, html and text; a digest too long for a mail keeps the best of every column.

    Each item is written once, and no more of them than find room. What the frame takes of it is asked only when that
    decides.
    """
    words = phrases(digest.language)
    subject = subject_of(digest, words)
    kept = _that_fit(digest, MOST_BYTES)
    if len(kept) == len(digest.items):
        mail = _mail(digest, kept, subject, words, unsubscribe)
        if len(mail["html"].encode()) <= MOST_BYTES:
            return mail
    frame = _page(edition(digest, {}, words, unsubscribe=unsubscribe), subject, words, _no_fragment)
    room = MOST_BYTES - len(inlined(frame).encode()) - MORE_BYTES * len(digest.sections)
    return _mail(digest, _that_fit(digest, room), subject, words, unsubscribe)


def _mail(
    digest: Digest, kept: Mapping[Ranked, Written], subject: str, words: Words, unsubscribe: str
) -> dict[str, str]:
    entries = {ranked: copy(written.entry) for ranked, written in kept.items()}  # copied: two items may read alike
    fragments = {id(entries[ranked]): written for ranked, written in kept.items()}
    shown = edition(digest, entries, words, unsubscribe=unsubscribe)
    page = _page(shown, subject, words, lambda entry, first: Markup(f"\0{id(entry)} {first:d}\0"))  # noqa: S704  ours
    html = PLACE.sub(lambda found: fragments[int(found[1])].page(first=found[2] == "1"), inlined(page))
    return {"subject": subject, "html": html, "text": write_text(shown, words)}


def write_page(digest: Digest) -> str:
    """Return the page of a whole digest for a browser, whose style sheet has STYLE_HASH."""
    words = phrases(digest.language)
    entries = {ranked: entry_of(_item(digest, ranked), digest.timezone, words) for ranked in ranking(digest)}
    shown = replace(edition(digest, entries, words, unsubscribe=""), link="")

    def fragment(entry: Entry, first: bool) -> Markup:  # noqa: FBT001  as the template calls it
        return _fragment(entry, words, first=first, rules=_rules_line(entry.rules, words))

    return _page(shown, subject_of(digest, words), words, fragment)


def subject_of(digest: Digest, words: Words) -> str:
    """Return the subject: the period, how many, and whether it comes late."""
    subject = words["subject" if digest.items else "subject_empty"].format(**_counted(digest))
    return line(words["subject_late"].format(subject=subject) if digest.late else subject, 150)


def _that_fit(digest: Digest, room: int) -> dict[Ranked, Written]:
    """Return the entries that find room, the best of each column first."""
    kept: dict[Ranked, Written] = {}
    for ranked in ranking(digest):
        item = _item(digest, ranked)
        written = _with_rules(_written(_shareable(item), digest.timezone, digest.language), item, digest.language)
        room -= written.size + 1
        if room < 0:
            break
        kept[ranked] = written
    return kept


@lru_cache(REMEMBERED)
def _written(item: DigestItem, timezone: str, language: str) -> Written:
    """Write an item without its rules; what one reader is sent today many are, so the last ones are remembered."""
    words = phrases(language)
    entry = entry_of(item, timezone, words)
    html = inlined(_fragment(entry, words, first=False, rules=RULES))
    return Written(entry, html, len(html.encode()) - len(RULES))


def _with_rules(written: Written, item: DigestItem, language: str) -> Written:
    names, html = _rules(tuple((tag.rule, tag.note) for tag in item.rules), language)
    return Written(
        replace(written.entry, rules=names), written.html.replace(RULES, html, 1), written.size + len(html.encode())
    )


@lru_cache(REMEMBERED)
def _rules(rules: tuple[tuple[str, str], ...], language: str) -> tuple[list[str], str]:
    """Return the names of the rules that found an item, and how they stand in a mail."""
    words = phrases(language)
    names = rule_names([RuleTag(subscription_id=0, rule=rule, note=note) for rule, note in rules], words)
    return names, inlined(_rules_line(names, words))


def _shareable(item: DigestItem) -> DigestItem:
    """Return the item without what tells readers apart."""
    return replace(item, rules=(), score=0.0)


def _item(digest: Digest, ranked: Ranked) -> DigestItem:
    section, place = ranked
    return digest.sections[section].items[place]


def _page(shown: Edition, subject: str, words: Words, fragment: Callable[[Entry, bool], Markup]) -> str:
    return _template("mail.html.j2").render(edition=shown, subject=subject, words=words, fragment=fragment)


def _fragment(entry: Entry, words: Words, *, first: bool, rules: Markup) -> Markup:
    written = _template("entry.html.j2").render(entry=entry, words=words, first=first, rules=rules)
    return Markup(written)  # noqa: S704  a template has escaped it


def _rules_line(names: Sequence[str], words: Words) -> Markup:
    return Markup(_template("rules.html.j2").render(rules=names, words=words))  # noqa: S704  the same


def _no_fragment(_entry: Entry, _first: bool) -> Markup:  # noqa: FBT001  as the template calls it
    return Markup()


def write_text(shown: Edition, words: Words) -> str:
    """Return the text part, which says as much as the page; hits stand between asterisks."""
    greeting = words["greeting"].format(subscriber=shown.subscriber, count=shown.count)
    lines = [f"{words['name']} {shown.period}", *([shown.when] if shown.when and not shown.late else []), ""]
    lines += [shown.late, ""] if shown.late else []
    lines.append(greeting if shown.count else words["empty"])
    if shown.ending:
        lines += ["", words["ending"]]
        lines += [f"- {day} {title} {link}".rstrip() for day, title, link in shown.ending]
    for column in shown.columns:
        lines += ["", "", f"【{column.name}】 {words['count'].format(count=column.count)}"]
        for number, entry in enumerate(column.entries, 1):
            lines += ["", *_entry_lines(number, entry, words)]
        if column.left_out:
            lines += ["", words["more_here"].format(count=column.left_out)]
    if shown.left_out:
        lines += ["", words["more"].format(count=shown.left_out)]
    if shown.link:
        lines += ["", words["whole_at"].format(link=shown.link)]
    lines += ["", "", words["coverage"], *shown.coverage]
    if shown.asked:
        lines += ["", words["asked"], *shown.asked]
    lines += ["", "-- ", _why(shown, words)]
    if shown.unsubscribe:
        lines.append(words["unsubscribe_at"].format(link=shown.unsubscribe))
    return "\n".join(lines) + "\n"


def write_note(title: str, lines: Sequence[str]) -> dict[str, str]:
    """Return subject, html and text of a note: a title and a few lines."""
    shown = [line(one, NOTE_LINE) for one in lines]
    return {"subject": line(title, 150), "html": _small_page(title, shown), "text": "\n\n".join([title, *shown]) + "\n"}


def write_question(link: str, subscriber: str, destination: str, language: str) -> dict[str, str]:
    """Return subject, html and text of the mail that asks whether its reader wants digests."""
    words = phrases(language)
    names = {"subscriber": line(subscriber, 60), "destination": line(destination, 60)}
    title, lines = words["ask_title"], [words["ask"].format(**names), words["ask_ignore"]]
    html = _small_page(title, lines, button=(words["ask_yes"], link))
    text = "\n\n".join([title, lines[0], f"{words['ask_yes']}{words['colon']}{link}", lines[1]]) + "\n"
    return {"subject": f"{words['name']} · {title}", "html": html, "text": text}


def _small_page(title: str, lines: Sequence[str], button: tuple[str, str] | None = None) -> str:
    return inlined(_template("note.html.j2").render(title=title, lines=lines, button=button))


def _entry_lines(number: int, entry: Entry, words: Words) -> list[str]:
    badge = f"【{words[entry.event]}】" if entry.event != NEW else ""
    lines = [f"{number}. {badge}{_starred(entry.title)}"]
    lines += [f"   {''.join(SIGNS[part].format(text) for text, part in change)}" for change in entry.changes]
    if entry.more_changes:
        lines.append(f"   {words['more_changes'].format(count=entry.more_changes)}")
    if entry.snippet and not entry.changes:
        lines.append(f"   {_starred(entry.snippet)}")
    lines.append(f"   {' · '.join(entry.facts)}")
    if entry.rules:
        lines.append(f"   {words['rules']}{words['colon']}{' | '.join(entry.rules)}")
    if entry.link:
        lines.append(f"   {entry.link}")
    lines += [f"   {words['also_at']}{words['colon']}{name} {link}".rstrip() for name, link in entry.also_at]
    return lines


def _starred(pieces: Pieces) -> str:
    return "".join(f"*{text}*" if hit else text for text, hit in pieces)


def _why(shown: Edition, words: Words) -> str:
    return words["why"].format(subscriber=shown.subscriber, destination=shown.destination)


def _counted(digest: Digest) -> dict[str, str]:
    return {"period": period_label(digest.period), "count": str(len(digest.items))}


@cache
def _template(name: str) -> jinja2.Template:
    return _environment().get_template(name)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,  # always: select_autoescape() would not know this file's ending
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # our own file, and quotes in it must stay quotes
    environment.globals["css"] = Markup(CSS)  # noqa: S704  see above
    return environment
