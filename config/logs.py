"""One log format for every process: lines for people, or JSON for machines; secrets never pass."""

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any

import structlog

from config.settings import Log

SECRET_KEYS = re.compile(r"password|secret|token|authorization|target", re.IGNORECASE)
SECRET_IN_URL = re.compile(r"((?:key|access_token|token|sign)=)[^&\s\"']+", re.IGNORECASE)


def set_up_logs(log: Log) -> None:
    """Send structlog and the standard library's logging to stderr in the configured format."""
    level = logging.getLevelNamesMapping()[log.level.upper()]
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact,
    ]
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if log.format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            *shared,
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)
    for name in ("alerts", "crawler", "config"):
        logging.getLogger(name).setLevel(level)


def redact(_logger: object, _method: str, event: structlog.types.EventDict) -> Mapping[str, Any]:
    """Replace secrets by their last four characters, in named fields and inside URLs."""
    return {key: _hidden(key, value) for key, value in event.items()}


def _hidden(key: str, value: Any) -> Any:  # noqa: ANN401  a log field has any type
    if not isinstance(value, str):
        return value
    if SECRET_KEYS.search(key):
        return f"…{value[-4:]}"
    return SECRET_IN_URL.sub(lambda found: f"{found[1]}…{found[0][-4:]}", value)
