"""The words of a value, each with what its neighbours say of it: it opens a sentence, it is cut short."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.correct.places import slot, subfields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.fields import MarcRecord
    from rabis_sync.marc.record import Place

_WORD = re.compile(r"[^\W\d_]+")
#: What may stand between the end of one sentence or title and the beginning of the next.
_OPENING = re.compile(r"(?:^|[.:!?;=/\[(«„“\"…])[\s\W]*$")
_INITIAL = re.compile(r"(?<!\w)\w\.\s?$")
_JOINED = "-'’ʼ‑_/"
_ADDRESS = re.compile(r"\S*(?:://|www\.|@|\.(?:ru|kz|com|org|net)\b)\S*", re.IGNORECASE)


class Token(NamedTuple):
    """One word.

    Attributes:
        text: as written.
        opens: a capital says nothing here: a sentence, title or quotation begins.
        cut: a full stop follows at once, so that it may be an abbreviation.
        joined: a hyphen, slash, apostrophe or digit touches it: it may be part of a longer word.
    """

    text: str
    opens: bool
    cut: bool
    joined: bool


@lru_cache(maxsize=1 << 12)
def tokens(value: str) -> tuple[Token, ...]:
    """The words of a value in order; those of internet addresses are none."""
    if "." in value or "@" in value:
        value = _ADDRESS.sub(lambda found: " " * len(found[0]), value)
    found = []
    for word in _WORD.finditer(value):
        before, after = value[: word.start()], value[word.end() :]
        touching = before[-1:] + after[:1]
        joined = any(sign in _JOINED or sign.isdecimal() for sign in touching)
        opens = _OPENING.search(before) is not None and _INITIAL.search(before) is None
        found.append(Token(word[0], opens, after.startswith("."), joined))
    return tuple(found)


def texts(marc: MarcRecord, kept: re.Pattern[str], worth: re.Pattern[str] | None = None) -> Iterator[Place]:
    """Every subfield that holds running text.

    Args:
        marc: the record.
        kept: over ``tag$code``: places that hold none; for a subfield of an embedded field (``$1``) with the
            tag of that field.
        worth: as of `places.subfields`.
    """
    at, embedded = -1, ""
    for place in subfields(marc, worth):
        if place.index != at:
            at, embedded = place.index, ""
        where = slot(place.path)
        if where.endswith("$1") and place.value[:3].isalnum():
            embedded = place.value[:3]
        elif not kept.match(f"{embedded}{where[-2:]}" if embedded else where):
            yield place


def cased(form: str, like: str) -> str:
    """A form in small letters with the capitals of the word it stands for."""
    if like.isupper() and len(like) > 1:
        return form.upper()
    return form[:1].upper() + form[1:] if like[:1].isupper() else form


def replaced(text: str, word: str, mended: str) -> str:
    """The text with a word mended wherever it stands as a whole."""
    return re.sub(rf"(?<![^\W\d_]){re.escape(word)}(?![^\W\d_])", lambda _: mended, text)
