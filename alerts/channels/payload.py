"""A digest as JSON, in parts under a number of bytes; the schema stands in webhook.py."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, NamedTuple

from alerts.channels.base import Note
from alerts.channels.parts import fitting, parts
from alerts.channels.wording import changed_line, line, plain, safe_link, shorten
from alerts.model import Asked, ChangedText, Coverage, Digest, DigestItem, Ending, Marked, RuleTag, SourceState

ITEM_BYTES = 10_000  # a larger item is cut hard, so that one always fits beside the frame
COVERAGE_BYTES = 3_000
LISTED_BYTES = 1_300  # of what ends soon, and of the rules that were asked
MOST_PAGES = 10  # of attachments


class Limits(NamedTuple):
    """Characters of an item's texts, and how many rules and highlights it names."""

    title: int
    snippet: int
    rule: int
    rules: int
    spans: int


WIDE = Limits(title=1_000, snippet=2_000, rule=2_000, rules=50, spans=500)
TIGHT = Limits(title=300, snippet=300, rule=100, rules=3, spans=40)


class Placed(NamedTuple):
    """One item as JSON, with its section: number, since two sections might bear one name."""

    section: int
    name: str
    text: str


def write_payloads(digest: Digest, *, most_bytes: int) -> Iterator[str]:
    """Yield the bodies; every part carries digest and coverage, and its share of the items."""
    placed = [
        Placed(number, line(section.name, 40), _item_json(item))
        for number, section in enumerate(digest.sections)
        for item in section.items
    ]
    frame = len(_body(digest, [], 9999, 9999).encode())
    runs = list(parts(placed, lambda run: frame + _size(run) <= most_bytes)) or [[]]
    for number, run in enumerate(runs, 1):
        yield _body(digest, run, number, len(runs))


def write_note(note: Note, *, most_bytes: int) -> str:
    """Return a note as JSON with as many lines as fit."""
    shown = [line(one, 400) for one in note.lines]

    def body(some: Sequence[str]) -> str:
        data = {"title": line(note.title, 150), "lines": list(some), "lines_total": len(shown)}
        return _dump({"type": "note", "data": data})

    return body(shown[: fitting(shown, lambda some: len(body(some).encode()) <= most_bytes)])


def _size(run: Sequence[Placed]) -> int:
    names = {placed.section: len(_dump(placed.name).encode()) + 24 for placed in run}
    return sum(len(placed.text.encode()) + 1 for placed in run) + sum(names.values())


def _body(digest: Digest, run: Sequence[Placed], part: int, total: int) -> str:
    head = {
        "id": digest.id,
        "subscriber": line(digest.subscriber, 100),
        "destination": line(digest.destination, 100),
        "period": line(digest.period, 100),
        "since": _utc(digest.since),
        "until": _utc(digest.until),
        "timezone": digest.timezone,
        "language": digest.language,
        "notices": len(digest.items),
        "periods": digest.periods,
        "late": digest.late,
        "link": safe_link(digest.link),
        "part": part,
        "parts": total,
    }
    ending, asked = _within([_ending(one) for one in digest.ending]), _within([_asked(one) for one in digest.asked])
    sections = ",".join(
        f'{{"name":{_dump(name)},"items":[{",".join(placed.text for placed in group)}]}}'
        for (_, name), group in groupby(run, key=lambda placed: (placed.section, placed.name))
    )
    return (
        f'{{"type":"digest.closed","timestamp":{_dump(_utc(digest.until))},"data":{{"digest":{_dump(head)},'
        f'"sections":[{sections}],"ending":{ending},"asked":{asked},"coverage":{_coverage(digest.coverage)}}}}}'
    )


def _item_json(item: DigestItem) -> str:
    wide = _dump(_item(item, WIDE))
    return wide if len(wide.encode()) <= ITEM_BYTES else _dump(_item(item, TIGHT))


def _item(item: DigestItem, limits: Limits) -> dict[str, Any]:
    written = {
        "notice_id": item.notice_id,
        "title": _marked(item.title, limits.title, limits.spans),
        "snippet": _marked(item.snippet, limits.snippet, limits.spans),
        "url": safe_link(item.url),
        "origin": line(item.origin, 200),
        "agency": line(item.agency, 200),
        "document_number": line(item.document_number, 100),
        "regions": [line(region, 60) for region in item.regions[:10]],
        "published": item.published.isoformat() if item.published else None,
        "first_seen_at": _utc(item.first_seen_at),
        "attachments": item.attachments,
        "found_in": [{"attachment": line(one.attachment, 100), "page": one.page} for one in item.found_in[:MOST_PAGES]],
        "event": item.event,
        "changes": [_change(one, limits) for one in item.changes],
        "changes_total": item.changes_total,
        "deadline": item.deadline.isoformat() if item.deadline else None,
        "also_at": [{"origin": line(one.origin, 60), "url": safe_link(one.url)} for one in item.also_at[:6]],
        "score": item.score,
        "rules": [_rule(tag, limits) for tag in item.rules[: limits.rules]],
        "rules_total": len(item.rules),
    }
    shortened = (
        len(item.title.text) > limits.title
        or len(item.snippet.text) > limits.snippet
        or len(item.rules) > limits.rules
        or any(len(tag.rule) > limits.rule for tag in item.rules)
    )
    return {**written, "shortened": shortened}


def _change(change: Sequence[ChangedText], limits: Limits) -> list[dict[str, str]]:
    return [{"text": text, "part": part} for text, part in changed_line(change, min(limits.snippet, 300))]


def _rule(tag: RuleTag, limits: Limits) -> dict[str, Any]:
    return {
        "subscription_id": tag.subscription_id,
        "rule": plain(tag.rule[: limits.rule]),
        "note": plain(tag.note[: limits.rule]),
    }


def _marked(marked: Marked, limit: int, spans: int) -> dict[str, Any]:
    short = shorten(marked, limit)
    return {"text": short.text, "spans": short.spans[:spans]}


def _coverage(coverage: Coverage) -> str:
    failed, stale = [_source(state) for state in coverage.failed], [_source(state) for state in coverage.stale]
    half = COVERAGE_BYTES // 2
    return _dump(
        {
            "checked": coverage.checked,
            "failed_total": len(failed),
            "stale_total": len(stale),
            "failed": failed[: fitting(failed, lambda some: len(_dump(some).encode()) <= half)],
            "stale": stale[: fitting(stale, lambda some: len(_dump(some).encode()) <= half)],
        }
    )


def _ending(one: Ending) -> dict[str, Any]:
    told = {"notice_id": one.notice_id, "title": line(one.title, 200), "url": safe_link(one.url)}
    return told | {"day": one.day.isoformat(), "what": line(one.what, 40)}


def _asked(one: Asked) -> dict[str, Any]:
    return {**_rule(one.rule, TIGHT), "found": one.found, "capped": one.capped}


def _within(some: Sequence[Mapping[str, Any]]) -> str:
    """Return the first of them that find room, as JSON."""
    return _dump(some[: fitting(some, lambda part: len(_dump(part).encode()) <= LISTED_BYTES)])


def _source(state: SourceState) -> dict[str, Any]:
    return {
        "id": line(state.id, 60),
        "name": line(state.name, 60),
        "reason": line(state.reason, 100),
        "since": _utc(state.since) if state.since else None,
    }


def _utc(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _dump(value: Any) -> str:  # noqa: ANN401  anything that JSON can say
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
