"""Errors in classification, author marks and keywords, and parts of a title that have a field of their own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bench.planting.draft import Part
from bench.planting.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.planting.draft import Draft
    from bench.planting.kind import Around


def _udc(change: Callable[[str, Around], str]) -> Callable[[Draft, Around], bool]:
    def spoil(draft: Draft, around: Around) -> bool:
        part = draft.one("675")
        if part is None:
            return False
        before = part.get("a")
        part.put("a", change(before, around))
        return part.get("a") != before

    return spoil


def bbk_for_udc(draft: Draft, around: Around) -> bool:
    """A library-bibliographic index in the field of the decimal classification, and nothing in its own."""
    part, right = draft.one("675"), draft.one("686")
    if part is not None or right is None or not re.search(r"\(5Каз|\(2Рос|^63\.3", right.get("a")):
        return False
    wrong = Part("675", "  ", [["a", right.get("a")]])
    draft.parts[draft.parts.index(right)] = wrong
    return True


def udc_for_bbk(draft: Draft, around: Around) -> bool | list[Draft]:
    udc, bbk = draft.one("675"), draft.one("686")
    if udc is None or bbk is None or not udc.get("a").startswith("821"):
        return False
    right = draft.copy()
    moved = right.one("675")
    assert moved is not None
    moved.subfields = [["a", udc.get("a")]]
    wrong = Part("686", "  ", [["a", udc.get("a")], ["2", "rubbk"]])
    draft.parts.remove(udc)
    draft.parts.insert(draft.parts.index(bbk), wrong)
    return [right]


def two_udc(draft: Draft, around: Around) -> bool | list[Draft]:
    """Two indices in one subfield; each wants its own field."""
    part = draft.one("675")
    if part is None:
        return False
    first, second = part.get("a"), around.dice.choice(("37.016", "908(574)", "929"))
    rights = []
    for same in (True, False):
        right = draft.copy()
        kept = right.one("675")
        assert kept is not None
        other = Part(
            "675",
            "  ",
            [["a", second], *([list(pair) for pair in kept.subfields if pair[0] == "z"] if same else [])],
        )
        right.parts.insert(right.parts.index(kept) + 1, other)
        rights.append(right)
    part.put("a", f"{first}; {second}")
    return rights


def mark_latin(draft: Draft, around: Around) -> bool:
    """The author mark's letter in the other script."""
    part, twins = draft.one("899"), dict(zip("АВСЕНКМОРТХ", "ABCEHKMOPTX", strict=True))
    found = re.fullmatch(r"(.+ )(\w)( \d+)", part.get("j")) if part is not None else None
    if part is None or found is None or found[2] not in twins:
        return False
    part.put("j", found[1] + twins[found[2]] + found[3])
    return True


def mark_of_another(draft: Draft, around: Around) -> bool:
    """An author mark that does not begin as the heading does."""
    part = draft.one("899")
    found = re.fullmatch(r"(.+ )(\w)( \d+)", part.get("j")) if part is not None else None
    if part is None or found is None:
        return False
    part.put(
        "j",
        found[1] + around.dice.choice([letter for letter in "БГДЖЗЛПФЧШ" if letter != found[2]]) + found[3],
    )
    return True


def _keywords(glue: str) -> Callable[[Draft, Around], bool | list[Draft]]:
    def spoil(draft: Draft, around: Around) -> bool | list[Draft]:
        found = draft.all("610")
        if len(found) < 2:
            return False
        rights = [draft.copy()]
        right = draft.copy()  # one field with several subfields is as good as several fields
        fields = right.all("610")
        fields[0].subfields += [list(pair) for part in fields[1:] for pair in part.subfields]
        right.parts = [part for part in right.parts if part.tag != "610" or part is fields[0]]
        rights.append(right)
        found[0].put("a", glue.join(part.get("a") for part in found))
        draft.parts = [part for part in draft.parts if part.tag != "610" or part is found[0]]
        return rights

    return spoil


def volume_in_title(draft: Draft, around: Around) -> bool | list[Draft]:
    """The volume told in the title of a book without a link to its set."""
    title = draft.one("200")
    if (
        title is None
        or draft.one("461") is not None
        or draft.family != "unimarc"
        or title.get("a")[-1] in "?!.»"
    ):
        return False
    volume = {"kaz": "2-том", "rus": "Т. 2"}.get(draft.lang)
    if volume is None:
        return False
    right = draft.copy()
    own = right.one("200")
    assert own is not None
    own.subfields.insert(1, ["h", volume])
    title.put("a", f"{title.get('a')}. {volume}")
    return [right]


def series_in_title(draft: Draft, around: Around) -> bool:
    """The series told in brackets after the title."""
    series, title = draft.one("225"), draft.one("200")
    if series is None or title is None or series.get("v") or not title.get("e"):
        return False
    title.put(
        "e",
        f"{title.get('e')} ({around.dice.choice(('Серия', 'сер.')) if draft.lang == 'rus' else 'Сериясы:'} «{series.get('a')}»)",
    )
    draft.parts.remove(series)
    return True


KINDS = (
    Kind("author mark in the other script", 22, "suggest", mark_latin, either=True),
    Kind("author mark of another heading", 22, "report", mark_of_another),
    Kind("UDC with a comma", 18, "suggest", _udc(lambda text, _: text.replace(".", ",", 1)), either=True),
    Kind("UDC with spaces", 18, "fix", _udc(lambda text, _: text.replace(".", ". ", 1)), either=True),
    Kind("UDC with one bracket", 18, "report", _udc(lambda text, _: text.replace(")", "")), weight=0.5),
    Kind("BBK in the place of UDC", 18, "suggest", bbk_for_udc, either=True),
    Kind("UDC in the place of BBK", 18, "suggest", udc_for_bbk, either=True),
    Kind("two UDC in one subfield", 18, "suggest", two_udc, either=True),
    Kind("keywords glued by ;", 23, "fix", _keywords("; "), either=True),
    Kind("keywords glued by ,", 23, "suggest", _keywords(", ")),
    Kind("volume in the title", 24, "suggest", volume_in_title),
    Kind("series in the title", 24, "suggest", series_in_title, weight=0.5),
)
