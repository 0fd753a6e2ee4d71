"""Looks at everything that can be wrong before it goes wrong, and says what to do about each fault."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import sqlalchemy as sa

from alerts.channels import CHANNELS
from alerts.channels.base import ChannelError
from alerts.model import DeliveryState, Destination
from alerts.rules import RuleError, parse
from alerts.store.deliveries import count_states
from alerts.store.destinations import UNSUBSCRIBED, list_destinations
from alerts.store.secrets import Vault, VaultError
from alerts.store.subscriptions import list_subscriptions
from config.sections import Section
from config.settings import Settings
from config.upgrades import current_revision, head_revision
from config.vocabulary import Vocabulary
from crawler.reading.documents.doc import PROGRAM
from crawler.sources import Source

LEFT = {
    DeliveryState.DEAD: ("given up: {count}", "--dead"),
    DeliveryState.HELD: ("held back, because they may have been taken: {count}", "--held"),
}
"""Messages that do not go out by themselves."""
MEGABYTE = 1_000_000
LITTLE_ROOM, NO_ROOM = 1_000 * MEGABYTE, 50 * MEGABYTE  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at: how it is, what was seen, and what to do when it is not well."""

    name: str
    state: Literal["ok", "warning", "fault"]
    seen: str
    advice: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the check as JSON."""
        return asdict(self)


def examine_configuration(
    settings: Settings, vocabulary: Vocabulary, sections: tuple[Section, ...], sources: Mapping[str, Source]
) -> Iterator[Check]:
    """Check what stands in files: settings, places, columns, sources, fonts, programs."""
    yield Check(name="settings", state="ok", seen=f"data folder {settings.home.resolve()}, {settings.timezone}")
    places, synonyms = vocabulary.places, vocabulary.synonyms
    yield Check(name="places", state="ok", seen=f"{len(places.paths)} places, {len(places.groups)} groups")
    seen = f"{len(set(synonyms.words.values()))} groups of words, {len(set(synonyms.agencies.values()))} agencies"
    yield Check(name="synonyms", state="ok", seen=seen)
    yield _check_sections(sections, vocabulary)
    enabled = sum(source.enabled for source in sources.values())
    if enabled:
        yield Check(name="sources", state="ok", seen=f"{enabled} of {len(sources)} enabled")
    else:
        advice = f"Set enabled = true for a source in {settings.crawl.sources}, or nothing is crawled."
        yield Check(name="sources", state="warning", seen=f"none of {len(sources)} enabled", advice=advice)
    yield check_room(settings.home.resolve())
    yield _check_contact(settings)
    yield check_fonts()
    yield check_antiword()


def examine_services(engine: sa.Engine, vault: Vault, settings: Settings, vocabulary: Vocabulary) -> Iterator[Check]:
    """Check what runs: database, mail server, every rule, every destination's receiver, messages that were given up."""
    yield _check_database(engine)
    yield _check_mail_server(settings)
    with engine.begin() as connection:
        subscriptions = list_subscriptions(connection)
    for subscription in subscriptions:
        try:
            parse(subscription.rule, vocabulary)
        except RuleError as error:
            name = f"subscription {subscription.id}"
            yield Check(name=name, state="fault", seen=error.message, advice=error.advice)
    try:
        with engine.begin() as connection:
            destinations = list_destinations(connection, vault)
    except VaultError as error:
        yield Check(name="key", state="fault", seen=str(error), advice="Put back the key file of the data folder.")
        return
    for destination in destinations:
        yield _check_destination(destination, settings)
    with engine.begin() as connection:
        counts = count_states(connection)
    for state, (left, option) in LEFT.items():
        if count := counts.get(state, 0):
            advice = (
                f"See them: yaoxun deliveries list --state {state}; send them again: yaoxun deliveries replay {option}"
            )
            yield Check(name="deliveries", state="warning", seen=left.format(count=count), advice=advice)


