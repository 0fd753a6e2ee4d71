"""What `yaoxun rules why` says of all that lies outside of the rule, in Chinese and English."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from alerts.cli.output import local
from alerts.ledger import PlaceAnswer, PlaceEntry, Standing
from alerts.rules.errors import Language
from crawler.notice import ArchivedNotice

SAYINGS = {
    "reader_paused": ("订阅人“{name}”已暂停", "the reader {name} is paused"),
    "paused": (
        "这条订阅已暂停；恢复请运行 yaoxun subscriptions resume {id}",
        "the subscription is paused; to go on: yaoxun subscriptions resume {id}",
    ),
    "problem": ("这条订阅因故停用：{problem}", "the subscription has a problem: {problem}"),
    "expired": (
        "这条订阅已于 {moment} 到期；延长请运行 yaoxun subscriptions edit {id} --until",
        "the subscription expired at {moment}; to go on: yaoxun subscriptions edit {id} --until",
    ),
    "waiting": ("通知还没有匹配，稍后会自动进行", "the notice is not matched yet; that happens by itself"),
    "older": (
        "通知收录于 {seen}，早于这条订阅（{since}）；回看旧文请用 yaoxun notices search",
        "the notice was first seen {seen}, before the subscription existed ({since}); use yaoxun notices search",
    ),
    "withdrawn": ("通知已被原网站撤回", "the notice was withdrawn by its site"),
    "changed": (
        "匹配时规则没有命中；此后通知、规则的词表或日期有了变化",
        "it did not match at the time; the notice, the words of the rule or the day have changed since",
    ),
    "unmatched": ("没有命中记录", "there is no match of the two"),
    "matched": ("已于 {moment} 命中", "matched at {moment}"),
    "no_place": ("订阅人没有任何接收渠道：yaoxun destinations add", "the reader has no destination"),
    "place": ("{name}：{words}{period}", "{name}: {words}"),
}
NEITHER = frozenset(
    {
        PlaceAnswer.NOT_SENT_HERE,
        PlaceAnswer.ADDED_LATER,
        PlaceAnswer.ANNOUNCED_AS,
        PlaceAnswer.NOT_PUT_DOWN,
        PlaceAnswer.WAITS,
        PlaceAnswer.CAPPED,
        PlaceAnswer.NO_NEWS,
        PlaceAnswer.ON_ITS_WAY,
    }
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: whether it is well, stands in the way, or (None) is neither."""

    name: str
    well: bool | None
    words: dict[str, object]
    answer: PlaceAnswer | None = None  # of a destination

    def said(self, language: Language) -> str:
        """Return the line in a language."""
        return SAYINGS[self.name][0 if language == "zh" else 1].format(**self.words)


def facts_of(standing: Standing, notice: ArchivedNotice, *, holds: bool, now: datetime, zone: ZoneInfo) -> list[Fact]:
    """Return what stands between a rule and its reader, and how far the notice came on its way; times are of `zone`."""
    facts = list(_obstacles(standing, notice, now, zone))
    if standing.matched_at is None:
        return [*facts, Fact("changed" if holds and not facts else "unmatched", None, {})]
    facts.append(Fact("matched", True, {"moment": local(standing.matched_at, zone)}))
    if not standing.places:
        facts.append(Fact("no_place", False, {}))
    return facts + [_on_the_way(one) for one in standing.places]


def _obstacles(standing: Standing, notice: ArchivedNotice, now: datetime, zone: ZoneInfo) -> Iterator[Fact]:
    subscription = standing.subscription
    if standing.subscriber.paused:
        yield Fact("reader_paused", False, {"name": standing.subscriber.name})
    if subscription.paused:
        yield Fact("paused", False, {"id": subscription.id})
    if subscription.problem:
        yield Fact("problem", False, {"problem": subscription.problem, "id": subscription.id})
    if subscription.is_over(now):
        yield Fact("expired", False, {"moment": local(subscription.expires_at, zone), "id": subscription.id})
    if notice.withdrawn_at is not None:
        yield Fact("withdrawn", False, {})
    if standing.waiting:
        yield Fact("waiting", False, {})
    elif standing.matched_at is None and notice.first_seen_at < subscription.created_at:
        seen, since = local(notice.first_seen_at, zone), local(subscription.created_at, zone)
        yield Fact("older", False, {"seen": seen, "since": since})


def _on_the_way(one: PlaceEntry) -> Fact:
    well = None if one.answer in NEITHER else one.answer is PlaceAnswer.DELIVERED
    period = f"（{one.period} 期）" if one.period else ""
    words: dict[str, object] = {"name": one.destination.name, "words": one.words, "period": period}
    return Fact("place", well, words, answer=one.answer)
