"""What sites of any system do: bases, columns that only lead on, charsets that are none, rows that lead elsewhere."""
# ruff: noqa: E501  a row of a list is easier to see on one line

from dataclasses import replace

from tests.families.pages.frame import frame, site_of
from tests.families.papers import Item, Paper, plain
from tests.families.site import Answer, Asked, Site, cut, items, page_of, rows

BASED = items(12, "/portal/news/{n}.html")


def _based(number: int) -> str:
    found = "".join(
        f'<li><a href="{item.path.removeprefix("/portal/")}" title="{item.title}">{cut(item)}</a><span>{item.day}</span></li>'
        for item in page_of(BASED, number, 6)
    )
    following = '<a href="list/tz_2.html">下一页</a>' if number == 1 else ""
    return f'<ul class="l">{found}</ul>{following}'


def _with_base(asked: Asked) -> Answer:
    """Every link on the page starts from the address in <base>, not from the page's own."""
    answer = site_of({"/portal/list/deep/tz.html": _based(1), "/portal/list/tz_2.html": _based(2)})(asked)
    head = '<head><base href="/portal/" target="_blank">'
    return replace(answer, body=str(answer.body).replace("<head>", head))


ONWARD = items(9, "/xxgk/zcfb/gg/{y}{m}/t{y}{m}{d}_{n}.html")
WRONG_KIND = "text/html; charset=gb2312"  # it is UTF-8
HOME, ISSUER = "http://onward.trs.example", "http://issuer.trs.example"


def _onward(asked: Asked) -> Answer:
    """国家发展改革委: the column only leads on by script to its first part; the charset that the server says is not so."""
    if asked.path == "/xxgk/zcfb/":
        return Answer("<html><head><script>window.location.href='./gg/index.html';</script></head><body></body></html>")
    found = rows(ONWARD, f'<li><a href="{HOME}{{path}}">{{title}}</a><span>{{day:%Y/%m/%d}}</span></li>')
    answer = site_of({"/xxgk/zcfb/gg/index.html": f'<ul class="u-list">{found}</ul>'})(asked)
    return replace(answer, kind=WRONG_KIND)


def _leads_to_the_issuer(item: Item) -> str:
    """Every third notice only leads on to the page on its issuer's site."""
    if item.number % 3:
        return plain(item)
    onward = f'<meta http-equiv="refresh" content="0;url={ISSUER}/{item.number}.html">'
    return f"<html><head>{onward}<title>{item.title}</title></head><body>正在跳转，请稍候</body></html>"


def _issuer(asked: Asked) -> Answer:
    return Answer(plain(ONWARD[int(asked.path.strip("/").partition(".")[0])]), WRONG_KIND)


TWICE = tuple(
    replace(item, path=f"http://mp.weixin.example/s/{item.number}") if item.number in {1, 4} else item
    for item in items(10, "/n/{n}.html")
)


def _twice(notices: tuple[Item, ...]) -> str:
    """A list in which two rows lead to another site; mailto: and scripts are no rows."""
    found = rows(notices, '<li><a href="{path}" title="{title}">{short}</a><span>[{day}]</span></li>')
    return f'<ul class="l"><li><a href="mailto:a@b.example">给我们写信请点击这里</a><span>2026-08-28</span></li>{found}<li><a href="javascript:void(0)">更多的通知公告请点击这里</a><span>2026-08-28</span></li></ul>'


SITES = (
    Site(
        host="based.odd.example",
        name="auto_based",
        source='family = "auto"\nlists = ["http://based.odd.example/portal/list/deep/tz.html"]\npages = 9',
        answer=_with_base,
        items=BASED,
        lists=2,
    ),
    Site(
        host="onward.trs.example",
        name="trs_onward",
        source='family = "trs_wcm"\nlists = ["http://onward.trs.example/xxgk/zcfb/"]\npages = 1',
        answer=_onward,
        items=ONWARD,
        lists=2,
        again=2,
        paper=Paper(page=_leads_to_the_issuer, kind=WRONG_KIND, numbered=False),
        elsewhere={"issuer.trs.example": _issuer},
    ),
    Site(
        host="twice.odd.example",
        name="auto_twice",
        source='family = "auto"\nlists = ["http://twice.odd.example/tz/", "http://twice.odd.example/zc/"]\npages = 1',
        answer=lambda asked: frame(_twice(TWICE[:7] if asked.path == "/tz/" else TWICE[3:])),
        items=TWICE,
        lists=2,
        again=2,
    ),
)
