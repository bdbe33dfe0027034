"""Numbers that tell volumes, parts, books, issues, grades and years apart, read out of titles.

«Т. 2, ч. 1», «2 том», «бірінші бөлім», «Часть вторая», «Вып. XIV», «5-сынып», «10-11 классы» each become a
letter and a number: ``v2 p1``, ``v2``, ``p1``, ``p2``, ``i14``, ``g5``, ``g10 g11``. How many volumes there
are («в 4 т.», «2 томдық») is no number of a volume.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.marc.cyrillic import TOKEN, fold, fold_words, roman

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What each letter means.
LETTERS: dict[str, str] = {
    "b": "book",
    "c": "chapter",
    "g": "grade of a school",
    "i": "issue",
    "m": "month, where nothing else numbers the issue",
    "n": "a number without a word that explains it",
    "p": "part",
    "v": "volume",
    "y": "year",
}

_WORDS = {
    "v": "т том тома томы тому vol volume bd band tome t",
    "p": "ч часть части бөлім бөлімі бөл бүлек бүл кисәк part pt teil "
    "четверть четверти тоқсан полугодие полугодия жартыжылдық",
    "b": "кн книга книги кітап кітабы кіт китап кит book bk",
    "i": "вып выпуск шығ шығарылым шығарылымы чыг issue iss no n nr номер сан саны",
    "g": "кл класс класса классы классов классе сынып сыныбы сыныпқа сыныптың сыныптары сыныптарына "
    "сыйныф grade",
    "c": "гл глава главы тарау тарауы ch chapter",
}
_DESIGNATION = {word: letter for letter, listed in _WORDS.items() for word in map(fold, listed.split())}
#: Kazakh declines what Russian abbreviates: «3-сыныбына арналған», «5–6 сыныптарындағы».
_GRADE_STEMS = (fold("сынып"), fold("сыныб"))
#: Words that follow a count of volumes, not the number of one.
_TOTALS = frozenset(
    fold_words("томах томов томдық томда томдығы частях частей книгах книг кітапта выпусках бөлімнен тт")
)
_IN = frozenset({"в", "во", "из"})
_ENDINGS = frozenset(fold_words("е й я го ой ом х ші шы інші ыншы нші ншы нче нчы нчи th st nd rd с ф"))
_ORDINALS = {
    fold(word): number
    for number, listed in enumerate(
        (
            "первый первая первое первого первой бірінші беренче first",
            "второй вторая второе второго екінші икенче second",
            "третий третья третье третьего третьей үшінші өченче third",
            "четвертый четвертая четвертое четвертой төртінші дүртенче fourth",
            "пятый пятая пятое пятой бесінші бишенче fifth",
            "шестой шестая шестое алтыншы алтынчы sixth",
            "седьмой седьмая седьмое жетінші җиденче seventh",
            "восьмой восьмая восьмое сегізінші сигезенче eighth",
            "девятый девятая девятое тоғызыншы тугызынчы ninth",
            "десятый десятая десятое оныншы унынчы tenth",
        ),
        1,
    )
    for word in listed.split()
}
_SINGLE_ROMAN = {"I": 1, "V": 5, "X": 10, "І": 1, "Х": 10}
_YEARS = range(1400, 2100)
_MONTHS = {
    month: number
    for number, listed in enumerate(
        (
            "январь января янв қаңтар қаң ғинуар гыйнвар january jan",
            "февраль февраля фев февр ақпан ақп february feb",
            "март марта мар наурыз нау march mar",
            "апрель апреля апр сәуір сәу april apr",
            "май мая мамыр мам may",
            "июнь июня июн маусым мау june jun",
            "июль июля июл шілде шіл july jul",
            "август августа авг тамыз там august aug",
            "сентябрь сентября сен сент қыркүйек қыр september sep sept",
            "октябрь октября окт қазан қаз october oct",
            "ноябрь ноября ноя нояб қараша қар november nov",
            "декабрь декабря дек желтоқсан жел december dec",
        ),
        1,
    )
    for month in map(fold, listed.split())
}
_BESIDE_MONTHS = frozenset(fold_words("г год года ж жыл жылы жылғы айы ай месяц"))
_GRADE = re.compile(r"\bс-ф\w*")  # Tatar «5 нче с-ф»: 5th grade


def numbers(text: str, *, explained_only: bool = False) -> list[str]:
    """Canonical numbers of a text: letter (see `LETTERS`) and value, sorted, each once.

    Args:
        text: a title, a part designation, other title information.
        explained_only: leave out years and numbers without a word («5-е изд.», «6000 слов»).
    """
    if not _may_count(text):
        return []
    found = _short(text) if len(text) <= SHORT else _numbers(text)
    return [number for number in found if number[0] not in "ny"] if explained_only else list(found)


def months(text: str) -> list[str]:
    """Months of a text that says no more than when an issue appeared: «2020, январь», «15 қаңтар» (``m1``).

    Beside the number of an issue a month says nothing: «№ 1 (январь)», «№ 1».
    """
    words = fold_words(text)
    found = {f"m{_MONTHS[word]}" for word in words if word in _MONTHS}
    if not found or not all(word.isdecimal() or word in _MONTHS or word in _BESIDE_MONTHS for word in words):
        return []
    return [] if numbers(text, explained_only=True) else sorted(found)


#: Letters of a text that may well be a mere designation, of which a catalogue has few: «Т. 2», «В 2 ч.».
SHORT = 24


def _may_count(text: str) -> bool:
    """False for a text none of whose words can be a number, as most are."""
    return True in map(_counts, text.split())


@lru_cache(maxsize=1 << 16)
def _counts(piece: str) -> bool:
    """True for a piece without spaces that has a number among its words."""
    return any(token.value is not None for token in _tokens_of(piece))


@lru_cache(maxsize=1 << 12)
def _short(text: str) -> Sequence[str]:
    return _numbers(text)


@lru_cache(maxsize=1 << 12)
def is_designation(text: str) -> bool:
    """True for a text that only says which part it is: «Вып. 13.», «[Т. 2]», «1 том», «Т. 1 (гл. 1-21)»."""
    if len(text) > 40:
        return False
    plain = all(token.value is not None or token.letter or token.word in _ENDINGS for token in _tokens(text))
    return plain and any(number[0] not in "ny" for number in _numbers(text))


def without_designations(text: str) -> str:
    """A title without what says which part it is or how many there are: «Абай жолы. 1 том» is «Абай жолы».

    Numbers that no word explains stay («100 лет Абаю»); a text that is nothing but a designation stays whole.
    """
    if not _may_count(text):
        return text
    tokens = [*_tokens(text), _END, _END, _END]
    words = TOKEN.findall(_spelt(text))
    left: list[str] = []
    place, found = 0, set[str]()
    while tokens[place] is not _END:
        start, token = place, tokens[place]
        if token.value is None and not token.letter:
            left.append(words[place])
            place += 1
            continue
        read = _number_first if token.value is not None else _designation_first
        place = (
            read(tokens, place, found)
            if token.value is not None or tokens[place + 1].value is not None
            else place + 1
        )
        if not _explained(tokens, start, place):
            left += words[start:place]
        elif left and fold(left[-1]) in _IN:
            left.pop()
    return " ".join(left) or text


def _explained(tokens: list[_Token], start: int, end: int) -> bool:
    """True where a word and a number stand together, or a number and a word of counting («4 томах»)."""
    span = tokens[start:end]
    return any(one.value is not None for one in span) and any(
        one.letter or one.word in _TOTALS for one in span
    )


def ordinal(word: str) -> int:
    """Value of an ordinal in words, Russian, Kazakh, Tatar, English («второе», «екінші»), to ten; else 0."""
    return _ORDINALS.get(fold(word), 0)


class _Token(NamedTuple):
    """A word with what it may be: a designation, an ending, a number (loose: only beside a designation)."""

    word: str
    letter: str
    value: int | None
    loose: bool


_END = _Token("", "", None, loose=False)


def _token(word: str) -> _Token:
    if word.isdecimal():
        return _Token(word, "", int(word), loose=False)
    folded = fold(word)
    if folded in _ORDINALS:
        return _Token(folded, "", _ORDINALS[folded], loose=True)
    if word in _SINGLE_ROMAN:
        return _Token(folded, "", _SINGLE_ROMAN[word], loose=True)
    letter = _DESIGNATION.get(folded) or ("g" if folded.startswith(_GRADE_STEMS) else "")
    return _Token(folded, letter, roman(word) or None, loose=False)


# What stands between two spaces is a token, hardly ever more, and most of it stands in many records.
@lru_cache(maxsize=1 << 16)
def _tokens_of(piece: str) -> tuple[_Token, ...]:
    return tuple(map(_token, TOKEN.findall(_spelt(piece))))


# The title of a record is asked for its numbers, and then for what is left without them.
@lru_cache(maxsize=1 << 6)
def _tokens(text: str) -> tuple[_Token, ...]:
    return tuple(chain.from_iterable(map(_tokens_of, text.split())))


def _spelt(text: str) -> str:
    """The text with signs and abbreviations that are no words written out."""
    if "№" in text or "с-ф" in text:
        return _GRADE.sub(" класс ", text.replace("№", " N "))
    return text


def _numbers(text: str) -> Sequence[str]:
    tokens = [*_tokens(text), _END, _END, _END]
    for token in tokens:
        if token.value is not None:
            break
    else:
        return ()
    found: set[str] = set()
    place = 0
    while tokens[place] is not _END:
        if tokens[place].value is not None:
            place = _number_first(tokens, place, found)
        elif tokens[place].letter:
            place = _designation_first(tokens, place, found)
        else:
            place += 1
    return sorted(found, key=_by_letter_and_value)


def _by_letter_and_value(number: str) -> tuple[str, int]:
    return number[0], int(number[1:])


def _designation_first(tokens: list[_Token], place: int, found: set[str]) -> int:
    """«т. 2», «кн. 5-6»; a last number whose own designation follows is left to that («том 1 2 бөлім»)."""
    end = _run(tokens, place + 1)
    after = _past_endings(tokens, end)
    if end > place + 1 and tokens[after].letter and tokens[after + 1].value is None:
        end -= 1
    _emit(tokens[place].letter, tokens[place + 1 : end], found)
    return end


def _number_first(tokens: list[_Token], place: int, found: set[str]) -> int:
    """«2 том», «10-11 классы», «2-я часть»; «в 2 т.» counts the volumes; «1984. Том 2» is a free number."""
    end = _run(tokens, place)
    after = _past_endings(tokens, end)
    letter = tokens[after].letter
    if tokens[after].word in _TOTALS:
        return after + 1
    if letter and letter != "g" and place and tokens[place - 1].word in _IN:
        return after + 1
    if letter and not _belongs_to_next(tokens, after):
        _emit(letter, tokens[place:end], found)
        return after + 1
    _emit("n", [token for token in tokens[place:end] if not token.loose], found)
    return end


def _belongs_to_next(tokens: list[_Token], designation: int) -> bool:
    """True where a designation between two numbers goes with the second: it is no grade, and ends the row."""
    number = tokens[designation + 1].value
    if tokens[designation].letter == "g" or number is None or number in _YEARS:
        return False
    return not tokens[_past_endings(tokens, _run(tokens, designation + 1))].letter


def _run(tokens: list[_Token], place: int) -> int:
    while tokens[place].value is not None:
        place += 1
    return place


def _past_endings(tokens: list[_Token], place: int) -> int:
    while tokens[place].word in _ENDINGS:
        place += 1
    return place


def _emit(letter: str, numbers_: list[_Token], found: set[str]) -> None:
    for token in numbers_:
        found.add(f"{'y' if token.value in _YEARS else letter}{token.value}")
