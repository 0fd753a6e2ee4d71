"""Which lane a message leaves in, and whether it is its turn: channels say the rates, the database keeps the pace."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from alerts.channels import CHANNELS
from alerts.store.outbox import Claimed, postpone
from alerts.store.pacing import hold_lane, lane_of, take_turn
from alerts.store.secrets import Vault, VaultError


def turn(connection: sa.Connection, channel: str, target: Mapping[str, str], *, now: datetime) -> datetime | None:
    """Take a turn for one message to a target: None when it may leave now, else the moment to come again."""
    buckets = [(rate.burst, rate.interval) for rate in CHANNELS[channel].rates]
    return take_turn(connection, lane_of(channel, target, CHANNELS[channel].paced_by), buckets, now=now)


def put_off(connection: sa.Connection, vault: Vault, claimed: Claimed, *, now: datetime) -> bool:
    """Tell whether it is not the delivery's turn; then it is put off, which is no attempt."""
    target = _target(vault, claimed)
    later = None if target is None else turn(connection, claimed.channel, target, now=now)
    if later is not None:
        postpone(connection, claimed, later)
    return later is not None


def hold(connection: sa.Connection, vault: Vault, claimed: Claimed, until: datetime) -> None:
    """Let the whole lane wait because the receiver said so: others that go there would be refused as well."""
    target = _target(vault, claimed)
    if target is not None:
        hold_lane(connection, lane_of(claimed.channel, target, CHANNELS[claimed.channel].paced_by), until)


def _target(vault: Vault, claimed: Claimed) -> Mapping[str, str] | None:
    """Return the target; None when it cannot be unsealed: the attempt will say so, and nothing leaves."""
    try:
        return vault.unseal(claimed.sealed_target)
    except VaultError:
        return None
