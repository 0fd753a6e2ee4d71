"""The webhook: its signature as others compute it, its schema, and what each answer means."""

import base64
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import standardwebhooks

from alerts.channels import webhook
from alerts.channels.base import ChannelError, Envelope, Receipt
from alerts.demo.receivers.webhook import Hook
from alerts.model import Asked, Coverage, Ending, Marked, RuleTag, SourceState
from config.settings import Delivery, Settings
from tests.channels.conftest import make_digest, make_item, sample_digest

SETTINGS = Settings(delivery=Delivery(allow=("127.0.0.1",), timeout=2))
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OTHER = "whsec_" + base64.b64encode(bytes(range(40, 80))).decode()


DOCUMENTED: dict[str, Any] = {
    "type": "digest.closed",
    "timestamp": "2026-11-23T00:00:00Z",
    "data": {
        "digest": {
            "id": 7,
            "subscriber": "投资促进处",
            "destination": "工作邮箱",
            "period": "2026-11-23",
            "since": "2026-11-22T00:00:00Z",
            "until": "2026-11-23T00:00:00Z",
            "timezone": "Asia/Shanghai",
            "language": "zh",
            "notices": 1,
            "periods": 1,
            "late": False,
            "link": "",
            "part": 1,
            "parts": 1,
        },
        "sections": [
            {
                "name": "政策举措",
                "items": [
                    {
                        "notice_id": 1,
                        "title": {
                            "text": "关于延续实施新能源汽车购置补贴有关事项的公告（1）",
                            "spans": [[6, 11], [13, 15]],
                        },
                        "snippet": {
                            "text": "个人消费者购买新能源汽车的，可申请一次性补贴，先到先得。",
                            "spans": [[7, 12], [20, 22]],
                        },
                        "url": "https://fgw.north.example/notices/1.html",
                        "origin": "发展改革部门 公告",
                        "agency": "省发展和改革委员会",
                        "document_number": "苏发改规发〔2026〕1号",
                        "regions": ["江苏/苏州"],
                        "published": "2026-11-20",
                        "first_seen_at": "2026-11-22T10:05:00Z",
                        "attachments": 1,
                        "found_in": [],
                        "event": "new",
                        "changes": [],
                        "changes_total": 0,
                        "deadline": None,
                        "also_at": [],
                        "score": 1.0,
                        "rules": [{"subscription_id": 1, "rule": "新能源汽车 补贴", "note": "客户关注"}],
                        "rules_total": 1,
                        "shortened": False,
                    }
                ],
            }
        ],
        "ending": [],
        "asked": [],
        "coverage": {
            "checked": 12,
            "failed_total": 1,
            "stale_total": 1,
            "failed": [{"id": "a", "name": "市生态环境部门 公告", "reason": "页面要求验证", "since": None}],
            "stale": [
                {"id": "b", "name": "省商务部门 动态", "reason": "一向每日更新", "since": "2026-11-22T10:05:00Z"}
            ],
        },
    },
}
"""A digest of one notice, every field of it."""


def bodies(*columns: Any, **changes: Any) -> list[dict[str, Any]]:  # noqa: ANN401  as make_digest takes them
    messages = webhook.compose(make_digest(*columns, **changes), {}, SETTINGS)
    return [json.loads(message["body"]) for message in messages]


def send(hook: Hook, *, secret: str = SECRET, key: str = "digest-7-1", age: int = 0, notices: int = 3) -> Receipt:
    envelope = Envelope(key=key, now=datetime.now(UTC) - timedelta(seconds=age))
    message = webhook.compose(sample_digest(notices), {}, SETTINGS)[0]
    return webhook.send(message, {"url": hook.url, "secret": secret}, envelope, SETTINGS)


@pytest.mark.parametrize("secret", [SECRET, OTHER, SECRET.rstrip("=")])
@pytest.mark.parametrize("body", ["{}", '{"title":"要讯 😀"}', ""])
def test_the_signature_is_the_one_of_the_specifications_library(secret: str, body: str) -> None:
    now = datetime(2026, 11, 23, 8, 0, 7, 900_000, tzinfo=UTC)
    headers = webhook.sign(body.encode(), "msg_7.1", now, secret)
    assert headers == {
        "webhook-id": "msg_7.1",
        "webhook-timestamp": "1795420807",
        "webhook-signature": standardwebhooks.Webhook(secret).sign("msg_7.1", now, body),
    }


def test_a_known_vector_of_the_specification() -> None:
    headers = webhook.sign(
        b'{"test": 2432232314}',
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_during_a_change_either_secret_verifies() -> None:
    now = datetime.now(UTC)
    headers = webhook.sign(b"{}", "id", now, f"{SECRET} {OTHER}")
    assert len(headers["webhook-signature"].split()) == 2
    for secret in (SECRET, OTHER):
        assert standardwebhooks.Webhook(secret).verify(b"{}", headers) == {}


def test_the_receiver_gets_the_whole_digest_once() -> None:
    with Hook(SECRET) as hook:
        assert send(hook).answer == "taken"
        assert send(hook).answer == "known"
    assert hook.repeats == ["digest-7-1"]
    [event] = hook.events.values()
    assert (event["type"], event["timestamp"]) == ("digest.closed", "2026-11-23T00:00:00Z")
    assert [section["name"] for section in event["data"]["sections"]] == ["科创聚焦", "政策举措"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"secret": OTHER}, "No matching signature"),
        ({"age": 400}, "too old"),
        ({"age": -400}, "too new"),
    ],
)
def test_the_stand_in_believes_nothing_unsigned_or_stale(changes: dict[str, Any], told: str) -> None:
    with Hook(SECRET) as hook, pytest.raises(ChannelError, match=told):
        send(hook, **changes)
    assert not hook.events


