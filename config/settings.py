"""Every setting: its name, type, default and meaning. A wrong value stops the start and names itself."""

import difflib
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from config.kinds import DatabaseUrl, Host, Hosts, MailAddress, Proxy, PublicUrl, TimeZone

PREFIX = "YAOXUN_"
FILE_VARIABLE = "YAOXUN_CONFIG"
HERE = Path(__file__).parent
SECRET = ("database_url", "smtp.password", "bounces.password", "crawl.proxy")
"""What may hold a password is never shown."""


class SettingsError(Exception):
    """A setting is unknown or has a value it cannot have; the message names it and says what it takes."""


class Group(BaseModel):
    """Settings that belong together: a table of yaoxun.toml, a common prefix in the environment."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Smtp(Group):
    """The mail server that digests leave through."""

    host: Host = Field("", description="Mail server; empty means that no mail can be sent")
    port: int = Field(587, ge=1, le=65535, description="Its port: 587 with starttls, 465 with tls, 25 with none")
    security: Literal["starttls", "tls", "none"] = Field("starttls", description="How the connection is secured")
    user: str = Field("", description="Login; empty means no login")
    password: SecretStr = Field(SecretStr(""), description="Password or authorisation code of the login")
    sender: MailAddress = Field("Yaoxun <yaoxun@localhost>", description="From address of every mail")
    reply_to: MailAddress = Field("", description="Where replies and unsubscribe mails go; empty means the sender")
    timeout: float = Field(30, gt=0, description="Seconds to wait for the server at each step")
    ask_first: bool = Field(
        False, description="Send a new mailbox nothing before its reader has said yes; needs public_url"
    )
    bounce_address: MailAddress = Field(
        "", description="Mailbox that bounces come back to; each mail's return address is made from it: name+TAG@domain"
    )
    mails_per_connection: int = Field(50, ge=1, description="Mails sent over one connection before it is renewed")
    domain_per_minute: int = Field(0, ge=0, description="Mails to one recipient domain in a minute; 0 for no limit")
    dkim_key: str = Field("", description="PEM file of the private key that signs mails; empty for no DKIM")
    dkim_selector: str = Field("", description="Selector under which the public key stands in the DNS")
    dkim_domain: str = Field("", description="Domain that signs; empty means that of the sender")


class Bounces(Group):
    """Where mails come back to."""

    mailbox: str = Field("", description="Maildir folder or imaps://user@host/INBOX that bounces come into")
    password: SecretStr = Field(SecretStr(""), description="Password of that IMAP login")


class Crawl(Group):
    """How sites are read."""

    contact: str = Field("", description="Address or page named in the User-Agent, so that a site can reach you")
    proxy: Proxy = Field("", repr=False, description="HTTP proxy for crawling, such as http://proxy:3128")
    allow: Hosts = Field((), description="host:port (or host) inside your own network that may be crawled")
    delay: float = Field(1.0, ge=0, description="Seconds between two requests to one host")
    per_host: int = Field(2, ge=1, le=8, description="Requests under way at one host at once")
    timeout: float = Field(30, gt=0, description="Seconds to wait for a page")
    max_page_bytes: int = Field(20_000_000, gt=0, description="A page larger than this is not read")
    max_attachment_bytes: int = Field(20_000_000, gt=0, description="A larger file that a notice links to is not read")
    max_attachments: int = Field(10, ge=0, description="Files of one notice that are fetched and read")
    interval_minutes: int = Field(60, ge=1, description="Minutes between two crawls of a source that names none")
    sweep_hours: int = Field(
        24, ge=1, description="Hours after which further pages are read even though the first brings no news"
    )
    night_from: int = Field(23, ge=0, le=23, description="The hour at which the night begins")
    night_until: int = Field(6, ge=0, le=23, description="The hour at which it ends; the same hour: there is none")
    night_factor: float = Field(3, ge=1, description="How many times longer an interval is at night")
    reread_days: int = Field(30, ge=0, description="For how many days a notice is read again to notice changes")
    sources: Path = Field(HERE / "sources", description="Folder of the source files")


class Delivery(Group):
    """How messages leave."""

    allow: Hosts = Field((), description="host:port (or host) of targets inside your own network that may be reached")
    timeout: float = Field(20, gt=0, description="Seconds to wait for a receiver")
    lease_seconds: int = Field(120, ge=5, description="After this long an unfinished attempt counts as interrupted")
    attempts: int = Field(10, ge=1, le=50, description="Attempts before a delivery is given up")
    workers: int = Field(4, ge=1, le=32, description="Messages under way at once; one more is kept for what is urgent")


class Web(Group):
    """Where the pages are served, such as the one that the unsubscribe link in a mail leads to."""

    host: Host = Field("127.0.0.1", min_length=1, description="Address to listen on; 0.0.0.0 for every one")
    port: int = Field(8710, ge=0, le=65535, description="Port to listen on; 0 for any free one")


class Log(Group):
    """What is written about the work."""

    format: Literal["console", "json"] = Field("console", description="For people or for machines")
    level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least serious event to log")


class Settings(Group):
    """All settings: environment variables first, then yaoxun.toml, then the defaults."""

    home: Path = Field(Path("data"), description="Data folder: database, key, demo output")
    database_url: DatabaseUrl = Field(
        "", repr=False, description="SQLAlchemy URL; empty means SQLite in the data folder"
    )
    public_url: PublicUrl = Field("", description="https address under which readers reach this service")
    timezone: TimeZone = Field("Asia/Shanghai", description="Zone of digest times where a destination names none")
    language: Literal["zh", "en"] = Field(
        "zh", description="Language of new subscribers' digests, and in which a rule is refused"
    )
    regions: Path = Field(HERE / "regions.toml", description="The place tree")
    synonyms: Path = Field(HERE / "synonyms.toml", description="Words that mean the same, short names of agencies")
    sections: Path = Field(HERE / "sections.toml", description="The columns of a digest")
    smtp: Smtp = Smtp()
    bounces: Bounces = Bounces()
    crawl: Crawl = Crawl()
    delivery: Delivery = Delivery()
    web: Web = Web()
    log: Log = Log()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as a value."""
        return ZoneInfo(self.timezone)

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'yaoxun.db'}"


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read yaoxun.toml (or the file that YAOXUN_CONFIG names) and the environment; raise SettingsError on a fault."""
    environment = os.environ if environment is None else environment
    path = Path(environment.get(FILE_VARIABLE, "yaoxun.toml"))
    values = _read_file(path, required=FILE_VARIABLE in environment)
    variables = _read_variables(environment)
    for key, variable in variables.items():
        _put(values, key.split("."), environment[variable])
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(error, variables, path))) from error


@cache
def every_setting() -> tuple[tuple[str, str, Any, str], ...]:
    """Rows (environment variable, name in yaoxun.toml, default, meaning), in the order of their declaration."""
    rows: list[tuple[str, str, Any, str]] = []
    for name, field in Settings.model_fields.items():
        group = field.annotation
        if isinstance(group, type) and issubclass(group, Group):
            rows += [
                (
                    f"{PREFIX}{name}_{inner}".upper(),
                    f"{name}.{inner}",
                    detail.default,
                    detail.description or "",
                )
                for inner, detail in group.model_fields.items()
            ]
        else:
            rows.append((f"{PREFIX}{name}".upper(), name, field.default, field.description or ""))
    return tuple(rows)


def _read_file(path: Path, *, required: bool) -> dict[str, Any]:
    if not path.exists() and not required:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read as TOML: {error}") from error


def _read_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Return which variable gives which setting: {"smtp.host": "YAOXUN_SMTP_HOST"}."""
    known = {variable: name for variable, name, _default, _meaning in every_setting()}
    given = [name for name in environment if name.startswith(PREFIX) and name != FILE_VARIABLE]
    for name in given:
        if name not in known:
            raise SettingsError(f"{name}: there is no such setting{_nearest(name, [*known, FILE_VARIABLE])}")
    return {known[name]: name for name in given}


def _put(values: dict[str, Any], keys: list[str], text: str) -> None:
    """Set values[a][b]; a table that is none in the file stays, for the check to complain about."""
    *tables, last = keys
    for key in tables:
        inner = values.setdefault(key, {})
        if not isinstance(inner, dict):
            return
        values = inner
    values[last] = text


def _explain(error: ValidationError, variables: Mapping[str, str], path: Path) -> Iterator[str]:
    for fault in error.errors():
        name = ".".join(str(key) for key in fault["loc"][:2])
        where = variables.get(name) or f"{path}: {name}"
        if fault["type"] == "extra_forbidden":
            yield f"{where}: there is no such setting{_nearest(name, [row[1] for row in every_setting()])}"
        else:
            given = "" if name in SECRET else f" (given: {fault['input']!r})"
            yield f"{where}: {fault['msg'].removeprefix('Value error, ')}{given}"


def _nearest(name: str, known: Iterable[str]) -> str:
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.75)
    return f"; did you mean {nearest[0]}?" if nearest else ""
