"""How a library's site looks: its first language, its colours and type, its emblem."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from rabis_sync.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

#: Languages of the pages.
LANGUAGES = ("kk", "ru", "en")
#: The emblem's name in the release, by what its bytes begin with.
_PNG = b"\x89PNG\r\n\x1a\n"
#: A larger emblem would be most of what a telephone loads.
_LARGEST = 100_000


@dataclass(frozen=True, slots=True)
class Look:
    """What the library gives its site.

    Attributes:
        language: of the pages at the root; the other languages are below `<language>/`.
        theme: a style sheet that follows `site/theme.css`; empty: none.
        logo: an emblem, SVG or PNG; empty: none.
    """

    language: str = "kk"
    theme: bytes = b""
    logo: bytes = b""

    @property
    def logo_name(self) -> str:
        """Name of the emblem in the release; empty without one."""
        return "" if not self.logo else "logo.png" if self.logo.startswith(_PNG) else "logo.svg"

    @property
    def fingerprint(self) -> str:
        """Of all of it."""
        return sha256(b"\0".join((self.language.encode(), self.theme, self.logo))).hexdigest()


def read_look(language: str, theme: Path | None, logo: Path | None) -> Look:
    """The look of a site with the library's own files.

    Args:
        language: of the pages at the root.
        theme: the library's style sheet; None: none.
        logo: its emblem; None: none.

    Raises:
        ConfigError: a file cannot be read, is too large, or is not what it should be.
    """
    style = _read(theme, "theme") if theme else b""
    emblem = _read(logo, "logo") if logo else b""
    if emblem and not (emblem.startswith(_PNG) or b"<svg" in emblem[:1000]):
        raise ConfigError(f"[publish] logo: {logo} is neither SVG nor PNG")
    if len(emblem) > _LARGEST:
        raise ConfigError(f"[publish] logo: {logo} is larger than {_LARGEST // 1000} kB")
    try:
        style.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"[publish] theme: {theme} is not UTF-8") from error
    return Look(language, style, emblem)


def _read(path: Path, key: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"[publish] {key}: {path} cannot be read: {error.strerror}") from error
