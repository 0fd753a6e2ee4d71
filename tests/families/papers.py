"""How each system lays out the page of a notice: where the text, the index table and the files stand, and what is in the way."""
# ruff: noqa: E501  a piece of a page is easier to see on one line

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Item:
    """A made-up notice: where it stands, and what its list says of it. A whole address leads to another site."""

    number: int
    title: str
    day: date
    path: str

    def url_on(self, host: str) -> str:
        """Return the whole address."""
        return self.path if "://" in self.path else f"http://{host}{self.path}"

    @property
    def document_number(self) -> str:
        return f"示政发〔2026〕{self.number + 1}号"

    @property
    def paragraphs(self) -> str:
        return f"""<p>各有关单位：</p>
<p>为把编号{self.number}的这项工作做实，现将有关安排通知如下，请结合本地实际认真组织落实。</p>
<p>一、明确任务分工。各单位要对照清单逐项推进，确保按时完成年度目标，并及时报送进展情况。</p>
<p>二、加强资金管理。专款专用，不得截留挪用，项目完工后要组织验收并公开结果，接受群众监督。</p>
<p>三、做好宣传引导。通过多种渠道解读有关要求，回应群众关切，营造良好氛围。</p>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The page of a notice, as `kind`. With an index table it says the document's number; `file` is what it links to."""

    page: Callable[[Item], str | bytes]
    kind: str = "text/html; charset=utf-8"
    numbered: bool = True
    file: str = ""  # the link's address as on the page, relative to the notice or whole


def _framed(item: Item, body: str, *, metas: str = "") -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{item.title}</title>
<meta name="ArticleTitle" content="{item.title}">{metas}</head><body><div class="nav"><a href="/">首页</a></div>
<h1>{item.title}</h1>{body}<div class="foot">主办：示例政务公开办公室</div></body></html>"""


def plain(item: Item) -> str:
    """Return a page on which the day does not stand, so that it must have been read on the list."""
    return _framed(item, f'<div id="zoom">{item.paragraphs}</div>')


JCMS_FILE = "/module/download/downfile.jsp?classid=0&amp;filename=2f7c.pdf"


def _jcms(item: Item) -> str:
    table = f"""<table class="xxgk_table"><tr><td>索 引 号</td><td>0140000{item.number}/2026</td><td>分　　类</td><td>综合政务</td></tr>
<tr><td>发布机构</td><td>示例政务公开办公室</td><td>文　　号</td><td>{item.document_number}</td></tr></table>"""
    other = '<div style="display:none"><li>示政发〔2001〕99号 别的文件</li></div>'
    file = f'<p>附件：<a href="{JCMS_FILE}">点击下载</a></p>'
    body = f'<!--<$[信息内容]>begin--><div class="TRS_Editor">{item.paragraphs}{file}</div><!--<$[信息内容]>end-->'
    metas = '<meta name="Maketime" content="2026-11-23 08:00:00"><meta name="WebId" content="3">'
    return _framed(item, f"{table}{other}{body}", metas=metas)


JPAAS_FILE = (
    "/api-gateway/jpaas-web-server/front/document/download?fileUrl=9c1d8e&amp;fileName=%E6%B8%85%E5%8D%95.wps"  # 清单
)


def _jpaas(item: Item) -> str:
    table = f"""<table class="xxgktab"><tr><td>索引号：</td><td>00140{item.number}</td><td>组配分类：</td><td>其他</td></tr>
<tr><td>文件编号：</td><td>{item.document_number}</td><td>统一编号：</td><td>ZJSP00-2026-00{item.number}</td></tr>
<tr><td>有效性：</td><td>有效</td><td></td><td></td></tr></table>"""
    tool = '<div class="bt-art-assist-tool">分享到：<a>微信</a> 字号：[大 中 小] 打印</div>'
    file = f'<p><a href="{JPAAS_FILE}">附件下载</a></p>'
    return _framed(item, f'{table}<div class="bt-content">{tool}{item.paragraphs}{file}</div>')


def _trs(item: Item) -> str:
    table = f"""<table class="t1"><tr><td>索 引 号：</td><td>01437/2026</td></tr><tr><td>文　　号：</td><td>{item.document_number}</td></tr></table>"""
    body = f'<div class="TRS_UEDITOR trs_editor_view">{item.paragraphs}<p><a href="./P02026082837.pdf">清单.pdf</a></p></div>'
    page = _framed(item, f"{table}{body}", metas=f'<meta name="PubDate" content="{item.day} 10:00{item.day} 10:00">')
    return page.replace("ArticleTitle", "articletitle")


def _ucap(item: Item) -> str:
    index = f"""<div class="xxgkml-content"><dl><dt>索引号：</dt><dd>01411/2026</dd></dl><dl><dt>文号：</dt><dd>{item.document_number}</dd></dl></div>"""
    return _framed(item, f"<ucaptitle>{item.title}</ucaptitle>{index}<ucapcontent>{item.paragraphs}</ucapcontent>")


def _lonsun(item: Item) -> str:
    index = f"""<div class="div_table_suoyin"><table><tr><th>索 引 号：</th><td>11340000/2026</td><th>文号：</th><td>{item.document_number}</td></tr></table></div>"""
    metas = '<meta name="HtmlGenerateTime" content="2026-11-23 08:00">'
    return _framed(item, f'{index}<div class="j-fontContent newscontnet">{item.paragraphs}</div>', metas=metas)


SHANGHAI_FILE = "/cmsres/5f/5f0a1c2d3e4f/guide.pdf"


def _shanghai(item: Item) -> str:
    number = f"<p>（{item.document_number}）</p>"
    file = f'<div class="xgfj"><a href="{SHANGHAI_FILE}">相关附件：清单.pdf</a></div>'
    body = f"""<div id="ivs_title">{item.title}</div><div id="ivs_date">{item.day}</div>
<div id="ivs_content">{number}{item.paragraphs}</div>{file}"""
    return _framed(item, body, metas=f'<meta name="pubdate" content="{item.day} 08:30:15">')


def _govcn(item: Item) -> str:
    """Return a page that ends twice, the text behind its first end; an address on it looks like a date."""
    table = f"""<table class="bd1"><tr><td><b>索 引 号：</b></td><td>000014349/2026</td></tr><tr><td><b>发文字号：</b></td><td>{item.document_number}</td></tr></table>"""
    metas = f'<meta name="firstpublishedtime" content="{item.day}-10:00:00"><script src="/js/a.js?t=20231023"></script>'
    head = _framed(item, table, metas=metas)
    return f'{head}<div id="UCAP-CONTENT">{item.paragraphs}</div></body></html>'


PLAIN = Paper(page=plain, numbered=False)
JCMS = Paper(page=_jcms, file=JCMS_FILE)
JPAAS = Paper(page=_jpaas, file=JPAAS_FILE)
TRS = Paper(page=_trs, file="./P02026082837.pdf")
UCAP = Paper(page=_ucap)
LONSUN = Paper(page=_lonsun)
SHANGHAI = Paper(page=_shanghai, file=SHANGHAI_FILE)
GOVCN = Paper(page=_govcn)
IN_GBK = Paper(page=lambda item: plain(item).encode("gb18030"), numbered=False)  # it says everywhere that it is UTF-8
