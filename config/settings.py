"""Every setting: its name, type, default and meaning. A wrong value stops the start and names itself."""

import difflib
import os
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "YAOXUN_"
FILE_VARIABLE = "YAOXUN_CONFIG"
HERE = Path(__file__).parent


class SettingsError(Exception):
    """A setting is unknown or has a value it cannot have; the message names it and says what it takes."""


class Group(BaseModel):
    """Settings that belong together: a table of yaoxun.toml, a common prefix in the environment."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Smtp(Group):
    """The mail server that digests leave through."""

    host: str = Field("", description="Mail server; empty means that no mail can be sent")
    port: int = Field(587, ge=1, le=65535, description="Its port: 587 with starttls, 465 with tls, 25 with none")
    security: Literal["starttls", "tls", "none"] = Field("starttls", description="How the connection is secured")
    user: str = Field("", description="Login; empty means no login")
    password: SecretStr = Field(SecretStr(""), description="Password or authorisation code of the login")
    sender: str = Field("Yaoxun <yaoxun@localhost>", description="From address of every mail")
    reply_to: str = Field("", description="Where replies and unsubscribe mails go; empty means the sender")
    timeout: float = Field(30, gt=0, description="Seconds to wait for the server at each step")


class Crawl(Group):
    """How sites are read."""

    contact: str = Field("", description="Address or page named in the User-Agent, so that a site can reach you")
    proxy: str = Field("", description="HTTP proxy for crawling, such as http://proxy:3128")
    allow: tuple[str, ...] = Field((), description="host:port (or host) inside your own network that may be crawled")
    delay: float = Field(1.0, ge=0, description="Seconds between two requests to one host")
    per_host: int = Field(2, ge=1, le=8, description="Requests under way at one host at once")
    timeout: float = Field(30, gt=0, description="Seconds to wait for a page")
    max_page_bytes: int = Field(20_000_000, gt=0, description="A page larger than this is not read")
    interval_minutes: int = Field(60, ge=1, description="Minutes between two crawls of a source that names none")
    reread_days: int = Field(7, ge=0, description="For how many days a notice is read again to notice changes")
    sources: Path = Field(HERE / "sources", description="Folder of the source files")


class Delivery(Group):
    """How messages leave."""

    allow: tuple[str, ...] = Field(
        (), description="host:port (or host) of targets inside your own network that may be reached"
    )
    timeout: float = Field(20, gt=0, description="Seconds to wait for a receiver")
    lease_seconds: int = Field(120, ge=5, description="After this long an unfinished attempt counts as interrupted")
    attempts: int = Field(10, ge=1, le=50, description="Attempts before a delivery is given up")


class Log(Group):
    """What is written about the work."""

    format: Literal["console", "json"] = Field("console", description="For people or for machines")
    level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least serious event to log")


class Settings(BaseSettings):
    """All settings: environment variables first, then yaoxun.toml, then the defaults."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="_", env_nested_max_split=1, extra="forbid", frozen=True
    )

    home: Path = Field(Path("data"), description="Data folder: database, key, demo output")
    database_url: str = Field("", description="SQLAlchemy URL; empty means SQLite in the data folder")
    public_url: str = Field("", description="https address under which readers reach this service")
    timezone: str = Field("Asia/Shanghai", description="Zone of digest times where a destination names none")
    language: Literal["zh", "en"] = Field("zh", description="Language of digests and messages")
    regions: Path = Field(HERE / "regions.toml", description="The place tree")
    sections: Path = Field(HERE / "sections.toml", description="The columns of a digest")
    smtp: Smtp = Smtp()
    crawl: Crawl = Crawl()
    delivery: Delivery = Delivery()
    log: Log = Log()

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"no time zone is called {value!r}; write one like Asia/Shanghai") from error
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as a value."""
        return ZoneInfo(self.timezone)

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'yaoxun.db'}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over the values given to the constructor, which come from the file."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read yaoxun.toml (or the file that YAOXUN_CONFIG names) and the environment; raise SettingsError on a fault."""
    environment = os.environ if environment is None else environment
    path = Path(environment.get(FILE_VARIABLE, "yaoxun.toml"))
    from_file = _read_file(path, required=FILE_VARIABLE in environment)
    _refuse_unknown_variables(environment)
    try:
        return Settings(**from_file)
    except ValidationError as error:
        raise SettingsError(_explain(error, from_file, path)) from error


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


def _refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    known = {row[0] for row in every_setting()} | {FILE_VARIABLE}
    known |= {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    for name in environment:
        if name.startswith(PREFIX) and name not in known:
            nearest = difflib.get_close_matches(name, known, n=1)
            advice = f"; did you mean {nearest[0]}?" if nearest else ""
            raise SettingsError(f"{name}: there is no such setting{advice}")


def _explain(error: ValidationError, from_file: dict[str, Any], path: Path) -> str:
    lines = []
    for fault in error.errors():
        keys = [str(key) for key in fault["loc"]]
        variable = f"{PREFIX}{'_'.join(keys[:2])}".upper()
        where = f"{path}: {'.'.join(keys)}" if _holds(from_file, keys) and variable not in os.environ else variable
        given = "" if "password" in keys else f" (given: {fault['input']!r})"
        lines.append(f"{where}: {fault['msg']}{given}")
    return "\n".join(lines)


def _holds(table: Any, keys: list[str]) -> bool:  # noqa: ANN401  a parsed TOML value has any type
    for key in keys:
        if not isinstance(table, dict) or key not in table:
            return False
        table = table[key]
    return True
