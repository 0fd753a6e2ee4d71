"""`yaoxun ledger`: what became of a notice for a reader."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, NamedTuple

import typer

from alerts.cli.advice import missing
from alerts.cli.opening import opened
from alerts.cli.output import console, local, print_json, print_table
from alerts.cli.rows import Json, Reader, hit_as_dict, now, transaction
from alerts.ledger import Account, PlaceEntry, RuleEntry, Speech, account_of
from alerts.model import DeliveryState
from alerts.store.subscribers import find_subscriber
from crawler.archive.notices import find_notice


class Heads(NamedTuple):
    """What stands above the tables."""

    head: str
    rules: tuple[str, str, str]
    no_rules: str
    places: tuple[str, str, str, str, str]
    no_places: str
    states: Mapping[DeliveryState, str] = {}


HEADS = {
    "zh": Heads(
        "收录于 {when}，对 {reader}：",
        ("规则", "结果", "时间"),
        "该订阅人没有规则。",
        ("接收渠道", "结果", "汇编", "期", "消息"),
        "该订阅人没有接收渠道。",
        {
            DeliveryState.WAITING: "待发",
            DeliveryState.SENDING: "发送中",
            DeliveryState.DELIVERED: "已送达",
            DeliveryState.HELD: "暂扣",
            DeliveryState.DEAD: "已放弃",
        },
    ),
    "en": Heads(
        "archived {when}, for {reader}:",
        ("rule", "answer", "when"),
        "The reader has no rules.",
        ("destination", "answer", "digest", "period", "messages"),
        "The reader has no destinations.",
    ),
}


def ledger(
    *,
    notice: Annotated[int, typer.Option(help="The notice, by id; see yaoxun notices search.")],
    subscriber: Reader,
    english: Annotated[bool, typer.Option("--english", help="Say it in English, whatever the settings say.")] = False,
    as_json: Json = False,
) -> None:
    """Say what became of a notice for a reader: matched and why, in which digest, delivered when, or why not.

    Example: yaoxun ledger --notice 42 --subscriber 规划科
    """
    here = opened()
    with transaction(here, reading=True) as connection:
        found = find_notice(connection, notice)
        if found is None:
            missing("notice", notice)
        reader = find_subscriber(connection, subscriber)
        speech = Speech("en" if english else here.settings.language, here.settings.zone)
        account = account_of(connection, here.vault, here.vocabulary, found, reader, now=now(), speech=speech)
    if as_json:
        print_json(_as_dict(account))
        return
    _show(account, speech)


def _show(account: Account, speech: Speech) -> None:
    heads = HEADS[speech.language]
    archived = local(account.notice.first_seen_at, speech.zone)
    console.print(f"{account.notice.id} {account.notice.title}", markup=False)
    console.print(heads.head.format(when=archived, reader=account.subscriber.name), markup=False)
    print_table(
        heads.rules,
        ((one.subscription.rule, one.words, local(one.matched_at, speech.zone)) for one in account.rules),
        empty=heads.no_rules,
    )
    print_table(
        heads.places,
        (
            (one.destination.name, one.words, one.digest_id, one.period, _messages(one, heads.states))
            for one in account.places
        ),
        empty=heads.no_places,
    )


def _messages(entry: PlaceEntry, states: Mapping[DeliveryState, str]) -> str:
    return ", ".join(f"{one.delivery.id} {states.get(one.delivery.state, one.delivery.state)}" for one in entry.sent)


def _as_dict(account: Account) -> dict[str, Any]:
    notice = account.notice
    return {
        "notice": {"id": notice.id, "title": notice.title, "first_seen_at": notice.first_seen_at},
        "subscriber": account.subscriber.name,
        "rules": [_rule(one) for one in account.rules],
        "destinations": [_place(one) for one in account.places],
    }


def _rule(one: RuleEntry) -> dict[str, Any]:
    return {
        "id": one.subscription.id,
        "rule": one.subscription.rule,
        "answer": one.answer,
        "why": one.words,
        "event": one.event,
        "matched_at": one.matched_at,
        "evidence": [hit_as_dict(hit) for hit in one.evidence],
    }


def _place(one: PlaceEntry) -> dict[str, Any]:
    return {
        "id": one.destination.id,
        "name": one.destination.name,
        "channel": one.destination.channel,
        "answer": one.answer,
        "why": one.words,
        "digest": one.digest_id,
        "period": one.period,
        "deliveries": [
            {
                "id": sent.delivery.id,
                "part": sent.delivery.part,
                "parts": sent.delivery.parts,
                "state": sent.delivery.state,
                "key": sent.delivery.key,
                "delivered_at": sent.delivery.delivered_at,
                "next_attempt_at": sent.delivery.next_attempt_at,
                "attempts": [asdict(attempt) for attempt in sent.attempts],
            }
            for sent in one.sent
        ],
    }
