"""Double opt-in: a mailbox is asked once whether its reader wants digests, and gets none before they say yes."""

from datetime import datetime

import sqlalchemy as sa

from alerts.channels.email import compose_question
from alerts.model import DeliveryKind, Destination, Subscriber
from alerts.store.deliveries import add_note
from config.settings import Settings


class CannotAsk(Exception):
    """Nobody could follow the link in the mail; the message says what to set."""


def ask_for_consent(
    connection: sa.Connection, settings: Settings, destination: Destination, reader: Subscriber, *, now: datetime
) -> None:
    """Put the question into the outbox; raise CannotAsk without a public address for the answer."""
    public = settings.public_url.rstrip("/")
    if not public:
        raise CannotAsk("The mail needs a page for the reader's yes: set YAOXUN_PUBLIC_URL to your https address.")
    link = f"{public}/confirm/{destination.target['token']}"
    message = compose_question(link, reader.name, destination.name, reader.language, destination.target, settings)
    add_note(connection, destination.id, [message], now, kind=DeliveryKind.CONFIRMATION)
