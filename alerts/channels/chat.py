"""A digest as chat messages: in the channel's dialect, cut at item borders by the channel's own measure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from alerts.channels.base import Message, Note
from alerts.channels.dialect import Dialect, Line
from alerts.channels.facts import Words, asked_lines, coverage_lines, ending_lines, late_line, section_name, when
from alerts.channels.items import write_item
from alerts.channels.parts import fairly, fitting, parts
from alerts.channels.phrases import phrases
from alerts.channels.wording import line, period_label, safe_link
from alerts.model import Digest

GAP = "\n\n"
NOTE_LINE, NOTE_TITLE = 300, 80
ENDING_TITLE, ENDING_LINK = 40, 200  # characters, and units of the dialect
MOST_ASKED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message before the channel gives it its form. Title, count and span are plain text, the rest is written."""

    title: str
    count: str = ""
    span: str = ""
    blocks: Sequence[str] = ()
    tail: str = ""
    calls: bool = False  # the first part of a digest that holds something: people may be called to it
    link: str = ""  # of the best item in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a channel's messages are written on.

    `frame` makes a message of a part, `measure` its size; `block` writes one item, `cost` is what that adds.
    """

    dialect: Dialect
    most: int
    most_parts: int
    frame: Callable[[Part], str]
    block: Callable[[list[Line]], str]
    measure: Callable[[str], int]
    cost: Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Block:
    """One item, written, with its cost and that of its column's name."""

    column: str
    text: str
    cost: int
    column_cost: int
    link: str


def text_sheet(dialect: Dialect, *, most: int, most_parts: int, frame: Callable[[Part], str] | None = None) -> Sheet:
    """Return the sheet of a channel whose message is one text."""
    return Sheet(
        dialect=dialect,
        most=most,
        most_parts=most_parts,
        frame=frame or (lambda part: as_text(part, dialect)),
        block=dialect.block,
        measure=dialect.measure,
        cost=lambda text: dialect.measure(text) + len(GAP),
    )


def as_text(part: Part, dialect: Dialect) -> str:
    """Return a part as one text: head, blocks, tail."""
    return GAP.join(text for text in (head_text(part, dialect), *part.blocks, part.tail) if text)


def head_text(part: Part, dialect: Dialect) -> str:
    """Return the head of a part: what it is, how much, which part, which time."""
    title = dialect.bold.format(dialect.fit(part.title, dialect.sizes.head))
    first = f"{title} {dialect.escape(part.count)}".rstrip()
    return first + (dialect.newline + dialect.quiet.format(dialect.escape(part.span)) if part.span else "")


def messages_of(digest: Digest, sheet: Sheet, *, kind: str = "body", total: int | None = None) -> list[Message]:
    """Return the digest as messages: each its form under its kind, and what a repeat of it says first."""
    repeated = phrases(digest.language)["maybe_repeated"]
    return [{kind: written, "maybe_repeated": repeated} for written in write_parts(digest, sheet, total=total)]


def note_of(note: Note, sheet: Sheet, *, kind: str = "body") -> Message:
    """Return a note as one message of the same form."""
    return {kind: write_note(note, sheet), "maybe_repeated": phrases(note.language)["maybe_repeated"]}


def write_parts(digest: Digest, sheet: Sheet, *, total: int | None = None) -> list[str]:
    """Return the messages; what finds no room in the most parts is counted in the last.

    `total` is how many notices the head tells of when some of them stand in other messages.
    """
    words = phrases(digest.language)
    told = len(digest.items) if total is None else total
    blocks = _blocks(digest, sheet, words)
    whole = Part(
        title=f"{words['name']} {period_label(digest.period)}",
        span=late_line(digest, words) or when(digest, words),
        tail=_tail(len(blocks), digest, sheet.dialect, words),
        calls=bool(told),
    )
    widest = replace(whole, count=_count(told, 999, 999, words) + words["continued"])
    room = sheet.most - sheet.measure(sheet.frame(widest))

    ending = _ending(digest, sheet, words, room)

    def cut(kept: Sequence[int]) -> list[Sequence[Block]]:
        return list(parts([*ending, *(blocks[number] for number in sorted(kept))], lambda run: _cost(run) <= room))

    ranked = _ranked(digest)
    kept = ranked[: fitting(ranked, lambda some: len(cut(some)) <= sheet.most_parts)]
    runs = cut(kept) or [[]]
    tails = [""] * (len(runs) - 1) + [_tail(len(blocks) - len(kept), digest, sheet.dialect, words)]
    messages, before = [], ""
    for number, (run, tail) in enumerate(zip(runs, tails, strict=True), 1):
        part = replace(
            whole,
            count=_count(told, number, len(runs), words),
            blocks=_headed(run, before, sheet, words),
            tail=tail,
            calls=number == 1 and bool(told),
            link=next((block.link for block in run if block.link), ""),
        )
        messages.append(sheet.frame(part))
        before = run[-1].column if run else ""
    return messages


