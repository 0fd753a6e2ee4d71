"""The web application: its routes, and what it answers when something is wrong."""

import sqlalchemy as sa
import structlog
from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from alerts.console import confirm, health, unsubscribe, whole_digest
from alerts.console.guards import BodyLimit, SafeHeaders
from alerts.console.pages import fault_page
from alerts.store.secrets import Vault
from config.settings import Settings

MOST_BYTES = 10_000  # of a request's body: no page here asks for more than a button
PATIENCE = 10.0  # seconds for it to arrive

log = structlog.get_logger(__name__)


def make_app(engine: sa.Engine, vault: Vault, settings: Settings) -> FastAPI:
    """Return the application. It trusts no proxy's headers, keeps no session and sets no cookie."""
    app = FastAPI(title="Yaoxun", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.include_router(health.routes(engine))
    app.include_router(unsubscribe.routes(engine, vault, settings))
    app.include_router(confirm.routes(engine, vault, settings))
    app.include_router(whole_digest.routes(engine, vault))
    app.add_middleware(BodyLimit, most_bytes=MOST_BYTES, patience=PATIENCE)
    app.add_middleware(SafeHeaders)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(sa.exc.SQLAlchemyError, _no_database)
    app.add_exception_handler(Exception, _broken)
    return app


def _refused(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return fault_page(status, getattr(error, "headers", None))


def _no_database(_request: Request, error: Exception) -> Response:
    log.error("a page could not reach the database", exc_info=error)
    return fault_page(503, {"Retry-After": "60"})


def _broken(_request: Request, error: Exception) -> Response:
    """Whatever else went wrong; the server logs the traceback, and this answer passes no middleware."""
    del error
    return fault_page(500, SafeHeaders.headers)
