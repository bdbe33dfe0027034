"""Numbers and amounts of money in words, as an act has them, in Kazakh, Russian and English.

Tiyn stay in figures, two of them, as payment documents of Kazakhstan write them: «сто тенге 05 тиын».
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Numbers below it have words here.
LIMIT = 10**12
_CENT = Decimal("0.01")

_KK_UNITS = ("", "бір", "екі", "үш", "төрт", "бес", "алты", "жеті", "сегіз", "тоғыз")
_KK_TENS = ("", "он", "жиырма", "отыз", "қырық", "елу", "алпыс", "жетпіс", "сексен", "тоқсан")
_KK_SCALE = ("", "мың", "миллион", "миллиард")

_RU_UNITS = (
    *("", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять"),
    *("одиннадцать", "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать"),
    *("семнадцать", "восемнадцать", "девятнадцать"),
)
_RU_FEMININE = {1: "одна", 2: "две"}
_RU_TENS = (
    *("", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят"),
    "девяносто",
)
_RU_HUNDREDS = (
    *("", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот"),
    "девятьсот",
)
_RU_SCALE = (
    ("", "", ""),
    ("тысяча", "тысячи", "тысяч"),
    ("миллион", "миллиона", "миллионов"),
    ("миллиард", "миллиарда", "миллиардов"),
)

_EN_UNITS = (
    *("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_EN_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_EN_SCALE = ("", "thousand", "million", "billion")

_NOUGHT = {"kk": "нөл", "ru": "ноль", "en": "zero"}
#: Tenge and tiyn, which no number inflects in these languages.
MONEY = {"kk": ("теңге", "тиын"), "ru": ("тенге", "тиын"), "en": ("tenge", "tiyn")}


def in_words(number: int, lang: str) -> str:
    """A number as it is counted: «төрт мың үш жүз елу бір», «четыре тысячи триста пятьдесят один».

    Kazakh says «бір» before «жүз» and «мың», as documents do: nothing can be written in before it. Russian
    counts what is masculine (экземпляр, тенге).

    Raises:
        ValueError: it is below nought or not below `LIMIT`.
    """
    if not 0 <= number < LIMIT:
        raise ValueError(f"{number} is not counted in words")
    if not number:
        return _NOUGHT[lang]
    return " ".join(word for group, scale in _groups(number) for word in _SAID[lang](group, scale) if word)


def money_in_words(amount: Decimal, lang: str) -> str:
    """An amount of tenge: «сто шесть тысяч двести шесть тенге 76 тиын»; half a tiyn is rounded up.

    Raises:
        ValueError: as `in_words`.
    """
    exact = amount.quantize(_CENT, ROUND_HALF_UP)
    tenge, tiyn = MONEY[lang]
    whole = int(exact)
    return f"{in_words(whole, lang)} {tenge} {int((exact - whole) * 100):02d} {tiyn}"


def plural(number: int, lang: str) -> str:
    """Which form of a noun stands with a number: ``one``, ``few`` or ``many``."""
    if lang == "kk":
        return "one"
    if lang == "en":
        return "one" if number == 1 else "many"
    if number % 10 == 1 and number % 100 != 11:
        return "one"
    return "few" if 2 <= number % 10 <= 4 and not 12 <= number % 100 <= 14 else "many"


def grouped(number: int | Decimal, lang: str) -> str:
    """A number in figures by threes: «4 351», «106 206,76»; spaces that do not break a line."""
    figures = f"{number:,.2f}" if isinstance(number, Decimal) else f"{number:,}"
    return figures if lang == "en" else figures.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")


def _groups(number: int) -> Iterator[tuple[int, int]]:
    """Groups of three digits that are not nought, the highest first, each with its power of a thousand."""
    for scale in reversed(range(4)):
        group = number // 1000**scale % 1000
        if group:
            yield group, scale


def _kazakh(group: int, scale: int) -> Iterator[str]:
    hundreds, rest = divmod(group, 100)
    if hundreds:
        yield from (_KK_UNITS[hundreds], "жүз")
    yield from (_KK_TENS[rest // 10], _KK_UNITS[rest % 10], _KK_SCALE[scale])


def _russian(group: int, scale: int) -> Iterator[str]:
    hundreds, rest = divmod(group, 100)
    yield _RU_HUNDREDS[hundreds]
    tens, units = (0, rest) if rest < 20 else divmod(rest, 10)
    yield _RU_TENS[tens]
    feminine = scale == 1 and _RU_FEMININE.get(units)
    yield feminine or _RU_UNITS[units]
    yield _RU_SCALE[scale][("one", "few", "many").index(plural(group, "ru"))]


def _english(group: int, scale: int) -> Iterator[str]:
    hundreds, rest = divmod(group, 100)
    if hundreds:
        yield from (_EN_UNITS[hundreds], "hundred")
    tens, units = (0, rest) if rest < 20 else divmod(rest, 10)
    yield "-".join(word for word in (_EN_TENS[tens], _EN_UNITS[units]) if word)
    yield _EN_SCALE[scale]


_SAID: dict[str, Callable[[int, int], Iterator[str]]] = {"kk": _kazakh, "ru": _russian, "en": _english}
