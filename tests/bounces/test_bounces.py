"""A digest goes out by real SMTP, its report comes back into a Maildir or an IMAP folder, and what follows is seen."""

import mailbox as mailboxes
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_string
from email.message import EmailMessage
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.bounces import BoxError, Intake, open_box, take_all
from alerts.bounces.reports import Kind, read_report
from alerts.channels import check_target
from alerts.channels.return_address import delivery_of, return_address
from alerts.delivery import DeliveryResult, deliver_due
from alerts.demo.receivers.mailbox import Mailbox
from alerts.model import Destination
from alerts.store.deliveries import add_note, attempts_of, list_deliveries
from alerts.store.destinations import UNSUBSCRIBED, find_destination, pause_destination
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber, find_subscriber
from alerts.store.suppressions import list_suppressions, suppress_address
from config.settings import Settings, Smtp
from tests.bounces.imap_server import Folder, serving
from tests.store.rows import NOW, add_place

ADDRESS = "reader@office.example"
RETURN = "b@yaoxun.example"
NOTE = {"subject": "S", "html": "<p>H</p>", "text": "T", "mailto": "mailto:a@b.example", "one_click": ""}


class Post:
    """A reader's mailbox that mails really go to, and the folder that their bounces come into."""

    def __init__(self, engine: sa.Engine, home: Path, box: Mailbox, refuse: dict[str, str]) -> None:
        self.engine, self.box, self.refuse = engine, box, refuse
        self.vault = Vault.open(home)
        smtp = Smtp(
            host="127.0.0.1",
            port=box.port,
            security="none",
            sender="d@yaoxun.example",
            bounce_address="b@yaoxun.example",
        )
        self.settings = Settings(smtp=smtp)
        self.maildir = home / "back"
        mailboxes.Maildir(self.maildir, create=True).close()
        with engine.begin() as connection:
            reader = add_subscriber(connection, "规划科", now=NOW)
            target = check_target("email", {"address": ADDRESS})
            self.id = add_place(connection, self.vault, reader, channel="email", target=target, now=NOW).id

    @property
    def place(self) -> Destination:
        with self.engine.begin() as connection:
            return find_destination(connection, self.vault, self.id)

    def send(self) -> str:
        """Send a mail, and return the return address that the server saw."""
        with self.engine.begin() as connection:
            add_note(connection, self.id, [NOTE], NOW)
        result = deliver_due(self.engine, self.vault, self.settings, now=lambda: NOW, owner="one")
        assert result == DeliveryResult(delivered=1)
        return self.box.senders[-1]

    def comes(self, raw: bytes) -> None:
        box = mailboxes.Maildir(self.maildir)
        box.add(raw)
        box.close()

    def read(self) -> Intake:
        with open_box(str(self.maildir)) as box:
            return take_all(self.engine, self.vault, self.settings, box, now=NOW)


@pytest.fixture
def post(engine: sa.Engine, tmp_path: Path) -> Iterator[Post]:
    refuse: dict[str, str] = {}
    with Mailbox(tmp_path / "mail", refuse=refuse) as box:
        yield Post(engine, tmp_path / "home", box, refuse)


def dsn(to: str, status: str, action: str = "failed", words: str = "no such mailbox") -> bytes:
    """A delivery report, as RFC 3464 has it."""
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"], report["To"], report["Subject"] = "MAILER-DAEMON@mx.example", to, "Undelivered"
    report.attach(MIMEText("Sorry."))
    part = MIMENonMultipart("message", "delivery-status")
    blocks = (
        "Reporting-MTA: dns; mx.example\n",
        f"Final-Recipient: rfc822; {ADDRESS}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; 550 {words}\n",
    )
    part.set_payload([message_from_string(block) for block in blocks])
    report.attach(part)
    return report.as_bytes()


def arf(original: bytes) -> bytes:
    """A complaint, as RFC 5965 has it, that names nobody but the original mail."""
    report = MIMEMultipart("report", report_type="feedback-report")
    report["From"], report["To"], report["Subject"] = "fbl@provider.example", "b@yaoxun.example", "complaint"
    report.attach(MIMEText("This is a report of abuse."))
    part = MIMENonMultipart("message", "feedback-report")
    part.set_payload("Feedback-Type: abuse\nUser-Agent: Provider/1.0\nVersion: 1\n")
    report.attach(part)
    inner = EmailMessage()
    for line in original.decode().split("\r\n\r\n")[0].replace("\r\n ", " ").split("\r\n"):
        name, _, value = line.partition(": ")
        if name in {"From", "To", "Message-ID"}:
            inner[name] = value
    report.attach(MIMEMessage(inner))
    return report.as_bytes()


