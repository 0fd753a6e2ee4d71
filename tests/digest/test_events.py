"""What happens to a notice after it was sent: who learns of it, once, and how it looks; on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.channels import CHANNELS
from alerts.digest import Desk, close_now
from alerts.matching import match_waiting
from alerts.model import ChangedText, Digest, DigestItem
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber
from alerts.store.subscriptions import add_subscription
from config.regions import Places, load_places
from config.settings import Settings
from crawler.archive.notices import archive_notice
from crawler.archive.rereads import note_gone, note_present
from crawler.notice import Notice
from tests.store.rows import add_place

NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
KEY = "https://town.example/1.html"
FIRST = "购车补贴每辆不超过1.5万元。\n申报截止2026年11月30日。\n由各区组织实施。"
SECOND = "购车补贴每辆不超过2万元。\n申报截止2026年12月15日。\n由各区组织实施。"


class Office:
    """One reader with one webhook, and a clock that goes an hour at each step."""

    def __init__(self, engine: sa.Engine, places: Places, home: Path, *rules: str) -> None:
        self.engine, self.places, self.now = engine, places, NOW
        self.desk = Desk(vault=Vault.open(home), settings=Settings(), sections=(), sources={})
        with engine.begin() as connection:
            reader = add_subscriber(connection, "规划科", now=NOW)
            self.place = add_place(connection, self.desk.vault, reader, now=NOW).id
            for rule in rules:
                add_subscription(connection, reader.id, rule, now=NOW)

    def later(self) -> datetime:
        self.now += timedelta(hours=1)
        return self.now

    def publish(self, text: str, *, title: str = "购车补贴办法", key: str = KEY) -> None:
        with self.engine.begin() as connection:
            archive_notice(
                connection, Notice(key=key, url=key, source="town", title=title, text=text), now=self.later()
            )

    def gone(self, key: str = KEY) -> None:
        for _ in range(2):
            with self.engine.begin() as connection:
                note_gone(connection, [key], reread=1, now=self.later())

    def back(self, key: str = KEY) -> None:
        with self.engine.begin() as connection:
            note_present(connection, key, now=self.later())

    def digest(self) -> Digest | None:
        match_waiting(self.engine, self.places, (), now=self.later())
        closed = close_now(self.engine, self.desk, self.place, now=self.later())
        assert closed is not None
        return closed.digest

    def items(self) -> list[tuple[str, str]]:
        digest = self.digest()
        return [(item.title.text, item.event) for item in digest.items] if digest else []


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places(Settings().regions)


Open = Callable[..., Office]


@pytest.fixture
def office(engine: sa.Engine, places: Places, tmp_path: Path) -> Open:
    return lambda *rules: Office(engine, places, tmp_path, *rules)


def test_who_was_sent_a_notice_learns_of_its_revision_and_withdrawal_once(office: Open) -> None:
    here = office("补贴", "购车")
    here.publish(FIRST)
    assert here.items() == [("购车补贴办法", "new")]
    here.publish(SECOND)
    digest = here.digest()
    assert digest is not None
    (item,) = digest.items
    assert (item.event, item.changes_total, len(item.rules)) == ("revised", 2, 2)
    assert said(item)[0] == [("removed", "1.5万元"), ("added", "2万元")]
    assert said(item)[1] == [("removed", "2026年11月30日"), ("added", "2026年12月15日")]
    assert here.items() == []
    here.gone()
    assert here.items() == [("购车补贴办法", "withdrawn")]
    here.gone()
    assert here.items() == []


def test_who_learns_late_is_shown_everything_since_what_they_were_sent(office: Open) -> None:
    here = office("补贴")
    here.publish(FIRST)
    here.items()
    here.publish(SECOND)
    match_waiting(here.engine, here.places, (), now=here.later())
    here.publish(SECOND.replace("2万元", "3万元"))
    digest = here.digest()
    assert digest is not None
    assert said(digest.items[0])[0] == [("removed", "1.5万元"), ("added", "3万元")]


def test_what_was_not_sent_yet_comes_as_new_in_its_last_words(office: Open) -> None:
    here = office("补贴")
    here.publish(FIRST)
    match_waiting(here.engine, here.places, (), now=here.later())
    here.publish(SECOND)
    assert here.items() == [("购车补贴办法", "new")]
    assert here.items() == []


def test_rules_that_ask_meet_each_revision_and_withdrawal_and_nothing_else(office: Open) -> None:
    here = office("补贴 is:revised", "补贴 is:withdrawn")
    here.publish(FIRST)
    assert here.items() == []
    here.publish(SECOND)
    digest = here.digest()
    assert digest is not None
    assert [(item.event, item.rules[0].rule) for item in digest.items] == [("revised", "补贴 is:revised")]
    assert said(digest.items[0])[0] == [("removed", "1.5万元"), ("added", "2万元")]
    here.publish(FIRST)
    assert here.items() == [("购车补贴办法", "revised")]
    here.gone()
    assert here.items() == [("购车补贴办法", "withdrawn")]


def test_a_rule_that_asks_for_nothing_of_the_kind_meets_no_withdrawal(office: Open) -> None:
    here = office("补贴", "装修 is:withdrawn")
    here.publish("装修补贴", title="装修", key="https://town.example/2.html")
    here.gone("https://town.example/2.html")  # before anybody was told of it
    digest = here.digest()
    assert digest is not None
    assert [[tag.rule for tag in item.rules] for item in digest.items] == [["装修 is:withdrawn"]]


def test_what_is_there_again_before_the_digest_is_no_news(office: Open) -> None:
    here = office("补贴")
    here.publish(FIRST)
    here.items()
    here.gone()
    match_waiting(here.engine, here.places, (), now=here.later())
    here.back()
    assert here.items() == []


def test_who_was_told_of_a_withdrawal_learns_once_that_it_is_back_and_each_time(office: Open) -> None:
    here = office("补贴", "补贴 is:withdrawn")
    here.publish(FIRST)
    here.items()
    for _ in range(2):
        here.gone()
        assert here.items() == [("购车补贴办法", "withdrawn")]
        here.back()
        digest = here.digest()
        assert digest is not None
        assert [(item.event, item.changes, len(item.rules)) for item in digest.items] == [("back", (), 2)]
        here.back()
        assert here.items() == []


def test_what_is_back_in_other_words_shows_what_changed_since_the_reader_got_it(office: Open) -> None:
    here = office("补贴")
    here.publish(FIRST)
    here.items()
    here.gone()
    here.items()
    here.publish(SECOND)
    digest = here.digest()
    assert digest is not None
    (item,) = digest.items
    assert (item.event, item.changes_total) == ("back", 2)
    assert said(item)[0] == [("removed", "1.5万元"), ("added", "2万元")]
    assert here.items() == []


def test_who_first_got_a_notice_as_withdrawn_learns_that_it_is_back(office: Open) -> None:
    here = office("补贴")
    here.publish(FIRST)
    match_waiting(here.engine, here.places, (), now=here.later())
    here.gone()
    assert here.items() == [("购车补贴办法", "withdrawn")]
    here.back()
    assert here.items() == [("购车补贴办法", "back")]


def test_what_is_back_and_gone_again_before_the_digest_is_withdrawn(office: Open) -> None:
    here = office("补贴")
    here.publish(FIRST)
    here.items()
    here.gone()
    here.items()
    here.back()
    match_waiting(here.engine, here.places, (), now=here.later())
    here.gone()
    assert here.items() == [("购车补贴办法", "withdrawn")]
    here.back()
    assert here.items() == [("购车补贴办法", "back")]


def test_a_withdrawn_notice_that_still_waits_says_so(office: Open) -> None:
    here = office("补贴")
    here.publish(FIRST)
    match_waiting(here.engine, here.places, (), now=here.later())
    here.gone()
    assert here.items() == [("购车补贴办法", "withdrawn")]


LONG = "\n".join(
    f"第{number}条 购车补贴由第{number}个主管部门会同财政部门按季度组织实施和考核。" for number in "一二三四"
)


def test_what_stands_on_several_sites_comes_once_with_the_others_named(office: Open) -> None:
    here = office("补贴")
    for site in ("town", "city", "province"):
        here.publish(LONG, key=f"https://{site}.example/1.html")
    digest = here.digest()
    assert digest is not None
    (item,) = digest.items
    assert item.url == "https://town.example/1.html"
    assert [one.url for one in item.also_at] == ["https://city.example/1.html", "https://province.example/1.html"]
    here.publish(LONG, key="https://late.example/1.html")
    assert here.items() == []


def test_a_repost_that_comes_while_the_first_waits_is_named_beside_it(office: Open) -> None:
    here = office("补贴")
    here.publish(LONG)
    match_waiting(here.engine, here.places, (), now=here.later())
    here.publish(LONG, key="https://city.example/1.html")
    digest = here.digest()
    assert digest is not None
    assert [len(item.also_at) for item in digest.items] == [1]


@pytest.mark.parametrize(
    ("channel", "shown"),
    [
        ("email", ["已修订", ">1.5万元</del><ins", "[-1.5万元-]{+2万元+}"]),
        ("wecom", ['<font color="warning">已修订</font>', "［-1.5万元-］", '<font color="info">2万元</font>']),
        ("webhook", ['"event":"revised"', '{"text":"1.5万元","part":"removed"},{"text":"2万元","part":"added"}']),
    ],
)
def test_every_channel_shows_what_changed(office: Open, channel: str, shown: list[str]) -> None:
    here = office("补贴")
    here.publish(FIRST)
    here.items()
    here.publish(SECOND)
    digest = here.digest()
    assert digest is not None
    messages = CHANNELS[channel].compose(digest, {"address": "a@b.example"}, Settings())
    written = "\n".join(value for message in messages for value in message.values())
    for words in shown:
        assert words in written


@pytest.mark.parametrize(
    ("channel", "shown"),
    [
        ("email", ['class="badge back"', ">恢复公开</span>", "【恢复公开】"]),
        ("wecom", ['<font color="warning">恢复公开</font>']),
        ("webhook", ['"event":"back"']),
    ],
)
def test_every_channel_shows_that_it_is_back(office: Open, channel: str, shown: list[str]) -> None:
    here = office("补贴")
    here.publish(FIRST)
    here.items()
    here.gone()
    here.items()
    here.back()
    digest = here.digest()
    assert digest is not None
    messages = CHANNELS[channel].compose(digest, {"address": "a@b.example"}, Settings())
    written = "\n".join(value for message in messages for value in message.values())
    for words in shown:
        assert words in written


def said(item: DigestItem) -> list[list[tuple[str, str]]]:
    """The changed pieces of every line that changed."""

    def pieces(line: tuple[ChangedText, ...]) -> list[tuple[str, str]]:
        return [(piece.part, piece.text) for piece in line if piece.part != "kept"]

    return [pieces(line) for line in item.changes]
