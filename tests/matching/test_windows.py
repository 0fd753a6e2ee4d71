"""Rules that count days are asked again as days go by, once for each day; on both databases."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from alerts import windows
from alerts.matching import meet
from alerts.rules import parse
from alerts.store.days import reach_day
from alerts.store.digests import count_waiting
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber
from alerts.store.subscriptions import add_subscription, find_subscription, pause_subscription
from alerts.store.tables import matches, stage_days, subscriptions
from alerts.windows import PassingResult, turning_days
from config.regions import Places
from crawler.archive.attachments import archive_attachments
from crawler.notice import Attachment, Reading
from tests.matching.days import DAY, MONDAY, PLACES, archive, arrive, day, go_by, met, subscribe
from tests.store.rows import add_place


def test_a_deadline_rule_fires_once_on_the_day_it_becomes_true(engine: sa.Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        reader = add_subscriber(connection, "规划科", now=MONDAY)
        rule = add_subscription(connection, reader.id, "补贴 deadline:<7d", now=MONDAY).id
        place = add_place(connection, Vault.open(tmp_path), reader).id
    notice = archive(engine, "购车补贴", day(33))
    archive(engine, "无关通知", day(33))
    arrive(engine)
    found = []
    for number in range(14):
        before = met(engine)
        go_by(engine, MONDAY + number * DAY)
        if met(engine) != before:
            found.append(day(23 + number))
    assert found == [day(27)]  # the seven days that end with the 33rd
    assert met(engine) == [(rule, notice)]
    with engine.begin() as connection:
        assert count_waiting(connection) == {place: 1}
        row = connection.execute(sa.select(matches)).one()
    assert (row.event, row.matched_at) == ("new", MONDAY + 4 * DAY)
    assert row.evidence[0]["term"] == "补贴"


def test_a_rule_that_has_ended_gets_nothing_of_later_days(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        reader = add_subscriber(connection, "规划科", now=MONDAY)
        kept, ended = (
            add_subscription(connection, reader.id, rule, expires_at=end, now=MONDAY).id
            for rule, end in (("deadline:<7d", None), ("补贴 deadline:<7d", MONDAY + 3 * DAY))
        )
    notice = archive(engine, "购车补贴", day(33))
    arrive(engine)
    go_by(engine, MONDAY)
    go_by(engine, MONDAY + 5 * DAY)
    assert met(engine) == [(kept, notice)]
    assert ended > kept


def test_nothing_is_lost_when_the_service_was_down(engine: sa.Engine) -> None:
    (rule,) = subscribe(engine, "deadline:<7d")
    passed = archive(engine, "其间截止", day(32))
    still = archive(engine, "即将截止", day(45))
    later = archive(engine, "以后截止", day(60))
    arrive(engine)
    go_by(engine, MONDAY)
    assert go_by(engine, MONDAY + 17 * DAY) == PassingResult(days=18, matches=2)
    assert met(engine) == [(rule, passed), (rule, still)]
    assert later not in {notice for _, notice in met(engine)}


def test_the_day_begins_in_china(engine: sa.Engine) -> None:
    subscribe(engine, "deadline:<2d")
    archive(engine, "补贴", day(25))
    arrive(engine)
    go_by(engine, MONDAY)
    assert go_by(engine, datetime(2026, 11, 23, 15, 59, tzinfo=UTC)) == PassingResult()
    assert go_by(engine, datetime(2026, 11, 23, 16, 0, tzinfo=UTC)) == PassingResult(days=2, matches=1)


def test_a_notice_that_arrived_within_the_window_is_not_met_again(engine: sa.Engine) -> None:
    (rule,) = subscribe(engine, "deadline:<7d")
    notice = archive(engine, "补贴", day(25))
    arrive(engine)
    assert met(engine) == [(rule, notice)]
    assert [go_by(engine, MONDAY + number * DAY).matches for number in range(9)] == [0] * 9


def test_every_one_of_several_deadlines_counts(engine: sa.Engine) -> None:
    (rule,) = subscribe(engine, "deadline:=3d")
    notice = archive(engine, "补贴", day(20), day(30), day(40))
    arrive(engine)
    go_by(engine, MONDAY)
    assert [go_by(engine, MONDAY + number * DAY).matches for number in range(1, 15)] == [0] * 3 + [1] + [0] * 10
    assert met(engine) == [(rule, notice)]


def test_windows_that_are_excluded_or_look_back(engine: sa.Engine) -> None:
    rules = {
        "补贴 published:=10d": 5,
        "补贴 -deadline:<7d has:deadline": 9,  # true when it is over, and before: as it arrived
        "补贴 -published:<9d": 4,
        "补贴 seen:=3d": 3,
        "补贴 -(seen:<3d OR 芯片)": 3,
        "补贴 (deadline:<2d OR published:=30d)": 6,
    }
    ids = subscribe(engine, *rules)
    archive(engine, "补贴", day(30), published=day(18))
    with engine.begin() as connection:  # nobody had the second rule when the notice arrived, within the window
        connection.execute(sa.update(subscriptions).where(subscriptions.c.id == ids[1]).values(paused=True))
    arrive(engine)
    with engine.begin() as connection:
        pause_subscription(connection, ids[1], paused=False)
    went: dict[int, int] = {}
    for number in range(20):
        go_by(engine, MONDAY + number * DAY)
        for rule, _ in met(engine):
            went.setdefault(rule, number)
    assert {rule: went.get(one) for rule, one in zip(rules, ids, strict=True)} == {**rules, list(rules)[1]: 8}


def test_a_rule_without_a_window_is_not_touched(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribe(engine, "补贴", "deadline:2026-12 补贴", "补贴 -deadline", "补贴 published:>=2026-01-01")
    archive(engine, "补贴", day(30), published=day(20))
    monkeypatch.setattr(windows, "meet", lambda *_: pytest.fail("asked"))
    assert go_by(engine, MONDAY + DAY) == PassingResult(days=1)
    assert go_by(engine, MONDAY + 9 * DAY) == PassingResult(days=9)
    assert met(engine) == []


def test_a_rule_meets_a_notice_whose_deadline_was_moved_without_a_word_of_the_text(engine: sa.Engine) -> None:
    (rule,) = subscribe(engine, "deadline:<7d")
    notice = archive(engine, "补贴", day(60))
    arrive(engine)
    assert met(engine) == []
    assert archive(engine, "补贴", day(25)) == notice
    arrive(engine)
    assert met(engine) == [(rule, notice)]


def test_only_what_has_its_day_is_asked_for(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribe(engine, "deadline:<7d", "published:=3d")
    for number in range(1, 60):
        archive(engine, f"补贴 {number}", day(number + 30), published=day(number))
    arrive(engine)
    asked: list[str] = []

    def ask(*given: Any) -> None:  # noqa: ANN401  whatever meet takes
        asked.append(given[2].title)
        meet(*given)

    monkeypatch.setattr(windows, "meet", ask)
    go_by(engine, MONDAY + DAY)
    assert sorted(asked) == ["补贴 21"]  # the other is the 0th
    assert go_by(engine, MONDAY + DAY) == PassingResult()


def test_what_was_asked_as_of_the_day_before_when_it_came_is_not_missed(engine: sa.Engine) -> None:
    (rule,) = subscribe(engine, "deadline:<7d")
    go_by(engine, MONDAY + DAY)
    notice = archive(engine, "补贴", day(30), now=datetime(2026, 11, 23, 16, 5, tzinfo=UTC))
    arrive(engine, datetime(2026, 11, 23, 15, 59, tzinfo=UTC))  # a long run that began before midnight
    assert met(engine) == []
    go_by(engine, MONDAY + 2 * DAY)
    assert met(engine) == [(rule, notice)]


def test_what_is_paused_misses_the_days_and_goes_on_after_them(engine: sa.Engine) -> None:
    (rule,) = subscribe(engine, "deadline:<7d")
    archive(engine, "补贴甲", day(31))
    after = archive(engine, "补贴乙", day(35))
    arrive(engine)
    go_by(engine, MONDAY)
    with engine.begin() as connection:
        pause_subscription(connection, rule, paused=True)
    go_by(engine, MONDAY + 4 * DAY)
    with engine.begin() as connection:
        pause_subscription(connection, rule, paused=False)
    go_by(engine, MONDAY + 7 * DAY)
    assert met(engine) == [(rule, after)]


def test_a_rule_fires_for_what_the_archive_had_before_it_but_not_for_days_before(engine: sa.Engine) -> None:
    archive(engine, "补贴甲", day(29), now=MONDAY - DAY)
    next_one = archive(engine, "补贴乙", day(30), now=MONDAY - DAY)
    arrive(engine)
    go_by(engine, MONDAY - DAY)
    (rule,) = subscribe(engine, "deadline:<7d")
    go_by(engine, MONDAY)
    go_by(engine, MONDAY + DAY)
    assert met(engine) == [(rule, next_one)]


def test_what_stands_in_files_counts(engine: sa.Engine) -> None:
    (rule,) = subscribe(engine, "attachment:补贴 deadline:<7d")
    file = Attachment(url="https://town.example/a.pdf", name="附件", reading=Reading.READ, pages=("空白", "补贴三万元"))
    notice = archive(engine, "通知", day(30), files=(file,))
    with engine.begin() as connection:
        archive_attachments(connection, notice, (file,), {}, now=MONDAY)
    arrive(engine)
    go_by(engine, MONDAY)
    go_by(engine, MONDAY + DAY)
    assert met(engine) == [(rule, notice)]


def test_a_crash_before_the_end_of_a_day_loses_and_doubles_nothing(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (rule,) = subscribe(engine, "deadline:<7d")
    notices = [archive(engine, f"补贴{number}", day(number)) for number in (30, 31, 32)]
    arrive(engine)
    go_by(engine, MONDAY)

    def crash_on_the_second(connection: sa.Connection, stage: str, one: date) -> None:
        if one == day(25):
            raise ZeroDivisionError
        reach_day(connection, stage, one)

    with monkeypatch.context() as patched:
        patched.setattr(windows, "reach_day", crash_on_the_second)
        with pytest.raises(ZeroDivisionError):
            go_by(engine, MONDAY + 3 * DAY)
    assert met(engine) == [(rule, notices[0])]
    assert go_by(engine, MONDAY + 3 * DAY).matches == 2
    assert met(engine) == [(rule, notice) for notice in notices]


def test_a_rule_that_fails_harms_no_other(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    gone, failing, good = subscribe(engine, "region:沒有 deadline:<7d", "deadline:<7d -芯片", "deadline:<7d")
    notice = archive(engine, "补贴", day(30))
    go_by(engine, MONDAY)

    def explode(*given: Any) -> None:  # noqa: ANN401  whatever meet takes
        subscription, *_, batch = given
        if subscription.id == failing:
            batch.problems[failing] = "failed on notice 1: ZeroDivisionError"
        else:
            meet(*given)

    monkeypatch.setattr(windows, "meet", explode)
    go_by(engine, MONDAY + DAY)
    assert met(engine) == [(good, notice)]
    with engine.begin() as connection:
        assert "地区" in find_subscription(connection, gone).problem
        assert find_subscription(connection, failing).problem.startswith("failed")


def test_two_services_at_once_make_one_match(engine: sa.Engine) -> None:
    subscribe(engine, "deadline:<7d")
    archive(engine, "补贴", day(30))
    arrive(engine)
    go_by(engine, MONDAY)
    first = go_by(engine, MONDAY + DAY)
    with engine.begin() as connection:  # what the other saw when both began
        connection.execute(sa.update(stage_days).values(day=day(23)))
    second = go_by(engine, MONDAY + DAY + timedelta(seconds=5))
    assert (first.matches, second.matches, len(met(engine))) == (1, 0, 1)


@pytest.fixture
def places() -> Places:
    return PLACES


@pytest.mark.parametrize(
    ("rule", "turning"),
    [
        ("补贴", set()),
        ("deadline:<7d", {("deadline", day(29))}),
        ("deadline:>7d", set()),
        ("-deadline:>7d 补贴", {("deadline", day(30))}),
        ("-(补贴 -deadline:=2d) region:江苏", {("deadline", day(25))}),
        ("published:<3d", {("published", day(23))}),
        ("-published:<3d 补贴", {("published", day(20))}),
        ("published:=30d OR seen:=1w", {("published", day(-7)), ("seen", day(16))}),
        ("deadline:2026-12", set()),
    ],
)
def test_the_days_on_which_an_answer_turns(rule: str, turning: set[tuple[str, date]], places: Places) -> None:
    assert set(turning_days(parse(rule, places).root, day(23))) == turning
