"""The validators of a page belong to one source and are replaced by those of the newer reading."""

from datetime import UTC, datetime

import sqlalchemy as sa

from crawler.archive.pages import Page, find_page, forget_pages, remember_page

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)


def test_a_page_is_remembered_replaced_and_forgotten(connection: sa.Connection) -> None:
    url = "http://www.shencheng.example/"
    assert find_page(connection, "a", url) is None
    remember_page(connection, "a", url, Page(etag='"1"', content_hash="x"), now=NOW)
    remember_page(connection, "b", url, Page(etag='"b"'), now=NOW)
    remember_page(connection, "a", url, Page(last_modified="Mon", content_hash="y"), now=NOW)
    assert find_page(connection, "a", url) == Page(last_modified="Mon", content_hash="y")
    forget_pages(connection, "a")
    assert find_page(connection, "a", url) is None
    assert find_page(connection, "b", url) == Page(etag='"b"')
