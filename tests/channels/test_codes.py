"""What each provider's answers mean, table by table; and what is no answer at all."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from alerts.channels import CHANNELS
from alerts.channels.answers import Refusals
from alerts.channels.base import ChannelError
from alerts.demo.receivers.listening import Listening, Reply
from alerts.demo.receivers.strict import as_json
from tests.channels.conftest import sample_digest
from tests.channels.reaching import REACHING, STRICT, Reached

Row = tuple[str, float | None]
"""What becomes of the message, and how long to wait at least; without a number, the receiver is to say."""

GONE, PERMANENT, RETRY = ("gone", None), ("permanent", None), ("retry", None)


def limited(seconds: float | None) -> Row:
    return ("limited", seconds)


ROWS: Mapping[str, Mapping[int | str, Row]] = {
    "wecom": {
        -1: RETRY,
        40008: PERMANENT,
        40058: PERMANENT,
        44004: PERMANENT,
        45002: PERMANENT,
        45009: limited(60),
        93000: GONE,
    },
    "dingtalk": {
        -1: RETRY,
        40035: PERMANENT,
        43004: PERMANENT,
        130101: limited(600),
        300001: GONE,
        310000: GONE,
        400013: GONE,
        400101: GONE,
        400102: GONE,
        400105: PERMANENT,
        400106: GONE,
        410100: limited(600),
        430101: PERMANENT,
        430102: PERMANENT,
        430104: PERMANENT,
    },
    "feishu": {
        9499: PERMANENT,
        11232: limited(60),
        19001: GONE,
        19002: PERMANENT,
        19021: GONE,
        19022: GONE,
        19024: GONE,
    },
    "slack": {
        400: PERMANENT,
        401: GONE,
        403: GONE,
        404: GONE,
        410: GONE,
        413: PERMANENT,
        429: limited(30),
    },
    "teams": {
        400: PERMANENT,
        401: GONE,
        403: GONE,
        404: GONE,
        405: GONE,
        409: RETRY,
        410: GONE,
        412: GONE,
        413: PERMANENT,
        422: PERMANENT,
        429: limited(60),
    },
    "discord": {
        400: PERMANENT,
        401: GONE,
        403: GONE,
        404: GONE,
        410: GONE,
        413: PERMANENT,
        429: limited(5),
        10003: GONE,
        10015: GONE,
        50006: PERMANENT,
        50027: GONE,
        50035: PERMANENT,
    },
    "telegram": {
        400: PERMANENT,
        401: GONE,
        403: GONE,
        404: GONE,
        409: RETRY,
        410: GONE,
        413: PERMANENT,
        429: limited(30),
        "chat not found": GONE,
        "upgraded to a supergroup": GONE,
        "message thread not found": GONE,
        "not enough rights": GONE,
    },
    "mattermost": {
        400: PERMANENT,
        401: GONE,
        403: GONE,
        404: GONE,
        410: GONE,
        413: PERMANENT,
        429: limited(5),
        501: GONE,
    },
    "ntfy": {
        400: PERMANENT,
        401: GONE,
        403: GONE,
        404: GONE,
        410: GONE,
        413: PERMANENT,
        429: limited(None),
        507: RETRY,
        40009: GONE,
        40101: GONE,
        40301: GONE,
        42901: limited(60),
        42908: limited(86_400),
    },
    "webhook": {410: GONE, 429: limited(None), 502: limited(None), 504: limited(None)},
}
"""Every code that a channel's table holds."""

CODED = {"wecom": ("errcode", "errmsg"), "dingtalk": ("errcode", "errmsg"), "feishu": ("code", "msg")}


def answer_of(name: str, code: int | str) -> Reply:
    """Say a code as the provider says it: in a body of HTTP 200, in the body beside a status, or as a status."""
    if name in CODED:
        field, words = CODED[name]
        return as_json(200, {field: code, words: "in words"})
    if isinstance(code, str):
        return as_json(400, {"ok": False, "error_code": 400, "description": f"Bad Request: {code} in words"})
    if name == "telegram":
        return as_json(code, {"ok": False, "error_code": code, "description": "in words"})
    if name in {"discord", "ntfy"} and code > 999:
        return as_json(code // 100 if name == "ntfy" else 400, {"code": code, "message": "in words"})
    return Reply(code, b"in words")


@pytest.mark.parametrize(("name", "code"), [(name, code) for name, rows in ROWS.items() for code in rows])
def test_every_row_means_what_it_says(name: str, code: int | str, tmp_path: Path) -> None:
    reply = answer_of(name, code)
    error = answered(name, reply, tmp_path)
    assert (meaning_of(error), error.retry_after) == ROWS[name][code]
    assert (error.code, error.status) == (str(code), reply.status)
    assert "in words" in error.answer
    assert refusals_of(name)[code].why in error.answer
    assert error.bytes > 1000


def test_no_row_is_without_its_case() -> None:
    tables = {name: set(refusals_of(name)) for name in CHANNELS if refusals_of(name)}
    assert tables == {name: set(rows) for name, rows in ROWS.items()}


def refusals_of(name: str) -> Refusals:
    """Return the table of a channel; a mail server's answers, and Apprise's words, are read without one."""
    found: Refusals = getattr(CHANNELS[name], "REFUSALS", {})
    return found


def answered(name: str, reply: Reply, tmp_path: Path) -> ChannelError:
    """What a channel makes of an answer that is no success."""
    reached = REACHING[name](tmp_path)
    with reached.stack, Listening(lambda _request: reply) as server:
        [message] = reached.compose(sample_digest())
        with pytest.raises(ChannelError) as caught:
            reached.move(server.port).send(message)
    return caught.value


@pytest.mark.parametrize("name", CODED)
def test_a_code_that_is_in_no_table_is_worth_another_attempt(name: str, tmp_path: Path) -> None:
    error = answered(name, answer_of(name, 77777), tmp_path)
    assert (meaning_of(error), error.code) == ("retry", "77777")


@pytest.mark.parametrize(
    ("name", "status", "body", "meaning", "wait"),
    [
        ("slack", 500, "rollup_error", "retry", None),
        ("teams", 200, "Webhook message delivery failed with error: returned HTTP error 429", "limited", 60),
        ("teams", 200, "Microsoft Teams endpoint returned HTTP error 404", "gone", None),
        ("teams", 502, "", "retry", None),
        ("discord", 401, {"code": 50027, "message": "Invalid Webhook Token"}, "gone", None),
        ("discord", 429, {"retry_after": 64.57, "global": True}, "limited", 65),
        ("discord", 503, "", "retry", None),
        (
            "telegram",
            400,
            {"ok": False, "error_code": 400, "description": "group chat was upgraded to a supergroup chat"},
            "gone",
            None,
        ),
        ("telegram", 429, {"ok": False, "error_code": 429, "parameters": {"retry_after": 7}}, "limited", 7),
        ("webhook", 400, "", "retry", None),
    ],
)
def test_the_status_and_what_the_body_adds(  # noqa: PLR0913, PLR0917  the columns of the table
    name: str, status: int, body: object, meaning: str, wait: float | None, tmp_path: Path
) -> None:
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    error = answered(name, Reply(status, content), tmp_path)
    assert meaning_of(error) == meaning
    assert (error.status, error.retry_after) == (status, wait)


@pytest.mark.parametrize(
    ("name", "code", "least"), [("wecom", 45009, 60), ("dingtalk", 130101, 600), ("feishu", 11232, 60)]
)
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
