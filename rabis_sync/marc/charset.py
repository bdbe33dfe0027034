"""The encoding of a record's text, decided by the text itself and never by what the record declares.

Strict UTF-8 comes first: other text hardly ever is valid UTF-8 by chance. Text that is UTF-8 but for a few
broken letters is damaged, not another encoding. Everything else is one of the 8-bit encodings of
`EIGHT_BIT`; each is tried, and the one whose text is most probable as Russian mixed with Kazakh, Tatar,
Ukrainian, Belarusian, Serbian or Macedonian wins. What the file's first records were written in, the language
code and the declared character set count only as much as a handful of letters.

`confidence` is tanh(m / 2), where m is the difference in log-probability (nats) to the best reading that
gives another text: 0 when two readings are equally probable, 0.46 at e : 1, 0.9 at 19 : 1, 1 beyond doubt.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from functools import cache
from math import tanh
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.errors import UnknownName
from rabis_sync.marc.likelihood import ASCII, EIGHT_BIT, Guess
from rabis_sync.marc.likelihood import guess as best_guess
from rabis_sync.marc.reading import NotWholeError

if TYPE_CHECKING:
    from collections.abc import Iterable

UTF8 = "utf-8"
AUTO = "auto"

#: Nats that the whole file can say for an encoding, and its own declaration, which XML asks to be honoured.
FILE_SAYS, DECLARATION_SAYS = 4.0, 12.0
#: Records of the file's beginning that are looked at; their encodings weigh on the others.
SAMPLE = 200

_RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_SURE_SIGNS = "«»–—№\u00a0"
# Scripts and signs that catalogues hold: Latin, Greek, Cyrillic, Hebrew, Arabic, punctuation, superscripts.
_PLAUSIBLE = "\u0080-\u024f\u02b0-\u03ce\u0400-\u06ff\u1e00-\u1fff\u2000-\u22ff\u4e00-\u9fff\ufb00-\ufeff"
_IMPLAUSIBLE = re.compile(f"[^\\x00-\\x7f{_PLAUSIBLE}]")
_NOT_ASCII = re.compile(f"[{_PLAUSIBLE}]")
_BROKEN = re.compile("[\udc80-\udcff]")


class Reading(NamedTuple):
    """Text, the encoding it was read in and how sure that is, 0..1."""

    text: str
    encoding: str
    confidence: float


def checked(encoding: str) -> str:
    """The name itself, when Python knows a text encoding that holds ASCII as it is.

    Raises:
        UnknownName: it does not.
    """
    if encoding == AUTO:
        return encoding
    try:
        if codecs.lookup(encoding) and ASCII.decode(encoding) == ASCII.decode("ascii"):
            return encoding
    except (LookupError, UnicodeError):
        pass
    raise UnknownName("encoding", encoding, (AUTO, UTF8, *EIGHT_BIT))


class Charset:
    """Reads the text of one file's records.

    Args:
        encoding: ``auto``, or a name that every record is read in.
        declared: encoding that the file names for itself (XML does); text that is UTF-8 or another known
            encoding beyond doubt is read as what it is.

    Raises:
        UnknownName: Python knows no such encoding.
    """

    def __init__(self, encoding: str = AUTO, declared: str = "") -> None:
        self._forced = "" if checked(encoding) == AUTO else encoding
        self._declared = _usable(declared)
        self.usual = UTF8
        self._weights: dict[str, float] = {self._declared: DECLARATION_SAYS}

    def learn(self, records: Iterable[bytes]) -> None:
        """Take the file's first records as a sample of how the others are written."""
        votes: Counter[str] = Counter()
        for raw in records:
            votes.update(_votes(raw))
        if votes:
            self.usual = max((UTF8, *EIGHT_BIT), key=lambda name: votes[name])
            most = votes[self.usual]
            for name in EIGHT_BIT:
                self._weights[name] = self._weights.get(name, 0.0) + FILE_SAYS * votes[name] / most

    def read(self, raw: bytes) -> Reading:
        """The text of one record.

        Raises:
            NotWholeError: reason ``damaged_utf8``, ``undecodable`` or ``iso2022``.
        """
        if b"\x1b" in raw:
            raise NotWholeError("iso2022")
        if self._forced:
            return _forced(raw, self._forced)
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            return self._eight_bit(raw)
        letters = len(raw) - len(text)
        if not letters:
            return Reading(text, self.usual, 1.0)
        if letters <= 4 and (self.usual != UTF8 or _IMPLAUSIBLE.search(text)):
            return self._utf8_by_chance(raw, text)
        return Reading(text, UTF8, 1.0)

    def _eight_bit(self, raw: bytes) -> Reading:
        if self.usual != UTF8 and _explains(self.usual, raw):
            return Reading(raw.decode(self.usual), self.usual, 1.0)
        if broken := _damage(raw):
            raise NotWholeError(
                "damaged_utf8", f"The text is UTF-8 with {broken} broken byte(s): a part of it was lost."
            )
        if self._declared not in ("", *EIGHT_BIT):
            return _forced(raw, self._declared)
        guess = best_guess(raw, self._weights)
        if guess is None:
            raise NotWholeError("undecodable")
        return self._named(raw, guess)

    def _utf8_by_chance(self, raw: bytes, text: str) -> Reading:
        guess = best_guess(raw, self._weights)
        if guess is None or (self.usual == UTF8 and not _IMPLAUSIBLE.search(text)):
            return Reading(text, UTF8, 0.9)
        return self._named(raw, guess)

    def _named(self, raw: bytes, guess: Guess) -> Reading:
        name = self.usual if self.usual in guess.equals else guess.encoding
        return Reading(raw.decode(name), name, round(tanh(guess.margin / 2), 4))


