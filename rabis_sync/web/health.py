"""What monitoring asks of the service: is it alive, is it ready, and all figures at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from rabis_sync.service import metrics

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.service.health import Health

_NEVER = {"Cache-Control": "no-store"}


def health_router(ask: Callable[[], Health | None]) -> APIRouter:
    """The addresses of monitoring.

    Args:
        ask: looks at the ledger of runs now; None where the database is away.
    """
    router = APIRouter()

    @router.api_route("/healthz", methods=["GET", "HEAD"])
    def healthz() -> Response:
        return PlainTextResponse("alive\n", headers=_NEVER)

    @router.api_route("/readyz", methods=["GET", "HEAD"])
    def readyz() -> Response:
        found = ask()
        if found is None:
            return JSONResponse({"ready": False, "error": "the database is away"}, 503, headers=_NEVER)
        return JSONResponse(found.document(), 200 if found.ready else 503, headers=_NEVER)

    @router.api_route("/metrics", methods=["GET", "HEAD"])
    def figures() -> Response:
        return Response(metrics.text(ask()), media_type=metrics.CONTENT_TYPE, headers=_NEVER)

    return router
