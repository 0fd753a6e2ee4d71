"""Targets on the command line: read from NAME=VALUE, shown with their secrets hidden."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from alerts.channels import CHANNELS, TargetError, check_target
from alerts.cli.output import fail
from alerts.model import Destination

SHORTEST_SHOWN = 12  # of a shorter secret even the end would tell too much


def as_dict(destination: Destination) -> dict[str, Any]:
    """Return a destination as JSON, its secrets hidden."""
    plain = asdict(destination)
    rhythm = plain.pop("rhythm")
    quiet = destination.rhythm.quiet
    return {
        **plain,
        "target": shown_target(destination.channel, destination.target),
        "cadence": rhythm["cadence"],
        "at": f"{destination.rhythm.at:%H:%M}",
        "weekday": rhythm["weekday"],
        "timezone": rhythm["timezone"],
        "quiet": f"{quiet.since:%H:%M}-{quiet.until:%H:%M}" if quiet else None,
    }


def shown_target(channel: str, target: Mapping[str, str]) -> dict[str, str]:
    """Return what may be seen of a target: of a secret its last four characters."""
    fields = CHANNELS[channel].fields if channel in CHANNELS else ()
    plain = {field.name for field in fields if not field.secret}
    hidden = {field.name for field in fields if field.hidden}
    return {name: value if name in plain else _last_four(value) for name, value in target.items() if name not in hidden}


def in_words(destination: Destination) -> str:
    """Return what may be seen of a destination's target, on one line."""
    return " ".join(f"{name}={value}" for name, value in shown_target(destination.channel, destination.target).items())


def made_secrets(channel: str, given: Mapping[str, str], target: Mapping[str, str]) -> dict[str, str]:
    """Return the secrets that the reader must know because they were made here."""
    return {
        field.name: target[field.name]
        for field in CHANNELS[channel].fields
        if field.secret and not field.hidden and not given.get(field.name) and field.name in target
    }


def checked_target(channel: str, fields: Mapping[str, str]) -> dict[str, str]:
    """Return the target as it is stored; a wrong field ends the command with code 2."""
    try:
        return check_target(channel, fields)
    except TargetError as error:
        fail(f"{error.field}: {error.message}", error.advice, code=2)


def read_fields(given: Sequence[str]) -> dict[str, str]:
    """Read NAME=VALUE pairs; a wrong one ends the command with code 2."""
    fields = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals:
            fail(
                f"--set {pair}: there is no = in it",
                "Write NAME=VALUE, such as --set address=office@town.example",
                code=2,
            )
        fields[name.strip()] = value.strip()
    return fields


def _last_four(secret: str) -> str:
    return f"…{secret[-4:]}" if len(secret) >= SHORTEST_SHOWN else "…"
