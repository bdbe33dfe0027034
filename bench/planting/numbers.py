"""Errors in numbers and codes: ISBN and ISSN, languages, countries, coded positions, years, extents, prices."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bench.planting import clean
from bench.planting.draft import Part
from bench.planting.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.planting.draft import Draft
    from bench.planting.kind import Around


def _isbn(draft: Draft) -> Part | None:
    return next((part for part in draft.all("010", "020") if part.get("a")), None)


def _form(change: Callable[[str, Around], str]) -> Callable[[Draft, Around], bool]:
    """An ISBN written otherwise."""

    def spoil(draft: Draft, around: Around) -> bool:
        part = _isbn(draft)
        if part is None:
            return False
        before = part.get("a")
        part.put("a", change(before, around))
        return part.get("a") != before

    return spoil


def isbn_cyrillic_x(draft: Draft, around: Around) -> bool:
    part = _isbn(draft)
    if part is None or not part.get("a").endswith("X"):
        return False
    part.put("a", part.get("a")[:-1] + around.dice.choice("Хх"))
    return True


def isbn_small_x(draft: Draft, _around: Around) -> bool:
    part = _isbn(draft)
    if part is None or not part.get("a").endswith("X"):
        return False
    part.put("a", part.get("a").lower())
    return True


def _hyphen_too_many(isbn: str, around: Around) -> str:
    """One more hyphen than a number has, inside its item part: «5-7443-00-20-1»."""
    groups = isbn.split("-")
    item = groups[-2] if len(groups) >= 4 else ""
    if len(item) < 2:
        return isbn
    groups[-2] = f"{item[:1]}-{item[1:]}"
    return "-".join(groups)


def isbn_wrong_digit(draft: Draft, around: Around) -> bool | list[Draft]:
    """A wrong number: to the subfield of wrong numbers, or, where one digit was lost, left to a person."""
    part = _isbn(draft)
    if part is None:
        return False
    isbn = part.get("a")
    wrong = isbn[:-1] + ("3" if isbn[-1] == "X" else str((int(isbn[-1]) + around.dice.randint(1, 8)) % 10))
    part.put("a", wrong)
    right = draft.copy()
    moved = _isbn(right)
    assert moved is not None
    at = next(index for index, pair in enumerate(moved.subfields) if pair[0] == "a")
    moved.subfields[at] = ["z", wrong]
    # the rule may put $z at its place in the alphabet
    behind = right.copy()
    other = next(one for one in behind.parts if one.written() == moved.written())
    other.subfields = [pair for pair in other.subfields if pair[0] != "z"] + [["z", wrong]]
    return [right, behind]


def _second(draft: Draft, around: Around) -> tuple[Part, str, str] | None:
    part = _isbn(draft)
    if part is None or len(part.subfields) > 1:
        return None
    prefix = part.get("a").rsplit("-", 2)[0]
    return part, part.get("a"), clean.isbn(around.dice, prefix)


def isbn_two_in_one(draft: Draft, around: Around) -> bool | list[Draft]:
    """Two numbers in one subfield; each wants a field of its own (UNIMARC 010: $a is not repeatable)."""
    found = _second(draft, around)
    if found is None:
        return False
    part, first, second = found
    rights = []
    right = draft.copy()
    at = right.parts.index(next(one for one in right.parts if one.written() == part.written()))
    right.parts.insert(at + 1, Part(part.tag, part.indicators, [["a", second]]))
    rights.append(right)
    part.put("a", f"{first}{around.dice.choice((', ', '; ', ' '))}{second}")
    return rights


def isbn_with_words(draft: Draft, around: Around) -> bool | list[Draft]:
    """Words beside the number, which have a subfield of their own."""
    part = _isbn(draft)
    if part is None or part.get("b") or part.get("q") or len(part.subfields) > 1:
        return False
    told = around.dice.choice(("в пер.", "Т. 1", "общ.", "қатты мұқаба"))
    number = part.get("a")
    right = draft.copy()
    divided = _isbn(right)
    assert divided is not None
    divided.subfields.append(["b" if draft.family == "unimarc" else "q", told])
    part.put("a", f"{number} ({told})")
    bracketed = right.copy()
    inside = _isbn(bracketed)
    assert inside is not None
    inside.subfields[-1][1] = f"({told})"
    return [right, bracketed]


def price_for_isbn(draft: Draft, around: Around) -> bool:
    """The price typed where the number belongs, in a record that has no number."""
    part = draft.one("010")
    if part is None or not part.get("d") or part.get("b") or part.get("9"):
        return False
    part.subfields = [pair for pair in part.subfields if pair[0] == "a"]
    part.subfields[0][1] = f"{around.dice.randint(3, 60) * 50} тг."
    return True


def _price_right(draft: Draft, around: Around) -> bool | list[Draft]:
    if not price_for_isbn(draft, around):
        return False
    right = draft.copy()
    part = right.one("010")
    assert part is not None
    part.subfields[0][0] = "d"
    return [right]


def print_run_for_isbn(draft: Draft, around: Around) -> bool | list[Draft]:
    part = draft.one("010")
    if part is None or not part.get("9") or len(part.subfields) != 2:
        return False
    run = part.get("9")
    right = draft.copy()
    only = right.one("010")
    assert only is not None
    only.subfields = [["9", run]]
    part.subfields = [["a", f"{run} экз."]]
    told = right.copy()
    whole = told.one("010")
    assert whole is not None
    whole.subfields = [["9", f"{run} экз."]]
    return [right, told]


def issn_form(draft: Draft, around: Around) -> bool | list[Draft]:
    """A series' number without its hyphen."""
    part = draft.one("225")
    if part is None:
        return False
    number = clean.issn(around.dice)
    right = draft.copy()
    series = right.one("225")
    assert series is not None
    series.subfields.append(["x", number])
    part.subfields.append(
        ["x", around.dice.choice((number.replace("-", ""), number.replace("-", " "), f"ISSN {number}"))]
    )
    return [right]


