"""Records → rows: all of a file is checked first, then written in one transaction; what is there already stays."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any, TypeVar

import sqlalchemy as sa

from alerts.channels import TargetError, check_target
from alerts.exchange.records import Fault, Faults, Record
from alerts.model import Cadence, Destination, Grouping, Subscription, WhenUnknown
from alerts.rhythms import UnfitRhythm, read_last_day, read_quiet, read_time, read_weekday, read_zone
from alerts.rules import RuleError, parse
from alerts.store.destinations import (
    NewDestination,
    add_destination,
    change_destination,
    list_destinations,
    pause_destination,
)
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber, change_subscriber, list_subscribers
from alerts.store.subscriptions import (
    add_subscription,
    change_subscription,
    list_subscriptions,
    pause_subscription,
)
from config.names import UnfitName, one_line, unbroken
from config.settings import Settings
from config.vocabulary import Words

Value = TypeVar("Value")
YES, NO = ("yes", "true", "1", "是"), ("no", "false", "0", "否")


@dataclass(frozen=True, slots=True)
class Summary:
    """How many rows were added, changed, and were as the file says."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: "Summary") -> "Summary":
        return Summary(self.added + other.added, self.changed + other.changed, self.unchanged + other.unchanged)


ADDED, CHANGED, UNCHANGED = Summary(added=1), Summary(changed=1), Summary(unchanged=1)


def import_records(  # noqa: PLR0913  what is checked against what, and when
    connection: sa.Connection,
    vault: Vault,
    settings: Settings,
    vocabulary: Words,
    records: Sequence[Record],
    *,
    now: datetime,
) -> Summary:
    """Write all records, or raise Faults with everything that is wrong and write none."""
    coming = _Coming(connection, vault, settings, vocabulary)
    for record in records:
        coming.check(record)
    if coming.faults:
        raise Faults(coming.faults)
    total = Summary()
    for write in (coming.write_readers, coming.write_places, coming.write_rules):
        total += write(now)
    return total


class _Coming:
    """One file on its way in: what of it was read, and what is wrong with it."""

    def __init__(self, connection: sa.Connection, vault: Vault, settings: Settings, vocabulary: Words) -> None:
        self.connection, self.vault, self.settings, self.vocabulary = connection, vault, settings, vocabulary
        self.faults: list[Fault] = []
        self.readers: dict[str, dict[str, Any]] = {}
        self.targets: dict[tuple[str, str], tuple[NewDestination, bool]] = {}
        self.rules: dict[tuple[str, str], dict[str, Any]] = {}
        self.known = {one.name: one for one in list_subscribers(connection)}
        names = {one.id: one.name for one in self.known.values()}
        self.there = {(names[one.subscriber_id], one.name): one for one in list_destinations(connection, vault)}
        self.ruled = {(names[one.subscriber_id], one.rule): one for one in list_subscriptions(connection)}

    def check(self, record: Record) -> None:
        """Read one record, or write down its faults."""
        cells = _Cells(record, self.faults)
        reader = cells.line("subscriber")
        if reader is None:
            return
        if not reader:
            cells.fault("subscriber", "a name is missing")
        elif record.kind == "subscriber":
            self._check_reader(cells, reader)
        elif reader not in self.readers and reader not in self.known:
            cells.fault("subscriber", f"there is no reader {reader}: let their own row come first")
        elif record.kind == "destination":
            self._check_place(cells, reader)
        else:
            self._check_rule(cells, reader)

    def _check_reader(self, cells: "_Cells", name: str) -> None:
        language = cells.choice("language", ("zh", "en"), self.settings.language)
        operator = cells.yes("operator", otherwise=False)
        paused = cells.yes("paused", otherwise=False)
        cells.once(self.readers, name, {"language": language, "operator": operator, "paused": paused})

    def _check_place(self, cells: "_Cells", reader: str) -> None:
        channel = cells.text("channel")
        name = cells.line("name")
        if name is None:
            return
        name = name or channel
        old = self.there.get((reader, name))
        if old is not None and old.channel != channel:
            cells.fault("channel", f"this destination is there as {old.channel}; give the new one another name")
            return
        given = cells.json("target", dict, {})
        new = NewDestination(
            name=name,
            channel=channel,
            target=self._target(cells, channel, given, old),
            at=cells.read("at", read_time, time(8)),
            timezone=cells.read("timezone", read_zone, self.settings.timezone),
            cadence=Cadence(cells.choice("cadence", tuple(Cadence), Cadence.DAILY)),
            weekday=cells.read("weekday", read_weekday, 0),
            quiet=cells.read("quiet", read_quiet, None),
            tell_empty=cells.yes("tell_empty", otherwise=False),
            grouping=Grouping(cells.choice("group_by", tuple(Grouping), Grouping.SECTION)),
            when_unknown=WhenUnknown(cells.choice("when_unknown", tuple(WhenUnknown), WhenUnknown.RESEND)),
            confirmed=cells.yes("confirmed", otherwise=True),
        )
        cells.once(self.targets, (reader, name), (new, cells.yes("paused", otherwise=False)))

    def _target(
        self, cells: "_Cells", channel: str, given: Mapping[str, Any], old: Destination | None
    ) -> dict[str, str]:
        """Check a target; what the file leaves out, as it does secrets, stays as it is."""
        fields = {**(old.target if old else {}), **{name: str(value) for name, value in given.items()}}
        try:
            return check_target(channel, fields)
        except TargetError as error:
            column = "channel" if error.field == "channel" else f"target.{error.field}"
            hint = " (secrets are exported only with --secrets)" if error.message == "is missing" else ""
            cells.fault(column, f"{error.message}; {error.advice}{hint}")
            return {}

    def _check_rule(self, cells: "_Cells", reader: str) -> None:
        rule = cells.line("rule", unbroken)
        if rule is None:
            return
        try:
            parse(rule, self.vocabulary)
        except RuleError as error:
            cells.fault("rule", f"{error.message} {error.advice}".strip())
        places = cells.json("to", list, None)
        for name in places or []:
            if (reader, name) not in self.targets and (reader, name) not in self.there:
                cells.fault("to", f"{reader} has no destination {name}")
        values = {
            "note": cells.line("note") or "",
            "expires_at": cells.read("until", lambda given: read_last_day(given, self.settings.timezone), None),
            "most": cells.number("most"),
            "places": places,
            "paused": cells.yes("paused", otherwise=False),
        }
        cells.once(self.rules, (reader, rule), values)

    def write_readers(self, now: datetime) -> Summary:
        """Write the readers."""
        total = Summary()
        for name, values in self.readers.items():
            old = self.known.get(name)
            if old is None:
                old = add_subscriber(self.connection, name, language=values["language"], now=now)
                total += ADDED
            elif all(getattr(old, key) == value for key, value in values.items()):
                total += UNCHANGED
                continue
            else:
                total += CHANGED
            change_subscriber(self.connection, replace(old, **values))
        self.known = {one.name: one for one in list_subscribers(self.connection)}
        return total

    def write_places(self, now: datetime) -> Summary:
        """Write the destinations."""
        total = Summary()
        for (reader, _), (new, paused) in self.targets.items():
            old = self.there.get((reader, new.name))
            if old is None:
                old = add_destination(self.connection, self.vault, self.known[reader].id, new, now=now)
                self.there[reader, new.name] = old
                total += ADDED
            elif NewDestination.of(old) == new and old.paused == paused:
                total += UNCHANGED
                continue
            else:
                change_destination(self.connection, self.vault, old.id, new)
                total += CHANGED
            if old.paused != paused:
                pause_destination(self.connection, old.id, paused=paused)
        return total

    def write_rules(self, now: datetime) -> Summary:
        """Write the rules."""
        total = Summary()
        for (reader, rule), values in self.rules.items():
            total += self._write_rule(self.ruled.get((reader, rule)), reader, rule, values, now)
        return total

    def _write_rule(
        self, old: Subscription | None, reader: str, rule: str, values: dict[str, Any], now: datetime
    ) -> Summary:
        names = values["places"]
        places = None if names is None else tuple(sorted(self.there[reader, name].id for name in names))
        paused, values = values["paused"], {**values, "places": places}
        del values["paused"]
        if old is None:
            old, result = add_subscription(self.connection, self.known[reader].id, rule, **values, now=now), ADDED
        elif replace(old, paused=paused, **values) == old:
            return UNCHANGED
        else:
            change_subscription(self.connection, old.id, **values)
            result = CHANGED
        if old.paused != paused:
            pause_subscription(self.connection, old.id, paused=paused)
        return result


