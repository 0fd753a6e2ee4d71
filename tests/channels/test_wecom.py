"""The WeCom robot: what its messages look like, and what each of its answers means."""

import json

import pytest

from alerts.channels import wecom
from alerts.channels.base import ChannelError, Envelope, Receipt
from alerts.channels.wecom import escaped
from alerts.demo.receivers.listening import Listening, Reply
from alerts.demo.receivers.wecom import Robot, read_content
from alerts.model import Marked, RuleTag
from config.settings import Delivery, Settings
from tests.channels.conftest import SEEN, make_digest, make_item, sample_digest

SETTINGS = Settings(delivery=Delivery(allow=("127.0.0.1",), timeout=2))
ENVELOPE = Envelope(key="digest-7-1", now=SEEN)
REPEATED = Envelope(key="digest-7-1", now=SEEN, maybe_repeated=True)


def written(*columns: tuple[str, tuple[object, ...]], **changes: object) -> list[str]:
    digest = make_digest(*columns, **changes)  # type: ignore[arg-type]
    return [message["markdown"] for message in wecom.compose(digest, {}, SETTINGS)]


def send_to(reply: Reply) -> Receipt:
    [message] = wecom.compose(sample_digest(), {}, SETTINGS)
    with Listening(lambda _request: reply) as server:
        return wecom.send(message, {"url": f"{server.origin}/cgi-bin/webhook/send?key=a"}, ENVELOPE, SETTINGS)


def test_an_item_is_a_link_a_quote_its_facts_and_its_rules() -> None:
    [text] = written(("政策举措", (make_item(1),)))
    assert text.splitlines() == [
        "**要讯 2026-11-23** 共 1 条",
        '<font color="comment">2026-11-22 08:00 至 2026-11-23 08:00</font>',
        "",
        "**政策举措**",
        "",
        "1. [关于延续实施新能源汽车购置补贴有关事项的公告（1）](https://fgw.north.example/notices/1.html)",
        "> 个人消费者购买**新能源汽车**的，可申请一次性**补贴**，先到先得。",
        (
            '> <font color="comment">省发展和改革委员会 · 苏发改规发〔2026〕1号 · 发布 2026-11-20'
            " · 收录 2026-11-22 18:05 · 江苏/苏州 · 发展改革部门 公告 · 附件 1</font>"
        ),
        '> 命中：<font color="info">客户关注 · 新能源汽车 补贴</font>',
        "",
        (
            '<font color="comment">本期检查来源 12 个；失败 1 个：市生态环境部门 公告（页面要求验证）；'
            "久未更新 1 个：省商务部门 动态（一向每日更新；自 2026-11-22 18:05）</font>"
        ),
    ]


def test_the_head_is_dated_to_the_minute_and_tells_no_empty_span() -> None:
    [text] = written(("栏", (make_item(),)), period="2026-11-23 12:38:32", since=SEEN, until=SEEN)
    assert text.splitlines()[:3] == ["**要讯 2026-11-23 12:38** 共 1 条", "", "**栏**"]


def test_parts_are_cut_between_items_and_numbered() -> None:
    texts = written(("科创聚焦", tuple(make_item(number) for number in range(1, 31))))
    assert len(texts) > 3
    for number, text in enumerate(texts, 1):
        assert f"（{number}/{len(texts)}）" in text.splitlines()[0]
        assert 2000 < len(text.encode()) <= 4056 or number == len(texts)
        assert text.count("\n> 命中") == text.count("](https://")
    assert "**科创聚焦**" in texts[0]
    assert "**科创聚焦（续）**" in texts[1]
    assert [f"{number}. [" in "".join(texts) for number in range(1, 31)] == [True] * 30
    assert "本期检查来源" not in "".join(texts[:-1])
    assert "本期检查来源" in texts[-1]


def test_an_item_longer_than_a_message_is_shortened() -> None:
    long = "补贴" * 5000
    item = make_item(
        title=Marked(text=long),
        snippet=Marked(text=long, spans=tuple((at, at + 1) for at in range(0, 10_000, 2))),
        rules=tuple(RuleTag(subscription_id=number, rule=long, note=long) for number in range(40)),
        regions=(long,) * 9,
        agency=long,
        origin=long,
        document_number=long,
        url="https://a.example/" + "x" * 600,
    )
    [text] = written((long, (item,)), subscriber=long, destination=long, period=long)
    assert len(text.encode()) <= 4056
    assert "…" in text
    assert "等 40 条规则" in text


def test_what_would_flood_a_group_is_counted_instead() -> None:
    columns = [(name, tuple(make_item(number) for number in range(1, 501))) for name in ("一", "二")]
    texts = written(*columns)
    assert len(texts) == 10
    shown = "".join(texts).count("](https://")
    assert f"另有 {1000 - shown} 条因篇幅未列出" in texts[-1]
    assert "**二**" in "".join(texts)


