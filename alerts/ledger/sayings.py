"""The sentences of the ledger: Chinese first, English by choice. One for each answer, several where reasons differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from alerts.rules.errors import Language

SAYINGS: Mapping[str, tuple[str, str]] = {
    # of a rule
    "matched": ("命中（{event}）：{terms}", "matched as {event} by {terms}"),
    "new": ("新发布", "new"),
    "revised": ("有修订", "revised"),
    "withdrawn": ("已撤回", "withdrawn"),
    "back": ("恢复公开", "back"),
    "facts": ("其要素", "its facts"),
    "unreadable": ("规则无法读懂：{why}", "the rule cannot be read: {why}"),
    "out_of_use": ("规则已停用：{why}", "the rule is out of use: {why}"),
    "does_not_hold": ("通知不满足：{parts}", "the notice does not meet: {parts}"),
    "reader_paused": ("该订阅人已暂停", "the reader is paused"),
    "paused": ("该规则已暂停", "the rule is paused"),
    "expired": ("该规则已于 {when} 到期", "the rule ended at {when}"),
    "not_yet": (
        "通知尚未匹配：服务会在几秒内完成",
        "the notice is not matched yet: the service does that within seconds",
    ),
    "added_later": ("该规则是后来（{when}）才添加的", "the rule was added later, at {when}"),
    "did_not_hold_then": (
        "现在满足，但匹配时并不满足：当时规则已暂停，或通知后来有改动",
        "it holds now, and did not when the notice was matched: the rule was paused then, or the notice changed since",
    ),
    # of a destination, before a digest
    "nothing_to_send": ("该订阅人没有规则命中", "no rule of the reader matched"),
    "not_sent_here": ("命中的规则投递到别处", "the rules that matched go to other destinations"),
    "place_added_later": (
        "该接收渠道添加于 {when}，在命中之后",
        "the destination was added at {when}, after the match",
    ),
    "announced_as": (
        "同一通知在另一网站的页面已代为通知：通知 {twin}",
        "the same notice on another site stands for it: notice {twin}",
    ),
    "not_put_down": ("命中时，该规则投递到别处", "its rule went elsewhere when it matched"),
    "capped": ("未列出：该规则每期只列最好的几条", "left out: its rule shows only its best in one digest"),
    "no_news": ("未列出：撤回后又已恢复", "left out: it was withdrawn and is there again"),
    "waits": ("等待本期结束", "it waits for the end of the period"),
    "waits_problem": ("等待一期未能生成的汇编{why}", "it waits for a digest that could not be closed{why}"),
    "waits_reader": ("等待：该订阅人已暂停", "it waits: the reader is paused"),
    "waits_yes": ("等待：订阅人尚未确认此邮箱", "it waits: the reader has not said yes to this mailbox"),
    "waits_place": ("等待：该接收渠道已暂停{why}", "it waits: the destination is paused{why}"),
    # of a message
    "unsent": ("该期汇编没有产生消息", "the digest left no message"),
    "dead": ("尝试 {count} 次后放弃：{answer}", "given up after {count} attempts: {answer}"),
    "held": (
        "已扣留：对方可能已收到，而该渠道不要重复",
        "held: it may have been taken, and the destination wants no repeats",
    ),
    "delivered": ("已于 {when} 送达：{answer}", "delivered at {when}: {answer}"),
    "message_reader": ("消息在等待：该订阅人已暂停", "the message waits: the reader is paused"),
    "message_place": ("消息在等待：该接收渠道已暂停{why}", "the message waits: the destination is paused{why}"),
    "rests": ("消息等到 {when}：此前的邮件被退回", "the message waits until {when}: mails to it came back"),
    "on_its_way": ("投递中：已尝试 {count} 次，下次 {when}{why}", "on its way: {count} attempts, next {when}{why}"),
    "because": ("（{why}）", " ({why})"),
}


@dataclass(frozen=True, slots=True)
class Speech:
    """How the ledger speaks: in which language, and by which clock."""

    language: Language
    zone: ZoneInfo

    def say(self, name: str, **values: object) -> str:
        """Return a sentence; a time in it is told to the minute, by the reader's clock."""
        chinese, english = SAYINGS[name]
        told = {key: self._when(value) if isinstance(value, datetime) else value for key, value in values.items()}
        return (english if self.language == "en" else chinese).format(**told)

    def because(self, problem: str) -> str:
        """Return a reason in brackets; nothing without one."""
        return self.say("because", why=problem) if problem else ""

    def _when(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")
