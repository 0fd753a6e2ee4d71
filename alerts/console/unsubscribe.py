"""The page behind a mail's unsubscribe link: GET asks, POST does it (RFC 8058 one-click: no login, no cookie).

Mail scanners follow every link with GET, so that changes nothing. The token in the address is the authority, which is
why a POST needs no other proof, and why its body says nothing that matters.
"""

from email.utils import parseaddr
from urllib.parse import quote

import sqlalchemy as sa
import structlog
from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from alerts.console.pages import page
from alerts.model import Destination
from alerts.store.destinations import UNSUBSCRIBED, find_by_token, pause_destination
from alerts.store.secrets import Vault
from alerts.store.subscribers import get_subscriber
from config.settings import Settings

log = structlog.get_logger(__name__)


def routes(engine: sa.Engine, vault: Vault, settings: Settings) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.api_route("/unsubscribe/{token}", methods=["GET", "HEAD"])
    def ask(token: str) -> HTMLResponse:
        with engine.execution_options(reading=True).begin() as connection:
            found = find_by_token(connection, vault, token)
            return unknown_page(settings) if found is None else _page(connection, found, ended=_ended(found))

    @router.post("/unsubscribe/{token}")
    def end(token: str) -> HTMLResponse:
        with engine.begin() as connection:
            found = find_by_token(connection, vault, token)
            if found is None:
                return unknown_page(settings)
            if not _ended(found):
                pause_destination(connection, found.id, paused=True, problem=UNSUBSCRIBED)
                log.info("unsubscribed", destination=found.id)
            return _page(connection, found, ended=True)

    return router


def _ended(destination: Destination) -> bool:
    return destination.paused and destination.problem == UNSUBSCRIBED


def _page(connection: sa.Connection, destination: Destination, *, ended: bool) -> HTMLResponse:
    """Say what the mail itself says of its reader; never the address, since a mail may be passed on."""
    reader = get_subscriber(connection, destination.subscriber_id)
    template = "unsubscribed.html.j2" if ended else "unsubscribe.html.j2"
    return page(template, subscriber=reader.name, destination=destination.name)


def unknown_page(settings: Settings) -> HTMLResponse:
    """Say where to write; without a mail server nobody reads what is written to the sender."""
    _name, address = parseaddr(settings.smtp.reply_to or settings.smtp.sender)
    mailbox = quote(address, safe="@") if settings.smtp.host else ""
    return page("unknown.html.j2", status=404, mailbox=mailbox)
