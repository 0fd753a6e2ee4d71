"""The service as a process: it does the work that waits, and ends in order when told to."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from statistics import median
from time import monotonic, sleep

import httpx
import pytest
import sqlalchemy as sa

from alerts.channels import check_target
from alerts.demo.receivers.mailbox import Mailbox
from alerts.demo.sites import SampleSites
from alerts.model import Cadence
from alerts.store.deliveries import list_deliveries
from alerts.store.destinations import NewDestination, add_destination, find_destination, list_destinations
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber, find_subscriber
from alerts.store.subscriptions import add_subscription
from config.upgrades import ready_database
from crawler.archive.crawls import latest_crawls
from crawler.archive.notices import archive_notice
from crawler.notice import Notice

ROOT = Path(__file__).parent.parent
YESTERDAY = datetime.now(UTC) - timedelta(days=1)
HELD = ("www.shencheng.example", "/nw12344/index.html")


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    with Mailbox(tmp_path / "mail") as mailbox:
        yield mailbox


@pytest.fixture
def sites() -> Iterator[SampleSites]:
    with SampleSites() as sites:
        yield sites


@pytest.fixture
def environment(tmp_path: Path, sites: SampleSites, mailbox: Mailbox) -> dict[str, str]:
    enabled = (
        (ROOT / "config/sources/sample.toml").read_text(encoding="utf-8").replace("enabled = false", "enabled = true")
    )
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources/sample.toml").write_text(enabled, encoding="utf-8")
    own = {
        "YAOXUN_HOME": str(tmp_path / "home"),
        "YAOXUN_CRAWL_SOURCES": str(tmp_path / "sources"),
        "YAOXUN_CRAWL_PROXY": sites.proxy_url,
        "YAOXUN_CRAWL_DELAY": "0",
        "YAOXUN_SMTP_HOST": "127.0.0.1",
        "YAOXUN_SMTP_PORT": str(mailbox.port),
        "YAOXUN_SMTP_SECURITY": "none",
        "YAOXUN_SMTP_SENDER": "digest@yaoxun.example",
        "YAOXUN_TIMEZONE": "UTC",
        "YAOXUN_WEB_PORT": "0",
        "YAOXUN_LOG_FORMAT": "json",
    }
    return {key: value for key, value in os.environ.items() if not key.startswith("YAOXUN_")} | own


@pytest.fixture
def engine(environment: dict[str, str]) -> Iterator[sa.Engine]:
    """A reader whose digest was due at midnight, and a notice that waits to be matched."""
    engine = ready_database(f"sqlite:///{environment['YAOXUN_HOME']}/yaoxun.db")
    vault = Vault.open(Path(environment["YAOXUN_HOME"]))
    with engine.begin() as connection:
        reader = add_subscriber(connection, "信息处", now=YESTERDAY)
        add_subscription(connection, reader.id, "补贴", now=YESTERDAY)
        target = check_target("email", {"address": "office@reader.example"})
        new = NewDestination(name="mail", channel="email", target=target, at=time(0, 0), timezone="UTC")
        add_destination(connection, vault, reader.id, new, now=YESTERDAY)
    yield engine
    engine.dispose()


@pytest.fixture
def without_sources(environment: dict[str, str]) -> dict[str, str]:
    """The same surroundings, with nothing to crawl."""
    shutil.rmtree(Path(environment["YAOXUN_CRAWL_SOURCES"]))
    Path(environment["YAOXUN_CRAWL_SOURCES"]).mkdir()
    return environment


class Service:
    """`yaoxun serve` as a child, its log lines kept."""

    def __init__(self, environment: dict[str, str]) -> None:
        program = [sys.executable, "-c", "from alerts.cli.app import main; main()", "serve"]
        self.process = subprocess.Popen(program, env=environment, stderr=subprocess.PIPE, text=True, cwd=ROOT)
        self.lines: list[str] = []
        self._said = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as lines:
            for line in lines:
                self.lines.append(line)
                if '"serving pages"' in line:
                    self._said.set()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=30)
        self.join()
        return code

    def join(self) -> None:
        """Read what the process said to its end."""
        self._reader.join()

    def address(self) -> str:
        """Where the pages are served; waits until the service says so."""
        assert self._said.wait(30), self.log
        [address] = [event["address"] for line in self.lines if "address" in (event := json.loads(line))]
        return str(address)

    @property
    def log(self) -> str:
        return "".join(self.lines)


def test_sigterm_in_the_middle_of_a_crawl_keeps_what_was_read_and_leaves_in_order(
    environment: dict[str, str], engine: sa.Engine, sites: SampleSites
) -> None:
    with sites.holding(*HELD) as gate:
        service = Service(environment)
        assert gate.reached.wait(30), service.log
        service.process.send_signal(signal.SIGTERM)
        gate.opened.set()
        assert service.stop() == 0, service.log
    assert '"stopped"' in service.log
    with engine.begin() as connection:
        [crawl] = latest_crawls(connection, "sample_shencheng", 5)
    assert crawl.finished_at is not None
    assert "Traceback" not in service.log


def test_what_waits_is_matched_closed_and_delivered_at_the_next_start(
    without_sources: dict[str, str], engine: sa.Engine, mailbox: Mailbox
) -> None:
    with engine.begin() as connection:
        archive_notice(
            connection,
            Notice(key="k", source="bulletin:样刊", title="充电桩建设补贴办法", text="给予补贴。"),
            now=YESTERDAY,
        )
    service = Service(without_sources)
    assert mailbox.wait(1, timeout=60), service.log
    assert service.stop() == 0, service.log
    with engine.begin() as connection:
        [delivery] = list_deliveries(connection)
    assert delivery.state == "delivered"
    text = mailbox.read().get_body(("plain",))
    assert text is not None
    assert "充电桩建设*补贴*办法" in text.get_content()


def test_what_is_wanted_at_once_arrives_within_two_seconds_of_being_archived(
    without_sources: dict[str, str], engine: sa.Engine, mailbox: Mailbox
) -> None:
    vault = Vault.open(Path(without_sources["YAOXUN_HOME"]))
    with engine.begin() as connection:
        reader = find_subscriber(connection, "信息处")
        target = check_target("email", {"address": "now@reader.example"})
        new = NewDestination(
            name="now", channel="email", target=target, at=time(0), timezone="UTC", cadence=Cadence.AT_ONCE
        )
        add_destination(connection, vault, reader.id, new, now=YESTERDAY)
    service = Service(without_sources)
    service.address()
    waits = []
    for number in range(3):
        with engine.begin() as connection:
            notice = Notice(key=f"k{number}", source="s", title=f"补贴办法之{number}", text=f"给予补贴，第{number}号。")
            archive_notice(connection, notice, now=datetime.now(UTC))
        archived = monotonic()
        # this is another process, so the service has to find it: the slower of the two ways
        assert mailbox.wait(number + 1, timeout=20), service.log
        waits.append(monotonic() - archived)
        sleep(1.1)  # one digest a second and destination: its label is the second
    assert service.stop() == 0, service.log
    assert median(waits) < 2, waits


def test_the_pages_are_served_until_the_service_ends(without_sources: dict[str, str], engine: sa.Engine) -> None:
    vault = Vault.open(Path(without_sources["YAOXUN_HOME"]))
    with engine.begin() as connection:
        [place] = list_destinations(connection, vault)
    service = Service(without_sources)
    with httpx.Client(base_url=service.address(), trust_env=False) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        assert client.post(f"/unsubscribe/{place.target['token']}").status_code == 200
        assert service.stop() == 0, service.log
        with pytest.raises(httpx.ConnectError):
            client.get("/healthz")
    with engine.begin() as connection:
        assert find_destination(connection, vault, place.id).paused
    assert '"unsubscribed"' in service.log
    assert place.target["token"] not in service.log
    assert "Traceback" not in service.log


def test_a_port_in_use_stops_the_start_and_names_the_setting(without_sources: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        service = Service(without_sources | {"YAOXUN_WEB_PORT": str(port)})
        assert service.process.wait(timeout=30) == 2
        service.join()
    assert f"127.0.0.1:{port}" in service.log
    assert "Set YAOXUN_WEB_PORT to a free port" in service.log
    assert "Traceback" not in service.log
