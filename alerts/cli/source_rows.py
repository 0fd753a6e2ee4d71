"""Sources as the commands show them: chosen by region, family, state and grade; counted; as JSON; told one by one."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from alerts.cli.advice import no_place
from alerts.cli.opening import Opened
from alerts.cli.output import fail, local
from alerts.reasons import brief
from crawler.archive.crawls import SourceRecord, source_records
from crawler.families import FAMILIES
from crawler.health import is_stale
from crawler.rhythm import State
from crawler.sources import GRADES, Source, interval_of

DISABLED = "disabled"
STATES = (*(str(state) for state in State), DISABLED)
NOT_READ = "nobody has read it with success for a long time: does the service run?"
WORDS = {"document_number": "number", "regions": "place"}  # facts of a notice that lists call otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A source with what is known of it."""

    source: Source
    record: SourceRecord | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which sources are wanted; what is not said does not matter."""

    region: str = ""
    family: str = ""
    state: str = ""
    grade: str = ""
    enabled: bool | None = None

    def holds(self, line: Line, here: Opened) -> bool:
        """Tell whether a source is wanted."""
        return (
            (not self.region or here.places.within(line.source.region, here.places.find(self.region)))
            and (not self.family or line.source.family == self.family)
            and (not self.state or line.state == self.state)
            and (not self.grade or (line.source.grade or "none") in self.grade)
            and (self.enabled is None or line.source.enabled == self.enabled)
        )


def lines_of(here: Opened, choice: Choice) -> list[Line]:
    """Return the sources that are wanted; an unknown region, family or grade ends the command with code 2."""
    _refuse_unknown(choice, here)
    with here.engine.execution_options(reading=True).begin() as connection:
        records = source_records(connection)
    lines = (line_of(source, records.get(source.id), here) for source in here.sources.values())
    return [line for line in lines if choice.holds(line, here)]


def line_of(source: Source, record: SourceRecord | None, here: Opened) -> Line:
    """Put a source and its record together."""
    return Line(source=source, record=record, state=_state(source, record, here))


def as_dict(line: Line, here: Opened) -> dict[str, Any]:
    """Return a source as `--json` shows it."""
    names = ("id", "name", "family", "lists", "region", "agency", "section", "enabled", "grade")
    facts = {name: getattr(line.source, name) for name in names}
    facts["interval_minutes"] = interval_of(line.source, here.settings.crawl).total_seconds() // 60
    facts["options"] = dict(line.source.options)
    facts["state"] = line.state
    facts["missing"] = missing_of(line)
    stamps = ("verdict", "reason", "last_crawl_at", "last_success_at", "next_crawl_at", "failures", "checked_at")
    return facts | {name: getattr(line.record, name, None) for name in (*stamps, "check")}


def missing_of(line: Line) -> dict[str, float]:
    """Return the share of its notices that have no day, agency, number or place; without those that all have."""
    rhythm = (line.record.rhythm if line.record is not None else None) or {}
    return dict(rhythm.get("missing") or {})


def lacks(line: Line) -> str:
    """Return what some of its notices lack, in words: published 12%, number 60%; not what none of them ever had."""
    some = {name: share for name, share in missing_of(line).items() if share < 1}
    return ", ".join(f"{WORDS.get(name, name)} {share:.0%}" for name, share in some.items())


def why(line: Line) -> str:
    """Return why a source is not well; "" when it is, or nobody reads it."""
    if line.record is None or line.state in {DISABLED, State.FRESH, State.NEW}:
        return ""
    told = str((line.record.rhythm or {}).get("reason", ""))
    return told or (NOT_READ if line.state == State.STALE else "")


def left_out(line: Line) -> str:
    """Return the first document number that is left out, and how many more are: 示府发〔2026〕12号 +1."""
    rhythm = (line.record.rhythm if line.record is not None else None) or {}
    series = [str(numbers) for numbers in rhythm.get("gaps") or ()]
    numbers = "、".join(series).split("、")
    return numbers[0] + (f" +{len(numbers) - 1}" if len(numbers) > 1 else "")


def own_options(source: Source) -> dict[str, Any]:
    """Return the options in which a source differs from its family."""
    usual = FAMILIES[source.family].defaults
    return {name: _other(value, usual.get(name)) for name, value in source.options.items() if value != usual.get(name)}


def _other(value: object, usual: object) -> object:
    if not (isinstance(value, Mapping) and isinstance(usual, Mapping)):
        return value
    return {name: entry for name, entry in value.items() if usual.get(name) != entry}


GROUPS: dict[str, Callable[[Line], str]] = {
    "region": lambda line: line.source.region.partition("/")[0],
    "family": lambda line: line.source.family,
    "state": lambda line: line.state,
    "grade": lambda line: line.source.grade or "none",
}
"""What `--summary` counts by."""


def counted(lines: Iterable[Line]) -> dict[str, dict[str, dict[str, int]]]:
    """Return for each way of grouping how many sources, enabled ones, checked ones and good ones each group has."""
    counts: dict[str, dict[str, dict[str, int]]] = {group: defaultdict(_nothing) for group in GROUPS}
    for line in lines:
        for group, key in GROUPS.items():
            count = counts[group][key(line)]
            count["sources"] += 1
            count["enabled"] += line.source.enabled
            count["checked"] += line.record is not None and line.record.checked_at is not None
            count["ok"] += _is_ok(line)
    return {group: dict(sorted(found.items(), key=_largest_first)) for group, found in counts.items()}


def said(line: Line, here: Opened) -> list[tuple[str, object]]:
    """Return what `sources show` says of a source, line by line."""
    source, record, zone = line.source, line.record, here.settings.zone
    rows: list[tuple[str, object]] = [
        ("id", source.id),
        ("name", source.name),
        ("family", f"{source.family} ({FAMILIES[source.family].label})"),
        ("lists", "\n".join(source.lists)),
        ("region", source.region),
        ("agency", source.agency),
        ("grade", source.grade),
        ("options", ", ".join(f"{name} = {value!r}" for name, value in own_options(source).items())),
        ("state", line.state),
        ("why", brief(why(line), zone)),
    ]
    if record is not None:
        rows += [
            ("notices without", lacks(line)),
            ("last success", local(record.last_success_at, zone) or "never"),
            ("next crawl", local(record.next_crawl_at, zone)),
            ("failures in a row", record.failures),
            ("last check", local(record.checked_at, zone)),
        ]
    return [(name, value) for name, value in rows if value != ""]


def _state(source: Source, record: SourceRecord | None, here: Opened) -> str:
    if not source.enabled:
        return DISABLED
    if record is None or (record.last_crawl_at is None and record.checked_at is not None):
        return State.NEW
    well = record.state in {State.FRESH, State.LATE}
    if well and is_stale(record, interval_of(source, here.settings.crawl), datetime.now(UTC)):
        return State.STALE  # whatever its rhythm was: nobody has read it for long
    return record.state


def _is_ok(line: Line) -> bool:
    """Tell whether its last check went well."""
    check: Mapping[str, Any] = (line.record.check if line.record is not None else None) or {}
    return check.get("verdict") == "ok"


def _nothing() -> dict[str, int]:
    return {"sources": 0, "enabled": 0, "checked": 0, "ok": 0}


def _largest_first(entry: tuple[str, Mapping[str, int]]) -> tuple[int, str]:
    return -entry[1]["sources"], entry[0]


def _refuse_unknown(choice: Choice, here: Opened) -> None:
    if choice.region and not here.places.find(choice.region):
        no_place(here.places, choice.region)
    if choice.family and choice.family not in FAMILIES:
        fail(f"There is no family {choice.family!r}.", f"Write one of {', '.join(FAMILIES)}.", code=2)
    if choice.state and choice.state not in STATES:
        fail(f"There is no state {choice.state!r}.", f"Write one of {', '.join(STATES)}.", code=2)
    if set(choice.grade) - set(GRADES):
        fail(f"There is no grade {choice.grade!r}.", f"Write some of {''.join(GRADES)}, such as AB.", code=2)
