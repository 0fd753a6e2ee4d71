"""Official facts as the terminal shows them: what, value, and where it was read."""

from collections.abc import Iterator

from crawler.archive.facts import facts_as_dict
from crawler.notice import Facts


def fact_rows(facts: Facts) -> Iterator[tuple[str, str, str]]:
    """Yield name, value and place of reading of every fact there is, deadlines last."""
    told = facts_as_dict(facts)
    deadlines = told.pop("deadlines", [])
    yield from ((name.replace("_", " "), fact["value"], fact["where"]) for name, fact in told.items())
    yield from (("deadline", f"{one['day']} {one['what']}", one["where"]) for one in deadlines)
