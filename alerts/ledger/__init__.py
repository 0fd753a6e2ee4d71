"""What became of a notice for a reader: matched and why, in which digest, delivered when and how, or why not.

Nothing is without an answer: whatever the rows say falls under one of RuleAnswer and one of PlaceAnswer.
"""

from alerts.ledger.accounts import Standing, account_of, standing_of
from alerts.ledger.answers import Account, PlaceAnswer, PlaceEntry, RuleAnswer, RuleEntry, Sent
from alerts.ledger.sayings import Speech

__all__ = [
    "Account",
    "PlaceAnswer",
    "PlaceEntry",
    "RuleAnswer",
    "RuleEntry",
    "Sent",
    "Speech",
    "Standing",
    "account_of",
    "standing_of",
]