def test_the_stand_in_refuses_another_body_under_a_known_id() -> None:
    with Hook(SECRET) as hook:
        send(hook)
        with pytest.raises(ChannelError, match="409"):
            send(hook, notices=2)


def test_the_schema_is_the_documented_one() -> None:
    [body] = bodies(("政策举措", (make_item(1),)))
    assert body == DOCUMENTED


def test_spans_point_at_the_highlighted_characters() -> None:
    [body] = bodies(("栏", (make_item(title=Marked(text="😀补贴 和\r\n补贴", spans=((1, 3), (7, 9)))),)))
    title = body["data"]["sections"][0]["items"][0]["title"]
    assert [title["text"][start:stop] for start, stop in title["spans"]] == ["补贴", "补贴"]


def test_a_long_digest_comes_in_parts_that_hold_every_notice_once() -> None:
    half = tuple(make_item(number) for number in range(1, 101))
    found = bodies(("一", half[:50]), ("二", half[50:]))
    assert [body["data"]["digest"]["part"] for body in found] == list(range(1, len(found) + 1))
    assert {body["data"]["digest"]["parts"] for body in found} == {len(found)}
    ids = [item["notice_id"] for body in found for section in body["data"]["sections"] for item in section["items"]]
    assert ids == list(range(1, 101))
    sizes = [len(message["body"].encode()) for message in webhook.compose(sample_digest(100), {}, SETTINGS)]
    assert all(15_000 < size <= 20_000 for size in sizes[:-1])


def test_what_is_too_long_is_cut_and_says_so() -> None:
    long = "补\n贴\x00" * 3000
    rules = tuple(RuleTag(subscription_id=number, rule=long, note=long) for number in range(60))
    failed = tuple(SourceState(id=f"s{number}", name=long, reason=long) for number in range(100))
    item = make_item(title=Marked(text=long), snippet=Marked(text=long), rules=rules, agency=long, regions=(long,) * 40)
    [body] = bodies((long, (item,)), coverage=Coverage(checked=100, failed=failed), subscriber=long, period=long)
    [cut] = body["data"]["sections"][0]["items"]
    assert cut["shortened"] is True
    assert (len(cut["rules"]), cut["rules_total"]) == (3, 60)
    assert len(cut["title"]["text"]) == 300
    coverage = body["data"]["coverage"]
    assert coverage["failed_total"] == 100
    assert 1 <= len(coverage["failed"]) < 100


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_success_whatever_the_body(status: int) -> None:
    with Hook(SECRET) as hook:
        hook.answer_next(status, b"" if status == 204 else b"\xff not json")
        assert send(hook).code == str(status)


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        (301, False),
        (302, False),
        (307, False),
        (400, False),
        (401, False),
        (404, False),
        (410, True),
        (429, False),
        (500, False),
        (502, False),
        (504, False),
        (599, False),
    ],
)
def test_every_other_status_is_retried_but_gone(status: int, permanent: bool) -> None:  # noqa: FBT001  a column of the table
    with Hook(SECRET) as hook:
        hook.answer_next(status, b"in words", {"Location": f"{hook.origin}/elsewhere"})
        with pytest.raises(ChannelError, match=f"HTTP {status}.*in words") as caught:
            send(hook)
    assert caught.value.permanent is permanent
    assert ("never followed" in str(caught.value)) is (300 <= status < 400)
    assert not hook.events


@pytest.mark.parametrize("status", [429, 503])
def test_the_receiver_says_when_to_come_back(status: int) -> None:
    with Hook(SECRET) as hook:
        hook.answer_next(status, b"", {"Retry-After": "120"})
        with pytest.raises(ChannelError) as caught:
            send(hook)
        assert caught.value.retry_after == 120
        then = datetime.now(UTC) + timedelta(hours=1)
        hook.answer_next(status, b"", {"Retry-After": f"{then:%a, %d %b %Y %H:%M:%S} GMT"})
        with pytest.raises(ChannelError) as caught:
            send(hook)
    assert caught.value.retry_after == pytest.approx(3600, abs=5)


def test_a_target_without_a_secret_is_never_sent_unsigned() -> None:
    with Hook(SECRET) as hook, pytest.raises(ChannelError, match="not sent: the secret is empty") as caught:
        send(hook, secret="")
    assert caught.value.permanent
    assert not hook.refused


def test_what_ends_soon_and_what_was_asked_comes_along() -> None:
    ending = (Ending(notice_id=1, title="申报通知", url="https://a.example/1", day=date(2026, 11, 25), what="申报"),)
    asked = (Asked(rule=RuleTag(subscription_id=4, rule="补贴", note="惠企"), found=1, capped=2),)
    [body] = bodies(("政策举措", (make_item(1),)), ending=ending, asked=asked)
    assert body["data"]["ending"] == [
        {"notice_id": 1, "title": "申报通知", "url": "https://a.example/1", "day": "2026-11-25", "what": "申报"}
    ]
    assert body["data"]["asked"] == [{"subscription_id": 4, "rule": "补贴", "note": "惠企", "found": 1, "capped": 2}]
