"""Digests built, rendered and handed to a mail server on loopback, beside a bare loop that sends the same bytes.

`python -m tests.bench.mails 10000` measures that many; `make bench` a few hundred.
"""

import json
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from alerts.channels import check_target
from alerts.channels.base import Envelope
from alerts.channels.email import build
from alerts.couriers import Couriers
from alerts.digest import close_due
from alerts.jobs import Workplace
from alerts.live import LiveRules
from alerts.model import DeliveryState, Hit, Match
from alerts.store.deliveries import list_deliveries
from alerts.store.destinations import NewDestination, add_destination
from alerts.store.matches import queue_matches, write_matches
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber
from alerts.store.subscriptions import add_subscription
from alerts.store.tables import deliveries
from config.garbage import collect_seldom
from config.settings import Delivery, Log, Settings, Smtp
from config.upgrades import ready_database
from config.vocabulary import load_vocabulary
from crawler.archive.notices import archive_notice, notices_by_id
from crawler.notice import ArchivedNotice, Notice
from tests.bench.clocks import Spent

ITEMS, NOTICES, CONNECTIONS, SLICE = 20, 400, 4, 1_000
USUAL, GOAL = 300, 0.7
LOOK = 0.02  # seconds
LOADED = 2.0  # seconds, after which the process that delivers has loaded: in a service it has been there for long
FIRST = 100  # digests that are not counted
NOW = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
BEFORE = NOW - timedelta(hours=20)
SERVER = Path(__file__).with_name("mail_server.py")
TEXT = "各有关单位：现就本年度新能源汽车购置补贴申报工作通知如下，请结合实际认真贯彻执行，并于规定时间内报送材料。" * 8


def main() -> None:
    """Measure as many digests as the first argument says."""
    for row in mail_rows(*(int(count) for count in sys.argv[1:])):
        sys.stdout.write("  ".join(row) + "\n")


def mail_rows(*counts: int) -> list[tuple[str, str, str, str]]:
    """Return a row for each number of digests."""
    return [_row(count) for count in counts or (USUAL,)]


def _row(count: int) -> tuple[str, str, str, str]:
    """Measure ours and the bare loop in turns, slice by slice: what else the machine does hits both alike.

    The first few digests of a process are not counted: it has yet to read its templates and write its statements.
    """
    ours, bare = Spent(0, 0), Spent(0, 0)
    with tempfile.TemporaryDirectory(prefix="yaoxun-bench-") as folder, _server() as port:
        work = _workplace(Path(folder), port)
        with Couriers(work.settings) as couriers:
            time.sleep(LOADED)
            _add_readers(work, range(count, count + FIRST))
            _built_and_sent(work, couriers)
            for first in range(0, count, SLICE):
                readers = range(first, min(first + SLICE, count))
                _add_readers(work, readers)
                ours = ours.plus(_built_and_sent(work, couriers))
                bare = bare.plus(_bare(_finished(work, len(readers)), port))
        work.engine.dispose()
    return (
        f"{count:,} digests of {ITEMS} by mail",
        f"{ours.wall / count * 1e3:.2f} ms each, {ours.cpu / count * 1e3:.2f} ms of our processor",
        f"bare loop {bare.wall / count * 1e3:.2f} ms, {bare.cpu / count * 1e3:.2f} ms",
        f"{bare.wall / ours.wall:.2f} × by the clock (goal {GOAL})",
    )


def _workplace(home: Path, port: int) -> Workplace:
    settings = Settings(
        home=home,
        smtp=Smtp(host="127.0.0.1", port=port, security="none", sender="d@yaoxun.example", mails_per_connection=10**6),
        delivery=Delivery(workers=CONNECTIONS),
        log=Log(level="warning"),
    )
    engine = ready_database(settings.database)
    vocabulary = load_vocabulary(settings.regions, settings.synonyms)
    work = Workplace(
        settings=settings,
        engine=engine,
        vault=Vault.open(home),
        vocabulary=vocabulary,
        sections=(),
        sources={},
        clock=lambda: NOW,
        live=LiveRules(vocabulary),
    )
    with engine.begin() as connection:
        _add_notices(connection)
    collect_seldom()  # as the program does
    return work