def test_nothing_in_a_notice_is_markdown_or_calls_people() -> None:
    evil = '<@all> [x](http://a.example) **粗** `码` <font color="warning">红</font>\n# 题\n> 引'
    item = make_item(title=Marked(text=evil), snippet=Marked(text=evil), agency=evil, url="https://a.example/(x)[y]*")
    [text] = written(("政策举措", (item,)))
    assert "<@" not in text
    assert "](http://" not in text
    assert "](https://a.example/%28x%29%5By%5D%2A)" in text
    assert "\n#" not in text
    assert text.count("<font") == text.count("</font>") == 4
    assert escaped("<@all>") == "＜@all＞"


def test_a_repeat_is_told_within_the_limit() -> None:
    texts = wecom.compose(make_digest(("栏", tuple(make_item(n) for n in range(1, 200)))), {}, SETTINGS)
    with Robot(clock=lambda: 0.0) as robot:
        for message in texts:
            wecom.send(message, {"url": robot.url}, REPEATED, SETTINGS)
        assert all(content.startswith("（可能重复）\n**要讯") for content in robot.contents)
        assert max(len(content.encode()) for content in robot.contents) > 3000


@pytest.mark.parametrize(
    ("errcode", "permanent", "retry_after"),
    [(45009, False, 60), (40058, True, None), (93000, True, None), (-1, False, None), (12345, False, None)],
)
def test_the_errcode_decides(errcode: int, permanent: bool, retry_after: float | None) -> None:  # noqa: FBT001  a column of the table
    body = json.dumps({"errcode": errcode, "errmsg": "in words"}).encode()
    with pytest.raises(ChannelError, match=f"errcode {errcode}.*in words") as caught:
        send_to(Reply(200, body))
    assert caught.value.permanent is permanent
    assert caught.value.retry_after == retry_after
    assert caught.value.code == str(errcode)
    assert not caught.value.unknown


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"ok",
        b"[]",
        b"null",
        b'{"errmsg": "ok"}',
        b'{"errcode": "0"}',
        b'{"errcode": false}',
        b"\xff\xfe",
        b"[" * 60_000,
    ],
)
def test_an_answer_without_an_errcode_is_no_success(body: bytes) -> None:
    with pytest.raises(ChannelError, match="holds no errcode") as caught:
        send_to(Reply(200, body))
    assert caught.value.unknown
    assert not caught.value.permanent


@pytest.mark.parametrize("status", [201, 302, 403, 404, 429, 500, 502])
def test_another_status_than_200_is_not_the_robots_word(status: int) -> None:
    with pytest.raises(ChannelError, match=f"HTTP {status}") as caught:
        send_to(Reply(status, b'{"errcode": 0}', {"Retry-After": "7"}))
    assert not caught.value.permanent
    assert caught.value.retry_after == 7


def test_the_address_never_stands_in_an_error(closed_port: int) -> None:
    url = f"http://127.0.0.1:{closed_port}/cgi-bin/webhook/send?key=very-secret"
    with pytest.raises(ChannelError) as caught:
        wecom.send(wecom.compose(sample_digest(), {}, SETTINGS)[0], {"url": url}, ENVELOPE, SETTINGS)
    assert "very-secret" not in str(caught.value)


def test_the_stand_in_counts_twenty_a_minute() -> None:
    moments = iter([*[0.0] * 21, 59.9, 60.0])
    [message] = wecom.compose(sample_digest(), {}, SETTINGS)
    with Robot(clock=lambda: next(moments)) as robot:
        for _ in range(20):
            wecom.send(message, {"url": robot.url}, ENVELOPE, SETTINGS)
        for _ in range(2):
            with pytest.raises(ChannelError, match="45009"):
                wecom.send(message, {"url": robot.url}, ENVELOPE, SETTINGS)
        wecom.send(message, {"url": robot.url}, ENVELOPE, SETTINGS)
    assert len(robot.contents) == 21
    assert robot.refused == [45009, 45009]


def test_the_stand_in_knows_its_key() -> None:
    [message] = wecom.compose(sample_digest(), {}, SETTINGS)
    with Robot() as robot, pytest.raises(ChannelError, match="93000") as caught:
        wecom.send(message, {"url": robot.url + "x"}, ENVELOPE, SETTINGS)
    assert caught.value.permanent


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        (b"\xff", "no JSON in UTF-8"),
        (b"{", "no JSON in UTF-8"),
        (b"[]", "msgtype"),
        (b'{"msgtype": "html"}', "msgtype"),
        (b'{"msgtype": "markdown", "markdown": {"content": " "}}', "markdown.content is empty"),
        (b'{"msgtype": "markdown", "markdown": "x"}', "markdown.content is empty"),
        (json.dumps({"msgtype": "markdown", "markdown": {"content": "讯" * 1366}}).encode(), "exceeds 4096 bytes"),
        (json.dumps({"msgtype": "text", "text": {"content": "讯" * 683}}).encode(), "exceeds 2048 bytes"),
        (json.dumps({"msgtype": "markdown", "markdown": {"content": "讯" * 1365}}).encode(), ""),
    ],
)
def test_the_stand_in_measures_in_bytes(message: bytes, fault: str) -> None:
    content, found = read_content(message)
    assert fault in found
    assert bool(content) is not bool(fault)