def check_fonts() -> Check:
    """Look for a font with Chinese characters: without one a PDF or a screenshot shows empty boxes."""
    advice = "Install one: apt-get install fonts-noto-cjk"
    if shutil.which("fc-list") is None:
        seen = "fontconfig is not installed, so no font can be looked for"
        return Check(name="fonts", state="warning", seen=seen, advice="apt-get install fontconfig fonts-noto-cjk")
    found = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False)  # noqa: S607  found on PATH above
    families = sorted({line.split(",")[0].strip() for line in found.stdout.splitlines() if line.strip()})
    if not families:
        return Check(name="fonts", state="warning", seen="no font has Chinese characters", advice=advice)
    return Check(name="fonts", state="ok", seen=", ".join(families[:3]))


def check_antiword() -> Check:
    """Look for the program that reads DOC files: without it they are said to be unsupported."""
    found = shutil.which(PROGRAM)
    if found is None:
        advice = f"Install it to have .doc and .wps attachments read: apt-get install {PROGRAM}"
        return Check(name="attachments", state="warning", seen=f"{PROGRAM} is not installed", advice=advice)
    return Check(name="attachments", state="ok", seen=f".doc is read by {found}")


def _check_sections(sections: tuple[Section, ...], vocabulary: Vocabulary) -> Check:
    for section in sections:
        try:
            if section.rule:
                parse(section.rule, vocabulary)
        except RuleError as error:
            return Check(
                name="sections",
                state="fault",
                seen=f"sections.toml: [{section.name}] rule: {error.message}",
                advice=error.advice,
            )
    return Check(name="sections", state="ok", seen=" ".join(section.name for section in sections))


def check_room(home: Path) -> Check:
    """Tell whether there is room for what is still to be read."""
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    seen = f"{free // MEGABYTE} MB free for {home}"
    if free >= LITTLE_ROOM:
        return Check(name="disk", state="ok", seen=seen)
    advice = "Make room: on a full disk nothing is archived, matched or delivered until there is some."
    return Check(name="disk", state="fault" if free < NO_ROOM else "warning", seen=seen, advice=advice)


def _check_contact(settings: Settings) -> Check:
    if settings.crawl.contact:
        return Check(name="contact", state="ok", seen=settings.crawl.contact)
    advice = "Set YAOXUN_CRAWL_CONTACT to an address, so that a site can reach you before it blocks you."
    return Check(name="contact", state="warning", seen="the User-Agent names nobody", advice=advice)


def _check_database(engine: sa.Engine) -> Check:
    where = engine.url.render_as_string(hide_password=True)
    found, head = current_revision(engine), head_revision()
    if found == head:
        return Check(name="database", state="ok", seen=f"{where} at {found}")
    return Check(name="database", state="fault", seen=f"{where} at {found}, needs {head}", advice="yaoxun db upgrade")


def _check_mail_server(settings: Settings) -> Check:
    smtp = settings.smtp
    if not smtp.host:
        advice = "Set YAOXUN_SMTP_HOST (and USER, PASSWORD, SENDER) to send mail; chat and webhooks work without."
        return Check(name="mail server", state="warning", seen="none is set", advice=advice)
    try:
        seen = CHANNELS["email"].probe({}, settings)
    except ChannelError as error:
        advice = "Check YAOXUN_SMTP_HOST, PORT, SECURITY, USER and PASSWORD. Mails wait until it answers."
        return Check(name="mail server", state="fault", seen=error.answer, advice=advice)
    return Check(name="mail server", state="ok", seen=seen)


def _check_destination(destination: Destination, settings: Settings) -> Check:
    name = f"destination {destination.id} ({destination.name})"
    if destination.problem == UNSUBSCRIBED:
        advice = f"If they want it again: yaoxun destinations resume {destination.id}"
        return Check(name=name, state="warning", seen=destination.problem, advice=advice)
    if destination.problem:
        advice = f"Mend the target, then: yaoxun destinations resume {destination.id}"
        return Check(name=name, state="fault", seen=destination.problem, advice=advice)
    if destination.paused:
        advice = f"To go on: yaoxun destinations resume {destination.id}"
        return Check(name=name, state="warning", seen="paused", advice=advice)
    try:
        seen = CHANNELS[destination.channel].probe(destination.target, settings)
    except ChannelError as error:
        advice = "Check the address; its messages wait and are tried again."
        return Check(name=name, state="fault", seen=error.answer, advice=advice)
    return Check(name=name, state="ok", seen=seen)