def write_note(note: Note, sheet: Sheet) -> str:
    """Return a note as one message; what finds no room is counted in its last line."""
    words, dialect = phrases(note.language), sheet.dialect
    shown = [sheet.block([Line("text", dialect.escape(line(one, NOTE_LINE)))]) for one in note.lines]
    more = dialect.escape(words["more"].format(count=len(shown)))
    whole = Part(title=line(note.title, NOTE_TITLE), tail=more)
    room = sheet.most - sheet.measure(sheet.frame(whole))
    kept = fitting(shown, lambda some: sum(map(sheet.cost, some)) <= room)
    tail = dialect.escape(words["more"].format(count=len(shown) - kept)) if kept < len(shown) else ""
    return sheet.frame(replace(whole, blocks=shown[:kept], tail=tail))


def _ranked(digest: Digest) -> list[int]:
    columns, first = [], 0
    for section in digest.sections:
        columns.append(range(first, first + len(section.items)))
        first += len(section.items)
    return fairly(columns)


def _blocks(digest: Digest, sheet: Sheet, words: Words) -> list[Block]:
    blocks, number = [], 0
    for section in digest.sections:
        column = _named(section_name(section.name, words), sheet)
        column_cost = sheet.cost(_column(column, sheet))
        for item in section.items:
            number += 1
            lines, link = write_item(number, item, digest.timezone, words, sheet.dialect)
            text = sheet.block(lines)
            blocks.append(Block(column, text, sheet.cost(text), column_cost, link))
    return blocks


def _ending(digest: Digest, sheet: Sheet, words: Words, room: int) -> list[Block]:
    """Return what ends soon as one block of its own, the soonest first: as much as half a message holds."""
    lines = [_end(one, sheet.dialect) for one in ending_lines(digest, words)]
    if not lines:
        return []
    column = _named(words["ending"], sheet)
    column_cost = sheet.cost(_column(column, sheet))
    kept = fitting(lines, lambda some: sheet.cost(sheet.block(list(some))) + column_cost <= room // 2)
    if not kept:
        return []  # each notice says its own deadline all the same
    text = sheet.block(lines[:kept])
    return [Block(column, text, sheet.cost(text), column_cost, "")]


def _end(ending: tuple[str, str, str], dialect: Dialect) -> Line:
    """Write when what ends, and the title with its link where that is short."""
    day, title, link = ending
    name, written = dialect.escape(line(title, ENDING_TITLE)), dialect.href(link)
    if link and dialect.measure(written) <= ENDING_LINK:
        name = dialect.link.format(text=name, url=written)
    return Line("text", f"{dialect.escape(day)} {name}")


def _named(name: str, sheet: Sheet) -> str:
    return sheet.dialect.fit(line(name, 40), sheet.dialect.sizes.column) or "—"


def _cost(run: Sequence[Block]) -> int:
    before, total = "", 0
    for block in run:
        total += block.cost + (block.column_cost if block.column != before else 0)
        before = block.column
    return total


def _headed(run: Sequence[Block], before: str, sheet: Sheet, words: Words) -> list[str]:
    """Return the blocks, each column's name before its first; a run that goes on with a column says so."""
    blocks: list[str] = []
    for block in run:
        if not blocks and block.column == before:
            blocks.append(_column(words["continued"].format(name=block.column), sheet))
        elif block.column != before:
            blocks.append(_column(block.column, sheet))
        before = block.column
        blocks.append(block.text)
    return blocks


def _column(name: str, sheet: Sheet) -> str:
    return sheet.block([Line("column", sheet.dialect.column.format(name))])


def _count(told: int, number: int, parts_total: int, words: Words) -> str:
    count = words["total"].format(count=told) if told else words["empty"]
    return count + (f"{words['open']}{number}/{parts_total}{words['close']}" if parts_total > 1 else "")


def _tail(left_out: int, digest: Digest, dialect: Dialect, words: Words) -> str:
    told = words["stop"].join(coverage_lines(digest.coverage, digest.timezone, words, most=4))
    coverage = dialect.quiet.format(dialect.fit(told, dialect.sizes.coverage))
    more = dialect.escape(words["more"].format(count=left_out)) if left_out else ""
    above = (f"{more}{_whole(digest, dialect, words)}".strip(), _asked(digest, dialect, words))
    return dialect.newline.join([*filter(None, above), coverage])


def _asked(digest: Digest, dialect: Dialect, words: Words) -> str:
    """Return the rules that the digest was made by, as many as find room, and how many there are."""
    if not digest.asked:
        return ""
    shown = (words["stop"].join(asked_lines(digest, words, most=most)) for most in range(MOST_ASKED, 0, -1))
    written = [dialect.escape(f"{words['asked']}{words['colon']}{told}") for told in shown]
    fits = (text for text in written if dialect.measure(text) <= dialect.sizes.asked)
    return dialect.quiet.format(next(fits, None) or dialect.fit(words["asked"], dialect.sizes.asked))


def _whole(digest: Digest, dialect: Dialect, words: Words) -> str:
    """Return the link to the whole digest, where it can be read and fits."""
    written = dialect.href(safe_link(digest.link))
    if not written or dialect.measure(written) > dialect.sizes.link:
        return ""
    return " " + dialect.link.format(text=dialect.escape(words["whole"]), url=written)