def issn_wrong_digit(draft: Draft, around: Around) -> bool:
    part = draft.one("225")
    if part is None:
        return False
    number = clean.issn(around.dice)
    part.subfields.append(
        ["x", number[:-1] + ("4" if number[-1] == "X" else str((int(number[-1]) + 3) % 10))]
    )
    return True


# -- codes ---------------------------------------------------------------------------------------------------


def _code(tag: str, wrong: dict[str, tuple[str, ...]]) -> Callable[[Draft, Around], bool]:
    """A code written otherwise; the right one is the key."""

    def spoil(draft: Draft, around: Around) -> bool:
        part = draft.one(tag)
        if part is None or part.get("a") not in wrong:
            return False
        part.put("a", around.dice.choice(wrong[part.get("a")]))
        return True

    return spoil


language_two_letters = _code(
    "101", {"kaz": ("kk", "kz", "KZ"), "rus": ("ru", "RU"), "eng": ("en",), "ger": ("de",)}
)
language_in_words = _code(
    "101",
    {
        "kaz": ("каз", "қаз.", "казахский", "қазақша"),
        "rus": ("рус", "рус.", "русский", "орысша"),
        "eng": ("англ.", "английский"),
    },
)
language_cyrillic_letter = _code("101", {"kaz": ("kаz",), "rus": ("ruс", "гus", "rус"), "tat": ("tаt",)})
language_capitals = _code("101", {"kaz": ("KAZ", "Kaz"), "rus": ("RUS", "Rus")})
country_wrong = _code(
    "102", {"KZ": ("РК", "KAZ", "kz", "Казахстан", "Қазақстан", "ҚР"), "RU": ("РФ", "RUS", "ru", "Россия")}
)


def language_against_text(draft: Draft, around: Around) -> bool:
    """A Kazakh book coded as Russian; cataloguing language and text say otherwise."""
    part, title = draft.one("101"), draft.one("200")
    if part is None or title is None or draft.lang != "kaz" or part.get("c"):
        return False
    if sum(letter in "әғқңөұүһі" for letter in (title.get("a") + title.get("e")).lower()) < 3:
        return False
    part.put("a", "rus")
    return True


def _position(first: int, wrong: Callable[[Draft, str], str | None]) -> Callable[[Draft, Around], bool]:
    """Another value at a position of 100$a."""

    def spoil(draft: Draft, around: Around) -> bool:
        part = draft.one("100")
        if draft.family != "unimarc" or part is None:
            return False
        text = part.get("a")
        value = wrong(draft, text)
        if value is None:
            return False
        part.put("a", text[:first] + value + text[first + len(value) :])
        return part.get("a") != text

    return spoil


