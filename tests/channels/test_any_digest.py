"""Whatever a digest holds, the messages keep to their limits and the receivers take them."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.channels import CHANNELS
from alerts.channels.telegram import in_entities
from alerts.demo.receivers.strict import units
from alerts.model import (
    Asked,
    Coverage,
    Digest,
    DigestItem,
    DigestSection,
    Ending,
    FilePage,
    Marked,
    RuleTag,
    SourceState,
)
from config.settings import Settings
from tests.channels.conftest import make_digest
from tests.channels.reaching import Reached


def of_description(body: str) -> int:
    return units(json.loads(body)["embeds"][0]["description"])


def of_message(body: str) -> int:
    return len(json.loads(body)["message"].encode())


def in_bytes(text: str) -> int:
    return len(text.encode())


SIZES: Mapping[str, tuple[str, Callable[[str], int], int]] = {
    "email": ("html", in_bytes, 90_000),
    "wecom": ("markdown", in_bytes, 4056),
    "dingtalk": ("body", in_bytes, 19_800),
    "feishu": ("card", in_bytes, 19_600),
    "slack": ("body", units, 30_000),
    "teams": ("body", in_bytes, 26_000),
    "discord": ("body", of_description, 4096),
    "telegram": ("html", in_entities, 4036),
    "mattermost": ("markdown", units, 16_323),
    "ntfy": ("body", of_message, 4096),
    "webhook": ("body", in_bytes, 20_000),
    "apprise": ("text", units, 904),
}
"""What is measured of a message, how, and how much of it the provider takes, less what an attempt may add."""

odd_text = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="补贴<>&*[]()`_\\\"'\r\n\t\x00\u2028\u202e😀👨‍👩‍👧مرحبا\ud800", max_size=300),
    st.text(alphabet="关于<*\r\n😀", min_size=1, max_size=7).map(lambda text: (text * 10_000)[:10_000]),
    st.sampled_from(["", "<@all>", "**粗**", "</td><script>alert(1)</script>", "{{ 7*7 }}", "\r\nBcc: a@b.example"]),
)
links = st.one_of(
    st.sampled_from(
        [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "https://a.example/(x)[y]",
            "http://[::1",
            "//a.example",
            "https://a.example/" + "x" * 3000,
            'https://a.example/" onclick="x',
        ]
    ),
    st.text(max_size=80),
)


@st.composite
def marks(draw: st.DrawFn) -> Marked:
    text = draw(odd_text)
    cuts = sorted(set(draw(st.lists(st.integers(0, len(text) + 5), max_size=8))))
    return Marked(text=text, spans=tuple(zip(cuts[::2], cuts[1::2], strict=False)))


rules = st.builds(RuleTag, subscription_id=st.integers(1, 99), rule=odd_text, note=odd_text)
items = st.builds(
    DigestItem,
    notice_id=st.integers(1, 10**9),
    title=marks(),
    snippet=marks(),
    rules=st.lists(rules, max_size=12).map(tuple),
    score=st.floats(0, 1),
    url=links,
    origin=odd_text,
    agency=odd_text,
    document_number=odd_text,
    regions=st.lists(odd_text, max_size=6).map(tuple),
    published=st.none() | st.dates(min_value=date(1990, 1, 1)),
    first_seen_at=st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  hypothesis adds the zone
    attachments=st.integers(0, 99),
    found_in=st.lists(st.builds(FilePage, attachment=odd_text, page=st.none() | st.integers(1, 999)), max_size=30).map(
        tuple
    ),
)
endings = st.builds(Ending, notice_id=st.integers(1, 9), title=odd_text, url=links, day=st.dates(), what=odd_text)
asked = st.builds(Asked, rule=rules, found=st.integers(0, 999), capped=st.integers(0, 99))
states = st.builds(SourceState, id=odd_text, name=odd_text, reason=odd_text, since=st.none())
digests = st.builds(
    make_digest,
    sections=st.lists(
        st.builds(DigestSection, name=odd_text, items=st.lists(items, min_size=1, max_size=12).map(tuple)), max_size=4
    ).map(tuple),
    subscriber=odd_text,
    destination=odd_text,
    period=odd_text,
    language=st.sampled_from(["zh", "en", "xx"]),
    ending=st.lists(endings, max_size=12).map(tuple),
    asked=st.lists(asked, max_size=30).map(tuple),
    link=links,
    coverage=st.builds(
        Coverage,
        checked=st.integers(0, 999),
        failed=st.lists(states, max_size=30).map(tuple),
        stale=st.lists(states, max_size=30).map(tuple),
    ),
)


@pytest.mark.parametrize("name", list(CHANNELS))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(digest=digests)
def test_no_digest_breaks_a_message_or_its_limit(name: str, digest: Digest) -> None:
    key, measure, limit = SIZES[name]
    target = {"address": "reader@office.example", "token": "t" * 24, "url": f"pover://{'u' * 30}@{'a' * 30}"}
    messages = CHANNELS[name].compose(digest, target, Settings())
    assert messages
    for message in messages:
        assert measure(message[key]) <= limit
        assert not re.search(r"""(href=\\?"|\]\(|"url":"|"click":"|[^&]<)javascript:""", message[key], re.IGNORECASE)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(digest=digests)
def test_receivers_take_every_digest(reached: Reached, digest: Digest) -> None:
    before = len(reached.taken())
    messages = reached.compose(digest)
    for number, message in enumerate(messages):
        reached.send(message, f"digest-{before}-{number}")
    assert len(reached.taken()) == before + len(messages)
