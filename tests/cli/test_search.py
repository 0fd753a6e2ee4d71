"""`yaoxun notices search`, `rules preview`, `db index`, and the preview that `subscriptions add` shows."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from crawler.archive.notices import archive_notice
from crawler.notice import Notice
from tests.cli.conftest import Yaoxun

NOW = datetime.now(UTC)


@pytest.fixture
def archived(yaoxun: Yaoxun, database: sa.Engine) -> sa.Engine:
    """Three notices on 补贴: the newest says it once, the one before in its title, the oldest was published last."""
    assert callable(yaoxun)  # it comes first, to see that there is no data yet
    texts = (
        ("通知", "发放补贴。", date(2026, 1, 1)),
        ("补贴办法", "补贴", None),
        ("通知", "补贴，补贴", date(2026, 3, 1)),
    )
    with database.begin() as connection:
        for number, (title, text, published) in enumerate(texts):
            one = Notice(key=str(number), source="a", title=title, text=text, published=published, regions=("上海",))
            archive_notice(connection, one, now=NOW - timedelta(hours=number))
        archive_notice(connection, Notice(key="x", source="a", title="招聘", text="无关"), now=NOW)
    return database


@pytest.mark.usefixtures("archived")
@pytest.mark.parametrize(
    ("sort", "keys"), [("newest", ["0", "1", "2"]), ("published", ["2", "0", "1"]), ("score", ["1", "2", "0"])]
)
def test_search_shows_the_first_and_counts_all(yaoxun: Yaoxun, sort: str, keys: list[str]) -> None:
    found = yaoxun("notices", "search", "补贴 region:上海", "--sort", sort, "--json").json
    assert [one["key"] for one in found["notices"]] == keys
    assert found["count"] == 3
    first = yaoxun("notices", "search", "补贴", "--sort", sort, "--limit", 1, "--json").json
    assert ([one["key"] for one in first["notices"]], first["count"]) == (keys[:1], 3)
    assert found["notices"][0]["evidence"]


@pytest.mark.usefixtures("archived")
def test_the_index_is_made_once_and_says_how_much(yaoxun: Yaoxun) -> None:
    assert yaoxun("db", "index", "--json").json == {"indexed": 4}
    assert "0 notices indexed" in yaoxun("db", "index").out


@pytest.mark.usefixtures("archived")
def test_preview_shows_bars_examples_and_what_does_nothing(yaoxun: Yaoxun, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = yaoxun("rules", "preview", "补贴 -量子纠缠", "--json").json["preview"]
    assert (shown["total"], shown["exact"], shown["idle"]) == (3, False, ["量子纠缠"]) or shown["exact"] is True
    assert sum(day["count"] for day in shown["days"]) == 3
    assert len(shown["examples"]) == 3
    ran = yaoxun("rules", "preview", "补贴 OR 量子纠缠", "--days", 7)
    assert "█" in ran.out
    assert "3 in 7 days" in ran.out
    assert "量子纠缠" in ran.errors
    assert "补贴" in ran.errors  # it makes everything
    monkeypatch.setenv("YAOXUN_LANGUAGE", "en")
    assert "does nothing" in yaoxun("rules", "preview", "补贴 OR 量子纠缠").errors
    assert yaoxun("rules", "preview", "补贴 (", code=2).errors


@pytest.mark.usefixtures("archived")
def test_a_rule_is_shown_before_it_is_saved(yaoxun: Yaoxun) -> None:
    yaoxun("subscribers", "add", "规划科")
    ran = yaoxun("subscriptions", "add", "-s", "规划科", "补贴")
    assert "3 in 30 days" in ran.out
    assert "Subscription 1" in ran.out
    added = yaoxun("subscriptions", "add", "-s", "规划科", "招聘", "--json").json
    assert added["preview"]["total"] == 1
    assert added["subscription"]["rule"] == "招聘"


@pytest.mark.usefixtures("archived")
def test_a_rule_that_the_index_cannot_help_says_so(yaoxun: Yaoxun, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = yaoxun("notices", "search", "/[补发]./")
    assert "3 notices found" in ran.out
    assert "索引帮不上这条规则：逐条核对了 4 条全文" in ran.errors
    assert yaoxun("notices", "search", "/补.办/", "--json").json["unaided"] == 0
    assert "索引" not in yaoxun("notices", "search", "补贴").errors
    monkeypatch.setenv("YAOXUN_LANGUAGE", "en")
    assert "4 texts were checked one by one" in yaoxun("rules", "preview", "/[补发]./").errors
