"""What an address says: by which key a notice is known, and whether it leads to a page or a file. Pure."""

import re
from functools import lru_cache
from urllib.parse import urlsplit, urlunsplit

from w3lib.url import canonicalize_url, safe_url_string

FILES = (".pdf", ".doc", ".docx", ".xls", ".xlsx", ".wps", ".et", ".ofd", ".zip", ".rar", ".7z", ".jpg", ".png")
TRACKING = re.compile(
    r"utm_\w+|spm|scm|from|share\w*|isappinstalled|wx\w*share\w*|clicktime|enterid|jsessionid|phpsessid|bd_vid|gclid",
    re.IGNORECASE,
)
SESSION = re.compile(r";jsessionid=[^/?;]*", re.IGNORECASE)
PORTS = {"http": 80, "https": 443}


@lru_cache(8192)  # a crawl asks several times for each of its notices
def key_of(url: str) -> str:
    """Return the address in the one spelling that a notice is known by for ever.

    Who passed a link on, a session and a place in the page do not count; nor does whether it is http or https.
    Parameters keep their order: a site that swaps them is rarer than one where the order matters.

    >>> key_of("https://www.a.example:443/info.do;jsessionid=1F?id=7&utm_source=x#top")
    'http://www.a.example/info.do?id=7'
    """
    parts = urlsplit(safe_url_string(url))
    port = "" if parts.port in {None, PORTS.get(parts.scheme)} else f":{parts.port}"
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else (parts.hostname or "").rstrip(".")
    query = "&".join(part for part in parts.query.split("&") if part and not _is_tracking(part))
    path = SESSION.sub("", parts.path)
    bare = str(canonicalize_url(urlunsplit(("http", host + port, path, "", ""))))
    return f"{bare}?{query}" if query else bare


def is_web(url: str) -> bool:
    """Tell whether an address is one of the web, and not mailto:, javascript: or a slip of the pen."""
    try:
        parts = urlsplit(url)
        return parts.scheme in PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a bracket that is not closed
        return False


def same_site(one: str, other: str) -> bool:
    """Tell whether two addresses are of one site, perhaps of two departments of one town.

    >>> same_site("http://www.shili.gov.cn/tzgg/", "https://fgw.shili.gov.cn/1.html")
    True
    """
    hosts = ((urlsplit(url).hostname or "").split(".")[-3:] for url in (one, other))
    return next(hosts) == next(hosts)


def is_file(url: str) -> bool:
    """Tell whether an address leads straight to a document."""
    return urlsplit(url).path.lower().endswith(FILES)


def _is_tracking(parameter: str) -> bool:
    return TRACKING.fullmatch(parameter.partition("=")[0]) is not None
