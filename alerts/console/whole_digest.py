"""The page behind "see everything" in a digest: all of it, as the mail would show it had it room.

The address is signed with the key of this installation, so nobody can count their way to another reader's digest.
"""

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from alerts.channels.mail import STYLE_HASH, write_page
from alerts.console.pages import fault_page
from alerts.store.digests import find_digest
from alerts.store.errors import Unknown
from alerts.store.secrets import Vault


def routes(engine: sa.Engine, vault: Vault) -> APIRouter:
    """Return the route."""
    router = APIRouter()

    @router.api_route("/digest/{signed}", methods=["GET", "HEAD"])
    def show(signed: str) -> HTMLResponse:
        found = vault.signed("digest", signed)
        if found is None or not found.isdecimal():
            return fault_page(404)
        try:
            with engine.execution_options(reading=True).begin() as connection:
                digest = find_digest(connection, int(found)).digest
        except Unknown:
            return fault_page(404)
        if digest is None:
            return fault_page(404)
        policy = f"default-src 'none'; style-src '{STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'"
        return HTMLResponse(write_page(digest), headers={"Content-Security-Policy": policy})

    return router
