"""The 8-bit encoding that makes a record's bytes the most probable text, and how much more probable it is.

Probability is that of the letters in Russian mixed with one other language, and of the characters that stand
side by side. All figures are natural logarithms (nats).
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.marc.letters import FREQUENCIES, LANGUAGE_CODES, RARITY, follows, kind, rarity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Pair = tuple[int, int]

# Encodings that agree on all letters of Russian form a family. The order is that in which a name is chosen
# where two encodings give the same text.
_FAMILIES = (("cp1251", "kz1048", "ptcp154"), ("cp866",), ("koi8_r",))
EIGHT_BIT = tuple(name for family in _FAMILIES for name in family)

#: What the record's own declarations count: its language, its declared character set.
LANGUAGE_SAYS, DECLARED_SAYS = 1.5, 1.0
#: Below so much for each letter a text is none in that encoding; a record may go so far beyond it.
IMPROBABLE, PATIENCE = -4.8, 4.0
#: A family whose letters are so much less probable, at least and for each letter, is out of the question.
HOPELESS, HOPELESS_PER_LETTER = 20.0, 0.15

#: What each strange neighbourhood takes from the sense of a text.
STRANGE = -4.0
_STRANGE_PAIRS = (b"la", b"al", b"ua", b"au", b"lu", b"ls", b"sl", b"us", b"su", b"as", b"sa")

ASCII = bytes(range(128))
_SUBFIELD_CODE = re.compile(rb"\x1f.", re.DOTALL)
_LANGUAGE = re.compile(rb"\x1fa(" + "|".join(LANGUAGE_CODES).encode() + rb")(?=[\x1e\x1f])")
# Positions 22-29 of the coded data of UNIMARC: language and script of cataloguing, then G0 and G1. RUSMARC's
# local codes are 89 Windows-1251, 79 DOS 866, 99 KOI-8.
_DECLARED = re.compile(rb"\x1fa\d{8}.{12,18}[abcy](?:01|  )?(89|79|99)")
_DECLARES = {b"89": _FAMILIES[0], b"79": _FAMILIES[1], b"99": _FAMILIES[2]}


class Guess(NamedTuple):
    """The most probable reading.

    Attributes:
        encoding: its name.
        equals: every encoding that gives the same text, itself among them.
        margin: how much more probable it is than any other text; nats, not negative.
    """

    encoding: str
    equals: tuple[str, ...]
    margin: float


def guess(raw: bytes, weights: Mapping[str, float]) -> Guess | None:
    """The most probable reading of a record, or None when none makes sense.

    Args:
        raw: the record's bytes; those above ASCII count.
        weights: nats by which each encoding is more probable from the outset.
    """
    text = _SUBFIELD_CODE.sub(b"\x1f\x1f", raw)  # a code before a word is no letter of it
    counts = Counter(text.translate(None, ASCII))
    families = _possible(counts)
    pairs = Counter(pairwise(text)) if len(families) > 1 else _telling(text, counts)
    hints = _hints(raw)
    letters = dict(pair for family in families for pair in _letters(family, counts, hints))
    scores = {
        name: weights.get(name, 0.0) + hints.get(name, 0.0) + nats + _side_by_side(name, pairs)
        for name, nats in letters.items()
    }
    best = max(scores, key=lambda name: scores[name])
    sense = letters[best] + weights.get(best, 0.0) + STRANGE * _strange(best, text)
    if sense < IMPROBABLE * counts.total() - PATIENCE:
        return None
    equals = _same_text(best, counts)
    margin = scores[best] - max((score for name, score in scores.items() if name not in equals), default=-1e9)
    return Guess(best, equals, max(margin, 0.0))


def _possible(counts: Mapping[int, int]) -> list[tuple[str, ...]]:
    """Families whose letters, in the likeliest language, are not hopelessly improbable."""
    found = {family: _total(_likeliest(family), counts) for family in _FAMILIES}
    limit = max(found.values()) - HOPELESS - HOPELESS_PER_LETTER * sum(counts.values())
    return [family for family in _FAMILIES if found[family] >= limit]


def _letters(
    family: tuple[str, ...], counts: Mapping[int, int], hints: Mapping[str, float]
) -> Iterable[tuple[str, float]]:
    """For each encoding of the family, how probable the letters are in the language that suits them best."""
    telling = {byte: times for byte, times in counts.items() if byte in _differing(family)}
    common = {byte: times for byte, times in counts.items() if byte not in telling}
    shared = {
        language: _total(_probabilities(family[0], language), common)
        - RARITY[language]
        + hints.get(language, 0.0)
        for language in FREQUENCIES
    }
    for name in family:
        yield (
            name,
            max(nats + _total(_probabilities(name, language), telling) for language, nats in shared.items()),
        )


def _telling(text: bytes, counts: Mapping[int, int]) -> Counter[Pair]:
    """Pairs with a byte on which the encodings of the first family differ; the others say the same of all."""
    first: set[int] = set()
    for byte in _differing(_FAMILIES[0]).intersection(counts):
        at = text.find(byte)
        while at >= 0:
            first.update((at - 1, at))
            at = text.find(byte, at + 1)
    return Counter([(text[at], text[at + 1]) for at in first if 0 <= at < len(text) - 1])


def _total(table: list[float], counts: Mapping[int, int]) -> float:
    return sum([table[byte] * times for byte, times in counts.items()])


def _side_by_side(encoding: str, pairs: Mapping[Pair, int]) -> float:
    table = _PAIRS[encoding]
    return sum([table[pair] * times for pair, times in pairs.items()])


def _strange(encoding: str, text: bytes) -> int:
    """How often a letter stands beside a Latin one or a symbol, or a capital after a small letter."""
    kinds = text.translate(_kinds(encoding))
    return sum([kinds.count(pair) for pair in _STRANGE_PAIRS])


def _same_text(encoding: str, counts: Mapping[int, int]) -> tuple[str, ...]:
    """Encodings in which these bytes mean the same."""
    present = bytes(counts)
    text = present.decode(encoding, "replace")
    return tuple(name for name in EIGHT_BIT if present.decode(name, "replace") == text)


def _hints(raw: bytes) -> dict[str, float]:
    """What the record declares: nats for languages and encodings."""
    hints = {LANGUAGE_CODES[code.decode()]: LANGUAGE_SAYS for code in _LANGUAGE.findall(raw)}
    if declared := _DECLARED.search(raw):
        hints |= dict.fromkeys(_DECLARES[declared[1]], DECLARED_SAYS)
    return hints


def _chars(encoding: str) -> str:
    return bytes(range(256)).decode(encoding, "replace")


@cache
def _probabilities(encoding: str, language: str) -> list[float]:
    """For each byte the probability of its character, ASCII left out."""
    return [0.0] * 128 + [rarity(char, language) for char in _chars(encoding)[128:]]


@cache
def _likeliest(family: tuple[str, ...]) -> list[float]:
    """For each byte the highest probability that any encoding of the family and any language gives it."""
    tables = [_probabilities(name, language) for name in family for language in FREQUENCIES]
    return [max(column) for column in zip(*tables, strict=True)]


@cache
def _differing(family: tuple[str, ...]) -> frozenset[int]:
    """Bytes that do not mean the same in all encodings of the family."""
    columns = zip(*map(_chars, family), strict=True)
    return frozenset(byte for byte, column in enumerate(columns) if len(set(column)) > 1)


@cache
def _kinds(encoding: str) -> bytes:
    """Table from bytes to l (small letter), u (capital), a (Latin letter), s (unusual sign) and others."""
    short = {"v": "l", "c": "l", "x": "l", "V": "u", "C": "u", "X": "u", "a": "a", "s": "s"}
    return "".join(short.get(kind(char), ".") for char in _chars(encoding)).encode()


class _Pairs(dict[Pair, float]):
    """How readily two bytes stand side by side in one encoding, worked out when first met."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._chars = _chars(encoding)

    def __missing__(self, pair: Pair) -> float:
        first, second = pair
        value = follows(self._chars[first], self._chars[second]) if first > 127 or second > 127 else 0.0
        self[pair] = value
        return value


_PAIRS = {name: _Pairs(name) for name in EIGHT_BIT}
