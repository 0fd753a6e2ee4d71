"""What every test of rules needs: the real vocabulary, and notices made in a line."""

import tomllib
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from alerts.rules import Rule, parse
from config.settings import load_settings
from config.vocabulary import Vocabulary, load_vocabulary
from crawler.notice import Attachment, Deadline, Facts, Notice

PATIENT = settings(deadline=None)  # a busy machine is no fault of the rules
VOCABULARY = load_vocabulary(
    load_settings({}).regions, load_settings({}).synonyms
)  # no fixture: hypothesis would print it whole
TODAY = date(2020, 9, 10)
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
    published: date | None = None,
    deadlines: Sequence[date] = (),
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
        published=published,
        facts=Facts(deadlines=tuple(Deadline(day=day, what="申报", where="text") for day in deadlines)),
    )


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return VOCABULARY


@pytest.fixture(scope="session")
def parsed(vocabulary: Vocabulary) -> Parsed:
    return lambda rule: parse(rule, vocabulary)