def test_the_second_refusal_for_good_stops_the_mailbox_and_each_report_counts_once(post: Post) -> None:
    first = dsn(post.send(), "5.1.1")
    post.comes(first)
    assert post.read() == Intake(Counter({Kind.HARD: 1}))
    assert not post.place.paused
    post.comes(first)
    assert post.read().repeated == 1
    assert not post.place.paused
    post.comes(dsn(post.send(), "5.1.1"))
    assert post.read().kinds[Kind.HARD] == 1
    assert (post.place.paused, post.place.problem) == (True, "mails come back: 5.1.1 smtp; 550 no such mailbox")
    assert post.read() == Intake()


def test_a_mailbox_that_is_resumed_begins_anew(post: Post) -> None:
    for _ in range(2):
        post.comes(dsn(post.send(), "5.1.1"))
    post.read()
    with post.engine.begin() as connection:
        pause_destination(connection, post.id, paused=False)
    post.comes(dsn(post.send(), "5.2.1"))
    post.read()
    assert not post.place.paused


def test_a_refusal_for_now_lets_it_rest_longer_each_time(post: Post) -> None:
    to = post.send()
    for hours, words in ((1, "full"), (4, "still full"), (12, "full again")):
        post.comes(dsn(to, "4.2.2", words=words))
        post.read()
        assert post.place.resting_until == NOW + timedelta(hours=hours)
    post.comes(dsn(to, "4.4.1", action="delayed"))
    assert post.read().kinds[Kind.DELAYED] == 1
    assert not post.place.paused


def test_a_complaint_that_only_knows_the_message_id_stops_it_for_ever(post: Post) -> None:
    post.send()
    post.comes(arf(post.box.messages[-1].read_bytes()))
    assert post.read().kinds[Kind.COMPLAINT] == 1
    assert post.place.paused
    with post.engine.begin() as connection:
        assert [one.address for one in list_suppressions(connection)] == [ADDRESS]


def test_a_forged_return_address_changes_nothing(post: Post) -> None:
    post.send()
    with post.engine.begin() as connection:
        (delivery,) = list_deliveries(connection)
    for number, secret in ((delivery.id, "made up"), (999, post.place.target["token"])):
        post.comes(dsn(return_address("b@yaoxun.example", number, secret), "5.1.1"))
    assert post.read().forged == 2
    assert not post.place.paused


def test_an_unsubscribe_mail_ends_it_and_a_letter_stays_unread(post: Post) -> None:
    wish, letter = EmailMessage(), EmailMessage()
    wish["From"], wish["To"], wish["Subject"] = ADDRESS, "d@yaoxun.example", f"unsubscribe {post.place.target['token']}"
    letter["From"], letter["To"], letter["Subject"] = ADDRESS, "d@yaoxun.example", "Re: 要讯，谢谢"
    letter.set_content("收到，550 5.1.1 是什么意思？")
    post.comes(letter.as_bytes())
    post.comes(wish.as_bytes())
    taken = post.read()
    assert (taken.kinds[Kind.UNSUBSCRIBE], taken.kinds[Kind.OTHER]) == (1, 1)
    assert (post.place.paused, post.place.problem) == (True, UNSUBSCRIBED)
    assert post.read().kinds[Kind.OTHER] == 1


@pytest.mark.parametrize(
    ("sender", "body", "kind"),
    [
        ("PostMaster@mail.example", "退信原因：550 5.1.1 收件人不存在", Kind.HARD),
        ("MAILER-DAEMON@mx.example", "452 4.2.2 mailbox full", Kind.SOFT),
        ("MAILER-DAEMON@mx.example", "version 5.10.1.2 of our system", Kind.OTHER),
        ("reader@office.example", "550 5.1.1", Kind.OTHER),
    ],
)
def test_a_bounce_in_words(sender: str, body: str, kind: Kind) -> None:
    mail = MIMEText(body)
    mail["From"], mail["To"] = sender, "b+1-abcdefghijklmnop@yaoxun.example"
    assert read_report(mail.as_bytes()).kind is kind


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff", b"Content-Type: multipart/report; boundary=x\n\n--x\n", b"To: " + b"a" * 10**6]
)
def test_rubbish_is_no_report(raw: bytes) -> None:
    assert read_report(raw).kind is Kind.OTHER


