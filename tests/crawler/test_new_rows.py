"""Which rows of a list are new, while somebody else writes."""

from datetime import timedelta

import sqlalchemy as sa

from config.regions import load_places
from config.settings import Settings
from crawler.archive.notices import archive_notice
from crawler.archive.tables import notices
from crawler.notice import Notice
from crawler.reading.listing import Row
from crawler.sources import Source
from tests.crawler.saved import NOW, spider_of

FIRST, SECOND = "http://www.shili.example/a/1.html", "http://www.shili.example/a/2.html"
SOURCE = Source(id="shili", name="示例", family="listing", lists=("http://www.shili.example/a/",), region="上海")
ROWS = {url: Row(title=f"关于第{number}号事项的通知", url=url) for number, url in enumerate((FIRST, SECOND), 1)}


def test_a_list_is_looked_up_while_notices_are_being_written(engine: sa.Engine) -> None:
    spider = spider_of(SOURCE, load_places(Settings().regions), engine)
    with engine.begin() as writing:
        archive_notice(
            writing, Notice(key="http://other.example/", source="o", title="别的", text="文", url="u"), now=NOW
        )
        assert spider.new_rows("http://a.example/", ROWS) == list(ROWS.values())


def test_what_is_known_is_noted_as_still_listed(engine: sa.Engine) -> None:
    with engine.begin() as writing:
        archive_notice(
            writing, Notice(key=FIRST, source="shili", title="题", text="文", url=FIRST), now=NOW - timedelta(days=1)
        )
    spider = spider_of(SOURCE, load_places(Settings().regions), engine)
    assert spider.new_rows("http://a.example/", ROWS) == [ROWS[SECOND]]
    assert spider.tally.known == 1
    with engine.begin() as connection:
        seen = connection.execute(sa.select(notices.c.last_seen_at)).scalar_one()
    assert seen == NOW
