"""What every test of rules needs: the real place tree, and notices made in a line."""

import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from alerts.rules import Rule, parse
from config.regions import Places, load_places
from config.settings import load_settings
from crawler.notice import Attachment, Notice

PATIENT = settings(deadline=None)  # a busy machine is no fault of the rules
PLACES = load_places(load_settings({}).regions)  # no fixture: hypothesis would print it whole
Parsed = Callable[[str], Rule]


def cases_of(name: str) -> list[dict[str, Any]]:
    return list(tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))["case"])


def make_notice(  # noqa: PLR0913  a notice has as many facts
    title: str = "",
    text: str = "",
    *,
    attachments: Sequence[str] = (),
    regions: Sequence[str] = (),
    agency: str = "",
    section: str = "",
    docnum: str = "",
    source: str = "",
) -> Notice:
    files = tuple(Attachment(url=f"https://gov.example/{name}", name=name) for name in attachments)
    return Notice(
        key="https://gov.example/1",
        source=source,
        title=title,
        text=text,
        attachments=files,
        regions=tuple(regions),
        agency=agency,
        section=section,
        document_number=docnum,
    )


@pytest.fixture(scope="session")
def places() -> Places:
    return PLACES


@pytest.fixture(scope="session")
def parsed(places: Places) -> Parsed:
    return lambda rule: parse(rule, places)