def _add_notices(connection: sa.Connection) -> None:
    for number in range(NOTICES):
        archive_notice(
            connection,
            Notice(
                key=f"https://town.example/{number}",
                source="town",
                title=f"关于延续实施新能源汽车购置补贴有关事项的通知（第{number}号）",
                text=f"第{number}号。{TEXT}",
                url=f"https://town.example/notices/{number}.html",
                agency="省发展和改革委员会",
                document_number=f"示发改〔2026〕{number}号",
                regions=("江苏/苏州",),
                section="政策举措",
            ),
            now=BEFORE,
        )


def _add_readers(work: Workplace, readers: range) -> None:
    """Give each reader one rule that met ITEMS of the notices."""
    with work.engine.begin() as connection:
        notices = notices_by_id(connection, range(1, NOTICES + 1))
        for reader in readers:
            chosen = [notices[(reader * 7 + number) % NOTICES + 1] for number in range(ITEMS)]
            _add_reader(connection, work.vault, reader, chosen)


def _add_reader(connection: sa.Connection, vault: Vault, reader: int, chosen: Sequence[ArchivedNotice]) -> None:
    subscriber = add_subscriber(connection, f"第{reader}科", now=BEFORE)
    rule = add_subscription(connection, subscriber.id, "新能源汽车 补贴", note="惠企资金", now=BEFORE)
    target = check_target("email", {"address": f"reader{reader}@office.example"})
    new = NewDestination(name="邮箱", channel="email", target=target, at=NOW.time(), timezone="UTC")
    add_destination(connection, vault, subscriber.id, new, now=BEFORE)
    found = [
        Match(
            subscription_id=rule.id,
            notice_id=notice.id,
            rule_revision=1,
            notice_revision=1,
            evidence=_evidence(notice.title, notice.text),
            score=1.0 + number / ITEMS,
        )
        for number, notice in enumerate(chosen)
    ]
    moment = BEFORE + timedelta(milliseconds=reader)
    write_matches(connection, found, now=moment)
    queue_matches(connection, found, now=moment)


def _evidence(title: str, text: str) -> tuple[Hit, ...]:
    return tuple(
        Hit(term=term, field=field, spans=((words.find(term), words.find(term) + len(term)),))
        for term in ("新能源汽车", "补贴")
        for field, words in (("title", title), ("body", text))
    )


def _built_and_sent(work: Workplace, couriers: Couriers) -> Spent:
    """Close everything that is due, while others deliver what is closed already, as `yaoxun serve` does."""
    theirs, begun = Spent.of(couriers.process_id), Spent.now()
    result = close_due(
        work.engine,
        work.vault,
        work.settings,
        work.sections,
        work.sources,
        vocabulary=work.vocabulary,
        now=work.clock(),
        left=couriers.wake,
    )
    while _undelivered(work):
        time.sleep(LOOK)
    spent = begun.until_now()
    assert result.problems == 0
    assert result.digests > 0
    return spent._replace(cpu=spent.cpu + Spent.of(couriers.process_id).cpu - theirs.cpu)


def _undelivered(work: Workplace) -> bool:
    under_way = deliveries.c.state.in_([DeliveryState.WAITING, DeliveryState.SENDING])
    with work.engine.execution_options(reading=True).begin() as connection:
        return bool(connection.execute(sa.select(sa.select(deliveries.c.id).where(under_way).exists())).scalar_one())


def _finished(work: Workplace, count: int) -> list[tuple[str, bytes]]:
    """Return the last mails as they went out."""
    with work.engine.begin() as connection:
        sent = list_deliveries(connection, limit=count)
    assert all(one.delivered_at is not None for one in sent)
    return [
        (f"reader{one.id}@office.example", build(one.message, "r@office.example", envelope, work.settings))
        for one in sent
        for envelope in [Envelope(key=one.key, now=NOW)]
    ]


def _bare(mails: Sequence[tuple[str, bytes]], port: int) -> Spent:
    """Send finished mails over as many connections, and nothing else."""
    begun = Spent.now()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(lambda number: _send_some(mails[number::CONNECTIONS], port), range(CONNECTIONS)))
    return begun.until_now()


def _send_some(mails: Sequence[tuple[str, bytes]], port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as server:
        for recipient, content in mails:
            server.sendmail("d@yaoxun.example", recipient, content)


@contextmanager
def _server() -> Iterator[int]:
    """Run the mail server in a process of its own, so that it takes no time of ours."""
    with subprocess.Popen([sys.executable, str(SERVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        yield int(json.loads(server.stdout.readline()))
        server.stdin.close()


if __name__ == "__main__":
    main()
