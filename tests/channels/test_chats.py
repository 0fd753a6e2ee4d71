"""What is particular to each chat: signatures as others compute them, mentions, keywords, forms, strictness."""

import base64
import hashlib
import hmac
import importlib
import json
import urllib.parse
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alerts.channels import CHANNELS, apprise, dingtalk, feishu, webhook
from alerts.channels.base import ChannelError, Envelope, Note
from alerts.demo.receivers.dingtalk import DingTalk
from alerts.demo.receivers.feishu import Feishu
from alerts.demo.receivers.slack import Slack
from alerts.demo.receivers.strict import Strict
from alerts.demo.receivers.webhook import Hook
from alerts.demo.receivers.wecom import Robot
from alerts.model import ChangedText, Marked
from config.settings import Delivery, Settings
from tests.channels.conftest import make_digest, make_item, sample_digest
from tests.channels.reaching import STRICT, Ticking

SETTINGS = Settings(delivery=Delivery(allow=("127.0.0.1",), timeout=2))
EVIL = "<@all> <!channel> @channel @everyone **粗** ~~x~~ `码` [x](http://a.example) <at id=all></at> &amp; \\"


def envelope(*, now: datetime | None = None, maybe_repeated: bool = False) -> Envelope:
    return Envelope(key="digest-7-1", now=now or datetime.now(UTC), maybe_repeated=maybe_repeated)


def composed(name: str, target: dict[str, str], *columns: Any, **changes: Any) -> list[dict[str, Any]]:  # noqa: ANN401  as make_digest takes them
    written = columns or (("政策举措", (make_item(1), make_item(2))),)
    messages = CHANNELS[name].compose(make_digest(*written, **changes), target, SETTINGS)
    return [json.loads(message.get("body") or message.get("card") or message["news"]) for message in messages]


def test_dingtalk_signs_milliseconds_with_the_secret_as_key() -> None:
    now = datetime(2026, 11, 23, 8, 0, 7, 912_000, tzinfo=UTC)
    secret = "SEC0123456789abcdef"
    made = hmac.new(secret.encode(), f"1795420807912\n{secret}".encode(), hashlib.sha256).digest()
    expected = urllib.parse.quote_plus(base64.b64encode(made).decode())
    assert dingtalk.sign(secret, now) == f"&timestamp=1795420807912&sign={expected}"


def test_feishu_signs_nothing_with_seconds_and_secret_as_key() -> None:
    now = datetime(2026, 11, 23, 8, 0, 7, 912_000, tzinfo=UTC)
    made = hmac.new(b"1795420807\nsecret", b"", hashlib.sha256).digest()
    assert feishu.sign("secret", now) == {"timestamp": "1795420807", "sign": base64.b64encode(made).decode()}
    assert feishu.sign("", now) == {}


@pytest.mark.parametrize(("name", "make"), [("dingtalk", DingTalk), ("feishu", Feishu)])
def test_a_clock_wrong_by_an_hour_and_a_wrong_secret_are_refused(
    name: str, make: type[DingTalk] | type[Feishu]
) -> None:
    [message] = CHANNELS[name].compose(sample_digest(), {}, SETTINGS)
    with make(clock=Ticking()) as robot:
        target = {"url": robot.url, "secret": robot.secret}
        for age, sent in ((0, target), (3590, target)):
            CHANNELS[name].send(message, sent, envelope(now=datetime.now(UTC) - timedelta(seconds=age)), SETTINGS)
        for age, sent in ((3700, target), (0, {**target, "secret": "SEC" + "0" * 40})):
            with pytest.raises(ChannelError) as caught:
                CHANNELS[name].send(message, sent, envelope(now=datetime.now(UTC) - timedelta(seconds=age)), SETTINGS)
            assert caught.value.gone
        assert len(robot.contents) == len(robot.refused) == 2


@pytest.mark.parametrize(("name", "make"), [("dingtalk", DingTalk), ("feishu", Feishu)])
def test_the_keyword_stands_in_every_part_and_note(name: str, make: type[DingTalk] | type[Feishu]) -> None:
    with make(keyword="晨报", clock=Ticking()) as robot:
        target = {"url": robot.url, "secret": robot.secret, "keyword": "晨报"}
        messages = [
            *CHANNELS[name].compose(make_digest(("栏", tuple(make_item(n) for n in range(1, 81)))), target, SETTINGS),
            *CHANNELS[name].compose_note(Note("要讯：来源", ["一", "二"]), target, SETTINGS),
        ]
        for message in messages:
            CHANNELS[name].send(message, target, envelope(), SETTINGS)
        assert len(robot.contents) == len(messages) > 2
        plain = CHANNELS[name].compose(sample_digest(), {**target, "keyword": ""}, SETTINGS)
        with pytest.raises(ChannelError, match=r"310000|19024"):
            CHANNELS[name].send(plain[0], target, envelope(), SETTINGS)


