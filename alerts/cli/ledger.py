"""`yaoxun ledger`: what became of a notice for a reader."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from alerts.cli.opening import opened
from alerts.cli.output import console, fail, local, print_json, print_table
from alerts.cli.rows import Json, Reader, hit_as_dict, now, transaction
from alerts.ledger import Account, PlaceEntry, RuleEntry, account_of
from alerts.store.subscribers import find_subscriber
from crawler.archive.notices import find_notice


def ledger(
    *,
    notice: Annotated[int, typer.Option(help="The notice, by id; see yaoxun notices search.")],
    subscriber: Reader,
    as_json: Json = False,
) -> None:
    """Say what became of a notice for a reader: matched and why, in which digest, delivered when, or why not.

    Example: yaoxun ledger --notice 42 --subscriber 规划科
    """
    here = opened()
    with transaction(here, reading=True) as connection:
        found = find_notice(connection, notice)
        if found is None:
            fail(f"There is no notice {notice}", "Find one: yaoxun notices search RULE", code=2)
        reader = find_subscriber(connection, subscriber)
        account = account_of(connection, here.vault, here.vocabulary, found, reader, now=now())
    if as_json:
        print_json(_as_dict(account))
        return
    zone = here.settings.zone
    console.print(f"{account.notice.id} {account.notice.title}", markup=False)
    console.print(f"archived {local(account.notice.first_seen_at, zone)}, for {reader.name}:", markup=False)
    print_table(
        ("rule", "answer", "why", "when"),
        ((one.subscription.rule, one.answer, one.words, local(one.matched_at, zone)) for one in account.rules),
        empty="The reader has no rules.",
    )
    print_table(
        ("destination", "answer", "why", "digest", "period", "messages"),
        (
            (one.destination.name, one.answer, one.words, one.digest_id, one.period, _messages(one))
            for one in account.places
        ),
        empty="The reader has no destinations.",
    )


def _messages(entry: PlaceEntry) -> str:
    return ", ".join(f"{one.delivery.id} {one.delivery.state}" for one in entry.sent)


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
