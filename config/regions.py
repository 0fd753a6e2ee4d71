"""The place tree of regions.toml: 长三角 → 江苏 → 苏州 → 昆山, with aliases (沪, 苏, 浙, 皖 …)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


class RegionsError(Exception):
    """regions.toml cannot be read; the message names the file and the key."""


@dataclass(frozen=True, slots=True)
class Places:
    """Every place by its path (江苏/苏州/昆山), every name and alias that leads to one, and the groups (长三角)."""

    paths: frozenset[str]
    names: Mapping[str, tuple[str, ...]] = field(repr=False)  # 苏州, 苏州市, 苏 → the paths that bear the name
    groups: Mapping[str, tuple[str, ...]]

    def find(self, name: str) -> tuple[str, ...]:
        """Return the paths (or group) that bear this name, alias or path; empty when nobody knows it."""
        raise NotImplementedError

    def nearest(self, name: str) -> str | None:
        """Return the known name most like this one, for "did you mean"."""
        raise NotImplementedError

    def within(self, region: str, places: Iterable[str]) -> bool:
        """Tell whether a region path (or group) is one of the places or lies below one; 长三角 holds its members."""
        raise NotImplementedError

    def mentioned(self, text: str) -> tuple[str, ...]:
        """Return the paths of places that a text names, in the order of their first mention.

        Ambiguous names (朝阳, 鼓楼) count only beside their city or province; one-character aliases never count here.
        """
        raise NotImplementedError


def load_places(path: Path) -> Places:
    """Read regions.toml; raise RegionsError naming file and key."""
    raise NotImplementedError
