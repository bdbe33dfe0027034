"""What all pages of the site share: its style sheets, its scripts, the library's emblem."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from rabis_sync.publish.feeds import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.publish.collection import Release

_STYLE = "text/css; charset=utf-8"
_SCRIPT = "text/javascript; charset=utf-8"
_LOGO = {"logo.svg": "image/svg+xml", "logo.png": "image/png"}


class Feed:
    """Files that stand beside the pages."""

    def documents(self, release: Release) -> Iterator[Document]:
        """`site.css`, `theme.css`, three scripts, and `logo.svg` or `logo.png` where there is one."""
        yield Document("site.css", _bundled("site.css"), _STYLE)
        yield Document("theme.css", _theme(release.look.theme), _STYLE)
        for name in ("site.js", "search.js", "reader.js"):
            yield Document(name, _bundled(name), _SCRIPT)
        if name := release.look.logo_name:
            yield Document(name, release.look.logo, _LOGO[name])


def _theme(own: bytes) -> bytes:
    """Ours, then the library's: what its sheet leaves unsaid stays as we set it."""
    return b"\n".join(part for part in (_bundled("theme.css"), own) if part)


def _bundled(name: str) -> bytes:
    return resources.files("rabis_sync.publish").joinpath("site", name).read_bytes()
