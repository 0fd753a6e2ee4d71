"""GET /healthz: whether the service answers, and its database."""

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi.responses import JSONResponse


def routes(engine: sa.Engine) -> APIRouter:
    """Return the route; it tells nothing but well or not."""
    router = APIRouter()

    @router.api_route("/healthz", methods=["GET", "HEAD"])
    def look() -> JSONResponse:
        try:
            with engine.execution_options(reading=True).begin() as connection:
                connection.execute(sa.text("SELECT 1"))
        except sa.exc.SQLAlchemyError:
            return JSONResponse({"status": "fault"}, status_code=503)
        return JSONResponse({"status": "ok"})

    return router
