"""Russian and Kazakh put together from words: titles, names, numbers of parts, as cataloguers write them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_WORDS = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))


def _plain(group: str, name: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in _WORDS[group][name].split())


def _barred(group: str, name: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in _WORDS[group][name].split("|"))


def _nouns(name: str) -> tuple[tuple[str, str, str], ...]:
    return tuple(tuple(noun.split()) for noun in _barred("ru", name))  # type: ignore[misc]


def _rows(group: str, name: str, width: int) -> tuple[tuple[str, ...], ...]:
    cells = _barred(group, name)
    return tuple(cells[at : at + width] for at in range(0, len(cells), width))


RU_ADJECTIVES, RU_NOUNS = _plain("ru", "adjectives"), _nouns("nouns")
RU_HEADS, RU_WHERE = _barred("ru", "heads"), _barred("ru", "where")
RU_FICTION_ADJECTIVES, RU_FICTION_NOUNS = _plain("ru", "fiction_adjectives"), _nouns("fiction_nouns")
KK_ADJECTIVES, KK_NOUNS = _plain("kk", "adjectives"), _plain("kk", "nouns")
KK_HEADS, KK_WHERE = _plain("kk", "heads"), _barred("kk", "where")
KK_FICTION_ADJECTIVES, KK_FICTION_NOUNS = _plain("kk", "fiction_adjectives"), _plain("kk", "fiction_nouns")
GENRES = {one: _barred(one, "genres") for one in ("ru", "kk")}
SUBTITLES = {one: _barred(one, "subtitles") for one in ("ru", "kk")}
SURNAMES = {one: _plain(one, "surnames") for one in ("ru", "kk")}
GIVEN = {one: _plain(one, "given") for one in ("ru", "kk")}
FATHERS = {one: _plain(one, "fathers") for one in ("ru", "kk")}
PUBLISHERS, FOREIGN = _rows("trade", "publishers", 5), _rows("trade", "foreign", 3)
JOURNALS = {"ru": _barred("trade", "journals_ru"), "kk": _barred("trade", "journals_kk")}
BODIES = {"ru": _barred("trade", "bodies_ru"), "kk": _barred("trade", "bodies_kk")}
PLACES = {"ru": _barred("trade", "places_ru"), "kk": _barred("trade", "places_kk")}
AREAS = {"ru": _barred("trade", "areas_ru"), "kk": _barred("trade", "areas_kk")}
YEARBOOKS = {"ru": _barred("trade", "yearbooks_ru"), "kk": _barred("trade", "yearbooks_kk")}
SUBJECTS = _rows("school", "subjects", 2)
COMPANIONS = {"ru": _barred("school", "companions_ru"), "kk": _barred("school", "companions_kk")}

_SOFT = frozenset("летн осенн весенн зимн вечерн утренн последн дальн древн".split())
_STRESSED = frozenset(
    "золот ночн степн лесн морск речн земн родн чуж жив городск правов цифров мастеров рядов".split()
)
_HUSHING = "кгхжшщч"


@cache
def adjective(stem: str, gender: str, *, genitive: bool = False) -> str:
    """A Russian adjective in the singular of a gender (m f n) or the plural (p)."""
    if stem in _SOFT:
        endings = {"m": "его", "n": "его", "f": "ей", "p": "их"} if genitive else {
            "m": "ий", "n": "ее", "f": "яя", "p": "ие"}  # fmt: skip
        return stem + endings[gender]
    many = "их" if stem[-1] in _HUSHING else "ых"
    if genitive:
        return stem + {"m": "ого", "n": "ого", "f": "ой", "p": many}[gender]
    one = "ой" if stem in _STRESSED else many[0] + "й"
    return stem + {"m": one, "n": "ое", "f": "ая", "p": many[0] + "е"}[gender]


_BACK, _FRONT = set("аоұыюяё"), set("әөүіеэ")
_VOWELS = _BACK | _FRONT | set("иу")


def _is_back(word: str) -> bool:
    for letter in reversed(word):
        if letter in _BACK or letter in _FRONT:
            return letter in _BACK
    return True


@cache
def genitive(word: str) -> str:
    """A Kazakh noun in the genitive: мектеп -> мектептің."""
    last, back = word[-1], _is_back(word)
    first = "н" if last in _VOWELS - {"у"} or last in "нмң" else "д" if last in "лрйузж" else "т"
    return f"{word}{first}{'ың' if back else 'ің'}"


@cache
def possessive(word: str) -> str:
    """A Kazakh noun of the third person: тарих -> тарихы, негіз -> негізі, мектеп -> мектебі."""
    last, vowel = word[-1], "ы" if _is_back(word) else "і"
    if last in _VOWELS - {"у", "ю"}:
        return f"{word}с{vowel}"
    return word[:-1] + {"к": "г", "қ": "ғ", "п": "б"}.get(last, last) + vowel


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def learned_title(dice: Random, lang: str) -> str:
    """Title of a book of learning: some millions of them."""
    if lang == "ru":
        _, noun, gender = dice.choice(RU_NOUNS)
        words = [dice.choice(RU_HEADS)]
        if dice.random() < 0.85:
            words.append(adjective(dice.choice(RU_ADJECTIVES), gender, genitive=True))
        words.append(noun)
        if dice.random() < 0.6:
            words.append(dice.choice(RU_WHERE))
        return " ".join(words)
    words = [dice.choice(KK_WHERE)] if dice.random() < 0.6 else []
    if dice.random() < 0.85:
        words.append(dice.choice(KK_ADJECTIVES))
    words += [genitive(dice.choice(KK_NOUNS)), possessive(dice.choice(KK_HEADS))]
    return capital(" ".join(words))


def fiction_title(dice: Random, lang: str) -> str:
    """Title of a novel or of poems."""
    return _russian_fiction(dice) if lang == "ru" else _kazakh_fiction(dice)


def _russian_fiction(dice: Random) -> str:
    shape = dice.random()
    name, of, gender = dice.choice(RU_FICTION_NOUNS)
    of = dice.choice(RU_FICTION_NOUNS)[1]
    described = f"{adjective(dice.choice(RU_FICTION_ADJECTIVES), gender)} {name}"
    if shape < 0.2:
        return capital(described)
    if shape < 0.4:
        return capital(f"{name} {of}")
    if shape < 0.5:
        return capital(f"{name} и {dice.choice(RU_FICTION_NOUNS)[0]}")
    return capital(f"{described} {of}")


def _kazakh_fiction(dice: Random) -> str:
    shape = dice.random()
    noun, other = dice.choice(KK_FICTION_NOUNS), dice.choice(KK_FICTION_NOUNS)
    described = dice.choice(KK_FICTION_ADJECTIVES)
    if shape < 0.2:
        return capital(f"{described} {noun}")
    if shape < 0.4:
        return capital(f"{genitive(noun)} {possessive(other)}")
    if shape < 0.5:
        return capital(f"{noun} мен {other}")
    return capital(f"{described} {genitive(noun)} {possessive(other)}")


def journal_title(dice: Random, lang: str) -> str:
    """Title of a periodical of some learned body."""
    place, body = dice.choice(PLACES[lang]), dice.choice(BODIES[lang])
    if lang == "ru":
        title = f"{dice.choice(JOURNALS['ru'])} {place} {body}"
        return f"{title}. Серия {dice.choice(RU_NOUNS)[1]}" if dice.random() < 0.5 else title
    title = f"{place} {body} {dice.choice(JOURNALS['kk'])}"
    return f"{title}. {capital(dice.choice(KK_NOUNS))} сериясы" if dice.random() < 0.5 else title


_ROMAN = " I II III IV V VI VII VIII IX X XI XII".split(" ")
_RU_ORDINAL = " перв втор трет четверт пят шест седьм восьм девят десят одиннадцат двенадцат".split(" ")
_KK_ORDINAL = (
    " бірінші екінші үшінші төртінші бесінші алтыншы жетінші сегізінші тоғызыншы оныншы он_бірінші он_екінші"
).split(" ")

#: How a part is called: in full and short, with its gender in Russian; in Kazakh.
PARTS = {
    "volume": ("том", "Т.", "m", "том"),
    "book": ("книга", "Кн.", "f", "кітап"),
    "part": ("часть", "Ч.", "f", "бөлім"),
    "issue": ("выпуск", "Вып.", "m", "шығарылым"),
}
STYLES = ("short", "after", "before", "roman", "word")


def _ru_ordinal(number: int, gender: str) -> str:
    stem = _RU_ORDINAL[number]
    if number == 3:
        return f"{stem}ий" if gender == "m" else f"{stem}ья"
    if gender == "f":
        return f"{stem}ая"
    return f"{stem}ой" if number in {2, 6, 7, 8} else f"{stem}ый"


def designation(part: str, number: int, style: str, lang: str) -> str:
    """«Т. 2», «Том 2», «2 том», «Т. II», «Том второй»; «2-том», «екінші том»: one of the `STYLES`."""
    full, short, gender, kazakh = PARTS[part]
    if number > 12 and style in {"roman", "word"}:
        style = "short"
    if lang == "ru":
        return {
            "short": lambda: f"{short} {number}",
            "after": lambda: f"{capital(full)} {number}",
            "before": lambda: f"{number} {full}",
            "roman": lambda: f"{short} {_ROMAN[number]}",
            "word": lambda: f"{capital(full)} {_ru_ordinal(number, gender)}",
        }[style]()
    return {
        "short": lambda: f"{number}-{kazakh}",
        "after": lambda: f"{number} {kazakh}",
        "before": lambda: f"{number}-ші {kazakh}" if not _is_back(_KK_ORDINAL[min(number, 12)])
        else f"{number}-шы {kazakh}",
        "roman": lambda: f"{_ROMAN[number]} {kazakh}",
        "word": lambda: f"{capital(_KK_ORDINAL[number].replace('_', ' '))} {kazakh}",
    }[style]()  # fmt: skip


def edition(number: int, style: int, lang: str) -> str:
    """An edition statement in one of three styles."""
    if lang == "ru":
        second = _RU_ORDINAL[min(number, 12)]
        return (f"{number}-е изд., испр. и доп.", f"Изд. {number}-е", f"{capital(second)}ое издание")[
            style if number != 3 else style % 2
        ]
    word = capital(_KK_ORDINAL[min(number, 12)].replace("_", " "))
    ending = "шы" if _is_back(_KK_ORDINAL[min(number, 12)]) else "ші"
    return (f"{number}-бас., толықт.", f"{number}-{ending} басылым", f"{word} басылым")[style]


def grade(number: int, style: int, lang: str) -> str:
    """For which class a school book is, in one of three styles."""
    if lang == "ru":
        return (
            f"учебник для {number} класса общеобразовательной школы",
            f"учебник для {number} кл. общеобразоват. шк.",
            f"{number} класс",
        )[style]
    return (
        f"жалпы білім беретін мектептің {number}-сыныбына арналған оқулық",
        f"{number}-сыныпқа арналған оқулық",
        f"{number}-сынып",
    )[style]