def test_people_are_called_once_by_the_first_part_of_a_digest_that_holds_something() -> None:
    many = (("栏", tuple(make_item(n) for n in range(1, 201))),)
    calls = {
        "wecom": ({"mention": "zhangsan"}, "<@zhangsan>"),
        "dingtalk": ({"mention": "13800000000 all"}, "@13800000000"),
        "feishu": ({"mention": "all"}, "<at id=all></at>"),
        "slack": ({"mention": "U012AB3CD channel"}, "<@U012AB3CD> <!channel>"),
        "teams": ({"mention": "张三 <zhang@office.example>"}, "<at>张三</at>"),
        "discord": ({"mention": "12345678 &87654321"}, "<@12345678> <@&87654321>"),
        "telegram": ({"mention": "@zhangsan"}, "@zhangsan"),
        "mattermost": ({"mention": "@zhangsan"}, "@zhangsan"),
    }
    for name, (target, call) in calls.items():
        first, *rest = [str(one) for one in CHANNELS[name].compose(make_digest(*many), target, SETTINGS)]
        assert call in first, name
        assert rest, name
        assert call not in "".join(rest), name
        [empty] = CHANNELS[name].compose(make_digest(), target, SETTINGS)
        assert call not in str(empty), name


def test_a_notice_calls_nobody_and_formats_nothing() -> None:
    item = make_item(title=Marked(text=EVIL), snippet=Marked(text=EVIL), agency=EVIL)
    for name, how in STRICT.items():
        with how.make(clock=Ticking()) as receiver:
            target = how.target(receiver)
            [message] = CHANNELS[name].compose(make_digest((EVIL, (item,))), target, SETTINGS)
            CHANNELS[name].send(message, target, envelope(), SETTINGS)
            [shown], [body] = receiver.contents, receiver.bodies
        if name != "telegram":  # there it is text: what is shown stands behind the entities
            for call in ("<@all>", "<!channel>", "<at id=all>"):
                assert call not in shown, (name, call)
        if name not in {"telegram", "slack"}:  # whose links look otherwise
            assert "](http://a.example)" not in shown, name
        if name == "mattermost":
            assert "@channel" not in shown
        if name == "discord":
            assert json.loads(body)["allowed_mentions"] == {"parse": [], "users": [], "roles": []}


def test_what_changed_is_struck_through_where_the_chat_can() -> None:
    change = (
        ChangedText(text="截止 ", part="kept"),
        ChangedText(text="五月", part="removed"),
        ChangedText(text="六月", part="added"),
    )
    item = make_item(event="revised", changes=(change,), changes_total=1)
    signs = {
        "feishu": "~~五月~~",
        "discord": "~~五月~~",
        "telegram": "<s>五月</s>",
        "slack": "~五月~",
        "teams": "［-五月-］",
    }
    for name, sign in signs.items():
        [message] = CHANNELS[name].compose(make_digest(("栏", (item,))), {}, SETTINGS)
        written = message.get("html") or message.get("card") or message["body"]
        assert sign in written, name
        assert "六月" in written


def test_wecom_news_has_a_card_for_each_linked_notice_and_loses_none() -> None:
    items = tuple(make_item(n, url="" if n % 5 == 0 else f"https://a.example/{n}") for n in range(1, 31))
    digest = make_digest(("栏", items))
    target = {"form": "news"}
    messages = CHANNELS["wecom"].compose(digest, target, SETTINGS)
    articles = [article for one in messages if "news" in one for article in json.loads(one["news"])["articles"]]
    closing = "".join(message.get("markdown", "") for message in messages)
    assert len(articles) == 24
    assert all(f"（{n}）" in closing for n in range(5, 31, 5))
    assert "共 30 条" in closing
    assert "本期检查来源 12 个" in closing
    with Robot(clock=lambda: 0.0) as robot:
        for message in messages:
            CHANNELS["wecom"].send(message, {"url": robot.url}, envelope(maybe_repeated=True), SETTINGS)
        assert len(robot.contents) == len(messages) == 4
        assert robot.contents[0].startswith("（可能重复）")


@pytest.mark.parametrize("form", ["markdown", "markdown_v2", "news", "template_card"])
def test_every_form_of_wecom_is_taken_whatever_the_digest_holds(form: str) -> None:
    long = "补贴😀مرحبا\r\n" * 1000
    odd = make_item(title=Marked(text=long), snippet=Marked(text=long), url="javascript:alert(1)", agency=long)
    with Robot(clock=Ticking()) as robot:
        for digest in (
            sample_digest(50),
            make_digest(),
            make_digest((long, (odd,)), (long, (make_item(),))),
            sample_digest(500),
        ):
            for message in CHANNELS["wecom"].compose(digest, {"form": form}, SETTINGS):
                CHANNELS["wecom"].send(message, {"url": robot.url}, envelope(), SETTINGS)
        assert not robot.refused
        assert len(robot.contents) <= 30


