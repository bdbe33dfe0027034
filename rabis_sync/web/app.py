"""The application behind the addresses: the site, its feeds, OAI-PMH; it reads, and changes nothing."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from math import ceil
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse

from rabis_sync.web.limits import RateLimit
from rabis_sync.web.oai import PAGE_SIZE, Provider
from rabis_sync.web.repository import Snapshots
from rabis_sync.web.site import Found, Site

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

#: Anybody's page may read what is public.
_CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Last-Modified"}
#: What is not there may come, what was taken back may come back.
_FOR_NOW = {**_CORS, "Cache-Control": "public, no-cache"}
#: Pages need nothing from elsewhere; what they hold is never taken for something else.
_SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors {framed}"
    ),
}
#: Pages that other sites may show in a frame.
_EMBEDDED = re.compile(r"/(current/)?((kk|ru|en)/)?embed/")
#: The longest body of a request: an OAI-PMH form with a token.
_LONGEST = 65_536


@dataclass(frozen=True, slots=True)
class Settings:
    """What the application needs.

    Attributes:
        out: folder of the site.
        base_url: address of the OAI-PMH repository.
        admin_email: whom harvesters' people can write to.
        key: signs resumption tokens.
        rate: requests a second of one reader; 0: no limit.
        burst: requests at once after a pause.
        page_size: records a page of an OAI-PMH list.
    """

    out: Path
    base_url: str
    admin_email: str
    key: bytes
    rate: float = 20
    burst: float = 200
    page_size: int = PAGE_SIZE


def create_app(settings: Settings, more: APIRouter | None = None) -> FastAPI:
    """The application, ready to be served; `more` are addresses that stand before the site's own."""
    app = FastAPI(title="rabis-sync", docs_url=None, redoc_url=None, openapi_url=None)
    site = Site(settings.out)
    snapshots = Snapshots(settings.out)
    provider = Provider(snapshots, settings.base_url, settings.admin_email, settings.key, settings.page_size)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.middleware("http")(_guarded(RateLimit(settings.rate, settings.burst)))
    app.include_router(more or APIRouter())

    @app.api_route("/oai", methods=["GET", "POST", "HEAD"])
    async def oai(request: Request) -> Response:
        asked = request.url.query
        if request.method == "POST":
            body = await _body(request)
            if body is None:
                return PlainTextResponse("the request is too long\n", 413)
            asked = body.decode("utf-8", "replace")
        arguments = parse_qsl(asked, keep_blank_values=True)
        answer = provider.answer(arguments, datetime.now(UTC))
        return Response(answer, media_type="text/xml; charset=utf-8", headers=_CORS)

    @app.api_route("/feeds/changes", methods=["GET", "HEAD"])
    def changes(since: str = "0") -> Response:
        found = site.changes_since(int(since)) if since.isascii() and since.isdigit() else None
        if found is None:
            told = {"error": "the log never gave this number: take the whole collection", "at": "latest.json"}
            return JSONResponse(told, 410, headers=_CORS)
        return JSONResponse(found, headers={**_CORS, "Cache-Control": "public, no-cache"})

    @app.api_route("/latest.json", methods=["GET", "HEAD"])
    def latest() -> Response:
        body = site.latest()
        if body is None:
            return PlainTextResponse("nothing is published yet\n", 404, headers=_CORS)
        return Response(body, media_type="application/json", headers={**_CORS, "Cache-Control": "no-cache"})

    @app.api_route("/feeds/{place:path}", methods=["GET", "HEAD"])
    def feed(place: str, request: Request) -> Response:
        return _given(site.find(place), request)

    @app.api_route("/{place:path}", methods=["GET", "HEAD"])
    def file(place: str, request: Request) -> Response:
        return _given(site.find(place), request)

    return app


def _guarded(
    limit: RateLimit,
) -> Callable[[Request, Callable[[Request], Awaitable[Response]]], Awaitable[Response]]:
    async def guarded(request: Request, following: Callable[[Request], Awaitable[Response]]) -> Response:
        reader = request.client.host if request.client else ""
        wait = limit.wait(reader, time.monotonic())
        if wait:
            slower = {"Retry-After": str(ceil(wait)), **_CORS}
            return PlainTextResponse("too many requests\n", 429, headers=slower)
        response = await following(request)
        framed = "*" if _EMBEDDED.fullmatch(request.url.path) else "'self'"
        policy = _SECURITY["Content-Security-Policy"].format(framed=framed)
        response.headers.update({**_SECURITY, "Content-Security-Policy": policy})
        return response

    return guarded


async def _body(request: Request) -> bytes | None:
    """The body of a request; None where it is longer than any honest one."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LONGEST:
            return None
    return body


def _given(found: Found | str | None, request: Request) -> Response:
    if found is None:
        return PlainTextResponse("there is no such page\n", 404, headers=_FOR_NOW)
    if isinstance(found, str):
        return PlainTextResponse("this was taken back\n", 410, headers=_FOR_NOW)
    tag = f'"{found.entry.sha256[:32]}"'
    changed = datetime.fromtimestamp(int(found.path.stat().st_mtime), UTC)
    headers: dict[str, Any] = {
        **_CORS,
        "ETag": tag,
        "Cache-Control": found.cache,
        "Last-Modified": format_datetime(changed, usegmt=True),
    }
    if not found.gone and _same(request, tag):
        return Response(status_code=304, headers=headers)
    status = 410 if found.gone else 200
    return FileResponse(found.path, status, headers=headers, media_type=found.entry.mime)


def _same(request: Request, tag: str) -> bool:
    """Whether the reader has just this content already; gzip makes a tag weak on its way."""
    told = request.headers.get("if-none-match", "")
    return tag in {one.strip().removeprefix("W/") for one in told.split(",")} or told.strip() == "*"
