"""So many mails a minute to one recipient domain, however many workers send: the database keeps the pace."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import SystemRandom

import sqlalchemy as sa

from alerts.store.outbox import Claimed, put_back
from alerts.store.pacing import lane_of, take_turns
from alerts.store.secrets import Vault, VaultError

MINUTE = 60.0
AT_ONCE = 10  # a tenth of a minute's mails may leave at once, the others flow over the minute
chance = SystemRandom()


def within_pace(
    connection: sa.Connection, vault: Vault, claimed: Sequence[Claimed], *, most: int, now: datetime
) -> list[Claimed]:
    """Return what may leave now; what is too much for its domain is put back, which is no attempt.

    Without a limit (`most` 0) the database is not asked.
    """
    if not most:
        return list(claimed)
    kept: list[Claimed] = []
    by_domain: dict[str, list[Claimed]] = defaultdict(list)
    for one in claimed:
        domain = _domain(vault, one)
        (by_domain[domain] if domain else kept).append(one)
    burst = max(most // AT_ONCE, 1)
    bucket = (burst, MINUTE / max(most - burst, 1))
    for domain in sorted(by_domain):  # two workers lock the domains in one order
        mails = by_domain[domain]
        lane = lane_of("email", {"domain": domain}, ("domain",))
        may_leave, later = take_turns(connection, lane, [bucket], wanted=len(mails), now=now)
        kept += mails[:may_leave]
        for one in mails[may_leave:]:
            # over a minute, or very many would come back together, again and again
            put_back(connection, one, until=later + timedelta(seconds=chance.uniform(0, MINUTE)))
    return [one for one in claimed if one in kept]


def _domain(vault: Vault, claimed: Claimed) -> str:
    """Return the domain of a mail's reader; empty of what is no mail, or whose target cannot be read."""
    if claimed.channel != "email":
        return ""
    try:
        return vault.unseal(claimed.sealed_target).get("address", "").rpartition("@")[2]
    except VaultError:
        return ""  # the attempt itself ends with that
