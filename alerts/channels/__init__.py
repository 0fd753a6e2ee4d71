"""Every way to reach a reader: one module each, one line in CHANNELS."""

import difflib
from collections.abc import Mapping

from alerts.channels import (
    apprise,
    dingtalk,
    discord,
    email,
    feishu,
    mattermost,
    ntfy,
    slack,
    teams,
    telegram,
    webhook,
    wecom,
)
from alerts.channels.base import Channel, Field, Unfit

CHANNELS: dict[str, Channel] = {
    "email": email,
    "wecom": wecom,
    "dingtalk": dingtalk,
    "feishu": feishu,
    "slack": slack,
    "teams": teams,
    "discord": discord,
    "telegram": telegram,
    "mattermost": mattermost,
    "ntfy": ntfy,
    "webhook": webhook,
    "apprise": apprise,
}

KEYED = frozenset({"email", "webhook"})
"""Receivers of these know a message again by its key, so that sending it twice is safe."""

CROWDED = frozenset({"feishu"})
"""Providers of these ask for nothing at the full and the half hour, when everybody's robots write."""


class TargetError(ValueError):
    """A destination cannot be reached like this: which field, what is wrong, what to write instead."""

    def __init__(self, field: str, message: str, advice: str, nearest: str | None = None) -> None:
        super().__init__(f"{field}: {message}; {advice}")
        self.field = field
        self.message = message
        self.advice = advice
        self.nearest = nearest


def check_target(channel: str, fields: Mapping[str, str]) -> dict[str, str]:
    """Return the target as it is stored, with what the channel makes itself; raise TargetError naming the field."""
    if channel not in CHANNELS:
        raise _unknown("channel", channel, list(CHANNELS))
    known = {field.name: field for field in CHANNELS[channel].fields}
    for name in fields:
        if name not in known:
            raise _unknown(name, name, [field.name for field in known.values() if not field.hidden])
    values = ((field, _value(field, fields.get(field.name, ""))) for field in known.values())
    target = {field.name: value for field, value in values if value}
    for name in target:
        _agree(known[name], target)
    return target


def _value(field: Field, given: str) -> str:
    if not given.strip():
        if field.required:
            raise TargetError(field.name, "is missing", field.help)
        return field.make() if field.make else ""
    try:
        return field.check(given)
    except Unfit as error:
        raise TargetError(field.name, error.message, error.advice) from error


def _agree(field: Field, target: Mapping[str, str]) -> None:
    try:
        if field.agrees:
            field.agrees(target)
    except Unfit as error:
        raise TargetError(field.name, error.message, error.advice) from error


def _unknown(field: str, given: str, known: list[str]) -> TargetError:
    nearest = next(iter(difflib.get_close_matches(given, known, n=1)), None)
    hint = f"did you mean {nearest}? " if nearest else ""
    return TargetError(field, f"there is no {given!r}", f"{hint}Known: {', '.join(known)}", nearest)
