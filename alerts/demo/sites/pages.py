"""Renders the sample sites: from a site.toml and its templates to what a server would send."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from alerts.demo.sites.files import file_of

HERE = Path(__file__).parent
CHINA = timezone(timedelta(hours=8))
SHORT = 22  # characters of a title in a list, before it is cut
HTML, XML, PLAIN = "text/html; charset=utf-8", "text/xml; charset=utf-8", "text/plain"
EMPTY_REPLY = "<datastore><recordset></recordset>".ljust(42) + "</datastore>"  # 54 bytes, as it is met in the field
FORM = {"col", "appid", "webid", "path", "columnid", "sourceContentType", "unitid", "webname", "permissiontype"}

Entry = SimpleNamespace
"""A site, a column or a notice: the keys of its table, and what templates need besides."""


@dataclass(frozen=True, slots=True)
class SamplePage:
    """What is answered at one address; `modified` and `etag` stay away where the real system sends none."""

    body: bytes
    kind: str = HTML
    status: int = 200
    modified: datetime | None = None
    etag: bool = False
    location: str = ""


Pages = dict[str, SamplePage]


def sample_pages(*, later: bool = False) -> dict[str, Pages]:
    """Return every page of every sample site, by host and path, as they are on the first day or on the next."""
    found = {}
    for name, pages in SITES.items():
        site = load_site(name, later=later)
        robots = SamplePage((HERE / name / "robots.txt").read_bytes(), PLAIN)
        files = {file.path: SamplePage(*file_of(file.path, file.pages), etag=True) for file in site.files}
        found[site.host] = {"/robots.txt": robots, **pages(site), **files}
    return found


def dataproxy(query: str, form: str, *, later: bool = False) -> SamplePage:
    """Answer as dataproxy.jsp does: records of a unit, or the empty reply to a form that is not the script's."""
    site = load_site("suzhong", later=later)
    asked = {name: values[0] for name, values in parse_qs(form, keep_blank_values=True).items()}
    numbers = {name: int(values[0]) for name, values in parse_qs(query).items()}
    column = next((column for column in site.columns if asked.get("unitid") in column.units), None)
    if column is None or column.encoded or set(asked) != FORM or asked["webname"] != site.name:
        return SamplePage(EMPTY_REPLY.encode(), XML)
    notices = _of_column(site, column)[numbers["startrecord"] - 1 : numbers["endrecord"]]
    pages = -(-column.total // numbers["perpage"])
    reply = _render(site, "records.xml.j2", column=None, notices=notices, total=column.total, pages=pages)
    return SamplePage(reply.encode(), XML)


def load_site(name: str, *, later: bool = False) -> Entry:
    """Read a site.toml; on the next day some notices are new, some say something else, and some are gone."""
    table = tomllib.loads((HERE / name / "site.toml").read_text(encoding="utf-8"))
    other_day = "first day" if later else "next day"
    rows = [row for row in table.pop("notices") if row.pop("only", "") != other_day]
    notices = [_notice(row | (row.get("next_day", {}) if later else {})) for row in rows]
    files = [Entry(**row) for row in table.pop("files", [])]
    columns = [Entry(**{"encoded": False, "total": 0} | row) for row in table.pop("columns", [])]
    site = Entry(**table, folder=name, notices=notices, columns=columns, files=files)
    for column in columns:
        column.total = column.total or len(_of_column(site, column))
    return site


def _shencheng(site: Entry) -> Pages:
    """Two list pages named as TRS names them; nginx sends both validators."""
    groups = [site.notices[start : start + site.per_page] for start in range(0, len(site.notices), site.per_page)]
    found: Pages = {}
    for number, notices in enumerate(groups):
        path = f"/nw12344/index{f'_{number}' if number else ''}.html"
        page = _render(site, "list.html.j2", notices=notices, number=number + 1, total=len(groups))
        found[path] = SamplePage(page.encode(), modified=_newest(notices), etag=True)
    for notice in site.notices:
        body, kind = _render(site, "detail.html.j2", notice=notice).encode(), HTML
        if notice.file:
            body, kind = file_of(notice.path, [f"{notice.title}\n{notice.text.strip()}"])
        found[notice.path] = SamplePage(body, kind, modified=notice.moment, etag=True)
    return found


def _zhecheng(site: Entry) -> Pages:
    """Answer as an old server does: only Last-Modified, and no charset in its headers."""
    found: Pages = {}
    for kind, path in (("rss", "/rss/tzgg.xml"), ("atom", "/atom/zbcg.xml")):
        notices = [notice for notice in site.notices if notice.feed == kind]
        feed = _render(site, f"{kind}.xml.j2", notices=notices)
        found[path] = SamplePage(feed.encode(), "text/xml", modified=_newest(notices))
    for notice in site.notices:
        page = _render(site, "detail.html.j2", notice=notice).encode(notice.encoding or "utf-8")
        found[notice.path] = SamplePage(page, "text/html", modified=notice.moment)
    return found


def _suzhong(site: Entry) -> Pages:
    """Pages made anew for each request: no validators at all."""
    found: Pages = {}
    for column in site.columns:
        notices = _of_column(site, column)
        store = _render(site, "records.xml.j2", column=column, notices=notices[: site.per_page * site.group_size])
        page = _render(site, "list.html.j2", column=column, store=store)
        found[f"/col/col{column.id}/index.html"] = SamplePage(page.encode())
        for notice in notices:
            found[notice.path] = SamplePage(_render(site, "detail.html.j2", column=column, notice=notice).encode())
    return found


SITES: dict[str, Callable[[Entry], Pages]] = {"shencheng": _shencheng, "zhecheng": _zhecheng, "suzhong": _suzhong}


ABSENT: dict[str, Any] = {
    "text": "",
    "number": "",
    "time": "00:00:00",
    "agency": "",
    "encoding": "",
    "feed": "",
    "attachments": [],
    "file": False,
    "double_end": False,
    "column": 0,
}
"""What a notice has whose table does not say it."""


def _notice(row: Mapping[str, Any]) -> Entry:
    notice = Entry(**ABSENT | dict(row))
    notice.paragraphs = notice.text.strip().split("\n")
    notice.moment = datetime.fromisoformat(f"{notice.date} {notice.time}").replace(tzinfo=CHINA)
    notice.iso = notice.moment.isoformat()
    notice.rfc822 = format_datetime(notice.moment.astimezone(UTC), usegmt=True)
    notice.short = notice.title if len(notice.title) <= SHORT else f"{notice.title[:SHORT]}..."
    notice.relative = notice.path if notice.file else notice.path.replace("/nw12344/", "./")
    notice.broken_date = notice.date.replace("-", "-\n\t", 1)  # as a template with line breaks prints it
    return notice


def _of_column(site: Entry, column: Entry) -> list[Entry]:
    return [notice for notice in site.notices if notice.column == column.id]


def _newest(notices: Sequence[Entry]) -> datetime:
    newest: datetime = max(notice.moment for notice in notices)
    return newest


def _render(site: Entry, template: str, **values: object) -> str:
    loader = FileSystemLoader(HERE / site.folder)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template(template).render(site=site, **values)
