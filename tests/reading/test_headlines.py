"""Titles that no meta tag and no element of a known name states: they are told by where they stand."""

import pytest

from crawler.reading.article import read_article

URL = "http://www.shili.example/a/b.html"
TITLE = "关于开展电梯安全检查的通知"
TEXT = "<div class=q><p>为保障电梯运行安全，现开展检查，请各单位配合。</p></div>"
POSTED = "<div>发布时间：2026-07-07　来源：示例市市场监管局</div>"

PAGES = {
    "site between colons before it": ("::示例市市场监管局:: " + TITLE, f"<div>{TITLE}</div>{POSTED}"),
    "site of no known ending behind it": (TITLE + "_示例水务", f"<div>{TITLE}</div>{POSTED}"),
    "site and column before it, blanks between": (f"示例市民政局 社会救助 {TITLE}", f"<p>{TITLE}</p>{POSTED}"),
    "its number in brackets only in <title>": (
        f"{TITLE}（示市监〔2026〕9号）_政府信息公开专栏",
        f"<p>{TITLE[:6]}<br>{TITLE[6:]}</p>{POSTED}",
    ),
    "another heading, hidden": (TITLE, f"<div style='display: none'><h1>首页的焦点新闻</h1></div>{POSTED}"),
    "<title> is the office": ("示例省交通运输厅", f"<div>示例省交通运输厅</div><div>{TITLE}</div>{POSTED}"),
    "<title> and <h1> are the site": ("通知公告-示例区教育局", f"<h1>示例区教育局</h1><h2>{TITLE}</h2>{POSTED}"),
    "<title> is the site, the posting line in odd brackets": (
        "示例市人民政府网站",
        f"<div>{TITLE}</div><div>〖 来源：市局 | 时间：2026年7月7日 〗</div>",
    ),
    "<title> is a kind of notice": ("安全检查的通知", f"<h3>{TITLE}</h3>{POSTED}"),
    "a subtitle below it": ("要闻动态", f"<div>{TITLE}</div><div>——示例市在行动</div>{POSTED}"),
}


@pytest.mark.parametrize("case", PAGES)
def test_the_title_is_told_by_its_place(case: str) -> None:
    title, content = PAGES[case]
    menu = "<ul><li><a href=/a>示例栏目</a></li></ul><div>今天是2026年11月20日</div>"
    page = f"<html><head><meta charset=utf-8><title>{title}</title></head><body>{menu}{content}{TEXT}</body></html>"
    assert read_article(page.encode(), URL).title == TITLE


def test_an_office_in_the_line_above_belongs_to_the_title() -> None:
    content = f"<p>示例市市场监管局</p><p>{TITLE}</p>{POSTED}{TEXT}"
    page = f"<html><head><meta charset=utf-8><title>正文</title></head><body>{content}</body></html>"
    assert read_article(page.encode(), URL).title == f"示例市市场监管局{TITLE}"


@pytest.mark.parametrize(
    ("stated", "title"), [(f"{TITLE[:9]}…", TITLE[:9]), (f"{TITLE[:4]}&lt;br&gt;{TITLE[4:]}", TITLE)]
)
def test_a_stated_title_cut_short_or_with_a_break_is_made_whole(stated: str, title: str) -> None:
    head = f'<meta charset=utf-8><meta name="ArticleTitle" content="{stated}"><title>{title}</title>'
    page = f"<html><head>{head}</head><body><div>{TITLE}</div>{TEXT}</body></html>"
    assert read_article(page.encode(), URL).title == TITLE


def test_a_column_is_still_better_than_nothing() -> None:
    page = f"<html><head><meta charset=utf-8><title>工作动态</title></head><body>{TEXT}</body></html>"
    assert read_article(page.encode(), URL).title == "工作动态"