class _Cells:
    """The cells of one record, read one by one; what is wrong with them is collected."""

    def __init__(self, record: Record, faults: list[Fault]) -> None:
        self._record, self._faults = record, faults

    def fault(self, column: str, message: str) -> None:
        self._faults.append(Fault(self._record.where, column, message))

    def text(self, column: str) -> str:
        return self._record.values.get(column, "").strip()

    def line(self, column: str, before: Callable[[str], str] = str) -> str | None:
        """Return words that stand on one line; None, and a fault, where they cannot."""
        try:
            return one_line(before(self.text(column)))
        except UnfitName as error:
            self.fault(column, str(error))
            return None

    def yes(self, column: str, *, otherwise: bool) -> bool:
        given = self.text(column).lower()
        if given and given not in (*YES, *NO):
            self.fault(column, f"{given!r} is neither yes nor no")
        return given in YES if given else otherwise

    def choice(self, column: str, known: Iterable[str], otherwise: str) -> str:
        given = self.text(column) or otherwise
        if given not in known:
            self.fault(column, f"{given!r} is none of {', '.join(known)}")
            return otherwise
        return given

    def read(self, column: str, reading: Callable[[str], Value], otherwise: Value) -> Value:
        given = self.text(column)
        try:
            return reading(given) if given else otherwise
        except UnfitRhythm as error:
            self.fault(column, str(error))
            return otherwise

    def number(self, column: str) -> int | None:
        given = self.text(column)
        if given and not (given.isascii() and given.isdecimal() and int(given) > 0):
            self.fault(column, f"{given!r} is no whole number above 0")
            return None
        return int(given) if given else None

    def json(self, column: str, kind: type[Value], otherwise: Value | None) -> Any:  # noqa: ANN401  what JSON holds
        given = self.text(column)
        try:
            value = json.loads(given) if given else otherwise
        except ValueError as error:
            self.fault(column, f"this is no JSON: {error}")
            return otherwise
        if value is not None and not isinstance(value, kind):
            self.fault(column, f"this takes {'an object' if kind is dict else 'a list'} in JSON")
            return otherwise
        return value

    def once(self, among: dict[Any, Any], key: object, value: object) -> None:
        if key in among:
            self.fault("", "this stands in the file twice")
        among[key] = value
