"""Every sentence of the ledger is spoken by something that happened, in both languages, and so is every answer."""

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from alerts.ledger import Account, PlaceAnswer, RuleAnswer, Speech
from alerts.ledger.sayings import SAYINGS
from alerts.rules.errors import Language
from config.database import open_database
from config.regions import Places, load_places
from config.settings import Settings
from tests.delivery import happenings
from tests.delivery.happenings import Case

HAPPENED: Mapping[str, Callable[[Case], None]] = {
    "matched": Case.match,
    "new": Case.match,
    "revised": happenings.revise,
    "withdrawn": happenings.withdraw,
    "back": happenings.come_back,
    "facts": happenings.find_by_facts,
    "unreadable": happenings.write_what_no_rule_is,
    "out_of_use": happenings.break_rule,
    "does_not_hold": happenings.want_something_else,
    "reader_paused": happenings.pause_reader,
    "paused": happenings.pause_rule,
    "expired": happenings.let_a_rule_end,
    "not_yet": happenings.nothing,
    "added_later": happenings.add_more_afterwards,
    "did_not_hold_then": happenings.pause_and_resume_rule,
    "nothing_to_send": happenings.nothing,
    "not_sent_here": happenings.route_elsewhere,
    "place_added_later": happenings.add_more_afterwards,
    "announced_as": happenings.find_it_elsewhere_first,
    "not_put_down": happenings.route_here_afterwards,
    "capped": happenings.want_only_the_best,
    "no_news": happenings.withdraw_and_bring_back,
    "waits": Case.match,
    "waits_problem": happenings.fail_to_close,
    "waits_reader": happenings.pause_reader_after_matching,
    "waits_yes": happenings.do_not_agree,
    "waits_place": happenings.pause_place,
    "unsent": happenings.lose_the_message,
    "dead": happenings.dead,
    "held": happenings.held,
    "delivered": happenings.delivered,
    "message_reader": happenings.pause_reader_after_closing,
    "message_place": happenings.pause_place_after_closing,
    "rests": happenings.rest_place,
    "on_its_way": Case.close,
    "because": happenings.pause_place,
}
"""What happened when a sentence is spoken."""


@dataclass(frozen=True, slots=True)
class Overheard(Speech):
    """Speaks, and remembers which sentences."""

    spoken: dict[str, str] = field(default_factory=dict)

    def say(self, name: str, **values: object) -> str:
        said = Speech.say(self, name, **values)
        self.spoken[name] = said
        return said


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places(Settings().regions)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", HAPPENED)
def test_a_sentence_is_spoken_by_what_happened(
    engine: sa.Engine, places: Places, tmp_path: Path, name: str, language: Language
) -> None:
    case = Case(engine, places, tmp_path)
    HAPPENED[name](case)
    speech = Overheard(language, ZoneInfo("Asia/Shanghai"))
    accounts = [case.account(one, speech=speech) for one in (case.notice, *case.others)]
    said = speech.spoken[name]
    assert any(said in words for account in accounts for words in words_of(account))
    assert re.fullmatch(pattern_of(name, language), said, re.DOTALL)


def test_no_sentence_is_without_its_case() -> None:
    assert list(HAPPENED) == list(SAYINGS)


def test_no_answer_is_without_its_case(places: Places, tmp_path: Path, sqlite_template: Path) -> None:
    rules: set[RuleAnswer] = set()
    ways: set[PlaceAnswer] = set()
    for number, happened in enumerate(dict.fromkeys(HAPPENED.values())):
        engine = open_database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / f'{number}.db')}")
        case = Case(engine, places, tmp_path / str(number))
        happened(case)
        for account in [case.account(one) for one in (case.notice, *case.others)]:
            rules |= {one.answer for one in account.rules}
            ways |= {one.answer for one in account.places}
        engine.dispose()
    assert rules == set(RuleAnswer)
    assert ways == set(PlaceAnswer)


def words_of(account: Account) -> list[str]:
    return [*(one.words for one in account.rules), *(one.words for one in account.places)]


def pattern_of(name: str, language: Language) -> str:
    """Return what a sentence looks like with something in each of its places."""
    parts = Formatter().parse(SAYINGS[name][language == "en"])
    return "".join(re.escape(text) + (".*" if place is not None else "") for text, place, _, _ in parts)
