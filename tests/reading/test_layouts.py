"""Pages without any name that helps: ways to set a title, a posting line and a text, in frames of every kind."""

from itertools import islice, product

import pytest

from crawler.reading.article import read_article

URL = "http://www.shili.example/a/1.html"
TITLE = "关于示例路封闭施工的通告"
OFFICE = "示例市公安局"
TOOLS = "<div><a>打印</a> <a>关闭</a> 分享到：<a>微信</a></div>"
SIDE = (
    "<div><h3>最新信息</h3><ul>"
    + "".join(f"<li><a href=/s{n}.html>示例市多措并举推进建设{n}</a><i>10-{n + 10}</i></li>" for n in range(6))
    + "</ul></div>"
)
RELATED = (
    "<div><h4>相关文章</h4><ul>"
    + "".join(f"<li><a href=/r{n}.html>关于某事项的通知，以及其他{n}</a><i>2026-09-1{n}</i></li>" for n in range(5))
    + "</ul></div>"
)
FOOTER = "<div><p>主办单位：示例市政府</p><p>地址：示例路1号，电话：12345。</p><p>示ICP备1号</p></div>"

TITLES = (
    f"<h2>{TITLE}</h2>",
    f"<div class=x>{TITLE}</div>",
    f"<p align=center><b><font size=4>{TITLE}</font></b></p>",
    f"<table><tr><td align=center>{TITLE}</td></tr></table>",
    f"<h3>{TITLE[:6]}<br>{TITLE[6:]}</h3>",
)
IN_HEAD = (f"{TITLE}_示例动态_{OFFICE}", f"{OFFICE}-示例动态-{TITLE}", f"示例动态_{OFFICE}", OFFICE, "详情")
POSTED = (
    f"<div>发布时间：2026-10-21 来源：{OFFICE}</div>",
    f"<div><span>2026-10-21 09:30</span><span>来源：{OFFICE}</span><span>浏览：12</span></div>",
    f"<p>日期：2026年10月21日　　作者：　　来源：{OFFICE}　　字体：<a>大</a> <a>中</a> <a>小</a></p>",
    "<div>【信息时间：2026/10/21 阅读次数：9】</div>",
    f"<ul><li>来源：{OFFICE}</li><li>发布时间：2026-10-21 10:00:00</li><li>点击数：1</li></ul>",
    "<div><em>2026.10.21</em></div>",
    f"<table><tr><td>信息来源：{OFFICE}</td><td>发布日期：2026-10-21</td><td>浏览次数：5</td></tr></table>",
    f"<div>[ 2026-10-21 ] {OFFICE}</div>",
    "<div><i>发布于：</i><b>2026-10-21 08:00</b></div>",
    f"<div><span>索引号：000/2026-1</span><span>发布机构：{OFFICE}</span><span>发布日期：2026-10-21</span></div>",
    f"<div>{OFFICE} 2026-10-21 15:30:11</div>",
)
LINES = ("各有关单位：", "因施工需要，经研究，现将有关事项通告如下。", "一、实行封闭管理，请绕行。", "特此通告。")
ROWS = ("序号\t单位", "1\t示例公司", "2\t示例集团")
NAMES = ("一等奖", "1. 示例项目", "2. 示例工程")
TEXTS = (
    ("".join(f"<p>{line}</p>" for line in LINES), LINES),
    ("<div>" + "<br><br>".join(f"&nbsp;&nbsp;{line}" for line in LINES) + "</div>", LINES),
    (f"<table><tr><td>{''.join(f'<p>{line}</p>' for line in LINES)}</td></tr></table>", LINES),
    ("<table>" + "".join(f"<tr><td>{row.replace(chr(9), '</td><td>')}</td></tr>" for row in ROWS) + "</table>", ROWS),
    ("".join(f"<p>{name}</p>" for name in NAMES), NAMES),
)
FRAMES = (
    "{title}{posted}{text}{behind}",
    "<div><div>{title}{posted}</div>{tools}<div><div>{text}</div></div>{behind}</div>",
    "<table><tr><td>{side}</td><td>{title}{posted}<table><tr><td>{text}</td></tr></table>{behind}</td></tr></table>",
    "<div>{title}{posted}{tools}{text}{tools}</div><div>上一篇：<a href=1>某某</a></div>{related}{side}",
)


@pytest.mark.parametrize("posted", POSTED)
def test_title_day_office_and_text_come_out_of_every_layout(posted: str) -> None:
    crumb = f"<div>当前位置：<a href=/>首页</a> &gt; <a href=/x>示例动态</a> &gt; {TITLE}</div>"
    some = islice(product(TITLES, IN_HEAD, TEXTS, FRAMES), POSTED.index(posted) % 3, None, 3)
    for title, head, (text, lines), frame in some:
        parts = {"title": title, "posted": posted, "text": text, "tools": TOOLS, "side": SIDE, "related": RELATED}
        content = frame.format(behind=TOOLS + RELATED, **parts)
        page = f"<meta charset=utf-8><title>{head}</title><ul><li><a href=/m>菜单</a></li></ul>{crumb}{content}{FOOTER}"
        article = read_article(page.encode(), URL)
        found = (article.title, str(article.published), article.agency, tuple(article.text.split("\n")))
        assert found == (TITLE, "2026-10-21", OFFICE if OFFICE in posted else "", lines), page
