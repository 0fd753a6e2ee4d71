"""What an address says: by which key a notice is known, and whether it leads to a page or a file. Pure."""

from urllib.parse import urlsplit

from w3lib.url import canonicalize_url

FILES = (".pdf", ".doc", ".docx", ".xls", ".xlsx", ".wps", ".et", ".ofd", ".zip", ".rar", ".7z", ".jpg", ".png")


def key_of(url: str) -> str:
    """Return the address in the one spelling that a notice is known by for ever."""
    return str(canonicalize_url(url))


def is_web(url: str) -> bool:
    """Tell whether an address is one of the web, and not mailto: or javascript:."""
    return urlsplit(url).scheme in {"http", "https"}


def is_file(url: str) -> bool:
    """Tell whether an address leads straight to a document."""
    return urlsplit(url).path.lower().endswith(FILES)
