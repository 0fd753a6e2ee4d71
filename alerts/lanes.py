"""Which lane a message leaves in, and whether it is its turn: channels say the rates, the database keeps the pace."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from alerts.channels import CHANNELS
from alerts.store.outbox import Claimed, postpone
from alerts.store.pacing import held_lanes, hold_lane, lane_of, take_turn
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


def in_turn(connection: sa.Connection, vault: Vault, claimed: Sequence[Claimed], *, now: datetime) -> list[Claimed]:
    """Return those whose turn it is, of channels that keep no rate; those in a lane that is held are put off."""
    lanes = {one.sealed_target: _lane(vault, one) for one in {each.sealed_target: each for each in claimed}.values()}
    held = held_lanes(connection, list(lanes.values()), now=now)
    for one in claimed:
        if lanes[one.sealed_target] in held:
            postpone(connection, one, held[lanes[one.sealed_target]])
    return [one for one in claimed if lanes[one.sealed_target] not in held]


def hold(connection: sa.Connection, vault: Vault, claimed: Claimed, until: datetime) -> None:
    """Let the whole lane wait because the receiver said so: others that go there would be refused as well."""
    if lane := _lane(vault, claimed):
        hold_lane(connection, lane, until)


def _lane(vault: Vault, claimed: Claimed) -> str:
    target = _target(vault, claimed)
    return "" if target is None else lane_of(claimed.channel, target, CHANNELS[claimed.channel].paced_by)


def _target(vault: Vault, claimed: Claimed) -> Mapping[str, str] | None:
    """Return the target; None when it cannot be unsealed: the attempt will say so, and nothing leaves."""
    try:
        return vault.unseal(claimed.sealed_target)
    except VaultError:
        return None
