"""The mail as HTML and as text, from one edition; pure: a digest goes in, words come out."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import css_inline
import jinja2
from markupsafe import Markup, escape

from alerts.channels.edition import Edition, Entry, Pieces, Ranked, edition, ranking
from alerts.channels.facts import Words
from alerts.channels.parts import fitting
from alerts.channels.phrases import phrases
from alerts.channels.wording import line, period_label
from alerts.model import NEW, Digest

TEMPLATES = Path(__file__).parent / "templates"
SIGNS = {"kept": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}  # as in a diff of words
NOTE_LINE = 400
MOST_BYTES = 90_000  # Gmail cuts a mail at about 102 kB


def write_mail(digest: Digest, *, unsubscribe: str) -> dict[str, str]:
    """Return subject, html and text; a digest too long for a mail keeps the best of every column."""
    words = phrases(digest.language)
    subject = line(words["subject" if digest.items else "subject_empty"].format(**_counted(digest)), 150)

    def written(kept: Sequence[Ranked]) -> Edition:
        return edition(digest, kept, words, unsubscribe=unsubscribe)

    def fits(kept: Sequence[Ranked]) -> bool:
        return len(write_html(written(kept), subject, words).encode()) <= MOST_BYTES

    ranked = ranking(digest)
    shown = written(ranked[: fitting(ranked, fits)])
    return {"subject": subject, "html": write_html(shown, subject, words), "text": write_text(shown, words)}


def write_html(shown: Edition, subject: str, words: Words) -> str:
    """Return the page, its styles inlined; only the rules for phones and dark screens stay in a style element."""
    page = _template().render(edition=shown, subject=subject, words=words)
    return _inliner().inline(page)


def write_text(shown: Edition, words: Words) -> str:
    """Return the text part, which says as much as the page; hits stand between asterisks."""
    greeting = words["greeting"].format(subscriber=shown.subscriber, count=shown.count)
    lines = [f"{words['name']} {shown.period}", *([shown.when] if shown.when else []), ""]
    lines.append(greeting if shown.count else words["empty"])
    for column in shown.columns:
        lines += ["", "", f"【{column.name}】 {words['count'].format(count=column.count)}"]
        for number, entry in enumerate(column.entries, 1):
            lines += ["", *_entry_lines(number, entry, words)]
        if column.left_out:
            lines += ["", words["more_here"].format(count=column.left_out)]
    if shown.left_out:
        lines += ["", words["more"].format(count=shown.left_out)]
    lines += ["", "", words["coverage"], *shown.coverage, "", "-- ", _why(shown, words)]
    if shown.unsubscribe:
        lines.append(words["unsubscribe_at"].format(link=shown.unsubscribe))
    return "\n".join(lines) + "\n"


def write_note(title: str, lines: Sequence[str]) -> dict[str, str]:
    """Return subject, html and text of a note: a title and a few lines."""
    shown = [line(one, NOTE_LINE) for one in lines]
    items = "".join(f'<p style="margin:0 0 10px">{escape(one)}</p>' for one in shown)
    style = "max-width:640px;margin:0 auto;padding:20px;font:15px/24px sans-serif;color:#1f2328"
    page = f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><div style="{style}">'
    html = f'{page}<h1 style="font-size:18px">{escape(title)}</h1>{items}</div></body></html>'
    return {"subject": line(title, 150), "html": html, "text": "\n\n".join([title, *shown]) + "\n"}


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
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,  # always: select_autoescape() would not know this file's ending
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # our own file, and quotes in it must stay quotes
    environment.globals["css"] = Markup((TEMPLATES / "mail.css").read_text(encoding="utf-8"))  # noqa: S704  see above
    return environment.get_template("mail.html.j2")


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_at_rules=True, minify_css=True, load_remote_stylesheets=False)
