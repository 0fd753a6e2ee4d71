"""The mail as HTML and as text, from one edition; pure: a digest goes in, words come out."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import css_inline
import jinja2
from markupsafe import Markup

from alerts.channels.edition import Edition, Entry, Pieces, Ranked, edition, ranking
from alerts.channels.facts import Words
from alerts.channels.parts import fitting
from alerts.channels.phrases import phrases
from alerts.channels.wording import line, period_label
from alerts.model import NEW, Digest

TEMPLATES = Path(__file__).parent / "templates"
CSS = (TEMPLATES / "mail.css").read_text(encoding="utf-8")
STYLE_HASH = "sha256-" + base64.b64encode(hashlib.sha256(f"\n{CSS}\n".encode()).digest()).decode("ascii")
SIGNS = {"kept": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}  # as in a diff of words
NOTE_LINE = 400
MOST_BYTES = 90_000  # Gmail cuts a mail at about 102 kB


def write_mail(digest: Digest, *, unsubscribe: str) -> dict[str, str]:
    """Return subject, html and text; a digest too long for a mail keeps the best of every column."""
    words = phrases(digest.language)
    subject = subject_of(digest, words)

    def written(kept: Sequence[Ranked]) -> Edition:
        return edition(digest, kept, words, unsubscribe=unsubscribe)

    def fits(kept: Sequence[Ranked]) -> bool:
        return len(write_html(written(kept), subject, words).encode()) <= MOST_BYTES

    ranked = ranking(digest)
    shown = written(ranked[: fitting(ranked, fits)])
    return {"subject": subject, "html": write_html(shown, subject, words), "text": write_text(shown, words)}


def write_page(digest: Digest) -> str:
    """Return the page of a whole digest for a browser, whose style sheet has STYLE_HASH."""
    words = phrases(digest.language)
    shown = edition(digest, ranking(digest), words, unsubscribe="")
    return _template().render(edition=replace(shown, link=""), subject=subject_of(digest, words), words=words)


def subject_of(digest: Digest, words: Words) -> str:
    """Return the subject: the period, how many, and whether it comes late."""
    subject = words["subject" if digest.items else "subject_empty"].format(**_counted(digest))
    return line(words["subject_late"].format(subject=subject) if digest.late else subject, 150)


def write_html(shown: Edition, subject: str, words: Words) -> str:
    """Return the page, its styles inlined; only the rules for phones and dark screens stay in a style element."""
    page = _template().render(edition=shown, subject=subject, words=words)
    return _inliner().inline(page)


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
    page = _environment().get_template("note.html.j2").render(title=title, lines=lines, button=button)
    return _inliner().inline(page)


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


def _template() -> jinja2.Template:
    return _environment().get_template("mail.html.j2")


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


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_at_rules=True, minify_css=True, load_remote_stylesheets=False)