def test_return_addresses_fit_a_mailbox_and_read_back() -> None:
    address = return_address("b@yaoxun.example", 10**9, "T" * 24)
    assert len(address.rpartition("@")[0]) <= 64
    found = delivery_of(f"Bounce for <{address.upper()}>")
    assert found is not None
    assert found[0] == 10**9


@pytest.fixture
def imap() -> Iterator[Folder]:
    with serving() as folder:
        yield folder


def test_an_imap_folder_is_read_and_only_what_was_taken_is_marked(post: Post, imap: Folder) -> None:
    imap.mails = {4: dsn(post.send(), "5.1.1"), 9: b"Subject: hello\r\n\r\nhello\r\n", 12: dsn(post.send(), "5.1.1")}
    where = f"imap://b%40yaoxun.example@127.0.0.1:{imap.port}/INBOX"
    with open_box(where, imap.password) as box:
        taken = take_all(post.engine, post.vault, post.settings, box, now=NOW)
    assert (taken.kinds[Kind.HARD], taken.kinds[Kind.OTHER]) == (2, 1)
    assert imap.seen == {4, 12}
    assert post.place.paused
    assert imap.refused == []


def test_a_box_that_cannot_be_opened_says_why(imap: Folder, tmp_path: Path, closed: int) -> None:
    for where, password, words in (
        (f"imap://b@127.0.0.1:{imap.port}/INBOX", "wrong", "AUTHENTICATIONFAILED"),
        (f"imap://b@127.0.0.1:{imap.port}/Nowhere", imap.password, "no such folder"),
        (f"imap://b@127.0.0.1:{closed}/INBOX", "", "cannot be reached"),
        (f"imap://127.0.0.1:{imap.port}/INBOX", "", "write imaps://user@host"),
        (str(tmp_path), "", "is no Maildir"),
    ):
        with pytest.raises(BoxError, match=words), open_box(where, password):
            pass


@pytest.fixture
def closed() -> int:
    with serving() as folder:
        return folder.port


def test_a_suppressed_mailbox_gets_nothing_and_its_destination_is_paused(post: Post) -> None:
    with post.engine.begin() as connection:
        suppress_address(connection, ADDRESS.upper(), "by hand", now=NOW)
        add_note(connection, post.id, [NOTE], NOW)
    assert deliver_due(post.engine, post.vault, post.settings, now=lambda: NOW, owner="one") == DeliveryResult(dead=1)
    assert post.box.messages == []
    assert "suppressed (by hand)" in post.place.problem


def test_mails_share_a_connection_that_is_renewed_in_time(post: Post) -> None:
    few = post.settings.model_copy(update={"smtp": post.settings.smtp.model_copy(update={"mails_per_connection": 4})})
    with post.engine.begin() as connection:
        for _ in range(10):
            add_note(connection, post.id, [NOTE], NOW)
        find_subscriber(connection, "规划科")
    assert deliver_due(post.engine, post.vault, few, now=lambda: NOW, owner="one") == DeliveryResult(delivered=10)
    assert post.box.connections == 3


def test_a_domain_gets_so_many_mails_a_minute_and_waiting_is_no_attempt(post: Post) -> None:
    few = post.settings.model_copy(update={"smtp": post.settings.smtp.model_copy(update={"domain_per_minute": 10})})
    with post.engine.begin() as connection:
        for _ in range(25):
            add_note(connection, post.id, [NOTE], NOW)
    counts = []
    for step in range(40):
        moment = NOW + timedelta(days=9, seconds=10 * step)
        counts.append(deliver_due(post.engine, post.vault, few, now=lambda at=moment: at, owner=f"{step}").delivered)  # type: ignore[misc]
    assert sum(counts) == 25
    assert max(sum(counts[step : step + 6]) for step in range(40)) <= 10
    with post.engine.begin() as connection:
        assert {one.attempts for one in list_deliveries(connection)} == {1}
        assert {len(attempts_of(connection, one.id)) for one in list_deliveries(connection)} == {1}


def test_maildir_needs_its_folders(tmp_path: Path) -> None:
    mailboxes.Maildir(tmp_path / "box", create=True).close()
    shutil.rmtree(tmp_path / "box" / "new")
    with pytest.raises(BoxError, match="new, cur and tmp"), open_box(str(tmp_path / "box")):
        pass
