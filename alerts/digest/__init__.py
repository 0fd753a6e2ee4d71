"""Waiting matches → one digest per destination and period.

`due` says which period has ended. `closing` takes many destinations together: `drafting` makes their digests of the
`papers` that were read for all of them, and one transaction claims what waits and leaves digests and deliveries.
`writing` makes the value that the channels write out: `capping` keeps each rule to its cap, `gathering` reads what it
speaks of, `building` and `snippet` word it, `ending` names deadlines, `coverage` what was looked at of the sources that
are `relevant`.
"""

from alerts.digest.closing import ClosingResult, close_digest, close_due, close_now
from alerts.digest.due import Due
from alerts.digest.relevant import Relevance
from alerts.digest.writing import Desk, whole_digest

__all__ = ["ClosingResult", "Desk", "Due", "Relevance", "close_digest", "close_due", "close_now", "whole_digest"]
