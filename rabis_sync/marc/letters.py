"""How often each letter stands in the languages of our catalogues, and how letters follow one another.

The figures are per mille of the letters of running text, either case, rounded from frequency counts of the
languages; for telling encodings apart their order of size is enough.
"""

from __future__ import annotations

from functools import cache
from math import log

#: Languages told apart: what a catalogue mixes with Russian.
FREQUENCIES: dict[str, str] = {
    "rus": "о98 е78 а86 и79 н67 т60 с56 р54 в44 л42 к39 м30 д29 п29 у23 я20 ы17 ь13 г19 з18 б18 ч13 "
    "й12 х11 ж7 ш7 ю6 ц7 щ3 э4 ф5 ъ0.4 ё1",
    "kaz": "а125 е85 ы75 н70 т65 р62 д58 л57 і47 с42 қ42 м34 ғ26 у26 б30 к32 ж27 о24 ш17 й16 з17 ө13 "
    "ң17 и16 ә15 ү12 ұ10 п19 г18 х4 һ1 ф3 в6 ц2 ч2 щ0.2 э1 ю2 я8 ь3 ъ0.2 ё0.3",
    "tat": "а115 ә65 е60 н62 р58 т50 л56 ы60 и55 к48 с32 м33 б27 й20 г30 у30 д33 ү13 о20 ч14 ш17 з17 "
    "в18 п17 я13 ң15 ө10 җ7 х12 һ7 э6 ю4 ф6 ь6 ц2 ж3 щ0.3 ъ2 ё0.5",
    "ukr": "о94 а80 и62 н68 і60 в53 т54 е49 р47 с42 к38 л36 у34 д33 м30 п29 з23 я21 ь18 б17 г15 ч12 "
    "й12 х11 ц8 ї7 ж7 ю8 є6 ш7 щ6 ф4 ґ0.2",
    "bel": "а165 н63 і65 р50 ы43 о40 е43 с48 к45 т37 л36 у35 д34 в30 ў22 п28 з26 м28 г22 ц27 я33 й13 "
    "ь14 б17 э14 ч12 х10 ж9 ш8 ю6 ф3 ё6",
    "srp": "а115 о92 е88 и95 н57 р52 с49 т45 ј47 у42 в37 д36 к37 л34 м35 п28 з19 г17 б15 ш11 ч11 ц9 "
    "ж7 ћ6 х7 љ6 њ7 ђ3 ф3 џ0.5",
    "mkd": "а125 о100 е92 и85 т70 н65 р52 с46 в40 д38 л30 к40 п30 м25 у20 з20 ј15 г16 б14 ц10 ч8 ш7 "
    "ж6 ф3 х1 ѕ1.5 ќ4 ѓ3 љ2 њ3 џ0.5",
}

#: How much less often a catalogue mixes this language with Russian than holds Russian alone, in nats.
RARITY: dict[str, float] = {
    "rus": 0.0,
    "kaz": 0.5,
    "tat": 2.0,
    "ukr": 2.0,
    "bel": 3.0,
    "srp": 4.0,
    "mkd": 5.0,
}

#: Codes by which catalogues name these languages (ISO 639-2 and older ones), for records that are in doubt.
LANGUAGE_CODES: dict[str, str] = {
    "rus": "rus",
    "kaz": "kaz",
    "tat": "tat",
    "tar": "tat",
    "ukr": "ukr",
    "bel": "bel",
    "srp": "srp",
    "scc": "srp",
    "mac": "mkd",
    "mkd": "mkd",
}

VOWELS = frozenset("аеёиоыэюяәіөүұ")
TURKIC_VOWELS = frozenset("әөүұ")
#: Letters that follow vowels and consonants alike, and so say nothing by their neighbours.
NEITHER = frozenset("уьъйєїў")
#: Cyrillic letters that people type inside Latin words and numbers without seeing it.
LOOKALIKES = frozenset("асеорхуіАВЕКМНОРСТХУІ")
#: Signs that stand in catalogue records of every kind.
USUAL_SIGNS = frozenset("«»„“”‘’–—…№§©®°™•·\u00a0\u0301±−")

