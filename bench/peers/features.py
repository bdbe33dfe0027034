"""What the peers compare: features of UNIMARC records, taken and normalised by hand for Russian and Kazakh.

Written for the peers alone, as someone who knows the field would for them: look-alikes repaired, Kazakh
letters folded, Latin turned back, volume, grade, year and pages told apart. It shares nothing with ours.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Features(NamedTuple):
    """One record; None or an empty text where it does not say."""

    id: str
    title: str
    subtitle: str
    surname: str
    initials: str
    year: int | None
    pages: int | None
    publisher: str
    isbn: str
    language: str
    volume: str
    grade: str
    edition: str
    kind: str
    level: str


_FOLD = str.maketrans("ёқғңөұүһәійэ", "екгноуухаиие")
_ALIKE = str.maketrans("aeocpxyktmbh", "аеосрхуктмвн")
_BACK = [
    ("shch", "щ"), ("shh", "щ"), ("zh", "ж"), ("kh", "х"), ("ch", "ч"), ("sh", "ш"), ("ts", "ц"), ("yu", "ю"),
    ("ya", "я"), ("ia", "я"), ("iu", "ю"), ("yo", "е"), ("y'", "ы"), ("e'", "е"), ("ş", "ш"), ("ç", "ч"),
]  # fmt: skip
_BACK_ONE = str.maketrans("abvgdezijklmnoprstufhcqwxyäğñöūüı'`",
                          "абвгдезийклмнопрстуфхцкукыагноууи  ")  # fmt: skip
_WORD = re.compile(r"\w+", re.UNICODE)
_CYRILLIC, _LATIN = re.compile("[а-яёәғқңөұүһі]"), re.compile("[a-zäğñöūüışç]")


def folded(text: str, language: str) -> str:
    """Small Russian letters, words apart by one space."""
    words = []
    for word in _WORD.findall(text.lower()):
        if _LATIN.search(word):
            word = word.translate(_ALIKE) if _CYRILLIC.search(word) else _from_latin(word, language)  # noqa: PLW2901
        words.append(word.translate(_FOLD))
    return " ".join(words)


def _from_latin(word: str, language: str) -> str:
    if language not in {"rus", "kaz"} or re.fullmatch("[ivxlc]+", word):
        return word
    for latin, letter in _BACK:
        word = word.replace(latin, letter)
    return word.translate(_BACK_ONE)


_ROMAN = {word: str(at) for at, word in enumerate("i ii iii iv v vi vii viii ix x xi xii".split(), 1)}
_ORDINALS = {}
for _list in (
    "перв втор трет четверт пят шест седьм восьм девят десят",
    "бирин екинш ушинш тортинш бесинш алтынш жетинш сегизинш тогызынш онынш",
):
    _ORDINALS.update({word: str(at) for at, word in enumerate(_list.split(), 1)})
_PART = r"(?:тома?|т|книга|кн|кит[аa]п|часть|ч|болим|выпуск|вып|шыгарылым)"
_AFTER = re.compile(rf"\b{_PART}\b ([ivx]+|\d+)\b")
_BEFORE = re.compile(rf"\b([ivx]+|\d+)(?: (?:ши|шы|и|й))? {_PART}\b")
_ORDINAL = re.compile(rf"\b(?:{_PART} ([а-я]+)|([а-я]+) {_PART})\b")
_GRADE = re.compile(r"\b(\d{1,2}) (?:ши |шы |го )?(?:кл|класса?|сын[пыб]+\w*)\b")
_YEAR_IN_TITLE, _NUMBER = re.compile(r"\b(1[89]\d\d|20\d\d)\b"), re.compile(r"\d+")
_DASHED = re.compile(r"(?<=\d)-(?=\w)")


def volume_of(text: str) -> str:
    """Number of the volume or part in a folded text, or nothing."""
    for pattern in (_AFTER, _BEFORE):
        found = pattern.search(text)
        if found:
            return _ROMAN.get(found[1], found[1])
    for found in _ORDINAL.finditer(text):
        word = found[1] or found[2]
        for stem, number in _ORDINALS.items():
            if word.startswith(stem):
                return number
    return ""


def without_part(text: str) -> str:
    """A folded title without what `volume_of` read."""
    for pattern in (_AFTER, _BEFORE):
        text = pattern.sub("", text)
    return " ".join(text.split())


def isbn13(text: str) -> str:
    """A valid ISBN as 13 digits, or nothing."""
    digits = re.sub(r"[^0-9X]", "", text.upper().replace("Х", "X"))
    if len(digits) == 10 and digits[:9].isdigit():
        total = sum((10 if digit == "X" else int(digit)) * (10 - at) for at, digit in enumerate(digits))
        if total % 11:
            return ""
        digits = "978" + digits[:9]
        return digits + str(-sum(int(d) * (3 if at % 2 else 1) for at, d in enumerate(digits)) % 10)
    if len(digits) == 13 and digits.isdigit():
        total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits))
        return "" if total % 10 else digits
    return ""


_HOUSE = re.compile(r"\b(?:изд|во|дом|издательство|баспасы|баспа)\b")
_STATED = re.compile(r"((?:[^\W\d_]\. ?)+) ?([^\W\d_]+(?:-[^\W\d_]+)?)")


def raw_fields(record: bytes) -> tuple[str, list[tuple[str, list[tuple[str, str]]]]]:
    """Leader and fields of one ISO 2709 record of the generator."""
    base = int(record[12:17])
    directory = record[24 : base - 1].decode()
    body = record[base:-1].decode().split("\x1e")
    found = []
    for at in range(0, len(directory), 12):
        parts = body[at // 12].split("\x1f")
        found.append((directory[at : at + 3], [(one[:1], one[1:]) for one in parts[1:]] or [("", parts[0])]))
    return record[:24].decode(), found


def features(record: bytes) -> Features:
    """Features of one record."""
    leader, fields = raw_fields(record)
    first: dict[str, str] = {}
    several: dict[str, list[str]] = {}
    for tag, subfields in fields:
        for code, value in subfields:
            first.setdefault(tag + code, value)
            several.setdefault(tag + code, []).append(value)
    language = first.get("101a", "")
    own = folded(_DASHED.sub(" ", first.get("200a", "")), language)
    subtitle = folded(_DASHED.sub(" ", " ".join(several.get("200e", []))), language)
    number = folded(_DASHED.sub(" ", f"{first.get('200h', '')} {first.get('461v', '')}"), language)
    sets = folded(first.get("461a", ""), language)
    volume = _NUMBER.findall(number)[-1:] if "011a" in first else []
    volume_text = volume[0] if volume else volume_of(number) or volume_of(own)
    title = own
    if sets:
        title = sets if "461v" not in first and volume_of(own) else f"{sets} {own}"
    title = without_part(title)
    grade = _GRADE.search(f"{own} {subtitle}")
    years = _YEAR_IN_TITLE.findall(title)
    surname, initials = first.get("700a", ""), first.get("700b", "")
    if not surname:
        stated = _STATED.search(first.get("200f", ""))
        surname, initials = (stated[2], stated[1]) if stated else ("", "")
    year = _YEAR_IN_TITLE.search(first.get("210d", "") or first.get("463d", ""))
    pages = _NUMBER.search(first.get("215a", ""))
    edition = folded(first.get("205a", ""), language)
    return Features(
        first["001"],
        title,
        subtitle,
        folded(surname, language),
        folded(initials, language),
        int(year[0]) if year else None,
        int(pages[0]) if pages and leader[7:9] != "m1" else None,
        " ".join(_HOUSE.sub("", folded(first.get("210c", ""), language)).split()),
        next(filter(None, map(isbn13, several.get("010a", []))), ""),
        language,
        volume_text or " ".join(years),
        grade[1] if grade else "",
        _edition(edition),
        leader[6],
        leader[7:9],
    )


def _edition(text: str) -> str:
    number = _NUMBER.search(text)
    if number:
        return number[0]
    return next((value for stem, value in _ORDINALS.items() if text.startswith(stem)), "")


def frame(rows: list[Features]) -> pd.DataFrame:
    """The features as columns, with the row number (`nr`) and the words that blocks are made of."""
    table = pd.DataFrame(rows, columns=Features._fields)
    table["year"], table["pages"] = table["year"].astype("Int32"), table["pages"].astype("Int32")
    table["nr"] = range(len(table))
    words = [title.split() or [""] for title in table["title"]]
    table["first_word"], table["last_word"] = [one[0] for one in words], [one[-1] for one in words]
    table["long_word"] = [max(one, key=len) for one in words]
    return table


def read(path: Path) -> Iterator[Features]:
    """Features of every record of a file, a record at a time."""
    rest = b""
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            *whole, rest = (rest + block).split(b"\x1d")
            for record in whole:
                yield features(record + b"\x1d")
