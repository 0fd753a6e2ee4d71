"""Which lane a message leaves in, and whether it is its turn: channels say the rates, the database keeps the pace."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from alerts.channels import CHANNELS
from alerts.store.outbox import Claimed, put_back, put_off_place
from alerts.store.pacing import held_lanes, hold_lane, lane_of, take_turn
from alerts.store.secrets import Vault, VaultError


def turn(connection: sa.Connection, channel: str, target: Mapping[str, str], *, now: datetime) -> datetime | None:
    """Take a turn for one message to a target: None when it may leave now, else the moment to come again."""
    buckets = [(rate.burst, rate.interval) for rate in CHANNELS[channel].rates]
    return take_turn(connection, lane_of(channel, target, CHANNELS[channel].paced_by), buckets, now=now)


def in_turn(connection: sa.Connection, vault: Vault, claimed: Sequence[Claimed], *, now: datetime) -> list[Claimed]:
    """Return those whose turn it is; the others are put back, which is no attempt."""
    free = _not_held(connection, vault, [one for one in claimed if not CHANNELS[one.channel].rates], now)
    paced = [one for one in claimed if CHANNELS[one.channel].rates and not _put_off(connection, vault, one, now)]
    return free + paced


def _put_off(connection: sa.Connection, vault: Vault, claimed: Claimed, now: datetime) -> bool:
    """Tell whether it is not the turn of a delivery in a channel that keeps a rate; then it is put back."""
    target = _target(vault, claimed)
    later = None if target is None else turn(connection, claimed.channel, target, now=now)
    if later is not None:
        _wait(connection, claimed, later)
    return later is not None


def _not_held(connection: sa.Connection, vault: Vault, claimed: Sequence[Claimed], now: datetime) -> list[Claimed]:
    """Return those of channels that keep no rate whose lane is free: all of them are asked for at once."""
    lanes = {one.sealed_target: _lane(vault, one) for one in {each.sealed_target: each for each in claimed}.values()}
    held = held_lanes(connection, list(lanes.values()), now=now) if lanes else {}
    for one in claimed:
        if lanes[one.sealed_target] in held:
            _wait(connection, one, held[lanes[one.sealed_target]])
    return [one for one in claimed if lanes[one.sealed_target] not in held]


def _wait(connection: sa.Connection, claimed: Claimed, until: datetime) -> None:
    """Put a delivery back, and let all that wait for the same place come as late: they share the lane."""
    put_back(connection, claimed, until=until)
    put_off_place(connection, claimed.delivery.destination_id, until=until)


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