script_code_wrong = _position(
    34,
    lambda draft, text: (
        "ba"
        if draft.lang in {"kaz", "rus"}
        and text[34:] == "ca"
        and not draft.parts[-1].written().isascii()
        and _cyrillic_title(draft)
        else None
    ),
)
date_type_wrong = _position(8, lambda _draft, text: "z" if text[8] == "d" else None)
entry_date_wrong = _position(
    0, lambda _draft, text: f"{text[:4]}{text[6:8]}{text[4:6]}" if text[6:8] > "12" else None
)
audience_wrong = _position(17, lambda _draft, _text: "x  ")
cataloguing_language_wrong = _position(22, lambda draft, _text: {"kaz": "kz ", "rus": "рус"}.get(draft.lang))


def _cyrillic_title(draft: Draft) -> bool:
    title = draft.one("200")
    return title is not None and bool(re.search("[а-яёәғқңөұүһі]{3}", title.get("a")))


def general_too_short(draft: Draft, around: Around) -> bool:
    """100$a with its blanks collapsed: 35 characters or fewer."""
    part = draft.one("100")
    if draft.family != "unimarc" or part is None:
        return False
    text = part.get("a")
    part.put("a", text[:34].rstrip() + around.dice.choice((" ", "  ", "   ")) + text[34:])
    return len(part.get("a")) < 36


def level_wrong(draft: Draft, around: Around) -> bool:
    """A volume of a set, linked to it, that calls itself a serial."""
    if draft.one("461") is None or draft.leader[7:9] != "m2":
        return False
    draft.leader = draft.leader[:7] + "s2" + draft.leader[9:]
    return True


def status_wrong(draft: Draft, around: Around) -> bool:
    """A record status that the leader does not know."""
    draft.leader = draft.leader[:5] + around.dice.choice("xzр") + draft.leader[6:]
    return draft.leader.isascii()


# -- years, extents, prices ------------------------------------------------------------------------------------


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
    Kind("ISBN with cyrillic X", 8, "fix", isbn_cyrillic_x),
    Kind("ISBN with small x", 8, "fix", isbn_small_x),
    Kind("ISBN with spaces", 8, "fix", _form(lambda isbn, _: isbn.replace("-", " "))),
    Kind(
        "ISBN with dashes",
        8,
        "fix",
        _form(lambda isbn, around: isbn.replace("-", around.dice.choice("–—‑−"))),
    ),
    Kind(
        "ISBN with a label",
        8,
        "fix",
        _form(lambda isbn, around: around.dice.choice(("ISBN ", "ISBN: ", "ISBN")) + isbn),
    ),
    Kind("ISBN with a hyphen too many", 8, "fix", _form(_hyphen_too_many)),
    Kind(
        "ISBN with a full stop",
        8,
        "fix",
        _form(lambda isbn, around: isbn + around.dice.choice((".", ",", ";"))),
    ),
    Kind("ISBN with a wrong digit", 8, "suggest", isbn_wrong_digit, weight=2),
    Kind("two ISBNs in one subfield", 8, "suggest", isbn_two_in_one, either=True),
    Kind("words in the ISBN", 8, "suggest", isbn_with_words, either=True),
    Kind("price for an ISBN", 8, "suggest", _price_right),
    Kind("print run for an ISBN", 8, "suggest", print_run_for_isbn),
    Kind("ISSN in another form", 8, "fix", issn_form),
    Kind("ISSN with a wrong digit", 8, "report", issn_wrong_digit, weight=0.5),
    Kind("language code of two letters", 6, "fix", language_two_letters),
    Kind("language in words", 6, "fix", language_in_words),
    Kind("language code with a cyrillic letter", 6, "fix", language_cyrillic_letter),
    Kind("language code in capitals", 6, "fix", language_capitals),
    Kind("language against the text", 6, "suggest", language_against_text),
    Kind("country in another form", 7, "fix", country_wrong),
    Kind("script code against the title", 28, "suggest", script_code_wrong, either=True),
    Kind("unknown type of date", 28, "suggest", date_type_wrong, weight=0.5),
    Kind("date of entry that is none", 28, "suggest", entry_date_wrong, weight=0.5),
    Kind("unknown audience", 28, "report", audience_wrong, weight=0.5),
    Kind("language of cataloguing", 28, "fix", cataloguing_language_wrong, either=True, weight=0.5),
    Kind("100$a too short", 28, "suggest", general_too_short, either=True),
    Kind("level against the links", 28, "suggest", level_wrong, weight=0.5),
    Kind("unknown record status", 28, "report", status_wrong, weight=0.5),
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
