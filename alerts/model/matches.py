"""What met a rule, and why."""

from dataclasses import dataclass

Span = tuple[int, int]
"""[start, end) in characters of the original text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One term of a rule that is true: as written, where, and which characters of the original it covers.

    Of an attachment it names the file and, from 1, the page whose text the spans count in; without a page, in its name.
    """

    term: str
    field: str
    spans: tuple[Span, ...]
    attachment: str = ""
    page: int | None = None


NEW = "new"
REVISED = "revised"  # in a match with the number of the revision: revised:2
WITHDRAWN = "withdrawn"  # with the number of the withdrawal: withdrawn:1
BACK = "back"  # after that withdrawal its page was there again: back:1
"""What happened to a notice that a subscription met."""


def kind_of(event: str) -> str:
    """Return an event without its number."""
    return event.partition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A subscription met a notice: when it was new, when it was revised (`revised:2`), withdrawn, or back."""

    subscription_id: int
    notice_id: int
    rule_revision: int
    notice_revision: int
    evidence: tuple[Hit, ...]
    score: float
    event: str = NEW
