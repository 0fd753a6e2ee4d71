"""How the script of a 大汉 JCMS list says where its further records are: jpage and its parameters. Pure."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin

from crawler.spiders.templates import with_query

PROXY = "/module/web/jpage/dataproxy.jsp"
UNIT = re.compile(r"\bparam_\w+\s*=\s*\{(.*?)\}", re.DOTALL)
JPAGE = re.compile(r"\bjpage\s*\(\s*\{(.*?)\}\s*\)", re.DOTALL)
PAIR = re.compile(r"""(\w+)\s*:\s*(?:'([^']*)'|"([^"]*)"|([^,'"\s}]+))""")
NEXT_GROUP = re.compile(r"<nextgroup>\s*<!\[CDATA\[\s*<a[^>]*\bhref\s*=\s*[\"']([^\"']+)", re.IGNORECASE)
FORM = ("col", "appid", "webid", "path", "columnid", "sourceContentType", "unitid", "webname", "permissiontype")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """How many records a list has, how many come at once, whom to ask and with which form."""

    total: int
    per_page: int
    group: int  # records in one reply
    proxy: str
    form: Mapping[str, str]

    def request(self, page: str, number: int) -> tuple[str, str] | None:
        """Return address and form body for group `number` (from 1); None when the list is shorter."""
        first = (number - 1) * self.group + 1
        if first > self.total:
            return None
        records = {"startrecord": first, "endrecord": min(number * self.group, self.total), "perpage": self.per_page}
        return f"{urljoin(page, self.proxy)}?{urlencode(records)}", urlencode(self.form)


def paging_of(script: str) -> Paging | None:
    """Return the paging of the longest list of a page; None when its script does not say."""
    found = zip(UNIT.findall(script), JPAGE.findall(script), strict=False)
    pagings = [paging for unit, jpage in found if (paging := _paging(_pairs(unit), _pairs(jpage))) is not None]
    return max(pagings, key=lambda paging: paging.total, default=None)


def next_group(page: str) -> str:
    """Return the address that a page's longest list names for the records that follow; "" when it names none.

    Some sites have only this one, with identifiers that they alone can read.
    """
    source = html.unescape(page) if "<datastore>" not in page else page
    longest = max(source.split("<datastore>"), key=lambda store: store.count("<record>"))
    found = NEXT_GROUP.search(longest)
    return html.unescape(found[1]) if found else ""


def numbered_group(page: str, group: str, number: int) -> str:
    """Return the address of group `number` (from 1)."""
    return with_query(urljoin(page, group), {"page": str(number)})


def _paging(form: Mapping[str, str], options: Mapping[str, str]) -> Paging | None:
    try:
        total, per_page, groups = (int(options[name]) for name in ("totalRecord", "perPage", "groupSize"))
    except (KeyError, ValueError):
        return None
    if min(total, per_page, groups) < 1:
        return None
    return Paging(
        total=total,
        per_page=per_page,
        group=per_page * groups,
        proxy=options.get("proxyUrl", PROXY),
        form={name: form.get(name, "") for name in FORM},
    )


def _pairs(text: str) -> dict[str, str]:
    return {name: single or double or bare for name, single, double, bare in PAIR.findall(text)}