UNKNOWN_LETTER = log(2e-5)
USUAL_SIGN = log(2e-3)
UNUSUAL_SIGN = log(1e-5)
IMPOSSIBLE = -1e6

# How readily two neighbouring characters stand side by side, by their kinds: v vowel, c consonant, x another
# small letter of Cyrillic; V C X capitals; a Latin letter, d digit, s unusual sign, « and » quotation marks,
# . anything else.
_SMALL, _CAPITALS = "vcx", "VCX"
_LETTERS = _SMALL + _CAPITALS
FLIP = -4.0
CAPITAL_FIRST, CAPITAL_NEXT, SMALL_FIRST, LAST = -0.7, -0.5, -0.3, -0.4
SIGN_IN_WORD = -4.0
QUOTE_IN_WORD = -3.0
STRANGE_SCRIPT = -5.0
LOOKALIKE_SCRIPT = -1.5
#: Letters that open a word more or less often than others, and those that hardly ever close one.
OPENS = {"ә": 1.0, "ө": 1.0, "є": 1.0, "ғ": -1.0, "ң": -4.0, "ѓ": -1.0, "ґ": -1.0}
CLOSES = {"ғ": -3.0, "ұ": -3.0, "ө": -3.0}
#: Vowels of Turkic languages do not stand beside another vowel.
HIATUS = -3.0
ALTERNATION = {"vc": 0.4, "cv": 0.4, "vv": -1.0, "cc": -0.45}


@cache
def frequencies(language: str) -> dict[str, float]:
    """Logarithm of each small letter's probability in Russian mixed with this language."""
    mixed: dict[str, float] = {}
    for name in ("rus", language):
        for entry in FREQUENCIES[name].split():
            mixed[entry[0]] = mixed.get(entry[0], 0.0) + float(entry[1:]) / 2000
    return {letter: log(share) for letter, share in mixed.items()}


def rarity(char: str, language: str) -> float:
    """Logarithm of the probability of a character above ASCII in text of this language, in either case."""
    if char.isalpha():
        return frequencies(language).get(char.lower(), UNKNOWN_LETTER)
    if char == "\ufffd":
        return IMPOSSIBLE
    return USUAL_SIGN if char in USUAL_SIGNS else UNUSUAL_SIGN


@cache
def kind(char: str) -> str:
    """Kind of a character for `follows`."""
    if char.isascii():
        return "a" if char.isalpha() else "d" if char.isdigit() else "."
    if char.isalpha():
        small = char.lower()
        found = "v" if small in VOWELS else "x" if small in NEITHER else "c"
        return found if char == small else found.upper()
    if char in "«»":
        return char
    return "." if char in USUAL_SIGNS and char not in "±№§" else "s"


def follows(first: str, second: str) -> float:
    """How readily two characters stand side by side: above 0 more often than by chance, below 0 less."""
    one, two = kind(first), kind(second)
    if one in _LETTERS and two in _LETTERS:
        return _in_word(first, second, one + two)
    if two in _LETTERS and one in ".d«":
        return (CAPITAL_FIRST if two in _CAPITALS else SMALL_FIRST) + OPENS.get(second.lower(), 0.0)
    if one in _LETTERS and two in ".d»":
        return LAST + CLOSES.get(first.lower(), 0.0)
    if one in _LETTERS or two in _LETTERS:
        return _beside_letter(first, second, one + two)
    return SIGN_IN_WORD if one + two in ("as", "sa") else 0.0


def _in_word(first: str, second: str, kinds: str) -> float:
    if kinds[0] in _SMALL and kinds[1] in _CAPITALS:
        return FLIP
    case = CAPITAL_NEXT if kinds[0] in _CAPITALS else 0.0
    if kinds.lower() == "vv" and {first.lower(), second.lower()} & TURKIC_VOWELS:
        return case + HIATUS
    return case + ALTERNATION.get(kinds.lower(), 0.0)


def _beside_letter(first: str, second: str, kinds: str) -> float:
    if "s" in kinds:
        return SIGN_IN_WORD
    if kinds[1] == "«" or kinds[0] == "»":
        return QUOTE_IN_WORD
    if "a" in kinds:
        return LOOKALIKE_SCRIPT if {first, second} & LOOKALIKES else STRANGE_SCRIPT
    return 0.0
