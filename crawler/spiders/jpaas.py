"""The units of a 大汉 JPaaS page: which there are, with what each is asked for, and which is the list. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from crawler.reading.page import mended

PAIR = re.compile(r"""['"](\w+)['"]\s*:\s*['"]([^'"]*)['"]""")
TAGS = (
    "信息列表",
    "当前栏目list",
    "当前栏目列表a",
    "当前栏目列表",
    "分页列表",
    "规章库列表",
)  # as templates call the list


class UnitError(Exception):
    """No unit of a page is certainly its list; the message says which there are."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of a page that is filled in later: whom to ask, and with what."""

    url: str
    query: Mapping[str, str]

    @property
    def tag(self) -> str:
        """What the template calls it."""
        return self.query.get("tagId", "")


def units_of(page: str, url: str) -> tuple[Unit, ...]:
    """Return the units of a page; the parameters are written as JSON with single quotes."""
    nodes = (node.attributes for node in mended(page).css("script[querydata]"))
    return tuple(
        Unit(urljoin(url, (given.get("url") or "").strip()), dict(PAIR.findall(given.get("querydata") or "")))
        for given in nodes
        if "build/unit" in (given.get("url") or "")
    )


def choose_unit(units: Sequence[Unit], tag: str = "") -> Unit:
    """Return the unit with this tag; without one the unit that is called as lists are, or the only one there is."""
    if not units:
        raise UnitError("the page holds no unit of JPaaS")
    by_tag: dict[str, Unit] = {}
    for unit in units:  # the same list for telephones comes later
        by_tag.setdefault(unit.tag, unit)
    if tag:
        if tag in by_tag:
            return by_tag[tag]
        raise UnitError(f"the page has no unit {tag}, but {', '.join(by_tag)}")
    known = [by_tag[name] for name in TAGS if name in by_tag]
    likely = known or [unit for name, unit in by_tag.items() if "列表" in name or "list" in name.lower()]
    if likely or len(by_tag) == 1:
        return (likely or list(by_tag.values()))[0]
    raise UnitError(f"any of these units may be the list: {', '.join(by_tag)}; write one of them as tag")