@pytest.mark.parametrize("name", list(STRICT))
def test_five_thousand_matches_are_a_few_messages_that_say_what_is_left_out(name: str) -> None:
    how = STRICT[name]
    columns = [(str(column), tuple(make_item(n) for n in range(1, 1001))) for column in range(5)]
    digest = make_digest(*columns, link="https://yaoxun.office.example/digests/7")
    with how.make(clock=Ticking()) as receiver:
        target = how.target(receiver)
        messages = CHANNELS[name].compose(digest, target, SETTINGS)
        for message in messages:
            CHANNELS[name].send(message, target, envelope(), SETTINGS)
        assert not receiver.refused
    assert 5 <= len(messages) <= 10
    assert "因篇幅未列出" in receiver.contents[-1]
    assert "共 5000 条" in receiver.contents[0]
    assert "查看全部" in receiver.contents[-1]
    assert b"https://yaoxun.office.example/digests/7" in receiver.bodies[-1]


@pytest.mark.parametrize("name", list(STRICT))
def test_the_stand_in_counts_the_providers_rate(name: str) -> None:
    how = STRICT[name]
    [message] = CHANNELS[name].compose(sample_digest(), {}, SETTINGS)
    with how.make(clock=lambda: 0.0) as receiver:
        target = how.target(receiver)
        [message] = CHANNELS[name].compose(sample_digest(), target, SETTINGS)
        most = min(count for count, _ in receiver.rates)
        for _ in range(most):
            CHANNELS[name].send(message, target, envelope(), SETTINGS)
        with pytest.raises(ChannelError) as caught:
            CHANNELS[name].send(message, target, envelope(), SETTINGS)
    assert caught.value.limited
    assert caught.value.retry_after


@pytest.mark.parametrize("name", list(STRICT))
@pytest.mark.parametrize("rate", [0, 1])
def test_the_pace_that_is_kept_is_no_faster_than_the_stand_in_allows(name: str, rate: int) -> None:
    kept = {one.seconds: one.most for one in CHANNELS[name].rates}
    for most, seconds in list(made(name).rates)[rate : rate + 1]:
        assert any(kept[span] / span <= most / seconds for span in kept)


def made(name: str) -> Strict:
    receiver = STRICT[name].make()
    receiver._server.server_close()
    return receiver


def test_slack_wants_its_signs_escaped() -> None:
    item = make_item(title=Marked(text="A & B <C>"), url="https://a.example/?x=1&y=2")
    [message] = composed("slack", {}, ("栏", (item,)))
    text = next(one["text"]["text"] for one in message["blocks"] if "A " in str(one.get("text")))
    assert "<https://a.example/?x=1&amp;y=2|A &amp; B &lt;C&gt;>" in text
    body = json.dumps(message).replace("&amp; B", "& B")
    with Slack() as slack, pytest.raises(ChannelError, match="invalid_blocks"):
        CHANNELS["slack"].send({"body": body, "maybe_repeated": ""}, {"url": slack.url}, envelope(), SETTINGS)


def test_ntfy_leads_to_the_best_notice() -> None:
    [message] = composed("ntfy", {"priority": "high"})
    assert (message["click"], message["priority"]) == ("https://fgw.north.example/notices/1.html", 4)


@pytest.mark.parametrize("scheme", list(apprise.SERVICES))
def test_no_service_of_apprise_takes_its_address_from_the_target(scheme: str) -> None:
    plugin: Any = importlib.import_module("apprise.manager_plugins").NotificationManager()[scheme]
    assert not {"host", "port", "url"} & set(plugin.template_tokens)
    assert str(plugin.notify_url).startswith("https://")
    assert "{" not in str(plugin.notify_url).split("/")[2]


def test_apprise_tries_once_and_follows_nothing() -> None:
    service = apprise._service(f"pover://{'u' * 30}@{'a' * 30}?retry=5&redirect=yes&verify=no")
    assert (service.retry, service.redirects, service.verify_certificate) == (0, False, True)


def test_a_cloudevent_holds_what_the_specification_wants_and_is_the_same_on_every_attempt() -> None:
    secret = webhook.fresh_secret()
    with Hook(secret) as hook:
        target = {"url": hook.url, "secret": secret, "form": "cloudevents"}
        [message] = webhook.compose(sample_digest(), target, SETTINGS)
        for _ in range(2):
            webhook.send(message, target, envelope(), SETTINGS)
    [event] = hook.events.values()
    assert hook.repeats == ["digest-7-1"]
    assert (event["specversion"], event["id"], event["type"]) == ("1.0", "digest-7-1", "yaoxun.digest.closed")
    assert (event["source"], event["subject"]) == ("urn:yaoxun", "digest/7/part/1")
    assert event["time"] == "2026-11-23T00:00:00Z"
    assert event["datacontenttype"] == "application/json"
    assert event["data"]["digest"]["id"] == 7
