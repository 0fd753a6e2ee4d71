"""Rows → records: every reader with their destinations and rules."""

import json
from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa

from alerts.channels import CHANNELS
from alerts.exchange.records import Record
from alerts.model import Destination, Subscriber, Subscription
from alerts.rhythms import WEEKDAYS, last_day, quiet_in_words
from alerts.store.destinations import list_destinations
from alerts.store.secrets import Vault
from alerts.store.subscribers import list_subscribers
from alerts.store.subscriptions import list_subscriptions


def export_records(connection: sa.Connection, vault: Vault, *, zone: str, secrets: bool = False) -> Iterator[Record]:
    """Yield every reader, each followed by their destinations and rules; what is secret only when asked for."""
    places, rules = list_destinations(connection, vault), list_subscriptions(connection)
    names = {place.id: place.name for place in places}
    for reader in list_subscribers(connection):
        yield Record("subscriber", _reader(reader))
        yield from (
            Record("destination", _place(place, reader.name, secrets=secrets))
            for place in places
            if place.subscriber_id == reader.id
        )
        yield from (
            Record("subscription", _rule(rule, reader.name, names, zone))
            for rule in rules
            if rule.subscriber_id == reader.id
        )


def _reader(reader: Subscriber) -> dict[str, str]:
    return {
        "subscriber": reader.name,
        "language": reader.language,
        "operator": _yes(reader.operator),
        "paused": _yes(reader.paused),
    }


def _place(place: Destination, reader: str, *, secrets: bool) -> dict[str, str]:
    rhythm = place.rhythm
    return {
        "subscriber": reader,
        "name": place.name,
        "channel": place.channel,
        "target": json.dumps(_shown(place, secrets=secrets), ensure_ascii=False),
        "cadence": rhythm.cadence,
        "at": f"{rhythm.at:%H:%M}",
        "weekday": WEEKDAYS[rhythm.weekday],
        "timezone": rhythm.timezone,
        "quiet": quiet_in_words(rhythm.quiet),
        "tell_empty": _yes(place.tell_empty),
        "group_by": place.grouping,
        "when_unknown": place.when_unknown,
        "confirmed": _yes(place.confirmed),
        "paused": _yes(place.paused),
    }


def _shown(place: Destination, *, secrets: bool) -> dict[str, str]:
    fields = CHANNELS[place.channel].fields if place.channel in CHANNELS else ()
    hidden = {field.name for field in fields if field.secret or field.hidden}
    return {name: value for name, value in place.target.items() if secrets or name not in hidden}


def _rule(rule: Subscription, reader: str, names: Mapping[int, str], zone: str) -> dict[str, str]:
    return {
        "subscriber": reader,
        "rule": rule.rule,
        "note": rule.note,
        "until": last_day(rule.expires_at, zone),
        "most": str(rule.most or ""),
        "to": _to(rule.places, names),
        "paused": _yes(rule.paused),
    }


def _to(places: Sequence[int] | None, names: Mapping[int, str]) -> str:
    return "" if places is None else json.dumps([names[place] for place in places], ensure_ascii=False)


def _yes(value: bool) -> str:  # noqa: FBT001  it is the value itself
    return "yes" if value else "no"