def _usable(declared: str) -> str:
    """Python's name of a declared 8-bit encoding; empty for UTF-8 and for what nobody can read."""
    try:
        name = codecs.lookup(checked(declared or UTF8)).name.replace("-", "_")
    except UnknownName:
        return ""
    return "" if name in ("utf_8", "ascii") else name


def _forced(raw: bytes, encoding: str) -> Reading:
    try:
        return Reading(raw.decode(encoding), encoding, 1.0)
    except UnicodeDecodeError as error:
        byte = raw[error.start]
        raise NotWholeError("undecodable", f"Byte 0x{byte:02X} means nothing in {encoding}.") from error


def _votes(raw: bytes) -> tuple[str, ...]:
    if raw.isascii():
        return ()
    try:
        raw.decode()
    except UnicodeDecodeError:
        guess = None if _damage(raw) else best_guess(raw, {})
        return guess.equals if guess else ()
    return (UTF8,)


def _damage(raw: bytes) -> int:
    """Number of broken bytes in text that is UTF-8 otherwise; 0 for text that never was UTF-8."""
    text = raw.decode("utf-8", "surrogateescape")
    broken = len(_BROKEN.findall(text))
    return broken if len(_NOT_ASCII.findall(text)) > broken else 0


@cache
def _safe(encoding: str) -> tuple[bytes, bytes]:
    """Bytes that stand for Russian letters and sure signs in this encoding, and a table of what they are.

    The table gives + for small letters that are frequent in Russian, - for those that would be frequent if
    capitals of KOI8-R were read as CP1251 or the reverse, l for other small letters, u for capitals.
    """
    signs = "".join(sign for sign in _SURE_SIGNS if sign.encode(encoding, "ignore"))
    table = bytearray(b"." * 256)
    for letter in _RUSSIAN:
        table[letter.encode(encoding)[0]] = ord("+" if letter in "аи" else "-" if letter in "бйпф" else "l")
        table[letter.upper().encode(encoding)[0]] = ord("u")
    return ASCII + (_RUSSIAN + _RUSSIAN.upper() + signs).encode(encoding), bytes(table)


def _explains(encoding: str, raw: bytes) -> bool:
    """True when the file's usual encoding reads the record as plain Russian, mostly small letters.

    No other encoding of `EIGHT_BIT` could then read it as well: they read small letters of this one as
    drawing signs, symbols or capitals, and capitals of theirs would have other letters among the frequent.
    """
    if encoding not in EIGHT_BIT:
        return False
    safe, table = _safe(encoding)
    if raw.translate(None, safe):
        return False
    kinds = raw.translate(table)
    frequent, rare = kinds.count(b"+"), kinds.count(b"-")
    small = frequent + rare + kinds.count(b"l")
    flips = b"lu" in kinds or b"+u" in kinds or b"-u" in kinds
    return small > 3 * kinds.count(b"u") and frequent > rare + 6 and not flips
