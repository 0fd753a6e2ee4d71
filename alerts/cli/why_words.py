"""What `yaoxun rules why` says of all that lies outside of the rule, in Chinese and English."""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from alerts.cli.output import local
from alerts.rules.errors import Language
from alerts.store.standing import Standing, Way
from crawler.notice import ArchivedNotice

SAYINGS = {
    "reader_paused": ("订阅人“{name}”已暂停", "the reader {name} is paused"),
    "paused": (
        "这条订阅已暂停；恢复请运行 yaoxun subscriptions resume {id}",
        "the subscription is paused; to go on: yaoxun subscriptions resume {id}",
    ),
    "problem": ("这条订阅因故停用：{problem}", "the subscription has a problem: {problem}"),
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
    "no_way": ("订阅人没有任何接收渠道：yaoxun destinations add", "the reader has no destination"),
    "way_paused": ("{name}：已暂停", "{name}: paused"),
    "way_problem": ("{name}：{problem}", "{name}: {problem}"),
    "way_waiting": ("{name}：等待编入下一期汇编", "{name}: waits for the next digest"),
    "way_later": ("{name}：命中之后才添加", "{name}: was added after the match"),
    "way_elsewhere": ("{name}：同一通知已从另一网站送出", "{name}: the same notice was announced from another site"),
    "way_digest": ("{name}：编入 {period} 期，{states}", "{name}: in the digest of {period}, {states}"),
}
STATES = {"waiting": "等待投递", "sending": "正在投递", "delivered": "已送达", "dead": "投递失败"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: whether it is well, stands in the way, or (None) is neither."""

    name: str
    well: bool | None
    words: dict[str, object]

    def said(self, language: Language) -> str:
        """Return the line in a language."""
        return SAYINGS[self.name][0 if language == "zh" else 1].format(**self.words)


def facts_of(
    standing: Standing, notice: ArchivedNotice, *, holds: bool, language: Language, zone: ZoneInfo
) -> list[Fact]:
    """Return what stands between a rule and its reader, and how far the notice came on its way; times are of `zone`."""
    facts = list(_obstacles(standing, notice, zone))
    if standing.matched_at is None:
        return [*facts, Fact("changed" if holds and not facts else "unmatched", None, {})]
    facts.append(Fact("matched", True, {"moment": local(standing.matched_at, zone)}))
    if not standing.ways:
        facts.append(Fact("no_way", False, {}))
    return facts + [_fact(way, standing, notice, language) for way in standing.ways]


def _obstacles(standing: Standing, notice: ArchivedNotice, zone: ZoneInfo) -> Iterator[Fact]:
    subscription = standing.subscription
    if standing.subscriber.paused:
        yield Fact("reader_paused", False, {"name": standing.subscriber.name})
    if subscription.paused:
        yield Fact("paused", False, {"id": subscription.id})
    if subscription.problem:
        yield Fact("problem", False, {"problem": subscription.problem, "id": subscription.id})
    if notice.withdrawn_at is not None:
        yield Fact("withdrawn", False, {})
    if standing.waiting:
        yield Fact("waiting", False, {})
    elif standing.matched_at is None and notice.first_seen_at < subscription.created_at:
        seen, since = local(notice.first_seen_at, zone), local(subscription.created_at, zone)
        yield Fact("older", False, {"seen": seen, "since": since})


def _fact(way: Way, standing: Standing, notice: ArchivedNotice, language: Language) -> Fact:
    words: dict[str, object] = {"name": way.name}
    if way.period:
        states = {STATES.get(state, state) if language == "zh" else state: None for state in way.states}
        undelivered = any(state != "delivered" for state in way.states)
        return Fact("way_digest", not undelivered, words | {"period": way.period, "states": "、".join(states)})
    if way.paused:
        return Fact("way_paused", False, words)
    if way.problem:
        return Fact("way_problem", False, words | {"problem": way.problem})
    if way.queued:
        return Fact("way_waiting", None, words)
    later = standing.matched_at is not None and way.created_at > standing.matched_at
    return Fact("way_later" if later or notice.cluster_id is None else "way_elsewhere", None, words)
