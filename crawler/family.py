"""What a CMS family is: its spider, the keys that its sources have, and what holds when a source leaves them out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Option = str | int | Mapping[str, str | int]
"""The value of a family's own key: a text, a number, or a table of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key that only sources of this family have: its type, whether it must be there, and what it takes."""

    type: type[str] | type[int] | type[dict[str, str | int]]
    meaning: str
    required: bool = False
    selector: bool = False  # a CSS selector, checked when the sources are read
    pattern: bool = False  # regular expressions with one group or more, checked as well
    least: int = 1  # the smallest number
    choices: tuple[str, ...] = ()  # all the texts that it takes; empty: any
    names: tuple[str, ...] = ()  # all the names that its table has; empty: any


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One way of publishing lists, and the spider that reads it (`module:class`)."""

    name: str
    label: str
    spider: str
    keys: Mapping[str, Key] = field(default_factory=dict)  # beyond those that every source has
    defaults: Mapping[str, Option] = field(default_factory=dict)  # a source's table is laid over the family's

    def options(self, given: Mapping[str, Option]) -> dict[str, Option]:
        """Return the values of a source laid over the family's own; tables are joined name by name."""
        joined = dict(self.defaults)
        for name, value in given.items():
            own = joined.get(name)
            both = isinstance(own, Mapping) and isinstance(value, Mapping)
            joined[name] = {**own, **value} if both else value  # type: ignore[dict-item]  # both are tables here
        return joined


PAGES = Key(type=int, meaning="how many pages of a list are read at most")
