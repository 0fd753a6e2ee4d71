"""The mail as HTML and as text, from one edition; pure: a digest goes in, words come out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from markupsafe import Markup

from alerts.channels.base import Note
from alerts.channels.edition import Column, Edition, Ranked, edition, entry_of, ranking
from alerts.channels.facts import Words
from alerts.channels.inlining import STYLE_HASH
from alerts.channels.mail_items import MailItem, fragment, mail_item, rules_line
from alerts.channels.phrases import phrases
from alerts.channels.templates import template
from alerts.channels.wording import line, period_label
from alerts.model import Digest, DigestItem

__all__ = ["STYLE_HASH", "write_mail", "write_note", "write_page", "write_question"]

NOTE_LINE = 400
MORE_BYTES = 400  # what a column says of items that found no room
MOST_BYTES = 90_000  # Gmail cuts a mail at about 102 kB


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
    frame = _page(edition(digest, {}, words, unsubscribe=unsubscribe), subject, words, _no_items)
    room = MOST_BYTES - len(frame.encode()) - MORE_BYTES * len(digest.sections)
    return _mail(digest, _that_fit(digest, room), subject, words, unsubscribe)


def _mail(
    digest: Digest, kept: Mapping[Ranked, MailItem], subject: str, words: Words, unsubscribe: str
) -> dict[str, str]:
    shown = edition(digest, {ranked: item.entry for ranked, item in kept.items()}, words, unsubscribe=unsubscribe)
    items = [kept[ranked] for ranked in sorted(kept)]
    in_order = iter(items)

    def written(column: Column) -> Markup:
        its = islice(in_order, len(column.entries))
        return Markup("\n".join(item.page(first=not place) for place, item in enumerate(its)))  # noqa: S704  templates have escaped them

    html = _page(shown, subject, words, written)
    return {"subject": subject, "html": html, "text": _text(shown, items, words)}


def write_page(digest: Digest) -> str:
    """Return the page of a whole digest for a browser, whose style sheet has STYLE_HASH."""
    spoken = phrases(digest.language)
    words = {**spoken, "why": spoken["whose"]}
    entries = {ranked: entry_of(_item(digest, ranked), digest.timezone, words) for ranked in ranking(digest)}
    shown = replace(edition(digest, entries, words, unsubscribe=""), link="")

    def written(column: Column) -> Markup:
        each = ((entry, rules_line(entry.rules, words)) for entry in column.entries)
        return Markup("\n").join(
            fragment(entry, words, first=not place, rules=rules) for place, (entry, rules) in enumerate(each)
        )

    return _page(shown, subject_of(digest, words), words, written, styled=False)


def subject_of(digest: Digest, words: Words) -> str:
    """Return the subject: the period, how many, and whether it comes late."""
    subject = words["subject" if digest.items else "subject_empty"].format(**_counted(digest))
    return line(words["subject_late"].format(subject=subject) if digest.late else subject, 150)


def _that_fit(digest: Digest, room: int) -> dict[Ranked, MailItem]:
    """Return the items that find room, the best of each column first."""
    kept: dict[Ranked, MailItem] = {}
    for ranked in ranking(digest):
        item = mail_item(_item(digest, ranked), digest.timezone, digest.language)
        room -= item.size + 1
        if room < 0:
            break
        kept[ranked] = item
    return kept


def _item(digest: Digest, ranked: Ranked) -> DigestItem:
    section, place = ranked
    return digest.sections[section].items[place]


def _page(shown: Edition, subject: str, words: Words, items: Callable[[Column], Markup], *, styled: bool = True) -> str:
    page = template("mail.html.j2", styled=styled)
    return page.render(edition=shown, subject=subject, words=words, items=items)


def _no_items(_column: Column) -> Markup:
    return Markup()


def _text(shown: Edition, items: Sequence[MailItem], words: Words) -> str:
    """Return the text part, which says as much as the page; hits stand between asterisks."""
    in_order = iter(items)
    greeting = words["greeting"].format(subscriber=shown.subscriber, count=shown.count)
    lines = [f"{words['name']} {shown.period}", *([shown.when] if shown.when and not shown.late else []), ""]
    lines += [shown.late, ""] if shown.late else []
    lines.append(greeting if shown.count else words["empty"])
    if shown.ending:
        lines += ["", words["ending"]]
        lines += [f"- {day} {title} {link}".rstrip() for day, title, link in shown.ending]
    for column in shown.columns:
        lines += ["", "", f"【{column.name}】 {words['count'].format(count=column.count)}"]
        for number in range(1, len(column.entries) + 1):
            lines += ["", next(in_order).lines(number)]
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


def write_note(note: Note) -> dict[str, str]:
    """Return subject, html and text of a note: a title and a few lines."""
    shown = [line(one, NOTE_LINE) for one in note.lines]
    text = "\n\n".join([note.title, *shown]) + "\n"
    return {"subject": line(note.title, 150), "html": _small_page(note.title, shown), "text": text}


def write_question(link: str, subscriber: str, destination: str, language: str) -> dict[str, str]:
    """Return subject, html and text of the mail that asks whether its reader wants digests."""
    words = phrases(language)
    names = {"subscriber": line(subscriber, 60), "destination": line(destination, 60)}
    title, lines = words["ask_title"], [words["ask"].format(**names), words["ask_ignore"]]
    html = _small_page(title, lines, button=(words["ask_yes"], link))
    text = "\n\n".join([title, lines[0], f"{words['ask_yes']}{words['colon']}{link}", lines[1]]) + "\n"
    return {"subject": f"{words['name']} · {title}", "html": html, "text": text}


def _small_page(title: str, lines: Sequence[str], button: tuple[str, str] | None = None) -> str:
    return template("note.html.j2", styled=True).render(title=title, lines=lines, button=button)


def _why(shown: Edition, words: Words) -> str:
    return words["why"].format(subscriber=shown.subscriber, destination=shown.destination)


def _counted(digest: Digest) -> dict[str, str]:
    return {"period": period_label(digest.period), "count": str(len(digest.items))}
