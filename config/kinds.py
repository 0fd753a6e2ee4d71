"""What a setting may be beyond text and numbers: an address, a host, a list; each says what it takes."""

import json
import re
from email.utils import parseaddr
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

LOCAL = ("localhost", "127.0.0.1", "::1")


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no time zone is called {value!r}; write one like Asia/Shanghai") from error
    return value


def _public_url(value: str) -> str:
    parts = urlsplit(value)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL)
    if value and not (is_safe and parts.hostname):
        raise ValueError("takes an https address such as https://yaoxun.example, or http://localhost:8000")
    if re.search(r"[\s@?#]", value):
        raise ValueError("takes an address without spaces, @, ? and #")
    return value.rstrip("/")


def _mail_address(value: str) -> str:
    _name, address = parseaddr(value)
    if value and not (value.isprintable() and re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", address)):
        raise ValueError("takes an address such as yaoxun@office.example or Yaoxun <yaoxun@office.example>")
    return value


def _host(value: str) -> str:
    if re.search(r"[\s/@]", value):
        raise ValueError("takes the name of a host alone, such as smtp.office.example")
    return value


def _proxy(value: str) -> str:
    if value and not re.match(r"https?://[^\s/]", value):
        raise ValueError("takes an address such as http://proxy.office.example:3128")
    return value


def _split(value: object) -> object:
    """Read a list as the environment writes it: with commas, or as JSON."""
    if not isinstance(value, str):
        return value
    return (
        json.loads(value) if value.lstrip().startswith("[") else [part for part in re.split(r"[,\s]+", value) if part]
    )


def _database_url(value: str) -> str:
    try:
        backend = make_url(value).get_backend_name() if value else "sqlite"
    except (ArgumentError, ValueError):
        backend = ""
    if backend not in {"sqlite", "postgresql"}:
        raise ValueError("takes sqlite:////folder/yaoxun.db or postgresql://user:password@host/name")
    return value


TimeZone = Annotated[str, AfterValidator(_known_zone)]
PublicUrl = Annotated[str, AfterValidator(_public_url)]
MailAddress = Annotated[str, AfterValidator(_mail_address)]
DatabaseUrl = Annotated[str, AfterValidator(_database_url)]
Host = Annotated[str, AfterValidator(_host)]
Proxy = Annotated[str, AfterValidator(_proxy)]
Hosts = Annotated[tuple[Host, ...], BeforeValidator(_split)]
