"""Targets: what a channel asks for, what it makes itself, and how it refuses."""

import base64

import pytest

from alerts.channels import CHANNELS, TargetError, check_target

LONG_ENOUGH = base64.b64encode(b"k" * 24).decode()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("reader@office.example", "reader@office.example"),
        ("  Reader.Name+news@Office.Example ", "Reader.Name+news@office.example"),
        ("reader@办公室.example", "reader@xn--55qx2ab2r.example"),
        ("o'neil@a-b.office.example", "o'neil@a-b.office.example"),
    ],
)
def test_a_mail_address_is_kept_in_ascii(given: str, kept: str) -> None:
    assert check_target("email", {"address": given})["address"] == kept


@pytest.mark.parametrize(
    "given",
    [
        "reader",
        "@office.example",
        "reader@",
        "reader@localhost",
        "reader@127.0.0.1",
        "reader@[127.0.0.1]",
        "a@b.example,c@d.example",
        "a@b.example;c@d.example",
        "a@b.example c@d.example",
        "Reader <reader@office.example>",
        "reader@office.example\r\nBcc: all@office.example",
        "reader@office.example\nx",
        "rea\rder@office.example",
        "rea\x00der@office.example",
        "读者@office.example",
        "a..b@office.example",
        ".a@office.example",
        '"a b"@office.example',
        "a@-x.example",
        "a@x..example",
        f"{'a' * 65}@office.example",
        f"a@{'b' * 64}.example",
        f"a@{'b.' * 130}example",
    ],
)
def test_what_is_no_one_mailbox_is_refused(given: str) -> None:
    with pytest.raises(TargetError) as caught:
        check_target("email", {"address": given})
    assert caught.value.field == "address"
    assert caught.value.message
    assert "reader@office.example" in caught.value.advice


def test_an_unsubscribe_token_is_made_and_kept() -> None:
    first = check_target("email", {"address": "reader@office.example"})
    second = check_target("email", {"address": "reader@office.example"})
    assert first["token"] != second["token"]
    assert len(first["token"]) == 24
    assert check_target("email", first) == first


def test_a_robots_address_must_be_whole() -> None:
    url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=11111111-2222-3333-4444-555555555555"
    assert check_target("wecom", {"url": f" {url} "}) == {"url": url}
    for bad in (url.partition("?")[0], url + "&key=x", url.rpartition("=")[0] + "=", "11111111-2222", "ftp" + url[5:]):
        with pytest.raises(TargetError) as caught:
            check_target("wecom", {"url": bad})
        assert caught.value.field == "url"
        assert "key=" in caught.value.advice


def test_a_webhook_without_a_secret_gets_one() -> None:
    first = check_target("webhook", {"url": "https://hooks.office.example/a"})
    second = check_target("webhook", {"url": "https://hooks.office.example/a", "secret": " "})
    assert first["secret"] != second["secret"]
    assert len(base64.b64decode(first["secret"].removeprefix("whsec_"))) == 32


@pytest.mark.parametrize(
    ("secret", "told"),
    [
        (LONG_ENOUGH, "does not begin with whsec_"),
        ("whsec_%%%%", "not base64"),
        ("whsec_" + base64.b64encode(b"k" * 23).decode(), "23 bytes"),
        ("whsec_" + base64.b64encode(b"k" * 65).decode(), "65 bytes"),
        (f"whsec_{LONG_ENOUGH} {LONG_ENOUGH}", "does not begin"),
        ("whsec_密码", "not base64"),
    ],
)
def test_a_secret_of_another_form_is_refused(secret: str, told: str) -> None:
    with pytest.raises(TargetError, match=told) as caught:
        check_target("webhook", {"url": "https://hooks.office.example/a", "secret": secret})
    assert caught.value.field == "secret"
    assert LONG_ENOUGH not in str(caught.value)


def test_two_secrets_stand_beside_each_other_during_a_change() -> None:
    both = f"whsec_{LONG_ENOUGH} whsec_{LONG_ENOUGH.lower()}"
    assert check_target("webhook", {"url": "https://a.example", "secret": both})["secret"] == both


def test_an_unknown_channel_or_field_gets_the_nearest_name() -> None:
    with pytest.raises(TargetError) as caught:
        check_target("emial", {})
    assert (caught.value.field, caught.value.nearest) == ("channel", "email")
    with pytest.raises(TargetError) as caught:
        check_target("email", {"adress": "reader@office.example"})
    assert (caught.value.field, caught.value.nearest) == ("adress", "address")
    assert "token" not in caught.value.advice
    with pytest.raises(TargetError) as caught:
        check_target("pigeon", {})
    assert caught.value.nearest is None
    assert ", ".join(CHANNELS) in caught.value.advice


@pytest.mark.parametrize("channel", list(CHANNELS))
def test_a_missing_field_is_named(channel: str) -> None:
    required = next(field for field in CHANNELS[channel].fields if field.required)
    with pytest.raises(TargetError, match="is missing") as caught:
        check_target(channel, {})
    assert caught.value.field == required.name
    assert caught.value.advice == required.help


@pytest.mark.parametrize(
    ("channel", "fields", "named", "told"),
    [
        ("dingtalk", {"url": "https://oapi.dingtalk.com/robot/send"}, "url", "access_token=…"),
        ("dingtalk", {"url": "https://oapi.dingtalk.com/robot/send?access_token=a", "secret": "x"}, "secret", "SEC…"),
        ("feishu", {"url": "https://open.feishu.cn/open-apis/bot/hook/x"}, "url", "/bot/v2/hook/"),
        ("slack", {"url": "https://hooks.slack.com/services/T1/B1"}, "url", "hooks.slack.com"),
        ("teams", {"url": "https://office.webhook.office.com/webhookb2/a/IncomingWebhook/b"}, "url", "make a workflow"),
        ("discord", {"url": "https://discord.com/api/webhooks/1"}, "url", "whole address"),
        ("telegram", {"token": "123", "chat": "-100123"}, "token", "BotFather"),
        ("mattermost", {"url": "https://chat.office.example/"}, "url", "/hooks/"),
        ("ntfy", {"topic": "a b"}, "topic", "letters"),
        (
            "wecom",
            {"url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a", "form": "html"},
            "form",
            "template_card",
        ),
        (
            "wecom",
            {
                "url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a",
                "form": "markdown_v2",
                "mention": "zhangsan",
            },
            "mention",
            "form=markdown",
        ),
        ("webhook", {"url": "https://a.example", "form": "xml"}, "form", "cloudevents"),
        ("apprise", {"url": "json://127.0.0.1/"}, "url", "pover://"),
        ("apprise", {"url": "pover://short"}, "url", "see its page"),
    ],
)
def test_a_wrong_field_is_refused_with_what_to_write(
    channel: str, fields: dict[str, str], named: str, told: str
) -> None:
    with pytest.raises(TargetError) as caught:
        check_target(channel, fields)
    assert caught.value.field == named
    assert told in caught.value.advice


@pytest.mark.parametrize("host", ["open.feishu.cn", "open.larksuite.com"])
def test_both_hosts_of_feishu_are_one_channel(host: str) -> None:
    url = f"https://{host}/open-apis/bot/v2/hook/0123-abcd"
    assert check_target("feishu", {"url": url}) == {"url": url}


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_field_says_what_it_is_in_both_languages(channel: str) -> None:
    for field in CHANNELS[channel].fields:
        if not field.hidden:
            assert field.told("zh") != field.told("en")
            assert all(field.told("zh"))
            assert all(field.told("en"))
