"""Every saved page of tests/sites against what a person reads on it."""

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.archive.facts import facts_as_dict
from crawler.reading.article import read_article
from crawler.reading.listing import find_rows

SITES = Path(__file__).parents[1] / "sites"
ARTICLES = sorted(SITES.glob("*_article"))
LISTS = sorted(SITES.glob("*_list"))


def saved(folder: Path) -> tuple[bytes, dict[str, Any]]:
    return (folder / "page.html").read_bytes(), json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def test_there_are_pages_of_every_family() -> None:
    assert {folder.name.split("_")[0] for folder in ARTICLES} >= {"jcms", "trs", "ucap", "lonsun", "news", "gb18030"}
    assert {folder.name.split("_")[0] for folder in LISTS} >= {"jcms", "trs", "table", "yearless", "flat"}


@pytest.mark.parametrize("folder", ARTICLES, ids=lambda folder: folder.name)
def test_article(folder: Path) -> None:
    body, expected = saved(folder)
    article = read_article(body, expected["url"])
    assert {
        "url": expected["url"],
        "title": article.title,
        "published": article.published and article.published.isoformat(),
        "agency": article.agency,
        "document_number": article.document_number,
        "text": article.text,
        "attachments": [{"url": file.url, "name": file.name} for file in article.attachments],
        "facts": facts_as_dict(article.facts),
    } == expected


@pytest.mark.parametrize("folder", LISTS, ids=lambda folder: folder.name)
def test_list(folder: Path) -> None:
    body, expected = saved(folder)
    rows = find_rows(body, expected["url"])
    assert [
        {"title": row.title, "url": row.url, "date": row.date and row.date.isoformat()} for row in rows
    ] == expected["rows"]


@pytest.mark.parametrize("folder", ARTICLES, ids=lambda folder: folder.name)
def test_an_article_is_no_list(folder: Path) -> None:
    body, expected = saved(folder)
    assert find_rows(body, expected["url"]) == ()
