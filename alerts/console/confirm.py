"""The page behind the link of a question mail: GET asks, POST says yes. Mail scanners follow links with GET only."""

import sqlalchemy as sa
import structlog
from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from alerts.console.pages import page
from alerts.console.unsubscribe import unknown_page
from alerts.model import Destination
from alerts.store.destinations import confirm_destination, find_by_token
from alerts.store.secrets import Vault
from alerts.store.subscribers import get_subscriber
from config.settings import Settings

log = structlog.get_logger(__name__)


def routes(engine: sa.Engine, vault: Vault, settings: Settings) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.api_route("/confirm/{token}", methods=["GET", "HEAD"])
    def ask(token: str) -> HTMLResponse:
        with engine.execution_options(reading=True).begin() as connection:
            found = find_by_token(connection, vault, token)
            return unknown_page(settings) if found is None else _page(connection, found, done=found.confirmed)

    @router.post("/confirm/{token}")
    def agree(token: str) -> HTMLResponse:
        with engine.begin() as connection:
            found = find_by_token(connection, vault, token)
            if found is None:
                return unknown_page(settings)
            if not found.confirmed:
                confirm_destination(connection, found.id)
                log.info("confirmed", destination=found.id)
            return _page(connection, found, done=True)

    return router


def _page(connection: sa.Connection, destination: Destination, *, done: bool) -> HTMLResponse:
    reader = get_subscriber(connection, destination.subscriber_id)
    template = "confirmed.html.j2" if done else "confirm.html.j2"
    return page(template, subscriber=reader.name, destination=destination.name)
