"""`python -m crawler [SOURCE…]`: one round of many sources at once, progress as JSON lines on stdout, then exit."""

import argparse
import os
import sys
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import orjson
import sqlalchemy as sa

from config.database import DatabaseError
from config.garbage import collect_seldom
from config.logs import set_up_logs
from config.regions import Places, RegionsError, load_places
from config.sections import SectionsError, load_sections
from config.settings import Settings, SettingsError, load_settings
from config.upgrades import ready_database
from crawler.archive.checks import remember_check
from crawler.archive.crawls import due_sources, register_sources
from crawler.archive.hosts import resting_hosts
from crawler.beside import Beside
from crawler.desk import Desk
from crawler.hours import Night
from crawler.ledger import Ledger
from crawler.sources import Source, SourcesError, UnknownSourceError, choose_sources, load_sources, site_of

FAULTS = (SettingsError, RegionsError, SectionsError, SourcesError, UnknownSourceError, DatabaseError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one round and return 0; 2 when settings, sources or database are wrong. Verdicts stand in the database."""
    options = _options(arguments)
    try:
        settings = load_settings()
        set_up_logs(settings.log)
        places = load_places(settings.regions)
        if options.probe:
            probe(settings, places, options.probe)
            return 0
        columns = [section.name for section in load_sections(settings.sections)]
        sources = load_sources(settings.crawl.sources, places, columns)
        engine = ready_database(settings.database)
        chosen = choose_sources(sources, options.sources) or due(engine, sources)
    except FAULTS as error:
        sys.stderr.write(f"{error}\n")
        return 2
    collect_seldom()
    if options.check:
        check(settings, places, engine, chosen)
    else:
        crawl(settings, places, engine, chosen, options)
    engine.dispose()
    return 0


def probe(settings: Settings, places: Places, url: str) -> None:
    """Find out how a page can be read."""
    from crawler.probing import Probe  # noqa: PLC0415  it loads Scrapy, see crawl

    Probe(settings=settings.crawl, places=places, tell=tell, url=url).run()


def check(settings: Settings, places: Places, engine: sa.Engine, chosen: Sequence[Source]) -> None:
    """Look at sources."""
    from crawler.checking import Checks  # noqa: PLC0415  it loads Scrapy, see crawl

    Checks(settings=settings.crawl, places=places, shown=partial(show, engine)).run(chosen)


def crawl(
    settings: Settings, places: Places, engine: sa.Engine, chosen: Sequence[Source], options: argparse.Namespace
) -> None:
    """Crawl sources; where many notices are to be read, a process for them gets ready while Scrapy loads here."""
    night = Night.of(settings.crawl, settings.zone)
    ledger = Ledger(round_id=options.round, engine=engine, settings=settings.crawl, night=night, since=options.since)
    with closing(Beside(Desk(places, engine), clock=_now)) as beside:
        if ledger.expects_many(chosen):
            beside.expect_many()
        from crawler.round import Round  # noqa: PLC0415  it loads Scrapy

        Round(ledger=ledger, places=places, tell=tell, beside=beside).run(chosen)


def due(engine: sa.Engine, sources: Mapping[str, Source]) -> tuple[Source, ...]:
    """Return the enabled sources whose time has come and whose host may be asked, the most overdue first."""
    enabled = {source.id: source for source in sources.values() if source.enabled}
    now = _now()
    with engine.begin() as connection:
        register_sources(connection, enabled, now)
        resting = resting_hosts(connection, now)
        its_time = [enabled[source_id] for source_id in due_sources(connection, now) if source_id in enabled]
        return tuple(source for source in its_time if site_of(source) not in resting)


def show(engine: sa.Engine, source: Source, check: Mapping[str, Any]) -> None:
    """Keep what a look at a source has shown, and tell of it."""
    with engine.begin() as connection:
        remember_check(connection, source.id, check, now=_now())
    tell({"event": "checked", "source": source.id, "check": check})


def tell(event: Mapping[str, Any]) -> None:
    """Write a progress event; when nobody reads them any more the round goes on in silence."""
    try:
        sys.stdout.buffer.write(orjson.dumps(event) + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _now() -> datetime:
    return datetime.now(UTC)


def _options(arguments: Iterable[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m crawler", description="One round of crawling, then exit.")
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help="ids of config/sources; without: those due")
    parser.add_argument("--check", action="store_true", help="only look at the sources: first list page, first notice")
    parser.add_argument("--probe", metavar="URL", help="only find out how the page at this address can be read")
    parser.add_argument("--since", type=date.fromisoformat, metavar="DATE", help="read lists backward to this day")
    parser.add_argument("--round", default=uuid.uuid4().hex, help="the id that the crawls of this round get")
    return parser.parse_args(None if arguments is None else list(arguments))


if __name__ == "__main__":
    sys.exit(main())
