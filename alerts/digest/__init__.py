"""Waiting matches → one digest per destination and period.

`due` says which period has ended, `closing` claims what waits and writes digest and deliveries in one transaction,
`building` and `snippet` make the value that the channels write out, `coverage` says what was looked at.
"""

from alerts.digest.closing import ClosingResult, Desk, close_digest, close_due, close_now

__all__ = ["ClosingResult", "Desk", "close_digest", "close_due", "close_now"]
