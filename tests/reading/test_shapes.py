"""One paper in every shape in which sites lay out a page: the same title, text, days and office come out of each."""

import pytest

from crawler.reading.article import read_article

URL = "http://www.shili.example/a/1.html"
TITLE = "示例市财政局关于做好2026年度预算公开工作的通知"
LINES = (
    "各区财政局，市级各预算单位：",
    "为贯彻落实有关要求，进一步做好预算公开工作，现将有关事项通知如下，请认真遵照执行。",
    "一、各单位应当在规定时间内公开预算，并对公开内容的真实性负责。",
    "示例市财政局",
    "2026年9月25日",
)
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in LINES)
POSTED = """<div class="info"><span>发布时间：2026-09-28</span> <span>来源：示例市财政局</span>
    <span>字号：[大 中 小]</span> <a>打印</a></div>"""
HEAD = f"<h1>{TITLE}</h1>{POSTED}"
MENU = "".join(f'<li><a href="/c{n}/">栏目名称{n}</a></li>' for n in range(12))
OTHERS = "".join(
    f'<li><a href="/a{n}.html">关于第{n}批工作，以及其他事项的通知（别府发〔2001〕{n}号）</a>'
    f"<span>2001-01-0{n}</span></li>"
    for n in range(1, 8)
)
FRAME = """<div class="nav"><ul>{menu}</ul></div>
    <div class="position">您现在的位置：<a href="/">首页</a> &gt; 政务公开</div>
    {content}<div class="xgwz"><h3>相关文章</h3><ul>{others}</ul></div>
    <div class="bottom"><p>主办单位：示例市财政局，承办单位：示例市信息中心。网站标识码：3200000001</p>
    <p>示ICP备1号，地址：示例市示例路1号。</p></div>"""

CONTAINERS = """
#zoom #zoomcon #UCAP-CONTENT #ivs_content #mainText #text #con_con #fontzoom .bt-content .main-txt .j-fontContent
.TRS_Editor .TRS_UEDITOR .trs_editor_view .wzcon .con_main .newscontnet .wenzhang .xxgk_wenzhang .pages_content
.GovInfoContent .article-content .ewb-article-info .xl-content .Custom_UnionStyle .u-content .zw .nr .view .q
"""


def contained(selector: str) -> str:
    attribute = f'id="{selector[1:]}"' if selector[0] == "#" else f'class="{selector[1:]}"'
    return f'<div class="wrap">{HEAD}<div {attribute}>{PARAGRAPHS}</div></div>'


def each(template: str, lines: tuple[str, ...] = LINES) -> str:
    return "".join(template.format(line) for line in lines)


