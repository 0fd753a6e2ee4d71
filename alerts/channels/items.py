"""One notice of a digest as the lines that a chat shows of it."""

from collections.abc import Sequence

from alerts.channels.dialect import Dialect, Line
from alerts.channels.facts import Words, facts, rule_names
from alerts.channels.wording import changed_line, line, pieces, safe_link, shorten
from alerts.model import NEW, ChangedText, DigestItem, Marked


def write_item(number: int, item: DigestItem, timezone: str, words: Words, dialect: Dialect) -> tuple[list[Line], str]:
    """Return the lines, and the address that the title leads to (empty when none can be shown)."""
    sizes = dialect.sizes
    title, link = _title(item, dialect)
    badge = dialect.badge.format(dialect.escape(words[item.event])) + " " if item.event != NEW else ""
    lines = [Line("title", f"{dialect.escape(f'{number}.')} {badge}{title}")]
    if item.changes:
        lines += [Line("text", _change(one, dialect)) for one in item.changes[: sizes.changes]]
    elif item.snippet.text.strip():
        lines.append(Line("text", _lit(shorten(item.snippet, sizes.snippet), dialect)))
    told = dialect.fit(" · ".join(facts(item, timezone, words)), sizes.facts)
    lines.append(Line("facts", dialect.quiet.format(told)))
    if item.also_at:
        others = words["comma"].join(line(one.origin, 40) for one in item.also_at[: sizes.elsewhere])
        lines.append(Line("facts", f"{words['also_at']}{words['colon']}{dialect.fit(others, sizes.also)}"))
    names = dialect.fit(" | ".join(rule_names(item.rules, words, most=3, longest=20)), sizes.rules)
    if names:
        lines.append(Line("rules", f"{words['rules']}{words['colon']}{dialect.accent.format(names)}"))
    return lines, link


def _title(item: DigestItem, dialect: Dialect) -> tuple[str, str]:
    title = dialect.escape(" ".join(shorten(item.title, dialect.sizes.title).text.split())) or "—"
    link = safe_link(item.url)
    written = dialect.href(link)
    if link and dialect.measure(written) <= dialect.sizes.link:
        return dialect.link.format(text=title, url=written), link
    return dialect.bold.format(title), ""


def _change(change: Sequence[ChangedText], dialect: Dialect) -> str:
    """Write a changed line: what is gone and what is new in the signs that the dialect has for them."""
    signs = {"kept": "{}", "removed": dialect.removed, "added": dialect.added}
    return "".join(
        signs[part].format(dialect.escape(text)) for text, part in changed_line(change, dialect.sizes.change) if text
    )


def _lit(marked: Marked, dialect: Dialect) -> str:
    return "".join(
        dialect.bold.format(dialect.escape(text)) if hit else dialect.escape(text) for text, hit in pieces(marked)
    ).strip()
