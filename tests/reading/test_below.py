"""Articles without running text: tables and names in unknown elements, one line, files, pictures, text in data."""

from datetime import date

import pytest

from crawler.reading.article import UnreadablePage, read_article

URL = "http://www.shili.example/a/b.html"
TITLE = "示例市拟支持项目名单"
POSTED = "<div class=m><span>发布时间：2026-08-08</span><span>来源：示例市科技局</span></div>"
ROWS = "".join(f"<tr><td>{n}</td><td>示例{n}科技有限公司</td><td>{n}0万元</td></tr>" for n in range(1, 5))
TABLE = f"<table><tr><td>序号</td><td>单位</td><td>金额</td></tr>{ROWS}</table>"
READ_TABLE = "\n".join(("序号\t单位\t金额", *(f"{n}\t示例{n}科技有限公司\t{n}0万元" for n in range(1, 5))))
MENU = "<ul>" + "".join(f"<li><a href=/c{n}>示例栏目{n}</a></li>" for n in range(9)) + "</ul>"
FOOTER = "<div class=end><p>主办单位：示例市科技局 示ICP备1号</p></div>"
BANNER = "<div>欢迎访问本站，请多提意见，我们将努力改进，谢谢！本站已改版。</div>"
DATED = "".join(f"<li><a href=/{n}.html>示例市第{n}批名单</a><i>2026-08-0{n}</i></li>" for n in range(1, 9))
COLUMNS = "".join(
    f"<tr><td><a href=/{n}.html>示例市名单</a></td><td>示发改审批〔2026〕{n}号</td><td>2026-08-0{n}</td>"
    "<td>示例市发展改革委</td></tr>"
    for n in range(1, 9)
)
VIDEO = "<div><video src=/a.mp4>您的浏览器不支持 video 标签。</video></div>"
OTHERS = "".join(
    f"<li><a href=/n{n}.html>示例市上下学习会议精神{n}</a><p>近日，示例市各部门学习精神，抓好落实，取得成效。</p></li>"
    for n in range(8)
)


def read(content: str, title: str = TITLE) -> tuple[str, list[str], date | None, str]:
    page = f"<html><head><meta charset=utf-8><title>{title}</title></head><body>{MENU}{content}{FOOTER}</body></html>"
    article = read_article(page.encode(), URL)
    return article.text, [file.url for file in article.attachments], article.published, article.agency


BODIES = {
    "a table in unknown elements": (f"<x-y><div class=t>{TITLE}</div>{POSTED}<div>{TABLE}</div></x-y>", READ_TABLE),
    "a table beside the frame of the title": (
        f"<div><div><h1>{TITLE}</h1></div>{POSTED}</div><div><div>{TABLE}</div></div>",
        READ_TABLE,
    ),
    "names": (f"<h2>{TITLE}</h2>{POSTED}<p>一等奖</p><p>1. 某某技术</p>", "一等奖\n1. 某某技术"),
    "one line": (f"<div><div>{TITLE}</div>{POSTED}<div>兹定于七月一日停电检修</div></div>", "兹定于七月一日停电检修"),
    "names under words that begin as boxes of others do": (
        f"<h2>{TITLE}</h2>{POSTED}<p>推荐名单</p><p>相关单位某某技术</p><p>热点难点某某</p><p>分享会某某</p>",
        "推荐名单\n相关单位某某技术\n热点难点某某\n分享会某某",
    ),
    "related articles behind it": (
        f"<h2>{TITLE}</h2>{POSTED}<p>一等奖：某某技术</p><div>相关文章<ul>{OTHERS}</ul></div>",
        "一等奖：某某技术",
    ),
    "other articles beside it, much longer": (
        f"<div><h2>{TITLE}</h2>{POSTED}<p>示例市公布名单，共三项。</p></div><div><ul>{OTHERS}</ul></div>",
        "示例市公布名单，共三项。",
    ),
    "a banner with sentences before it": (
        f"{BANNER}<div><h2>{TITLE}</h2>{POSTED}<div>示例市公布名单，共三项。</div></div>",
        "示例市公布名单，共三项。",
    ),
    "a paragraph over a table of sentences": (
        f"<div><h2>{TITLE}</h2>{POSTED}<p>现公布名单，请认真落实。</p><table>"
        + "<tr><td>甲</td><td>条件一，条件二；条件三，条件四。</td></tr>" * 3
        + "</table></div>",
        "现公布名单，请认真落实。\n" + "\n".join(["甲\t条件一，条件二；条件三，条件四。"] * 3),
    ),
    "services, each with a link and a sentence": (
        f"<h2>{TITLE}</h2>{POSTED}<ul>{'<li><a href=/q>示例公交线路查询</a>：可查线路，请合理安排。</li>' * 4}</ul>",
        "\n".join(["示例公交线路查询：可查线路，请合理安排。"] * 4),
    ),
    "a footer within elements that nobody has closed": (
        f"<div><div><h2>{TITLE}</h2></div>{POSTED}<div><p>示例市公布名单，共三项。<p>特此公布。<div>主办单位：某局，电话：1，示ICP备1号",
        "示例市公布名单，共三项。\n特此公布。",
    ),
    "escaped in a <textarea>": (
        f"<h1>{TITLE}</h1>{POSTED}<textarea>&lt;p&gt;示例市公布名单，共三项。&lt;/p&gt;</textarea>",
        "示例市公布名单，共三项。",
    ),
}


@pytest.mark.parametrize("case", BODIES)
def test_text_below_the_title(case: str) -> None:
    content, text = BODIES[case]
    assert read(content) == (text, [], date(2026, 8, 8), "示例市科技局")


def test_text_and_day_in_the_data_of_a_script() -> None:
    said = "示例市公布今年拟支持项目的名单，共三项，见2026年1月1日印发的文件。"
    told = f'"publishTime": "2026-08-08 10:00:00", "content": "<p>{said}<\\/p>"'
    text, _, day, _ = read(f"<div id=app></div><script>var state = {{{told}, 'last': '2020-01-01'}};</script>")
    assert (text, day) == (said, date(2026, 8, 8))


@pytest.mark.parametrize(
    "shown", ["<p><a href=/u/a.pdf>示例市拟支持项目名单.pdf</a></p>", "<div><img src=/a.jpg></div>", VIDEO]
)
def test_a_file_a_picture_or_a_film_below_the_title_is_a_notice(shown: str) -> None:
    text, files, day, _ = read(f"<div><h1>{TITLE}</h1>{POSTED}<div>{shown}</div></div>")
    assert (text, day) == (TITLE, date(2026, 8, 8))
    assert files == (["http://www.shili.example/u/a.pdf"] if "pdf" in shown else [])


@pytest.mark.parametrize(
    "content",
    [
        f"<h1>{TITLE}</h1><div>登录名</div><div>请输入您的密码后登录系统</div>",
        f"<h1>{TITLE}</h1><ul>{DATED}</ul>",
        f"<h1>{TITLE}</h1><table>{COLUMNS}</table>",
        f"<h1>{TITLE}</h1><p>系统自2026年11月28日至29日升级维护</p>",
    ],
)
def test_a_form_a_list_and_an_apology_below_a_heading_are_no_article(content: str) -> None:
    with pytest.raises(UnreadablePage, match="no body"):
        read(content)


def test_a_leaf_of_a_calendar_over_the_title() -> None:
    content = f"<div><b>08</b><i>2026-08</i></div><h1>{TITLE}</h1><div>示例市公布名单，共三项。</div>"
    assert read(content)[2] == date(2026, 8, 8)
