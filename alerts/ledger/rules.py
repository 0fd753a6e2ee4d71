"""What a rule says of a notice: that it matched and by what, or why not."""

from collections.abc import Sequence
from datetime import datetime

from alerts.ledger.answers import RuleAnswer, RuleEntry
from alerts.ledger.sayings import Speech
from alerts.model import Hit, Subscriber, Subscription, kind_of
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
    speech: Speech,
) -> list[RuleEntry]:
    """Return an entry for each match of the rule, or the one that says why there is none."""
    own = [one for one in matched if one.subscription_id == rule.id]
    if own:
        return [
            RuleEntry(
                subscription=rule,
                answer=RuleAnswer.MATCHED,
                words=speech.say("matched", event=_event(one.event, speech), terms=_terms(one.evidence, speech)),
                matched_at=one.matched_at,
                event=one.event,
                evidence=one.evidence,
            )
            for one in own
        ]
    answer, words = _why_unmatched(rule, subscriber, notice, text, vocabulary, waiting=waiting, now=now, speech=speech)
    return [RuleEntry(subscription=rule, answer=answer, words=words)]


def _event(event: str, speech: Speech) -> str:
    return speech.say(kind_of(event))


def _terms(evidence: Sequence[Hit], speech: Speech) -> str:
    return ", ".join(dict.fromkeys(hit.term for hit in evidence)) or speech.say("facts")


def _why_unmatched(  # noqa: PLR0911, PLR0913  one answer for each reason, and everything that it depends on
    rule: Subscription,
    subscriber: Subscriber,
    notice: ArchivedNotice,
    text: NoticeText,
    vocabulary: Words,
    *,
    waiting: bool,
    now: datetime,
    speech: Speech,
) -> tuple[RuleAnswer, str]:
    try:
        parsed = parse(rule.rule, vocabulary)
    except RuleError as error:
        return RuleAnswer.UNREADABLE, speech.say("unreadable", why=error.said(speech.language)[0])
    if rule.problem:
        return RuleAnswer.UNREADABLE, speech.say("out_of_use", why=rule.problem)
    if not holds(parsed, text):
        return RuleAnswer.DOES_NOT_HOLD, speech.say("does_not_hold", parts=_lacking(parsed, text, notice, speech))
    if subscriber.paused:
        return RuleAnswer.READER_PAUSED, speech.say("reader_paused")
    if rule.paused:
        return RuleAnswer.PAUSED, speech.say("paused")
    if rule.expires_at is not None and rule.is_over(now):
        return RuleAnswer.EXPIRED, speech.say("expired", when=rule.expires_at)
    if waiting:
        return RuleAnswer.NOT_YET, speech.say("not_yet")
    if rule.created_at > notice.first_seen_at:
        return RuleAnswer.ADDED_LATER, speech.say("added_later", when=rule.created_at)
    return RuleAnswer.DID_NOT_HOLD_THEN, speech.say("did_not_hold_then")


def _lacking(rule: Rule, text: NoticeText, notice: ArchivedNotice, speech: Speech) -> str:
    """Name the parts that fail, as they are written, and what comes closest to each."""
    return ", ".join(
        (f"({one.node})" if isinstance(one.node, Or) else str(one.node))
        + (speech.because(one.remark.said(speech.language)) if one.remark else "")
        for one in why(rule, text, notice).lacking()
    )
