"""A command that ends in a fault says in one sentence what is wrong and below it what to do."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.cli import app
from tests.cli.conftest import Yaoxun

FOLDER = Path(app.__file__).parent
SAYS_IT_ALL = {"alerts/cli/advice.py", "alerts/cli/db.py", "alerts/cli/destinations.py", "alerts/cli/opening.py"}
"""Files with faults whose own words say what to do: of the database, of the key, of consent."""

FAULTS: list[tuple[tuple[object, ...], str, str]] = [
    (("subscribers", "pause", "乙"), "There is no subscriber 乙.", "See yaoxun subscribers list"),
    (("subscribers", "add", "规划科"), "There is already a subscriber 规划科.", "yaoxun subscribers change NAME"),
    (("subscribers", "change", "规划科", "--name", "综合科"), "already a subscriber 综合科.", "Choose another name"),
    (("subscribers", "change", "规划科"), "Nothing to change was named.", "--name"),
    (("subscribers", "add", " "), "A reader needs a name.", "such as 规划科"),
    (("subscriptions", "pause", 9), "There is no subscription 9.", "See yaoxun subscriptions list"),
    (("subscriptions", "add", "-s", "规划科", "补贴"), "already has the rule 补贴.", "yaoxun subscriptions edit ID"),
    (("destinations", "pause", 9), "There is no destination 9.", "See yaoxun destinations list"),
    (("destinations", "change", 1), "Nothing to change was named.", "yaoxun destinations change --help"),
    (("destinations", "change", 1, "--name", "hook"), "a destination hook.", "yaoxun destinations change ID"),
    (("destinations", "channels", "wecon"), "There is no channel wecon; did you mean wecom?", "Known: email"),
    (("digest", "close", "--destination", 9), "There is no destination 9.", "See yaoxun destinations list"),
    (("digest", "show", 9), "There is no digest 9.", "See yaoxun deliveries list"),
    (("digest", "show"), "No digest has been made yet.", "yaoxun digest close"),
    (("deliveries", "show", 9), "There is no delivery 9.", "See yaoxun deliveries list"),
    (("deliveries", "replay", "--held", "--destination", 9), "There is no destination 9.", "See yaoxun destin"),
    (("deliveries", "replay"), "Nothing was named to be sent again.", "Name deliveries by id"),
    (("subscriptions", "edit", 1, "--to", "乙"), "--to 乙: the reader has no such destination.", "Theirs are: email"),
    (
        ("subscriptions", "add", "-s", "综合科", "奖励", "--to", "乙"),
        "has no such destination.",
        "yaoxun destinations add",
    ),
    (("suppressions", "add", "甲"), "甲: a mail address has the form name@domain.", "Write one plain address"),
    (("destinations", "change", 1, "--at", "25:00"), "'25:00' is no time of day.", "Write hours and minutes"),
    (("notices", "show", 9), "There is no notice 9.", "See yaoxun notices list"),
    (("ledger", "--notice", 9, "-s", "规划科"), "There is no notice 9.", "See yaoxun notices list"),
    (("rules", "why", 1, 9), "There is no notice 9.", "See yaoxun notices list"),
    (("rules", "test", "补贴", "--notice", 9), "There is no notice 9.", "See yaoxun notices list"),
    (("rules", "test", "补贴", "--text", "甲", "--region", "某处"), "There is no place '某处'.", "config/regions.toml"),
    (("rules", "lint", "--rules", "none.txt"), "none.txt cannot be read: No such file", "Name a text file"),
    (("import", "none.csv"), "none.csv cannot be read: No such file", "Name a .toml or .csv file"),
    (("sources", "list", "--region", "某处"), "There is no place '某处'.", "config/regions.toml"),
    (("sources", "show", "sh_gov_polcy"), "There is no source 'sh_gov_polcy'.", "See yaoxun sources list"),
    (("sources", "check", "--region", "南极"), "There is no place '南极'.", "Did you mean"),
    (("sources", "add", "town.example"), "'town.example' is no http or https address.", "https:// included"),
    (("crawl", "nowhere"), "There is no source 'nowhere'.", "See yaoxun sources list"),
    (("bounces", "read", "no-folder"), "no-folder is no Maildir", "YAOXUN_BOUNCES_PASSWORD"),
    (("suppressions", "remove", "a@b.example"), "a@b.example is not suppressed.", "See yaoxun suppressions list"),
]


@pytest.mark.parametrize(("words", "said", "advice"), FAULTS, ids=[" ".join(map(str, fault[0])) for fault in FAULTS])
def test_a_fault_says_what_to_do(yaoxun: Yaoxun, words: tuple[object, ...], said: str, advice: str) -> None:
    yaoxun("subscribers", "add", "规划科")
    yaoxun("subscribers", "add", "综合科")
    yaoxun("subscriptions", "add", "-s", "规划科", "补贴")
    mail = ("destinations", "add", "-s", "规划科", "--channel", "email", "--set", "address=a@b.example")
    yaoxun(*mail)
    yaoxun(*mail, "--name", "hook")
    lines = " ".join(yaoxun(*words, code=2).errors.split("\n  "))
    sentence = " ".join(lines.split())
    assert sentence.startswith("✗ ")
    assert said in sentence
    assert advice in sentence[sentence.index(said) + len(said) :]


def test_no_fault_is_written_without_advice() -> None:
    bare = [where for where in _bare_faults() if where.partition(":")[0] not in SAYS_IT_ALL]
    assert bare == []
    assert {where.partition(":")[0] for where in _bare_faults()} == SAYS_IT_ALL


def _bare_faults() -> Iterator[str]:
    """Yield where `fail` is called with nothing but what is wrong."""
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) and len(node.args) == 1 else None
            if isinstance(called, ast.Name) and called.id == "fail":
                yield f"alerts/cli/{path.name}:{called.lineno}"
