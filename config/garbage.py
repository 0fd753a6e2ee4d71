"""How often Python looks for circles of garbage: in a process that makes much and keeps little, seldom."""

import gc

FIRST = 20_000  # more objects than that since the last look; Python's own 700 are met many times for every page


def collect_seldom() -> None:
    """Look at the young objects seldom, and never again at those that are there already: modules, tables, sources."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(FIRST, 20, 20)
