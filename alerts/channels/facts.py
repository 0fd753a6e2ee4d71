"""What is said of a notice and of the coverage, in the same words in every channel."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from alerts.channels.wording import line, moment, safe_link
from alerts.model import Coverage, Digest, DigestItem, FilePage, RuleTag, SourceState
from alerts.reasons import reason_in

MOST_PLACES = 4
MOST_RULES = 8
MOST_FILES, MOST_PAGES = 3, 5
MOST_SOURCES = 12
MOST_ASKED = 20

Words = Mapping[str, str]


def facts(item: DigestItem, timezone: str, words: Words) -> list[str]:
    """Return in which file it was found, who published it, its number, when, when first seen, where, its source."""
    places = words["comma"].join(line(region, 40) for region in item.regions[:MOST_PLACES])
    told = [
        _found_in(item.found_in, words),
        line(item.agency, 60),
        line(item.document_number, 60),
        _deadline(item, words),
        words["published"].format(date=item.published.isoformat()) if item.published else "",
        words["seen"].format(moment=moment(item.first_seen_at, timezone)),
        places,
        line(item.origin, 60),
        words["attachments"].format(count=item.attachments) if item.attachments else "",
    ]
    return [fact for fact in told if fact]


def _deadline(item: DigestItem, words: Words) -> str:
    if item.deadline is None:
        return ""
    what = _what_ends(item.deadline_of)
    phrase = words["deadline_of"] if what else words["deadline"]
    return phrase.format(date=item.deadline.isoformat(), what=what)


def _what_ends(what: str) -> str:
    """Return what a deadline is of; a page that only says 截止 says no more than the phrase that it would stand in."""
    return "" if what == "截止" else line(what, 20)


def section_name(name: str, words: Words) -> str:
    """Return what a section is called; without a name its notices tell no region."""
    return name or words["no_region"]


def late_line(digest: Digest, words: Words) -> str:
    """Say of a late digest which span it covers, and how many periods."""
    if not digest.late:
        return ""
    since, until = moment(digest.since, digest.timezone), moment(digest.until, digest.timezone)
    phrase = words["late"] if digest.periods > 1 else words["late_one"]
    return phrase.format(count=digest.periods, since=since, until=until)


def ending_lines(digest: Digest, words: Words) -> list[tuple[str, str, str]]:
    """Return what ends soon: day with what ends and how soon, title, link."""
    today = digest.until.astimezone(ZoneInfo(digest.timezone)).date()
    told = []
    for one in digest.ending:
        days = (one.day - today).days
        soon = words["ends_in"].format(days=days) if days else words["ends_today"]
        day = words["ends"].format(day=one.day.isoformat(), what=_what_ends(one.what)).rstrip()
        told.append((f"{day}{words['open']}{soon}{words['close']}", line(one.title, 80), safe_link(one.url)))
    return told


def asked_lines(digest: Digest, words: Words, *, most: int = MOST_ASKED) -> list[str]:
    """Return the rules that the digest was made by, with how many notices each found and its cap left out."""
    shown = sorted(digest.asked, key=lambda one: (-one.found, one.rule.subscription_id))[:most]
    lines = []
    for one in shown:
        name = rule_names([one.rule], words)[0]
        capped = words["capped"].format(count=one.capped) if one.capped else ""
        lines.append(words["asked_one"].format(name=name, count=one.found) + capped)
    if len(digest.asked) > most:
        lines.append(words["more_rules"].format(count=len(digest.asked)))
    return lines


def _found_in(pages: Sequence[FilePage], words: Words) -> str:
    """Return in which attachments, and on which of their pages, something was found."""
    by_file: dict[str, list[str]] = {}
    for one in pages:
        by_file.setdefault(one.attachment, []).extend([str(one.page)] if one.page is not None else [])
    told = []
    for name, numbers in list(by_file.items())[:MOST_FILES]:
        more = "…" if len(numbers) > MOST_PAGES else ""
        where = words["pages"].format(pages=words["comma"].join(numbers[:MOST_PAGES]) + more) if numbers else ""
        told.append(words["in_file"].format(name=line(name, 40)) + where)
    more = "…" if len(by_file) > MOST_FILES else ""
    return words["found_in"].format(files=words["comma"].join(told) + more) if told else ""


def rule_names(rules: Sequence[RuleTag], words: Words, *, most: int = MOST_RULES, longest: int = 60) -> list[str]:
    """Return the rules that found an item, each after the reader's note on it; a long list ends with its number."""
    names = []
    for tag in rules[:most]:
        note = line(tag.note, longest // 2)
        names.append((f"{note} · " if note else "") + line(tag.rule, longest))
    if len(rules) > most:
        names.append(words["more_rules"].format(count=len(rules)))
    return names


def coverage_lines(coverage: Coverage, timezone: str, words: Words, *, most: int = MOST_SOURCES) -> list[str]:
    """Return what was checked, what failed and why, what is stale and since when."""
    lines = [words["checked"].format(count=coverage.checked)]
    if coverage.failed:
        names = _named(coverage.failed, timezone, words, most)
        lines.append(words["failed"].format(count=len(coverage.failed), names=names))
    if coverage.stale:
        names = _named(coverage.stale, timezone, words, most)
        lines.append(words["stale"].format(count=len(coverage.stale), names=names))
    if len(lines) == 1 and coverage.checked:
        lines[0] += words["stop"] + words["all_well"]
    return lines


def _named(states: Sequence[SourceState], timezone: str, words: Words, most: int) -> str:
    names = words["comma"].join(_source(state, timezone, words) for state in states[:most])
    if len(states) > most:
        names += " " + words["and_more"].format(count=len(states))
    return names


def _source(state: SourceState, timezone: str, words: Words) -> str:
    since = words["since"].format(moment=moment(state.since, timezone)) if state.since else ""
    why = line(reason_in(words["language"], state.reason, ZoneInfo(timezone)), 80)
    told = words["stop"].join(part for part in (why, since) if part)
    name = line(state.name or state.id, 40)
    return f"{name}{words['open']}{told}{words['close']}" if told else name


def when(digest: Digest, words: Words) -> str:
    """Return the span of time that a digest covers; nothing of one that began the minute it ended."""
    since, until = moment(digest.since, digest.timezone), moment(digest.until, digest.timezone)
    return words["span"].format(since=since, until=until) if since != until else ""
