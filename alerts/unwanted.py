"""Mails that their mailbox wants no more: they are given up, and not sent."""

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from alerts.store.outbox import Claimed
from alerts.store.secrets import Vault, VaultError
from alerts.store.suppressions import any_suppressed, find_suppressions


def say_unwanted(connection: sa.Connection, vault: Vault, claimed: Sequence[Claimed]) -> list[Claimed]:
    """Return the deliveries; those to a suppressed mailbox say why nothing is to be sent."""
    if not any(one.channel == "email" for one in claimed) or not any_suppressed(connection):
        return list(claimed)
    addresses = [_address(vault, one) for one in claimed]
    found = find_suppressions(connection, addresses)
    return [
        replace(one, unwanted=f"not sent: the mailbox is suppressed ({found[address].reason})")
        if address in found
        else one
        for one, address in zip(claimed, addresses, strict=True)
    ]


def _address(vault: Vault, claimed: Claimed) -> str:
    if claimed.channel != "email":
        return ""
    try:
        return vault.unseal(claimed.sealed_target).get("address", "").lower()
    except VaultError:
        return ""  # the attempt itself ends with that
