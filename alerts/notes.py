"""Notes beside the digests: where a reader can be told something, and how it gets on its way."""

from collections.abc import Container
from datetime import datetime

import sqlalchemy as sa

from alerts.channels import CHANNELS
from alerts.channels.base import Note
from alerts.model import Destination
from alerts.store.deliveries import add_note
from alerts.store.destinations import list_destinations
from alerts.store.secrets import Vault
from config.settings import Settings


def live_places(connection: sa.Connection, vault: Vault, readers: Container[int]) -> list[Destination]:
    """Return the destinations of these readers that anything is sent to: neither paused nor waiting for a yes."""
    everywhere = list_destinations(connection, vault)
    return [one for one in everywhere if one.subscriber_id in readers and one.confirmed and not one.paused]


def send_note(connection: sa.Connection, place: Destination, note: Note, settings: Settings, now: datetime) -> None:
    """Put a note to a destination into the outbox."""
    messages = CHANNELS[place.channel].compose_note(note, place.target, settings)
    add_note(connection, place.id, messages, now)
