"""Guesses what to call a new source from what its page and its address say. Pure."""

import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from config.names import visible
from config.regions import Places

BETWEEN = re.compile(r"\s*[-_|｜—–>»·]+\s*")
WEBSITE = re.compile(r"(门户|政务|官方|互联网|公众)*(网站|官网|网)(首页)?$|首页$")
OFFICE = re.compile(r"(人民政府|政府|委员会|委|局|厅|办公室|办|院|会|部|署|行|中心|集团|公司)$")
NOTHING_SAID = frozenset({"www", "gov", "cn", "com", "org", "net", "edu", "index", "list", "nav_list", "col", "html"})


def site_of(found: Mapping[str, Any]) -> str:
    """Return what the site is called: its SiteName, else the last part of the title."""
    return WEBSITE.sub("", visible(found["site"]) or _parts(found["title"])[-1])


def column_of(found: Mapping[str, Any]) -> str:
    """Return what the column is called: its ColumnName, else the first part of the title."""
    parts = _parts(found["title"])
    return visible(found["column"]) or (parts[0] if len(parts) > 1 else "")


def name_of(found: Mapping[str, Any]) -> str:
    """Return a name such as 上海市科学技术委员会 通知公告."""
    return " ".join(dict.fromkeys(word for word in (site_of(found), column_of(found)) if word))


def agency_of(found: Mapping[str, Any]) -> str:
    """Return the office whose site it is; empty when the site's name is none."""
    site = site_of(found)
    return site if OFFICE.search(site) else ""


def region_of(texts: Collection[str], places: Places) -> str:
    """Return the narrowest place that the first text naming any names; empty when none does."""
    for text in texts:
        mentioned = places.mentioned(text)
        if mentioned:
            inside = [path for path in mentioned if path.startswith(f"{mentioned[0]}/")]
            return max([mentioned[0], *inside], key=len)
    return ""


def id_of(url: str, taken: Collection[str]) -> str:
    """Return a short id out of an address, such as sh_stcsm_tzgg, that no source has yet."""
    parts = urlsplit(url)
    host = reversed((parts.hostname or "").split("."))
    path = [re.sub(r"\.\w+$", "", part) for part in parts.path.split("/")]
    words = [_ascii(word) for word in [*host, *path]]
    telling = [word for word in words if word and word not in NOTHING_SAID]
    stem = "_".join(telling[:3] if len(telling) < 4 else [*telling[:2], telling[-1]])  # noqa: PLR2004  three words do
    stem = stem if stem[:1].isalpha() else f"source_{stem}".rstrip("_")
    return next(name for name in (stem, *(f"{stem}_{n}" for n in range(2, len(taken) + 3))) if name not in taken)


def _parts(title: str) -> list[str]:
    return [part for part in BETWEEN.split(title.strip()) if part] or [""]


def _ascii(word: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", word.lower()).strip("_")[:24]
