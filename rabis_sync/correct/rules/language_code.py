"""What stands for a language and is no code of ISO 639-2: words, codes of two letters, several codes in one.

Before: 101 $aрус$dengkaz
After:  101 $arus$deng$dkaz

Fixed where the dialect knows the word or every part is a code; proposed where a code shows through («9est»);
reported otherwise. A code that means another language than the document has is not this rule's concern.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import TYPE_CHECKING

from rabis_sync.correct.moves import moves, rearranged
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import field_at, found, slots_of, tags_in
from rabis_sync.marc.path import parse
from rabis_sync.marc.record import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rabis_sync.correct.rule import Action
    from rabis_sync.correct.slots import Found
    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.marc.path import Path
    from rabis_sync.marc.record import Record

_LOOK_ALIKES = str.maketrans("асеорхуі", "aceopxyi")
_BETWEEN = re.compile(r"[\s,;/+.|]+")


@dataclass(frozen=True)
class Codes:
    """The codes of languages.

    Attributes:
        valid: of the standard, apart by blanks.
        left: no longer of the standard, left as they are.
        usual: those that are proposed for a mistyped one.
    """

    valid: str
    left: list[str]
    usual: str

    @cached_property
    def known(self) -> frozenset[str]:
        """Everything that may stand."""
        return frozenset([*self.valid.split(), *self.left])


@dataclass(frozen=True)
class Settings:
    """Where codes stand and which there are.

    Attributes:
        languages: slots by family.
        positions: by family, paths of codes among coded characters.
        codes: the codes.
        letters: Cyrillic letter -> the Latin ones for which it is typed.
    """

    languages: dict[str, list[str]]
    positions: dict[str, list[str]]
    codes: Codes
    letters: dict[str, str]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Values that are no codes."""
    settings: Settings = background.settings
    codes, words = settings.codes, record.dialect.languages
    glued: dict[tuple[str, int], list[tuple[Found, tuple[str, ...]]]] = {}
    for one in found(record, slots_of(settings.languages, record)):
        value = one.value
        if value in codes.known or not value.strip() or _looks_like_one(value, settings):
            continue
        if typed := _retyped(value, settings):
            yield Fault(one.place(record), "fix", params={"value": value, "code": typed[0]})
            continue
        new = _codes(value, words, codes.known)
        if len(new) > 1:
            glued.setdefault((one.tag, one.nth), []).append((one, new))
        else:
            yield _fault(one, record, new[0] if new else "", codes)
    for several in glued.values():
        changed = {(one.code, one.value): [(one.code, code) for code in new] for one, new in several}
        value = ", ".join(one.value for one, _ in several)
        yield Fault(several[0][0].field(record), "fix", params={"value": value, "code": "", **moves(changed)})
    yield from _coded(record, settings)


def _coded(record: Record, settings: Settings) -> Iterator[Fault]:
    """Codes among coded characters, where there is room for three letters."""
    for path in map(_path, settings.positions.get(record.dialect.family, ())):
        if settings.codes.known.issuperset(path.read(record.index)):
            continue
        for spot in path.spots(record.index.parts(path.tag)):
            value = spot.value.strip()
            if value in settings.codes.known:
                continue
            new = _codes(value, record.dialect.languages, settings.codes.known) or _retyped(value, settings)
            place = Place(field_at(record, path.tag, spot.field + 1), spot.path, spot.value)
            action: Action = "fix" if len(new) == 1 and len(spot.value) == 3 else "report"
            yield Fault(
                place, action, params={"value": spot.value, "code": new[0] if action == "fix" else ""}
            )


@lru_cache(maxsize=8)
def _path(text: str) -> Path:
    return parse(text)


def _looks_like_one(value: str, settings: Settings) -> bool:
    """True where look-alike letters alone make the difference: that is mended by the rule for them."""
    latin = value.translate(_LOOK_ALIKES)
    return latin != value and any(map(str.isascii, value)) and latin in settings.codes.known


def _retyped(value: str, settings: Settings) -> tuple[str, ...]:
    """The one usual code that a word of Latin and Cyrillic letters was typed for: «ruс», «гus»."""
    word = value.strip().lower()
    if len(word) != 3 or word.isascii() or not any(map(str.isascii, word)):
        return ()
    typed = map("".join, product(*(settings.letters.get(letter, letter) for letter in word)))
    usual = settings.codes.usual.split()
    codes = [code for code in typed if code in settings.codes.known]
    best = [code for code in codes if code in usual] or codes
    return tuple(best) if len(best) == 1 else ()


def _fault(one: Found, record: Record, code: str, codes: Codes) -> Fault:
    """Certain where the word is known, unless the language stands there already, perhaps as another code."""
    near = code or _near(one.value, codes)
    if not near:
        return Fault(one.place(record), "report", params={"value": one.value, "code": ""})
    words = record.dialect.languages
    others = {
        words.get(part[1:], part[1:])
        for at, part in enumerate(one.parts)
        if at not in {0, one.at} and part[:1] == one.code
    }
    action: Action = "fix" if code and words.get(code, code) not in others else "suggest"
    return Fault(one.place(record), action, params={"value": one.value, "code": near})


@lru_cache(maxsize=1 << 10)
def _mapped(value: str, known: frozenset[str], words: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    named = dict(words)
    word = value.strip(" .,;:[]()").lower()
    if word in known:
        return (word,)
    if word in named:
        return (named[word],)
    pieces = [piece for piece in _BETWEEN.split(word) if piece]
    if len(pieces) == 1 and len(word) % 3 == 0:
        pieces = [word[start : start + 3] for start in range(0, len(word), 3)]
    codes = [piece if piece in known else named.get(piece, "") for piece in pieces]
    return tuple(dict.fromkeys(codes)) if all(codes) else ()


def _codes(value: str, words: Mapping[str, str], known: frozenset[str]) -> tuple[str, ...]:
    """The codes meant, each once; none where a part of the text is neither a code nor a known word."""
    return _mapped(value, known, tuple(words.items()))


def _near(value: str, codes: Codes) -> str:
    """The one code that shows through a mistyped one, or an empty string."""
    letters = re.sub(r"[^a-z]", "", value.lower())
    if letters != value and letters in codes.known:
        return letters
    if not value.isascii() or not 2 <= len(letters) <= 4:
        return ""
    usual = [code for code in codes.usual.split() if _is_one_off(letters, code)]
    return usual[0] if len(usual) == 1 else ""


def _is_one_off(word: str, code: str) -> bool:
    """True where one letter was left out, put in or mistaken."""
    if len(word) == len(code):
        return sum(left != right for left, right in zip(word, code, strict=True)) == 1
    shorter, longer = sorted((word, code), key=len)
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))


def mend(text: str, fault: Fault) -> str:
    """The code; for several in one subfield, the field with each in its own."""
    return rearranged(text, fault) if "moves" in fault.params else str(fault.params["code"])


def _looks(known: Background, dialect: Dialect) -> Callable[[str], object]:
    coded = {_path(text).tag for text in known.settings.positions.get(dialect.family, ())}
    named = tags_in(dialect, known.settings.languages)
    return lambda tag: tag in coded or named(tag)


RULE = Rule(
    id="language_code",
    version=1,
    order=16,
    severity="warning",
    actions=("fix", "suggest", "report"),
    definition="https://www.loc.gov/standards/iso639-2/php/code_list.php",
    find=find,
    mend=mend,
    settings=Settings,
    independent=True,
    looks=_looks,
)
