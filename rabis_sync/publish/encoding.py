"""How values stand in published documents: canonical JSON, text as XML holds it, moments of RFC 3339."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

import orjson

from rabis_sync.marc.marcxml import FORBIDDEN

if TYPE_CHECKING:
    from datetime import datetime

#: What may not stand as it is in a document of XML: few texts have any of it.
_MARKED = re.compile(f'[&<>"\t\n\r{FORBIDDEN.pattern[1:]}')


def to_json(value: Any) -> bytes:
    """Canonical JSON: UTF-8, keys in order, no blanks; a named tuple is a list."""
    return orjson.dumps(value, default=tuple, option=orjson.OPT_SORT_KEYS)


def from_json(body: bytes) -> Any:
    """The value of a document.

    Raises:
        ValueError: it is no JSON.
    """
    return orjson.loads(body)


def fingerprint(*parts: Any) -> str:
    """32 digits of plain values (texts, numbers, lists and tuples of such), for the key of a document."""
    return blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def xml_clean(text: str) -> str:
    """Text without the characters that XML 1.0 cannot hold: one of them makes a whole document unreadable."""
    return FORBIDDEN.sub("", text)


def xml_text(text: str) -> str:
    """Any text as the content of an element."""
    return escape(xml_clean(text)) if _MARKED.search(text) else text


def xml_value(text: str) -> str:
    """Any text as the value of an attribute, with its quotation marks."""
    return quoteattr(xml_clean(text)) if _MARKED.search(text) else f'"{text}"'


@lru_cache(maxsize=65_536)
def moment(at: datetime) -> str:
    """A UTC moment as RFC 3339 has it, in whole seconds."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
