"""An archive of generated notices: rough in every way that folding, fields and the index must bear."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from config.vocabulary import Vocabulary
from crawler.archive.attachments import archive_attachments
from crawler.archive.notices import archive_notice, set_section
from crawler.archive.rereads import note_gone
from crawler.notice import Attachment, Deadline, Fact, Facts, Notice, Reading
from tests.rules.conftest import VOCABULARY

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
WORDS = (
    "补贴",
    "补贴办法",
    "新能源汽车",
    "能源",
    "汽车",
    "企业",
    "招聘",
    "上海",
    "AI",
    "5G",
    "auto",
    "automatic",
    "2020",
)
ROUGH = (
    *WORDS,
    *(
        "補貼",
        "新能\n源 汽车",
        "ＡＩ大模型",
        "A I",
        "maintain",
        "15G",
        "５Ｇ基站",
        "沪府〔2020〕12号",
        "(2020)",
        "café",
    ),
    *("大模具", "模型", "粘贴办公", "办法"),  # the pairs of 大模型 and 补贴办法, apart
    *("的", "，", "。", "\n", " ", "x" * 40, "автомобиль", "𠀀𠀁", "①", "big data"),
)
REGIONS = ((), ("江苏/苏州/昆山",), ("上海",), ("长三角",), ("湖北/武汉", "上海/浦东"), ("江苏",))
Generated = Callable[[int], Notice]


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return VOCABULARY


def rough_text(rng: random.Random, most: int) -> str:
    return "".join(rng.choice(ROUGH) for _ in range(rng.randint(0, most)))


def rough_notice(rng: random.Random, number: int) -> Notice:
    """A notice out of few words, so that rules find many; half of them have files that are read."""
    files = tuple(
        Attachment(
            url=f"https://gov.example/{number}/{file}",
            name=rough_text(rng, 3) or "附件",
            pages=tuple(rough_text(rng, 4) for _ in range(rng.randint(0, 3))),
            reading=Reading.READ,
        )
        for file in range(rng.choice((0, 0, 1, 2)))
    )
    kind = rng.choice((None, Fact(value="意见", where="meta")))
    days = [date(2026, 11, 20) + timedelta(days=rng.randint(0, 20)) for _ in range(rng.choice((0, 0, 1, 2)))]
    deadlines = tuple(Deadline(day=day, what="申报", where="text") for day in days)
    return Notice(
        key=f"https://gov.example/{number}",
        source=rng.choice(("town", "city_能源")),
        title=rough_text(rng, 4) or "通知",
        text=rough_text(rng, 12),
        regions=rng.choice(REGIONS),
        agency=rng.choice(("", "市能源局", "上海市企业服务中心")),
        document_number=rng.choice(("", "沪府〔2020〕12号")),
        section=rng.choice(("", "政策举措")),
        published=rng.choice((None, date(2026, 11, 1) + timedelta(days=rng.randint(0, 20)))),
        attachments=files,
        facts=Facts(kind=kind, deadlines=deadlines),
    )


def archive(connection: sa.Connection, notice: Notice, now: datetime = NOW) -> int:
    """Archive a notice with what stands in its files."""
    added = archive_notice(connection, notice, now=now)
    archive_attachments(connection, added.id, notice.attachments, {}, now=now)
    return added.id


def archive_many(connection: sa.Connection, rng: random.Random, numbers: Sequence[int]) -> None:
    for number in numbers:
        archive(connection, rough_notice(rng, number), NOW + timedelta(minutes=rng.randint(0, 50_000)))


def disturb(connection: sa.Connection, rng: random.Random, numbers: Sequence[int]) -> None:
    """Revise, file, withdraw some, and read files of some anew."""
    for number in numbers:
        notice = rough_notice(rng, number)
        id_ = archive(connection, notice, NOW + timedelta(days=40))
        if rng.random() < 0.3:
            set_section(connection, id_, rng.choice(("产业动向", "政策举措")))
        if rng.random() < 0.3:
            for hours in (1, 9):
                note_gone(connection, [notice.key], reread=9, now=NOW + timedelta(days=41, hours=hours))
