"""One log format for every process: lines for people, or JSON for machines; secrets never pass."""

import logging
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from config.settings import Log

OURS = ("alerts", "crawler", "config")
SECRET_KEYS = re.compile(r"passw|secret|token|authorization|target|api_?key", re.IGNORECASE)
SECRETS = re.compile(
    r"""(?P<before>
            [?&;\s](?:key|access_token|token|sign|signature|secret|password)=  # the robot's key in its address
          | /(?:hook|bot|services|send|unsubscribe)/(?=[\w/-]{16})                         # or in the path of it
          | ://[^/\s:@]*:(?=[^/\s@]+@)                                         # user:password@host
          | \b(?:Bearer|Basic)\s+
          | \bwhsec_
        )
        (?P<secret>[^\s&"'<>@]+)""",
    re.IGNORECASE | re.VERBOSE,
)
CONTROL = dict.fromkeys((*range(32), *range(127, 160)), " ")
"""Characters that would let a page's title start a line of its own, or steer the terminal."""


def set_up_logs(log: Log) -> None:
    """Send structlog and the standard library's logging to stderr in the configured format."""
    level = logging.getLevelNamesMapping()[log.level.upper()]
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_last_steps(log.format))
    )
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)
    logging.captureWarnings(capture=True)
    for name in OURS:
        logging.getLogger(name).setLevel(level)


def redact(_logger: object, _method: str, event: structlog.types.EventDict) -> Mapping[str, Any]:
    """Replace secrets by their last four characters, in named fields, addresses and headers, however deep."""
    return {key: _hidden(key, value) for key, value in event.items()}


def _last_steps(form: str) -> list[structlog.types.Processor]:
    """Tracebacks become text before the secrets are taken out: they quote addresses too."""
    first: list[structlog.types.Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        redact,
    ]
    if form == "json":
        return [*first, structlog.processors.JSONRenderer(ensure_ascii=False)]
    console = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    return [*first, _one_line, console]


def _hidden(key: str, value: Any) -> Any:  # noqa: ANN401  a log field has any type
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(inner): _hidden(f"{key}.{inner}", item) for inner, item in value.items()}
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str | bytes):
        return [_hidden(key, item) for item in value]
    text = str(value)
    if SECRET_KEYS.search(key):
        return _ending(text)
    return SECRETS.sub(lambda found: f"{found['before']}{_ending(found['secret'])}", text)


def _ending(secret: str) -> str:
    """Return enough of a secret to tell two apart; nothing of a short one."""
    return f"…{secret[-4:]}" if len(secret) >= 12 else "…"  # noqa: PLR2004  a third of it at most


def _one_line(_logger: object, _method: str, event: structlog.types.EventDict) -> Mapping[str, Any]:
    return {
        key: value.translate(CONTROL) if isinstance(value, str) and key != "exception" else value
        for key, value in event.items()
    }
