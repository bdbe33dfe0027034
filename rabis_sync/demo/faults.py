"""Plants one cataloguing error in one record, and can take it out again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING

from rabis_sync.demo.planted import Fault
from rabis_sync.marc.fields import SUBFIELD, Field, MarcRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Latin letter for the Cyrillic one that looks the same.
LATIN = {"а": "a", "е": "e", "о": "o", "с": "c", "р": "p", "х": "x", "і": "i"}
#: A word long enough that one foreign letter leaves no doubt about its script.
LONG_WORD = re.compile(r"[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]{6,}")
_PLACE = re.compile(r"(?P<tag>\d{3})\[1\]\$(?P<code>.)\[1\]")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of error.

    Attributes:
        family: rule family that should find it.
        paths: where it may be planted, the best place first; a bare tag: the field is taken out.
        spoil: the value with the error in it; the value itself where it has no room for the error.
    """

    family: str
    paths: tuple[str, ...]
    spoil: Callable[[str], str] = str


def look_alike(text: str) -> str:
    """One Latin letter in the first long word that has a letter for it, not at its beginning."""
    for word in LONG_WORD.finditer(text):
        for place in range(word.start() + 1, word.end()):
            if text[place] in LATIN:
                return text[:place] + LATIN[text[place]] + text[place + 1 :]
    return text


def _inside_word(mark: str) -> Callable[[str], str]:
    return lambda text: LONG_WORD.sub(lambda word: f"{word[0][:3]}{mark}{word[0][3:]}", text, count=1)


def _for_space(mark: str) -> Callable[[str], str]:
    return lambda text: text.replace(" ", mark, 1)


def _wrong_digit(isbn: str) -> str:
    last = isbn[-1]
    return isbn[:-1] + ("4" if last == "X" else str((int(last) + 3) % 10))


WORDS = ("200[1]$e[1]", "200[1]$a[1]")
PROSE = ("330[1]$a[1]", *WORDS)
ISBN = ("010[1]$a[1]",)
KINDS: dict[str, Kind] = {
    "double_space": Kind("whitespace", WORDS[::-1], _for_space("  ")),
    "trailing_space": Kind("whitespace", ("210[1]$c[1]",), lambda text: f"{text} "),
    "no_break_space": Kind("whitespace", PROSE, _for_space("\u00a0")),
    "soft_hyphen": Kind("whitespace", PROSE, _inside_word("\u00ad")),
    "control_character": Kind("whitespace", WORDS[::-1], _inside_word("\x02")),
    "tab": Kind("whitespace", WORDS, _for_space("\t")),
    "look_alike_title": Kind("look_alike", WORDS[::-1], look_alike),
    "look_alike_text": Kind("look_alike", PROSE, look_alike),
    "isbn_check": Kind("isbn_check", ISBN, _wrong_digit),
    "isbn_cyrillic": Kind("isbn_form", ISBN, lambda text: text.replace("X", "Х")),
    "isbn_spaces": Kind("isbn_form", ISBN, lambda text: text.replace("-", " ")),
    "no_language": Kind("missing", ("101",)),
    "no_country": Kind("missing", ("102",)),
    "no_source": Kind("missing", ("801",)),
    "no_general": Kind("missing", ("100",)),
}
#: Twelve at a time; five rounds make the sixty of the demo.
ROUND = (
    ("double_space", "look_alike_title", "isbn_check", "no_break_space"),
    ("no_country", "trailing_space", "look_alike_text", "isbn_cyrillic"),
    ("soft_hyphen", "no_source", "control_character", "isbn_spaces"),
    ("tab", "look_alike_title", "isbn_check", "no_language"),
    ("double_space", "isbn_cyrillic", "look_alike_text", "no_general"),
)


def plan() -> Iterator[str]:
    """Kinds in the order in which they are planted, without end."""
    for row in cycle(ROUND):
        yield from row


def plant(record: MarcRecord, kind: str) -> tuple[MarcRecord, Fault] | None:
    """The record with the error in it; None where it has no room for such an error."""
    wanted = KINDS[kind]
    for path in wanted.paths:
        clean = read(record, path)
        planted = wanted.spoil(clean) if clean and "$" in path else ""
        if planted != clean:
            fault = Fault(record.control_number, wanted.family, kind, path, planted, clean)
            return _write(record, path, planted), fault
    return None


def mend(record: MarcRecord, fault: Fault) -> MarcRecord:
    """The record without the error: the inverse of `plant`."""
    return _write(record, fault.path, fault.clean)


def read(record: MarcRecord, path: str) -> str:
    """The value at a path, or a field's whole text for a bare tag; empty where there is none."""
    place = _PLACE.fullmatch(path)
    tag = place["tag"] if place else path
    found = next((field for field in record.fields if field.tag == tag), None)
    if found is None:
        return ""
    return found.first(place["code"]) if place else found.text


def _write(record: MarcRecord, path: str, value: str) -> MarcRecord:
    place = _PLACE.fullmatch(path)
    if place:
        fields = list(record.fields)
        at = next(number for number, field in enumerate(fields) if field.tag == place["tag"])
        fields[at] = _with_value(fields[at], place["code"], value)
        return MarcRecord(record.leader, tuple(fields))
    others = tuple(field for field in record.fields if field.tag != path)
    before = tuple(field for field in others if field.tag < path)
    inside = (Field(path, value),) if value else ()
    return MarcRecord(record.leader, before + inside + others[len(before) :])


def _with_value(field: Field, code: str, value: str) -> Field:
    indicators, *parts = field.text.split(SUBFIELD)
    at = next(number for number, part in enumerate(parts) if part[0] == code)
    parts[at] = code + value
    return Field(field.tag, SUBFIELD.join([indicators, *parts]))
