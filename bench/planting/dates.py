"""Errors in years and extents, and in notes that hold what has a field of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bench.planting.draft import Part
from bench.planting.kind import Kind

if TYPE_CHECKING:
    from bench.planting.draft import Draft
    from bench.planting.kind import Around


def _dated(draft: Draft) -> Part | None:
    part = draft.one("210")
    return (
        part
        if draft.family == "unimarc" and part is not None and re.fullmatch(r"\d{4}", part.get("d"))
        else None
    )


def year_with_letters(draft: Draft, around: Around) -> bool:
    part = _dated(draft)
    if part is None or "0" not in part.get("d"):
        return False
    part.put("d", part.get("d").replace("0", around.dice.choice("ОоO")))
    return True


def year_five_digits(draft: Draft, around: Around) -> bool:
    part = _dated(draft)
    if part is None:
        return False
    year = part.get("d")
    part.put("d", year[:3] + year[3] + around.dice.choice(year[3] + "7"))
    return True


def year_exchanged(draft: Draft, around: Around) -> bool:
    """Two digits exchanged: a year that is to come, while the coded date has the right one."""
    part = _dated(draft)
    if part is None or part.get("d")[:2] != "20" or part.get("d")[2:] <= "12" or part.get("d")[3] <= "2":
        return False
    year = part.get("d")
    part.put("d", year[:2] + year[3] + year[2])
    return int(part.get("d")) > 2027


def year_two_digits(draft: Draft, around: Around) -> bool:
    part = _dated(draft)
    if part is None or part.get("d")[:2] != "19":
        return False
    part.put("d", part.get("d")[2:])
    return True


def year_against_code(draft: Draft, around: Around) -> bool | list[Draft]:
    """Date of publication and coded date differ: either may be the right one."""
    part, general = _dated(draft), draft.one("100")
    if part is None or general is None:
        return False
    clean_one = draft.copy()
    year, text = int(part.get("d")), general.get("a")
    other = year - around.dice.randint(2, 9)
    right = draft.copy()
    printed = right.one("210")
    assert printed is not None
    printed.put("d", str(other))
    coded = right.one("100")
    general.put("a", text[:9] + str(other) + text[13:])
    assert coded is not None
    coded.put("a", general.get("a"))
    return [clean_one, right]


def extent_without_unit(draft: Draft, around: Around) -> bool:
    part = draft.one("215")
    if part is None or not re.fullmatch(r"\d+ [сб]\.", part.get("a")):
        return False
    part.put("a", part.get("a").split()[0])
    return True


def extent_glued(draft: Draft, around: Around) -> bool:
    part = draft.one("215")
    if part is None or not re.fullmatch(r"\d+ [сб]\.", part.get("a")):
        return False
    part.put("a", part.get("a").replace(" ", ""))
    return True


def extent_zero(draft: Draft, around: Around) -> bool:
    part = draft.one("215")
    if part is None or not re.fullmatch(r"\d+ [сб]\.", part.get("a")):
        return False
    part.put("a", "0 " + part.get("a").split()[1])
    return True


def size_in_extent(draft: Draft, around: Around) -> bool:
    part = draft.one("215")
    if part is None or not part.get("d") or part.get("c"):
        return False
    part.subfields = [["a", f"{part.get('a')} ; {part.get('d')}"]]
    return True


def print_run_in_note(draft: Draft, around: Around) -> bool | list[Draft]:
    """The print run as a note; its place is 010$9."""
    part = draft.one("010")
    if part is None or not part.get("9") or part.subfields[-1][0] != "9":
        return False
    run = part.subfields.pop()[1]
    note = Part(
        "300",
        "  ",
        [["a", around.dice.choice((f"Тираж {run} экз.", f"Тир. {run} экз.", f"Таралымы {run} дана"))]],
    )
    draft.parts.append(note)
    draft.sorted()
    return True


def price_in_note(draft: Draft, around: Around) -> bool:
    part = draft.one("010")
    if part is None or not part.get("d") or part.subfields[-1][0] != "d":
        return False
    price = part.subfields.pop()[1]
    draft.parts.append(
        Part("300", "  ", [["a", around.dice.choice((f"Цена: {price}", f"Цена {price}", f"Бағасы {price}"))]])
    )
    draft.sorted()
    return True


def copies_in_note(draft: Draft, around: Around) -> bool:
    draft.parts.append(
        Part(
            "300" if draft.family == "unimarc" else "500",
            "  ",
            [["a", around.dice.choice(("сбо-1, ч.з.-1", "аб.-3, ч.з.-2", "чз-1; аб-4"))]],
        )
    )
    draft.sorted()
    return True


def edition_in_title(draft: Draft, around: Around) -> bool:
    """The edition told after the title, where it has a field of its own."""
    part, title = draft.one("205"), draft.one("200")
    if part is None or title is None or not re.match(r"\d", part.get("a")) or not title.get("f"):
        return False
    place = next(index for index, pair in enumerate(title.subfields) if pair[0] == "f")
    title.subfields.insert(place, ["e", part.get("a")])
    draft.parts.remove(part)
    return True


KINDS = (
    Kind("letters in the year", 9, "suggest", year_with_letters, either=True),
    Kind("year of five digits", 9, "suggest", year_five_digits),
    Kind("year to come", 9, "suggest", year_exchanged, weight=0.5),
    Kind("year of two digits", 9, "suggest", year_two_digits),
    Kind("year against the coded date", 9, "suggest", year_against_code),
    Kind("extent without a unit", 10, "suggest", extent_without_unit, either=True),
    Kind("extent glued to its unit", 10, "fix", extent_glued, either=True),
    Kind("extent of nothing", 10, "report", extent_zero, weight=0.5),
    Kind("size in the extent", 10, "suggest", size_in_extent, either=True),
    Kind("edition in the title", 24, "suggest", edition_in_title),
    Kind("print run in a note", 25, "suggest", print_run_in_note),
    Kind("price in a note", 25, "suggest", price_in_note),
    Kind("copies in a note", 25, "report", copies_in_note, weight=0.5),
)
