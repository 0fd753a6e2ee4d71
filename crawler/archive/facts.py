"""Official facts as the archive keeps them: all of them with where they were read, and some in columns of their own."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from crawler.notice import Deadline, Fact, Facts

_SINGLE = [name for name in Facts.__dataclass_fields__ if name != "deadlines"]


def facts_as_columns(facts: Facts) -> dict[str, Any]:
    """Return what a notice's row says of its facts; of several deadlines the earliest and the last."""
    return {
        "kind": facts.kind.value if facts.kind else "",
        "written": _day(facts.written),
        "effective": _day(facts.effective),
        "deadline": min((one.day for one in facts.deadlines), default=None),
        "deadline_last": max((one.day for one in facts.deadlines), default=None),
        "facts": facts_as_dict(facts) or None,
    }


def facts_as_dict(facts: Facts) -> dict[str, Any]:
    """Return the facts there are: {name: {value, where}}, and deadlines as a list."""
    single = {name: fact for name in _SINGLE if (fact := getattr(facts, name)) is not None}
    found: dict[str, Any] = {name: {"value": fact.value, "where": fact.where} for name, fact in single.items()}
    if facts.deadlines:
        found["deadlines"] = [
            {"day": one.day.isoformat(), "what": one.what, "where": one.where} for one in facts.deadlines
        ]
    return found


def facts_of_dict(stored: Mapping[str, Any] | None) -> Facts:
    """Return the facts that facts_as_dict has written down."""
    told = stored or {}
    deadlines = tuple(
        Deadline(day=date.fromisoformat(one["day"]), what=one["what"], where=one["where"])
        for one in told.get("deadlines", ())
    )
    return Facts(deadlines=deadlines, **{name: Fact(**told[name]) for name in _SINGLE if name in told})


def asked_of(facts: Facts) -> tuple[str, tuple[date, ...]]:
    """Return what rules are asked of facts: the kind of document, and the days on which something ends."""
    return facts.kind.value if facts.kind else "", tuple(one.day for one in facts.deadlines)


def _day(fact: Fact | None) -> date | None:
    return date.fromisoformat(fact.value) if fact else None
