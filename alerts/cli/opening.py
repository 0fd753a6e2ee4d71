"""What most commands begin with: settings, logs, the database, places, columns, sources; a fault ends the command."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import sqlalchemy as sa

from alerts.cli.output import fail
from alerts.jobs import Workplace
from alerts.live import LiveRules
from alerts.matching import read_columns
from alerts.store.secrets import Vault, VaultError
from config.database import DatabaseError
from config.garbage import collect_seldom
from config.logs import set_up_logs
from config.regions import Places, RegionsError
from config.sections import Section, SectionsError, load_sections
from config.settings import Settings, SettingsError, load_settings
from config.synonyms import SynonymsError
from config.upgrades import ready_database
from config.vocabulary import Vocabulary, load_vocabulary
from crawler.sources import Source, SourcesError, load_sources

at_the_end = ExitStack()
"""What is closed when the command ends."""


@dataclass(frozen=True)
class Opened:
    """The settings, and whatever else a command asks for, opened when first asked."""

    settings: Settings

    @cached_property
    def engine(self) -> sa.Engine:
        """The database, with this program's tables; closed when the command ends."""
        try:
            engine = ready_database(self.settings.database)
        except DatabaseError as error:
            fail(str(error), code=2)
        at_the_end.callback(engine.dispose)
        return engine

    @cached_property
    def vault(self) -> Vault:
        """The key that unseals the targets of destinations."""
        try:
            return Vault.open(self.settings.home)
        except VaultError as error:
            fail(str(error), code=2)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What rules are read with: places, synonyms, agencies."""
        try:
            return load_vocabulary(self.settings.regions, self.settings.synonyms)
        except (RegionsError, SynonymsError) as error:
            fail(str(error), "Mend that file, or name another: YAOXUN_REGIONS, YAOXUN_SYNONYMS.", code=2)

    @property
    def places(self) -> Places:
        """The place tree."""
        return self.vocabulary.places

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The columns, in display order; a column whose rule does not read stops the start."""
        try:
            sections = load_sections(self.settings.sections)
            read_columns(sections, self.vocabulary)
        except SectionsError as error:
            fail(str(error), "Mend that file, or name another: YAOXUN_SECTIONS.", code=2)
        return sections

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Every configured source by its id."""
        try:
            return load_sources(self.settings.crawl.sources, self.places, [section.name for section in self.sections])
        except SourcesError as error:
            fail(str(error), "Mend that row, or name another folder: YAOXUN_CRAWL_SOURCES.", code=2)

    @property
    def workplace(self) -> Workplace:
        """Everything at once, for the stages: they make much and keep little beside what is there already."""
        work = Workplace(
            settings=self.settings,
            engine=self.engine,
            vault=self.vault,
            vocabulary=self.vocabulary,
            sections=self.sections,
            sources=self.sources,
            clock=lambda: datetime.now(UTC),
            live=LiveRules(self.vocabulary, self.settings.home / "rules.index"),
        )
        collect_seldom()
        return work


def opened() -> Opened:
    """Read the settings and set up the logs; a wrong setting ends the command and names itself."""
    try:
        settings = load_settings()
    except SettingsError as error:
        fail(str(error), "See the settings table in README.md.", code=2)
    set_up_logs(settings.log)
    return Opened(settings)
