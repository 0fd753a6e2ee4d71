"""What stands round the lists of every static site: a way to here, boxes of other news, ministries in the footer."""

from collections.abc import Callable, Mapping

from tests.families.site import NOT_FOUND, Answer, Asked

MINISTRIES = "".join(
    f'<li><a href="http://www.bumen{number}.example/" target="_blank">示例国务院第{number}组成部门网站</a></li>'
    for number in range(80)
)


def frame(body: str) -> Answer:
    """Return a list page with all that is no list on it."""
    return Answer(
        f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>示例政务公开</title>
<meta name="SiteName" content="示例政务公开"><meta name="ColumnName" content="通知公告"></head><body>
<ul class="nav"><li><a href="/">网站首页</a></li><li><a href="/zw/">政务公开目录</a></li>
<li><a href="/hd/">互动交流平台</a></li></ul>
<div class="way">当前位置：<a href="/">首页</a> &gt; <a href="/gk/">信息公开</a></div>{body}
<div class="links"><ul>{MINISTRIES}</ul></div><p>主办：示例政务公开办公室　今天是2026年11月23日</p></body></html>"""
    )


def site_of(pages: Mapping[str, str], *, beyond: str = "") -> Callable[[Asked], Answer]:
    """Return what answers with these pages, by path and query; what is not there is answered with `beyond`, or 404."""

    def answer(asked: Asked) -> Answer:
        address = asked.url.split("/", 3)[3]
        found = pages.get(f"/{address}", beyond)
        return frame(found) if found else NOT_FOUND

    return answer


def spaced(rows: list[str], every: int = 6) -> str:
    """Return the rows with an empty one after every few."""
    return "".join(row + '<li class="line"></li>' * ((at + 1) % every == 0) for at, row in enumerate(rows))
