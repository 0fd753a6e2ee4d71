"""What a rule says of a notice: that it matched and by what, or why not."""

from collections.abc import Sequence
from datetime import datetime

from alerts.ledger.answers import RuleAnswer, RuleEntry
from alerts.model import Hit, Subscriber, Subscription
from alerts.rules import NoticeText, Rule, RuleError, holds, parse
from alerts.rules.tree import Or
from alerts.rules.why import why
from alerts.store.ledger import MatchRow
from config.vocabulary import Words
from crawler.notice import ArchivedNotice


def rule_entries(  # noqa: PLR0913, PLR0917  everything that an answer depends on
    rule: Subscription,
    matched: Sequence[MatchRow],
    subscriber: Subscriber,
    notice: ArchivedNotice,
    text: NoticeText,
    vocabulary: Words,
    *,
    waiting: bool,
    now: datetime,
) -> list[RuleEntry]:
    """Return an entry for each match of the rule, or the one that says why there is none."""
    own = [one for one in matched if one.subscription_id == rule.id]
    if own:
        return [
            RuleEntry(
                subscription=rule,
                answer=RuleAnswer.MATCHED,
                words=f"matched as {one.event} by {_terms(one.evidence)}",
                matched_at=one.matched_at,
                event=one.event,
                evidence=one.evidence,
            )
            for one in own
        ]
    answer, words = _why_unmatched(rule, subscriber, notice, text, vocabulary, waiting=waiting, now=now)
    return [RuleEntry(subscription=rule, answer=answer, words=words)]


def _terms(evidence: Sequence[Hit]) -> str:
    return ", ".join(dict.fromkeys(hit.term for hit in evidence)) or "its facts"


def _why_unmatched(  # noqa: PLR0911, PLR0913  one answer for each reason, and everything that it depends on
    rule: Subscription,
    subscriber: Subscriber,
    notice: ArchivedNotice,
    text: NoticeText,
    vocabulary: Words,
    *,
    waiting: bool,
    now: datetime,
) -> tuple[RuleAnswer, str]:
    try:
        parsed = parse(rule.rule, vocabulary)
    except RuleError as error:
        return RuleAnswer.UNREADABLE, f"the rule cannot be read: {error.message}"
    if rule.problem:
        return RuleAnswer.UNREADABLE, f"the rule is out of use: {rule.problem}"
    if not holds(parsed, text):
        return RuleAnswer.DOES_NOT_HOLD, f"the notice does not meet: {_lacking(parsed, text, notice)}"
    if subscriber.paused:
        return RuleAnswer.READER_PAUSED, "the reader is paused"
    if rule.paused:
        return RuleAnswer.PAUSED, "the rule is paused"
    if rule.expires_at is not None and rule.is_over(now):
        return RuleAnswer.EXPIRED, f"the rule ended at {rule.expires_at:%Y-%m-%d %H:%M} UTC"
    if waiting:
        return RuleAnswer.NOT_YET, "the notice is not matched yet: the service does that within seconds"
    if rule.created_at > notice.first_seen_at:
        return RuleAnswer.ADDED_LATER, f"the rule was added later, at {rule.created_at:%Y-%m-%d %H:%M} UTC"
    return (
        RuleAnswer.DID_NOT_HOLD_THEN,
        "it holds now, and did not when the notice was matched: the rule was paused then, or the notice changed since",
    )


def _lacking(rule: Rule, text: NoticeText, notice: ArchivedNotice) -> str:
    """Name the parts that fail, as they are written, and what comes closest to each."""
    return ", ".join(
        (f"({one.node})" if isinstance(one.node, Or) else str(one.node))
        + (f" ({one.remark.said('en')})" if one.remark else "")
        for one in why(rule, text, notice).lacking()
    )
