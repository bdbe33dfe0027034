"""The site and its live feeds, served until somebody stops them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import uvicorn

from rabis_sync.errors import RetryableError
from rabis_sync.web.app import Settings, create_app
from rabis_sync.web.tokens import kept_key
from rabis_sync.wiring.assembly import Assembly

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: Signs resumption tokens; made on the first day in the library's folder, and never served.
_KEY_FILE = ".rabis-sync.key"
#: Seconds that requests under way have when the service is told to stop.
_PATIENCE = 10


def settings(assembly: Assembly) -> Settings:
    """What the application is told of the library."""
    section, address = assembly.configuration.web, assembly.configuration.library.site_url
    return Settings(
        out=assembly.folder / assembly.configuration.publish.out,
        base_url=f"{address}oai",
        admin_email=section.admin_email or f"admin@{urlsplit(address).hostname or 'localhost'}",
        key=kept_key(assembly.folder / _KEY_FILE),
        rate=section.rate,
        burst=section.rate * 10,
    )


def serve(path: Path, tell: Callable[[str], None]) -> None:
    """Serve what is published until SIGTERM or SIGINT.

    Args:
        path: the configuration.
        tell: hears the address.

    Raises:
        ConfigError: of the configuration.
        RetryableError: the port is taken.
    """
    assembly = Assembly.of(path)
    web = assembly.configuration.web
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings(assembly)),
            host=web.host,
            port=web.port,
            log_level="warning",
            proxy_headers=True,
            server_header=False,
            timeout_graceful_shutdown=_PATIENCE,
        )
    )
    tell(f"http://{web.host}:{web.port}/")
    try:
        server.run()
    except SystemExit as stopped:
        if stopped.code:
            raise RetryableError(
                f"port {web.port} of {web.host} cannot be listened on",
                hint="Another program has it: choose another port in [web].",
            ) from stopped
