"""Errors in ISBN and ISSN, and what was typed in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.planting import books
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
    return part, part.get("a"), books.isbn(around.dice, prefix)


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
    number = books.issn(around.dice)
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
    number = books.issn(around.dice)
    part.subfields.append(
        ["x", number[:-1] + ("4" if number[-1] == "X" else str((int(number[-1]) + 3) % 10))]
    )
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
)
