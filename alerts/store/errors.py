"""What the store refuses."""

import difflib
from collections.abc import Iterable

TAKEN = {
    "subscriber": "There is already a subscriber {}",
    "destination": "This subscriber already has a destination {}",
    "subscription": "This subscriber already has the rule {}",
}


class StoreError(Exception):
    """A row cannot be found or made; the message says why.

    StoreError
    ├── Unknown      nobody has this name or id; `nearest` is the name most like it
    ├── Taken        the name, or the rule of that subscriber, is there already; `noun` says which of them
    └── VaultError   the key does not open what is sealed (secrets.py)
    """


class Unknown(StoreError):
    """No row has this name or id."""

    def __init__(self, noun: str, given: object, known: Iterable[str] = ()) -> None:
        self.nearest = next(iter(difflib.get_close_matches(str(given), list(known), n=1, cutoff=0.5)), "")
        self.noun = noun
        advice = f"; did you mean {self.nearest}?" if self.nearest else ""
        super().__init__(f"There is no {noun} {given}{advice}")


class Taken(StoreError):
    """The row is there already."""

    def __init__(self, noun: str, given: str) -> None:
        self.noun = noun
        super().__init__(TAKEN[noun].format(given))
