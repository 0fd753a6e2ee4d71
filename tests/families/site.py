"""What the fixture sites are made of: requests as they come, answers, made-up notices and their pages."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from tests.families.papers import PLAIN, Item, Paper
from tests.reading.documents.making import pdf_of

HTML, JSON, XML, TEXT = (
    f"{kind}; charset=utf-8" for kind in ("text/html", "application/json", "text/xml", "text/plain")
)
SUBJECTS = ("城区供水管网改造", "农村公路养护", "社区助餐点建设", "中小微企业贷款贴息", "老旧电梯更新", "河道清淤")
DAY = date(2026, 8, 28)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as a site sees it."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: str

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body, keep_blank_values=True))

    @property
    def json(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.body)
        return value


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site says to it."""

    body: str | bytes
    kind: str = HTML
    status: int = 200


NOT_FOUND = Answer("<html><title>404</title><body>您访问的页面不存在</body></html>", status=404)
FILE = Answer("附件：工作清单及有关说明，供各单位对照落实。", TEXT)
REFUSED = Answer("<html><title>403</title><body>拒绝访问</body></html>", status=403)
NOT_ALLOWED = Answer("<html><title>405</title><body>请求方式不支持</body></html>", status=405)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site of a family: the sources that read it, what it answers, and what must have been read in the end."""

    host: str
    source: str  # the keys of its table of sources, as TOML, but for name, region and agency
    answer: Callable[[Asked], Answer]
    items: tuple[Item, ...]
    lists: int  # requests for lists and data that one round makes
    again: int = 1  # and the next, when there is nothing new
    name: str = ""  # of the source; the family's when it has only one
    paper: Paper = PLAIN
    elsewhere: Mapping[str, Callable[[Asked], Answer]] = field(default_factory=dict)  # other hosts that it leads to

    @property
    def family(self) -> str:
        return self.source.split('family = "', 1)[1].split('"', 1)[0]

    @property
    def id(self) -> str:
        return self.name or self.family

    @property
    def table(self) -> str:
        common = f'name = "示例 {self.id}"\nregion = "江苏"\nagency = "示例政务公开办公室"'
        return f"[{self.id}]\n{common}\n{self.source.strip()}\n"

    def file_of(self, item: Item) -> str:
        """Return the address of the file that the page of a notice links to; "" when it has none."""
        return urljoin(item.url_on(self.host), unescape(self.paper.file)) if self.paper.file else ""

    def reply(self, asked: Asked) -> Answer:
        """Return the page or the file of a notice, or what the site says to anything else."""
        pages = {item.url_on(self.host): item for item in self.items}
        if asked.method == "GET" and asked.url in pages:
            if asked.path.endswith(".pdf"):
                return Answer(pdf_of("为把这项工作做实，现将图集公布如下。"), "application/pdf")
            return Answer(self.paper.page(pages[asked.url]), self.paper.kind)
        return FILE if self.is_file(asked) else self.elsewhere.get(asked.host, self.answer)(asked)

    def is_file(self, asked: Asked) -> bool:
        """Tell whether a request is for the file of a notice."""
        return bool(self.paper.file) and asked.url in {self.file_of(item) for item in self.items}


def items(count: int, path: str, *, first: date = DAY) -> tuple[Item, ...]:
    """Return made-up notices, one a day, the newest first; {n}, {y}, {m}, {d} stand in the path."""
    days = [first - timedelta(days=number) for number in range(count)]
    return tuple(
        Item(
            number,
            f"关于做好{day.year}年第{count - number}批{SUBJECTS[number % len(SUBJECTS)]}工作的通知",
            day,
            path.format(n=7000 + number, y=day.year, m=f"{day:%m}", d=f"{day:%d}"),
        )
        for number, day in enumerate(days)
    )


def page_of(notices: tuple[Item, ...], number: int, size: int) -> tuple[Item, ...]:
    """Return page `number` (from 1) of the notices; () beyond the end."""
    return notices[(number - 1) * size : number * size] if number > 0 else ()


def rows(notices: Iterable[Item], form: str) -> str:
    """Return the notices as HTML; {at} (from 1), {title}, {short}, {path} and {day} stand in the form."""
    return "".join(
        form.format(title=item.title, short=cut(item), path=item.path, day=item.day, at=item.number + 1)
        for item in notices
    )


def cut(item: Item) -> str:
    """Return a title as a narrow column shows it."""
    return f"{item.title[:10]}..."


def as_json(value: object) -> Answer:
    """Return the value as a server sends it."""
    return Answer(json.dumps(value, ensure_ascii=False), JSON)


def shell(body: str) -> Answer:
    """Return a list page whose rows come later."""
    return Answer(
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>信息公开</title></head><body>'
        f'<div class="nav"><a href="/">首页</a><a href="/gk/">信息公开目录</a></div>{body}'
        '<div class="foot">主办：示例政务公开办公室　网站标识码：3200000000</div></body></html>'
    )
