"""`yaoxun sources enable|disable`: edits one word of a source's row, and nothing else in its file."""

from typing import Annotated

import typer

from alerts.cli.advice import see
from alerts.cli.opening import opened
from alerts.cli.output import console, fail
from crawler.source_files import set_enabled
from crawler.sources import SourcesError, UnknownSourceError, choose_sources

Ids = Annotated[list[str], typer.Argument(metavar="ID…", help="Ids that `sources list` shows")]


def enable(ids: Ids) -> None:
    """Let sources be crawled: writes `enabled = true` into their rows; comments stay.

    Example: yaoxun sources enable ah_jx_notices
    """
    _set(ids, enabled=True)


def disable(ids: Ids) -> None:
    """Let sources be crawled no more, unless named: writes `enabled = false` into their rows; comments stay.

    Example: yaoxun sources disable ah_jx_notices
    """
    _set(ids, enabled=False)


def _set(ids: list[str], *, enabled: bool) -> None:
    here = opened()
    try:
        for source in choose_sources(here.sources, ids):
            path = set_enabled(here.settings.crawl.sources, source.id, enabled=enabled)
            console.print(f"{source.id} is {'enabled' if enabled else 'disabled'} in {path.name}.")
    except UnknownSourceError as error:
        fail(str(error), see("source"), code=2)
    except SourcesError as error:
        fail(str(error), "YAOXUN_CRAWL_SOURCES names another folder of source files.")
