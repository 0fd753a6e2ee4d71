"""What stands in a file: a record of one of three kinds, each with its columns as texts."""

from collections.abc import Mapping
from dataclasses import dataclass

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "subscriber": ("subscriber", "language", "operator", "paused"),
    "destination": (
        "subscriber",
        "name",
        "channel",
        "target",
        "cadence",
        "at",
        "weekday",
        "timezone",
        "quiet",
        "tell_empty",
        "group_by",
        "when_unknown",
        "confirmed",
        "paused",
    ),
    "subscription": ("subscriber", "rule", "note", "until", "most", "to", "paused"),
}
"""By kind. `target` is a JSON object of the channel's fields, `to` a JSON list of destinations' names or empty: all."""

EVERY = ("kind", *dict.fromkeys(column for columns in COLUMNS.values() for column in columns))


@dataclass(frozen=True, slots=True)
class Record:
    """One reader, destination or rule, and where it stands: file and row."""

    kind: str
    values: Mapping[str, str]
    where: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a file: where, in which column, and what to write instead."""

    where: str
    column: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.column}: {self.message}" if self.column else f"{self.where}: {self.message}"


class Faults(Exception):
    """A file cannot be imported; nothing of it was."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
