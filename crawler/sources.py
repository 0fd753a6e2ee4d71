"""Reads config/sources: one TOML file per region, one table per source; a bad row stops the start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.regions import Places


class SourcesError(Exception):
    """A source row is wrong; the message names file, table and key, and says what it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One column of one site that is read."""

    id: str  # the table's name: sh_gov_policy
    name: str  # 上海市人民政府 政策文件
    family: str
    lists: tuple[str, ...]  # addresses of its list pages or feeds
    region: str  # a path of regions.toml
    agency: str = ""
    section: str = ""
    enabled: bool = True
    grade: str = ""  # A–C: how sure the row is (A: reading method seen in working code)
    interval_minutes: int | None = None
    body: str = ""  # selector of the article's body, when the common ones do not fit
    options: Mapping[str, str | int] = field(default_factory=dict)  # the family's own keys


def load_sources(folder: Path, places: Places) -> dict[str, Source]:
    """Read every *.toml in the folder; raise SourcesError on an unknown key, family or region, or a doubled id."""
    raise NotImplementedError
