"""What templates put round a text, into it and behind it: second copies, boxes, comments, tools, files."""

from time import process_time

import pytest

from crawler.reading.article import Article, read_article

URL = "http://www.shili.example/a/1.html"
TITLE = "关于暂停受理业务的公告"
TEXT = "<p>各办事群众：</p><p>因系统升级，暂停受理业务，请提前安排。</p><p>特此公告。</p>"
LINES = "各办事群众：\n因系统升级，暂停受理业务，请提前安排。\n特此公告。"
POSTED = "<div>发布时间：2026-10-21</div>"
HEAD = f"<h1>{TITLE}</h1>{POSTED}"
MENU = "<ul>" + "".join(f"<li><a href=/c{n}/>示例栏目{n}</a></li>" for n in range(70)) + "</ul>"
FOOTER = "<div><p>主办单位：示例市政府</p><p>示ICP备1号</p></div>"
SUMMARIES = "".join(
    f"<div class=item><a href=/n{n}.html><h4>示例市召开第{n}次会议部署工作</h4></a>"
    "<p>会议指出，要提高站位，压实责任；会议强调，要统筹推进，确保成效。</p></div>"
    for n in range(6)
)
OTHERS = (
    "<ul>" + "".join(f"<li><a href=/r{n}.html>关于第{n}批检查的通知</a>2026-01-0{n}</li>" for n in (1, 2)) + "</ul>"
)
DATED = (
    "<ul>"
    + "".join(f"<li><a href=/d{n}.html>示例市推进建设{n}</a><i>2026-09-1{n}</i></li>" for n in range(4))
    + "</ul>"
)


def read(content: str, title: str = TITLE) -> Article:
    page = f"<meta charset=utf-8><title>{title}</title><body>{MENU}{content}{FOOTER}"
    return read_article(page.encode(), URL)


CLUTTER = {
    "copy for telephones in its own container": (
        f"<div>{HEAD}<div class=article-content>{TEXT}</div><div class=article-content>{TEXT}</div></div>"
    ),
    "copy for telephones, with its title": (
        f"<div><div>{HEAD}<div class=q>{TEXT}</div></div><div>{HEAD}<div class=q>{TEXT}</div></div></div>"
    ),
    "box of others with summaries": f"<div><div>{HEAD}<div>{TEXT}</div></div><div><h3>热点</h3>{SUMMARIES}</div></div>",
    "box of others, once more wrapped": (
        f"<div><div>{HEAD}<div>{TEXT}</div></div><div><h3>热点</h3><div>{SUMMARIES}</div></div></div>"
    ),
    "comments": f"<div>{HEAD}<div>{TEXT}</div><div><h3>网友评论</h3><p>很好，支持！请问电话是多少，谢谢。</p></div>",
    "a disclaimer longer than the text": (
        f"<div>{HEAD}<div>{TEXT}</div><div>版权声明：本网作品，版权均属本网，未经授权，不得转载；违者，将追究责任。</div></div>"
    ),
    "days of others behind a text that holds its own": (
        f"<div><h1>{TITLE}</h1><div>日期：2026-10-21{TEXT}</div><div><h3>最新</h3>{DATED}</div></div>"
    ),
    "others in the container": f"<div class=article-content>{HEAD}{TEXT}<div><p>相关文档：</p>{OTHERS}</div></div>",
    "others in the container, unwrapped": f"<div class=article-content>{HEAD}{TEXT}<h4>相关阅读</h4> {OTHERS}</div>",
    "a button and an editor": (
        f"<div>{HEAD}<div class=article-content><span>小字号</span>{TEXT}<p>【纠错】 【责任编辑：某某】</p></div></div>"
    ),
    "office and day over the text": f"<center>{TITLE}</center><center>示例局　2026年10月21日</center><div>{TEXT}</div>",
}


@pytest.mark.parametrize("case", CLUTTER)
def test_nothing_but_the_text_is_read(case: str) -> None:
    article = read(CLUTTER[case])
    assert (article.title, article.text, str(article.published)) == (TITLE, LINES, "2026-10-21")


def test_office_and_day_over_a_text_are_no_signature_of_it() -> None:
    posted = "<center>示例局　2026年10月21日</center>"
    assert read(f"<center>{TITLE}</center>{posted}<div>{TEXT}</div>", "示例局办事大厅临时安排").text == LINES


def test_a_form_that_says_a_line_twice_is_left_as_it_is() -> None:
    form = "<p>姓名：</p><p>因系统升级，请填写。</p><p>姓名：</p><p>单位：</p>"
    assert read(f"{HEAD}<div class=article-content>{form}</div>").text.count("姓名：") == 2


def test_own_files_below_their_name_belong_to_the_text() -> None:
    own = "<div><p>相关文章：</p><a href=/f.pdf>示例办法.pdf</a></div>"
    assert read(f"<div class=article-content>{HEAD}{TEXT}{own}</div>").text.endswith("示例办法.pdf")


TITLES = {
    "a list of days stands before it": (
        "示例县水利局",
        f"<h3>热点排行</h3>{DATED}<b>{TITLE}</b>{POSTED}<div>{TEXT}</div>",
    ),
    "a heading names the column": (
        "示例县自然资源局",
        f"<h1><a href=/>示例县自然资源局</a></h1><h2>通知公告</h2><p>{TITLE}</p>{POSTED}<div>{TEXT}</div>",
    ),
    "it ends as names of sites do": (
        "示例区统计局：2025年统计公报",
        f"<h2>2025年统计公报</h2>{POSTED}<div>{TEXT}</div>",
    ),
}


@pytest.mark.parametrize("case", TITLES)
def test_the_title_is_no_box_and_no_column(case: str) -> None:
    head, content = TITLES[case]
    assert read(content, head).title == ("2025年统计公报" if "统计公报" in head else TITLE)


FILES = {
    "behind a text that stands right in the page": f"{HEAD}<div>{TEXT}</div><div><a href=/f/1.pdf>附表</a></div>",
    "behind its tools": (
        f"{HEAD}<div>{TEXT}</div><div class=share><a href=#>微信</a></div><ul><li><a href=/f/1.pdf>附表</a></ul>"
    ),
    "downloads by a name of Epoint": (
        f"<div>{HEAD}<div>{TEXT}</div><a href='/ztbAttachDownloadAction.action?cmd=getContent'>附表.zip</a></div>"
    ),
    "shown by the viewer of Sudy": (
        f"<h1 class=arti_title>{TITLE}</h1>{POSTED}<div class=wp_articlecontent>"
        '<div class="wp_pdf_player" pdfsrc="/_upload/article/files/1.pdf"></div></div>'
    ),
}


@pytest.mark.parametrize("case", FILES)
def test_files_are_found_where_templates_put_them(case: str) -> None:
    assert len(read(FILES[case]).attachments) == 1


def test_files_of_another_box_are_none_of_it() -> None:
    others = "".join(f"<p><a href=/x{n}.html>示例栏目的页面{n}</a></p>" for n in range(4))
    side = f"<div><h3>下载</h3>{others}<a href=/f/1.pdf>示例手册.pdf</a></div>"
    assert read(f"{HEAD}<div class=q>{TEXT}</div>{side}").attachments == ()


def test_many_lists_of_others_take_no_longer_than_their_markup() -> None:
    many = f"<div><p>相关阅读{' ' * 200_000}x</p></div>" + f"<div><p>相关阅读：</p>{OTHERS}</div>" * 2_000
    started = process_time()
    assert read(f"<div class=article-content>{HEAD}{TEXT}{many}</div>").text == f"{LINES}\n相关阅读 x"
    assert process_time() - started < 5
