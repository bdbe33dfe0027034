"""Names of persons as they are written, in Russian and Kazakh: surname, initials, forenames.

What a name is made of is told by its form alone: initials have full stops, patronymics their endings. Two
bare words («Синугыл Әдхәт») may stand in either order and are not parted.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_CAPITAL = "A-Z\u00c0-\u00deŞĞİŠŽČА-ЯЁӘҒҚҢӨҰҮҺІҖЇЄ"
_SMALL = "a-z\u00df-\u00ffşğışžč\u0430-\u045f\u0491-\u04ff'ʼ’"
_PARTICLE = r"(?:(?:де|фон|ван|ал|аль|ибн|бен|дер|ди|да|д'|эль|фан)[ -])"
_SURNAME = rf"{_PARTICLE}?[{_CAPITAL}][{_SMALL}{_CAPITAL}]+(?:-[{_CAPITAL}]?[{_SMALL}]+)*"
_INITIALS = rf"[{_CAPITAL}][{_SMALL}]{{0,2}}\.(?:\s?-?[{_CAPITAL}][{_SMALL}]{{0,2}}\.){{0,2}}"
_FORENAME = rf"[{_CAPITAL}][{_SMALL}]+(?:-[{_CAPITAL}][{_SMALL}]+)?"
_PATRONYMIC = rf"[{_CAPITAL}][{_SMALL}]+(?:[оеё]вич|[оеё]вна|ьич|[иі]чна|инична|ұлы|улы|қызы|кызы|оглы|гызы)"
_SURNAME_FIRST = re.compile(
    rf"(?P<surname>{_SURNAME}),?\s+(?P<initials>{_INITIALS})|(?P<s2>{_SURNAME}),(?P<i2>{_INITIALS})"
)
_INITIALS_FIRST = re.compile(rf"(?P<initials>{_INITIALS})\s?(?P<surname>{_SURNAME})")
_IN_FULL = re.compile(rf"(?P<surname>{_SURNAME}),?\s+(?P<forenames>{_FORENAME}\s+{_PATRONYMIC})")
_IN_SPEECH = re.compile(rf"(?P<forenames>{_FORENAME}\s+{_PATRONYMIC})\s+(?P<surname>{_SURNAME})")
_COMMA = re.compile(rf"(?P<surname>{_SURNAME}),\s*(?P<forenames>{_FORENAME})")
_TWO_WORDS = re.compile(rf"(?P<forenames>{_FORENAME})\s+(?P<surname>{_SURNAME})")
_BARE = re.compile(rf"[{_CAPITAL}](?:[\s.,]*[{_CAPITAL}])?\.?")
_WHOLE = re.compile(rf"{_INITIALS}")
_FORENAMES = re.compile(rf"[{_CAPITAL}][{_SMALL}]{{2,}}(?:\s+[{_CAPITAL}][{_SMALL}]{{3,}})?")
_ROMAN = re.compile(r"[IVX]+\.?")
_LETTER = re.compile(rf"[{_CAPITAL}](?:[{_SMALL}]{{1,2}}(?=\.))?")


class Name(NamedTuple):
    """A name in its parts.

    Attributes:
        surname: the entry element.
        initials: with full stops and spaces, as headings have them: ``М. О.``.
        forenames: in full where the name has them so.
        certain: False where only the endings tell which part is which.
    """

    surname: str
    initials: str
    forenames: str
    certain: bool


@lru_cache(maxsize=1 << 12)
def name(text: str) -> Name | None:
    """A whole name in its parts; None for what is not surely the name of one person."""
    for form in (_SURNAME_FIRST, _INITIALS_FIRST):
        if found := form.fullmatch(text):
            parts = found.groupdict()
            surname, initials = parts["surname"] or parts["s2"], parts["initials"] or parts["i2"]
            if _ROMAN.fullmatch(initials) and not surname.isascii():  # «Петр I.»
                return None
            return Name(surname, spaced(initials), "", certain=True)
    for form in (_IN_FULL, _IN_SPEECH, _COMMA):
        if found := form.fullmatch(text):
            return _in_full(found["surname"], found["forenames"])
    return None


@lru_cache(maxsize=1 << 12)
def spoken(text: str) -> Name | None:
    """The same of a name in a statement of responsibility, where two words are forename and surname."""
    found = _TWO_WORDS.fullmatch(text)
    if found and not _COMMA.fullmatch(text):
        return _in_full(found["surname"], found["forenames"])
    return name(text)


def _in_full(surname: str, forenames: str) -> Name:
    return Name(surname, initials_of(forenames), forenames, certain=False)


def initials_of(forenames: str) -> str:
    """«Мұхтар Омарханұлы»: «М. О.»."""
    return " ".join(f"{word[0]}." for word in forenames.split())


def spaced(initials: str) -> str:
    """Initials as headings have them: «М.О», «М О» and «МО» are «М. О.»; «Ж.-Б.» stays."""
    if "-" in initials:
        return initials
    return " ".join(f"{letter}." for letter in _LETTER.findall(initials))


def is_initials(text: str) -> bool:
    """True for initials with or without their full stops, of two letters at most without them."""
    return bool(_WHOLE.fullmatch(text) or _BARE.fullmatch(text))


def has_stops(initials: str) -> bool:
    """True for initials that have all their full stops."""
    return bool(_WHOLE.fullmatch(initials))


def is_forenames(text: str) -> bool:
    """True for one or two forenames in full."""
    return bool(_FORENAMES.fullmatch(text))
