"""A digest as chat markdown, in the small dialect of WeCom: bold, links, quotes, three colours."""

from collections.abc import Sequence
from dataclasses import dataclass

from alerts.channels.facts import Words, coverage_lines, facts, late_line, rule_names, section_name, when
from alerts.channels.parts import fairly, fitting, parts
from alerts.channels.phrases import phrases
from alerts.channels.wording import changed_line, line, period_label, pieces, safe_link, shorten, within
from alerts.model import NEW, ChangedText, Digest, DigestItem, Marked

# sums to less than a message, so that one item always fits beside head, column and coverage
TITLE, SNIPPET = 80, 120
CHANGE, MOST_CHANGES = 60, 2
ALSO_BYTES, MOST_ELSEWHERE = 200, 3
LINK_BYTES, FACTS_BYTES, RULES_BYTES, PERIOD_BYTES, COLUMN_BYTES, COVERAGE_BYTES = 700, 360, 420, 80, 120, 500

# The dialect knows no escape, so its signs are replaced by their full-width twins; <@name> would call people.
SIGNS = str.maketrans("*[]`<>\\", "＊［］｀＜＞＼")
LINK_SIGNS = str.maketrans({"(": "%28", ")": "%29", "[": "%5B", "]": "%5D", "*": "%2A"})


@dataclass(frozen=True, slots=True)
class Block:
    """One item, written."""

    column: str
    text: str


def write_parts(digest: Digest, *, most_bytes: int, most_parts: int) -> list[dict[str, str]]:
    """Return the messages; what finds no room in `most_parts` is counted in the last."""
    words = phrases(digest.language)
    blocks = _blocks(digest, words)
    coverage = _coverage(digest, words)
    frame = [_head(digest, 999, 999, words), words["continued"], _tail(len(blocks), coverage, words)]
    room = most_bytes - _joined(frame)

    def cut(kept: Sequence[int]) -> list[Sequence[Block]]:
        return list(parts([blocks[number] for number in sorted(kept)], lambda run: _size(run) <= room))

    ranked = _ranked(digest)
    kept = ranked[: fitting(ranked, lambda some: len(cut(some)) <= most_parts)]
    runs = cut(kept) or [[]]
    left_out = len(blocks) - len(kept)
    tails = [""] * (len(runs) - 1) + [_tail(left_out, coverage, words)]
    messages = []
    before = ""
    for number, (run, tail) in enumerate(zip(runs, tails, strict=True), 1):
        head = _head(digest, number, len(runs), words)
        body = _headed(run, before, f"**{words['continued']}**")
        text = "\n\n".join(part for part in (head, *body, tail) if part)
        before = run[-1].column if run else ""
        messages.append({"markdown": text, "maybe_repeated": words["maybe_repeated"]})
    return messages


def write_note(title: str, lines: Sequence[str], *, most_bytes: int) -> dict[str, str]:
    """Return a note as one message; what finds no room is counted in its last line."""
    words = phrases("zh")
    shown = [f"> {escaped(line(one, 300))}" for one in lines]
    head = f"**{escaped(line(title, 80))}**"
    kept = fitting(shown, lambda some: _joined([head, *some]) + COVERAGE_BYTES <= most_bytes)
    more = [words["more"].format(count=len(shown) - kept)] if kept < len(shown) else []
    return {"markdown": "\n\n".join([head, *shown[:kept], *more]), "maybe_repeated": words["maybe_repeated"]}


def escaped(text: str) -> str:
    """Return text without any sign of the dialect."""
    return text.translate(SIGNS)


def _ranked(digest: Digest) -> list[int]:
    columns, first = [], 0
    for section in digest.sections:
        columns.append(range(first, first + len(section.items)))
        first += len(section.items)
    return fairly(columns)


def _blocks(digest: Digest, words: Words) -> list[Block]:
    return [
        Block(
            within(escaped(line(section_name(section.name, words), 40)), COLUMN_BYTES) or "—",
            _item(number, item, digest.timezone, words),
        )
        for number, (section, item) in enumerate(
            ((section, item) for section in digest.sections for item in section.items), 1
        )
    ]


def _item(number: int, item: DigestItem, timezone: str, words: Words) -> str:
    title = escaped(" ".join(shorten(item.title, TITLE).text.split())) or "—"
    link = safe_link(item.url).translate(LINK_SIGNS)
    linked = f"[{title}]({link})" if link and len(link.encode()) <= LINK_BYTES else f"**{title}**"
    badge = f'<font color="warning">{words[item.event]}</font> ' if item.event != NEW else ""
    lines = [f"{number}. {badge}{linked}"]
    if item.changes:
        lines += [f"> {_change(one)}" for one in item.changes[:MOST_CHANGES]]
    elif item.snippet.text.strip():
        lines.append(f"> {_bold(shorten(item.snippet, SNIPPET))}")
    told = within(escaped(" · ".join(facts(item, timezone, words))), FACTS_BYTES)
    lines.append(f'> <font color="comment">{told}</font>')
    if item.also_at:
        others = words["comma"].join(line(one.origin, 40) for one in item.also_at[:MOST_ELSEWHERE])
        lines.append(f"> {words['also_at']}{words['colon']}{within(escaped(others), ALSO_BYTES)}")
    names = within(escaped(" | ".join(rule_names(item.rules, words, most=3, longest=20))), RULES_BYTES)
    if names:
        lines.append(f'> {words["rules"]}{words["colon"]}<font color="info">{names}</font>')
    return "\n".join(lines)


def _change(change: Sequence[ChangedText]) -> str:
    """Write a changed line in a dialect of three colours and no line through: grey in brackets is gone, green new."""
    signs = {"kept": "{}", "removed": '<font color="comment">［-{}-］</font>', "added": '<font color="info">{}</font>'}
    return "".join(signs[part].format(escaped(text)) for text, part in changed_line(change, CHANGE))


def _bold(marked: Marked) -> str:
    return "".join(f"**{escaped(text)}**" if hit else escaped(text) for text, hit in pieces(marked)).strip()


def _size(run: Sequence[Block]) -> int:
    return 2 + _joined(_headed(run, "", "**{name}**"))


def _joined(texts: Sequence[str]) -> int:
    return sum(len(text.encode()) + 2 for text in texts)


def _headed(run: Sequence[Block], before: str, continued: str) -> list[str]:
    """Return the blocks, each column's name before its first; a run that goes on with a column says so."""
    lines: list[str] = []
    for block in run:
        if not lines and block.column == before:
            lines.append(continued.format(name=block.column))
        elif block.column != before:
            lines.append(f"**{block.column}**")
        before = block.column
        lines.append(block.text)
    return lines


def _head(digest: Digest, number: int, total: int, words: Words) -> str:
    name = f"{words['name']} {within(escaped(period_label(digest.period)), PERIOD_BYTES)}"
    count = words["total"].format(count=len(digest.items)) if digest.items else words["empty"]
    part = f"{words['open']}{number}/{total}{words['close']}" if total > 1 else ""
    span = late_line(digest, words) or when(digest, words)
    return f"**{name}** {count}{part}" + (f'\n<font color="comment">{span}</font>' if span else "")


def _tail(left_out: int, coverage: str, words: Words) -> str:
    more = words["more"].format(count=left_out) + "\n" if left_out else ""
    return more + coverage


def _coverage(digest: Digest, words: Words) -> str:
    told = words["stop"].join(coverage_lines(digest.coverage, digest.timezone, words, most=4))
    return f'<font color="comment">{within(escaped(told), COVERAGE_BYTES)}</font>'
