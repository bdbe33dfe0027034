"""The words of running text, and what the neighbours of one say of it: it opens a sentence, is cut short."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.marc.fields import SUBFIELD
from rabis_sync.marc.record import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.fields import MarcRecord

_WORD = re.compile(r"[^\W\d_]+")
#: What may stand between the end of a sentence or title and the beginning of the next; what is an initial.
_OPENING = re.compile(r"(?:^|[.:!?;=/\[(«„“\"…])[\s\W]*$")
_INITIAL = re.compile(r"(?<!\w)\w\.\s?$")
#: Signs before a word that are looked at.
_NEAR = 8
_JOINED = "-'’ʼ‑_/"
_ADDRESS = re.compile(r"\S*(?:://|www\.|@|\.(?:ru|kz|com|org|net)\b)\S*", re.IGNORECASE)


class Text(NamedTuple):
    """A value that is running text.

    Attributes:
        place: where.
        words: as written, each once, in order; those of internet addresses are none.
    """

    place: Place
    words: tuple[str, ...]


class Token(NamedTuple):
    """How a word stands in a text for the first time.

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


def token(value: str, word: str) -> Token:
    """How a word that the value has stands in it."""
    start = value.index(word)
    end = start + len(word)
    while _is_letter(value[start - 1 : start]) or _is_letter(value[end : end + 1]):  # part of a longer word
        start = value.index(word, start + 1)
        end = start + len(word)
    before, after = value[max(0, start - _NEAR) : start], value[end : end + 1]
    joined = any(sign in _JOINED or sign.isdecimal() for sign in before[-1:] + after)
    opens = (start == 0 or _OPENING.search(before) is not None) and _INITIAL.search(before) is None
    return Token(word, opens, after == ".", joined)


def _is_letter(sign: str) -> bool:
    return _WORD.fullmatch(sign) is not None


#: The rules about words come one after the other to the same record.
_last: tuple[MarcRecord | None, re.Pattern[str] | None, list[Text]] = (None, None, [])


def texts(marc: MarcRecord, kept: re.Pattern[str]) -> list[Text]:
    """Every subfield that holds running text.

    Args:
        marc: the record.
        kept: over ``tag$code``: places that hold none; for a subfield of an embedded field (``$1``) with the
            tag of that field.
    """
    global _last  # noqa: PLW0603  one record at a time is looked at
    if _last[0] is marc and _last[1] is kept:
        return _last[2]
    found: list[Text] = []
    seen: dict[str, int] = {}
    for index, field in enumerate(marc.fields):
        seen[field.tag] = nth = seen.get(field.tag, 0) + 1
        if not field.is_control and not _is_kept(kept, field.tag, ""):
            found += _texts_in(Place(index, f"{field.tag}[{nth}]", ""), field.text, kept)
    _last = (marc, kept, found)
    return found


def _texts_in(field: Place, text: str, kept: re.Pattern[str]) -> Iterator[Text]:
    tag = field.path[:3]
    codes: dict[str, int] = {}
    for part in text.split(SUBFIELD)[1:]:
        if not part:
            continue
        code = part[0]
        codes[code] = nth = codes.get(code, 0) + 1
        if code == "1" and part[1:4].isalnum():
            tag = part[1:4]
        elif not _is_kept(kept, tag, code) and (words := _words(part[1:])):
            yield Text(Place(field.index, f"{field.path}${code}[{nth}]", part[1:]), words)


@lru_cache(maxsize=1 << 12)
def _is_kept(kept: re.Pattern[str], tag: str, code: str) -> bool:
    """True for a subfield that holds no running text; without a code, for a field that holds none at all."""
    return kept.match(f"{tag}${code}") is not None


def _words(value: str) -> tuple[str, ...]:
    if "." in value or "@" in value:
        value = _ADDRESS.sub(" ", value)
    return tuple(dict.fromkeys(_WORD.findall(value)))


def cased(form: str, like: str) -> str:
    """A form in small letters with the capitals of the word it stands for."""
    if like.isupper() and len(like) > 1:
        return form.upper()
    return form[:1].upper() + form[1:] if like[:1].isupper() else form


def replaced(text: str, word: str, mended: str) -> str:
    """The text with a word mended wherever it stands as a whole."""
    if word.isalpha():
        return _WORD.sub(lambda there: mended if there[0] == word else there[0], text)
    return re.sub(rf"(?<![^\W\d_]){re.escape(word)}(?![^\W\d_])", lambda _: mended, text)
