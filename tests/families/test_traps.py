"""The table of traps is true: who is said to do each does it, is read by a test, and what withstands it is there."""

import tomllib
from pathlib import Path

import pytest

from crawler.families import FAMILIES
from tests.families.every import EVERY
from tests.families.test_broken_replies import SITES as BROKEN

ROOT = Path(__file__).parents[2]
TRAPS: dict[str, dict[str, list[str]]] = tomllib.loads(Path(__file__).with_name("traps.toml").read_text("utf-8"))
SITES = EVERY | BROKEN
ALL = [(family, trap, *where) for family, traps in TRAPS.items() for trap, where in traps.items()]


@pytest.mark.parametrize(("family", "trap", "who", "by"), ALL, ids=[f"{family}: {trap}" for family, trap, *_ in ALL])
def test_a_trap_is_done_by_a_site_of_its_family_or_shown_by_a_test(family: str, trap: str, who: str, by: str) -> None:
    assert trap
    assert (ROOT / "crawler" / by).is_file()
    file, _, test = who.partition("::")
    if test:
        assert f"def {test}(" in (ROOT / file).read_text("utf-8")
    else:
        assert SITES[who].family == family


def test_every_family_and_every_site_of_one_has_traps() -> None:
    assert set(TRAPS) == set(FAMILIES)
    assert set(EVERY) <= {who for _, _, who, _ in ALL}
