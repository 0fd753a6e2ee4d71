"""What is told of a destination that can no longer be reached: to its owner, by another one of theirs."""

from datetime import datetime

import sqlalchemy as sa
import structlog

from alerts.channels.base import Note
from alerts.model import Destination, Subscriber
from alerts.notes import live_places, send_note
from alerts.store.destinations import find_destination, pause_destination
from alerts.store.secrets import Vault, VaultError
from alerts.store.subscribers import get_subscriber, list_subscribers
from config.settings import Settings

log = structlog.get_logger(__name__)

TITLES = {"zh": "要讯：“{name}”已暂停投递", "en": "Yaoxun: deliveries to “{name}” are paused"}
LINES = {
    "zh": (
        "“{reader}”的“{name}”（{channel}）拒收，原因：{problem}",
        "新内容会保留，不会丢失。修正后请运行：yaoxun destinations resume {id}",
        "已被拒收的不会自动重发，补发请运行：yaoxun deliveries replay --dead --destination {id}",
    ),
    "en": (
        "“{name}” ({channel}) of “{reader}” was refused for good: {problem}",
        "What is found waits and is not lost. Once it is mended: yaoxun destinations resume {id}",
        "What was refused does not go out by itself; to send it: yaoxun deliveries replay --dead --destination {id}",
    ),
}


def stop_destination(  # noqa: PLR0913  whose destination, why, when
    connection: sa.Connection, vault: Vault, settings: Settings, destination_id: int, problem: str, *, now: datetime
) -> int | None:
    """Pause a destination with its problem, and tell its owner; return where they were told, None where nobody was.

    Without another destination of the owner's that can be reached, the operators are told.
    """
    pause_destination(connection, destination_id, paused=True, problem=problem)
    stopped = find_destination(connection, vault, destination_id)
    owner = get_subscriber(connection, stopped.subscriber_id)
    try:
        place = next(iter(_other_places(connection, vault, stopped)), None)
    except VaultError as error:
        log.warning("the owner of a paused destination cannot be told", destination=stopped.id, why=str(error))
        return None
    if place is None:
        return None
    send_note(connection, place, _note(stopped, owner, problem), settings, now)
    return place.id


def _other_places(connection: sa.Connection, vault: Vault, stopped: Destination) -> list[Destination]:
    """Return where else the owner can be reached, then where the operators can."""
    operators = {one.id for one in list_subscribers(connection) if one.operator and not one.paused}
    live = live_places(connection, vault, operators | {stopped.subscriber_id})
    live = [one for one in live if one.id != stopped.id and not _same_target(one, stopped)]
    own = [one for one in live if one.subscriber_id == stopped.subscriber_id]
    return own + [one for one in live if one.subscriber_id in operators]


def _same_target(one: Destination, other: Destination) -> bool:
    return one.channel == other.channel and one.target == other.target


def _note(stopped: Destination, owner: Subscriber, problem: str) -> Note:
    told = {
        "name": stopped.name,
        "reader": owner.name,
        "channel": stopped.channel,
        "problem": problem,
        "id": stopped.id,
    }
    language = owner.language if owner.language in TITLES else "zh"
    return Note(TITLES[language].format(**told), [one.format(**told) for one in LINES[language]], language)
