"""What each provider's answers mean, table by table; and what is no answer at all."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from alerts.channels import CHANNELS
from alerts.channels.base import ChannelError
from alerts.demo.receivers.listening import Listening, Reply
from alerts.demo.receivers.strict import as_json
from tests.channels.conftest import REACHING, STRICT, Reached, sample_digest

CODED = {"dingtalk": ("errcode", "errmsg"), "feishu": ("code", "msg")}


def answered(name: str, reply: Reply, tmp_path: Path) -> ChannelError:
    """What a channel makes of an answer that is no success."""
    reached = REACHING[name](tmp_path)
    with reached.stack, Listening(lambda _request: reply) as server:
        [message] = reached.compose(sample_digest())
        with pytest.raises(ChannelError) as caught:
            reached.move(server.port).send(message)
    return caught.value


@pytest.mark.parametrize(
    ("name", "code", "meaning", "wait"),
    [
        ("dingtalk", 130101, "limited", 600),
        ("dingtalk", 310000, "gone", None),
        ("dingtalk", 400102, "gone", None),
        ("dingtalk", 430102, "permanent", None),
        ("dingtalk", -1, "retry", None),
        ("dingtalk", 77777, "retry", None),
        ("dingtalk", 40035, "permanent", None),
        ("dingtalk", 43004, "permanent", None),
        ("dingtalk", 300001, "gone", None),
        ("dingtalk", 400013, "gone", None),
        ("dingtalk", 400101, "gone", None),
        ("dingtalk", 400105, "permanent", None),
        ("dingtalk", 400106, "gone", None),
        ("dingtalk", 410100, "limited", 600),
        ("dingtalk", 430101, "permanent", None),
        ("dingtalk", 430104, "permanent", None),
        ("feishu", 11232, "limited", 60),
        ("feishu", 19021, "gone", None),
        ("feishu", 19024, "gone", None),
        ("feishu", 9499, "permanent", None),
        ("feishu", 77777, "retry", None),
        ("feishu", 19001, "gone", None),
        ("feishu", 19002, "permanent", None),
        ("feishu", 19022, "gone", None),
    ],
)
def test_the_code_in_a_200_decides(name: str, code: int, meaning: str, wait: float | None, tmp_path: Path) -> None:
    field, words = CODED[name]
    error = answered(name, as_json(200, {field: code, words: "in words"}), tmp_path)
    assert meaning_of(error) == meaning
    assert (error.code, error.status, error.retry_after) == (str(code), 200, wait)
    assert "in words" in error.answer


@pytest.mark.parametrize(
    ("name", "status", "body", "meaning", "wait"),
    [
        ("slack", 400, "invalid_blocks", "permanent", None),
        ("slack", 403, "invalid_token", "gone", None),
        ("slack", 410, "channel_is_archived", "gone", None),
        ("slack", 500, "rollup_error", "retry", None),
        ("teams", 413, "RequestEntityTooLarge", "permanent", None),
        ("teams", 200, "Webhook message delivery failed with error: returned HTTP error 429", "limited", 60),
        ("teams", 200, "Microsoft Teams endpoint returned HTTP error 404", "gone", None),
        ("teams", 502, "", "retry", None),
        ("discord", 401, {"code": 50027, "message": "Invalid Webhook Token"}, "gone", None),
        ("discord", 400, {"code": 50035, "message": "Invalid Form Body"}, "permanent", None),
        ("discord", 429, {"retry_after": 64.57, "global": True}, "limited", 65),
        ("discord", 503, "", "retry", None),
        ("telegram", 400, {"ok": False, "error_code": 400, "description": "can't parse entities"}, "permanent", None),
        ("telegram", 400, {"ok": False, "error_code": 400, "description": "chat not found"}, "gone", None),
        ("telegram", 401, {"ok": False, "error_code": 401, "description": "Unauthorized"}, "gone", None),
        (
            "telegram",
            400,
            {"ok": False, "error_code": 400, "description": "group chat was upgraded to a supergroup chat"},
            "gone",
            None,
        ),
        ("telegram", 429, {"ok": False, "error_code": 429, "parameters": {"retry_after": 7}}, "limited", 7),
        ("mattermost", 400, {"id": "x", "message": "Invalid webhook."}, "permanent", None),
        ("mattermost", 404, {"id": "x", "message": "gone"}, "gone", None),
        ("ntfy", 429, {"code": 42908, "http": 429}, "limited", 86_400),
        ("ntfy", 413, {"code": 41301, "http": 413}, "permanent", None),
        ("ntfy", 401, {"code": 40101, "http": 401}, "gone", None),
        ("slack", 404, "no_service", "gone", None),
        ("slack", 429, "rate_limited", "limited", 30),
        ("teams", 401, "", "gone", None),
        ("teams", 404, "", "gone", None),
        ("teams", 429, "", "limited", 60),
        ("discord", 404, {"code": 10015, "message": "Unknown Webhook"}, "gone", None),
        ("discord", 404, {"code": 10003, "message": "Unknown Channel"}, "gone", None),
        ("discord", 400, {"code": 50006, "message": "Cannot send an empty message"}, "permanent", None),
        ("telegram", 403, {"ok": False, "error_code": 403, "description": "bot was kicked"}, "gone", None),
        ("telegram", 404, {"ok": False, "error_code": 404, "description": "Not Found"}, "gone", None),
        ("telegram", 409, {"ok": False, "error_code": 409, "description": "Conflict"}, "retry", None),
        ("telegram", 400, {"ok": False, "error_code": 400, "description": "message thread not found"}, "gone", None),
        ("telegram", 400, {"ok": False, "error_code": 400, "description": "not enough rights to send"}, "gone", None),
        ("mattermost", 403, {"id": "x", "message": "no"}, "gone", None),
        ("mattermost", 429, {"id": "x", "message": "slow"}, "limited", 5),
        ("mattermost", 501, {"id": "x", "message": "off"}, "gone", None),
        ("ntfy", 400, {"code": 40009, "http": 400}, "gone", None),
        ("ntfy", 400, {"code": 40001, "http": 400}, "permanent", None),
        ("ntfy", 403, {"code": 40301, "http": 403}, "gone", None),
        ("ntfy", 429, {"code": 42901, "http": 429}, "limited", 60),
        ("ntfy", 507, "", "retry", None),
        ("webhook", 400, "", "retry", None),
        ("webhook", 429, "", "limited", None),
        ("webhook", 502, "", "limited", None),
        ("webhook", 410, "", "gone", None),
        ("webhook", 504, "", "limited", None),
    ],
)
def test_the_status_and_what_the_body_adds(  # noqa: PLR0913, PLR0917  the columns of the table
    name: str, status: int, body: object, meaning: str, wait: float | None, tmp_path: Path
) -> None:
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    error = answered(name, Reply(status, content), tmp_path)
    assert meaning_of(error) == meaning
    assert (error.status, error.retry_after) == (status, wait)


@pytest.mark.parametrize(("name", "code", "least"), [("dingtalk", 130101, 600), ("feishu", 11232, 60)])
@pytest.mark.parametrize("said", [1, 3000])
def test_a_ban_lasts_at_least_as_long_as_the_provider_says(
    name: str, code: int, least: float, said: int, tmp_path: Path
) -> None:
    field, words = CODED[name]
    reply = as_json(200, {field: code, words: "slow down"})
    error = answered(name, Reply(reply.status, reply.body, {"Retry-After": str(said)}), tmp_path)
    assert error.retry_after == max(least, said)


def test_discord_may_take_a_message_without_a_word(tmp_path: Path) -> None:
    reached = REACHING["discord"](tmp_path)
    with reached.stack, Listening(lambda _request: Reply(204, b"")) as server:
        [message] = reached.compose(sample_digest())
        assert reached.move(server.port).send(message).status == 204


@pytest.mark.parametrize("name", [name for name in STRICT if name != "teams"])
@pytest.mark.parametrize("body", [b"", b"<html>fine</html>", b"null", b"[1]", b"\xff\xfe", b"[" * 60_000])
def test_a_200_that_does_not_say_so_is_no_success(name: str, body: bytes, tmp_path: Path) -> None:
    error = answered(name, Reply(200, body), tmp_path)
    assert error.unknown
    assert not error.permanent
    assert len(error.answer) < 400


@pytest.mark.parametrize("name", [name for name in REACHING if name not in {"email", "apprise"}])
def test_a_redirect_is_not_followed(name: str, tmp_path: Path) -> None:
    with Listening(lambda _request: Reply(200, b"ok")) as elsewhere:
        error = answered(name, Reply(307, b"", {"Location": f"{elsewhere.origin}/"}), tmp_path)
    assert "never followed" in error.answer
    assert not error.permanent


@pytest.mark.parametrize("name", [name for name in REACHING if name not in {"email", "apprise"}])
@pytest.mark.parametrize("host", ["127.0.0.1", "0x7f000001", "2130706433", "[::ffff:7f00:1]", "169.254.169.254"])
def test_no_channel_sends_inside_unless_the_operator_said_so(name: str, host: str, tmp_path: Path) -> None:
    reached = REACHING[name](tmp_path)
    with reached.stack:
        [message] = reached.compose(sample_digest())
        strict = reached.settings.model_copy(
            update={"delivery": reached.settings.delivery.model_copy(update={"allow": ()})}
        )
        inside = {key: value.replace("http://127.0.0.1", f"https://{host}") for key, value in reached.target.items()}
        with pytest.raises(ChannelError, match="not sent"):
            replace(reached, settings=strict, target=inside).send(message)
        assert not reached.taken()


@pytest.mark.parametrize("name", list(CHANNELS))
def test_no_secret_stands_in_an_error(name: str, tmp_path: Path, closed_port: int) -> None:
    reached = REACHING[name](tmp_path)
    secret = {field.name for field in CHANNELS[name].fields if field.secret}
    with reached.stack:
        moved: Reached = reached.move(closed_port)
        [message] = moved.compose(sample_digest())
        with pytest.raises(ChannelError) as caught:
            moved.send(message)
    hidden: Mapping[str, str] = {key: value for key, value in moved.target.items() if key in secret}
    assert [key for key, value in hidden.items() if value in str(caught.value)] == []


def meaning_of(error: ChannelError) -> str:
    if error.permanent:
        return "gone" if error.gone else "permanent"
    return "limited" if error.limited else "retry"