HIDDEN = '<div {}><div class="TRS_Editor"><p>别的文件内容，请不要读取这里的内容，这里不是正文。</p></div></div>'
WRITTEN = PARAGRAPHS.replace("<", "\\u003c").replace('"', '\\"')
SHAPES = {selector: contained(selector) for selector in CONTAINERS.split()} | {
    "own elements": f"<ucaptitle>{TITLE}</ucaptitle>{POSTED}<ucapcontent>{PARAGRAPHS}</ucapcontent>",
    "marks in comments": f"{HEAD}<div><!--<$[信息内容]>begin-->{PARAGRAPHS}<!--<$[信息内容]>end--></div>",
    "marks in metas": f'{HEAD}<div><meta name="ContentStart">{PARAGRAPHS}<meta name="ContentEnd"></div>',
    "line breaks": f'{HEAD}<div class="q">{"<br/>".join("　　" + line for line in LINES)}</div>',
    "nested fonts": HEAD + '<div class="q">'
    + each("<div><font><span><font size=3>{}</font></span></font></div>") + "</div>",
    "a span a character": HEAD + '<div class="q">'
    + each("<p>{}</p>", tuple(each("<span>{}</span>", tuple(line)) for line in LINES)) + "</div>",
    "pre": f"{HEAD}<pre>{chr(10).join(LINES)}</pre>",
    "pre in a box": f'{HEAD}<div class="q"><pre>{chr(10).join(LINES)}</pre></div>',
    "one table": f"<table><tr><td><b>{TITLE}</b></td></tr><tr><td>发布时间：2026-09-28　来源：示例市财政局</td></tr>"
    f"<tr><td>{PARAGRAPHS}</td></tr></table>",
    "a row a paragraph": f"<table><tr><td>{TITLE}</td></tr><tr><td>发布时间：2026-09-28</td></tr>"
    + each("<tr><td>{}</td></tr>") + "</table>",
    "tables in tables": f"<table><tr><td><table><tr><td>{TITLE}</td></tr><tr><td>2026-09-28</td></tr><tr><td>"
    f"<table><tr><td>{PARAGRAPHS}</td></tr></table></td></tr></table></td></tr></table>",
    "split over two boxes": f'{HEAD}<div class="q"><div class="one">{each("<p>{}</p>", LINES[:2])}</div>'
    f'<div class="two">{each("<p>{}</p>", LINES[2:])}</div></div>',
    "two editors": f'{HEAD}<div class="TRS_Editor">{each("<p>{}</p>", LINES[:2])}</div>'
    f'<div class="TRS_Editor">{each("<p>{}</p>", LINES[2:])}</div>',
    "an empty container first": f'{HEAD}<div id="zoom"></div><div class="q">{PARAGRAPHS}</div>',
    "the head in the container": f'<div id="zoom">{HEAD}{PARAGRAPHS}</div>',
    "list items": f"{HEAD}<ul>{each('<li>{}</li>')}</ul>",
    "boxes for paragraphs": f'{HEAD}<div class="q">{each("<div>{}</div>")}</div>',
    "centred": f"<center><h1>{TITLE}</h1></center>{POSTED}<center><div align=left>{PARAGRAPHS}</div></center>",
    "Word's markup": HEAD + '<div class="q">' + each("<p class=MsoNormal><span>{}<o:p></o:p></span></p>") + "</div>",
    "Word's comment": f'{HEAD}<div class="q"><!--[if gte mso 9]><xml>别府发〔2001〕9号</xml><![endif]-->'
    f"{PARAGRAPHS}</div>",
    "hidden by style": HIDDEN.format('style="display:none"') + HEAD + f'<div class="TRS_Editor">{PARAGRAPHS}</div>',
    "hidden by attribute": HIDDEN.format("hidden") + HEAD + f'<div class="TRS_Editor">{PARAGRAPHS}</div>',
    "hidden by Angular": HIDDEN.format('class="ng-hide"') + HEAD + f'<div class="TRS_Editor">{PARAGRAPHS}</div>',
    "a disclaimer behind it": f"""{HEAD}<div><div>{PARAGRAPHS}</div><div><p>免责声明：凡本网转载文章，版权属作者。</p>
        <p>凡本站注明来源的作品，转载时请注明，谢谢。</p></div></div>""",
    "a menu beside it": f'{HEAD}<div class="x"><div class="l"><ul><li><a href="#">机构职能</a></li></ul></div>'
    f"<div>{PARAGRAPHS}</div></div>",
    "the date in the heading": f'<h1>{TITLE}<span>2026-09-28</span></h1><div class="q">{PARAGRAPHS}</div>',
    "all in one box": f'<div class="x"><p><b>{TITLE}</b></p><p>2026年09月28日 来源：示例市财政局</p>{PARAGRAPHS}</div>',
    "junk behind it": f"""{HEAD}<div class="content">{PARAGRAPHS}<div class="share">分享到： <a>微信</a></div>
        <p>扫一扫在手机打开当前页</p><p>【打印本页】【关闭窗口】</p><p>上一篇：<a href="1">没有了</a></p></div>""",
    "text in a script": f'{HEAD}<div id="zoom"></div><script>var content = "{WRITTEN}";</script>',
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_says_the_same(shape: str) -> None:
    framed = FRAME.format(menu=MENU, others=OTHERS, content=SHAPES[shape])
    page = f"<html><head><meta charset=utf-8><title>{TITLE}_示例市财政局</title></head><body>{framed}</body></html>"
    article = read_article(page.encode(), URL)
    assert (article.title, article.text.split("\n")) == (TITLE, list(LINES))
    assert (str(article.published), article.agency, article.document_number) == ("2026-09-28", "示例市财政局", "")
    assert (article.facts.written and article.facts.written.value) == "2026-09-25"


def test_a_paper_that_is_one_table() -> None:
    rows = "<tr><td>单位</td><td>金额</td></tr><tr><td>示例公司</td><td>20万元</td></tr>"
    rows += "<tr><td>某公司</td><td>30万元</td></tr>"
    metas = f'<meta name="ArticleTitle" content="{TITLE}"><meta name="PubDate" content="2026-09-28">'
    framed = FRAME.format(menu=MENU, others="", content=f"<h1>{TITLE}</h1><div><table>{rows}</table></div>")
    article = read_article(f"<html><head><meta charset=utf-8>{metas}</head><body>{framed}</body></html>".encode(), URL)
    assert article.text.split("\n") == ["单位\t金额", "示例公司\t20万元", "某公司\t30万元"]
