"""Errors of form: punctuation, blanks, capitals, signs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bench.planting.draft import Part
from bench.planting.kind import Kind, spots

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.planting.draft import Draft
    from bench.planting.kind import Around


def _text(
    where: dict[str, str], change: Callable[[str, Around], str], family: str = "unimarc"
) -> Callable[[Draft, Around], bool]:
    def spoil(draft: Draft, around: Around) -> bool:
        if draft.family != family:
            return False
        found = list(spots(draft, {draft.family: where}))
        around.dice.shuffle(found)
        for _, pair in found:
            wrong = change(pair[1], around)
            if wrong != pair[1]:
                pair[1] = wrong
                return True
        return False

    return spoil


def isbd_behind(draft: Draft, around: Around) -> bool:
    """The sign of the next area, stored at the end of a subfield."""
    marks = {
        ("200", "a"): (" :", " /"),
        ("200", "e"): (" /",),
        ("210", "a"): (" :",),
        ("210", "c"): (",",),
        ("215", "a"): (" :", " ;"),
    }
    found = [
        (part, pair)
        for part in draft.parts
        for pair in part.subfields
        if (part.tag, pair[0]) in marks and draft.family == "unimarc"
    ]
    if not found:
        return False
    part, pair = around.dice.choice(found)
    if pair is part.subfields[-1]:
        return False
    pair[1] += around.dice.choice(marks[part.tag, pair[0]])
    return True


def isbd_before(draft: Draft, around: Around) -> bool:
    """The sign before an element, stored with it."""
    marks = {
        ("200", "e"): ": ",
        ("200", "f"): "/ ",
        ("210", "c"): ": ",
        ("205", "a"): ". - ",
        ("215", "d"): "; ",
    }
    found = [
        (part, pair)
        for part in draft.parts
        for pair in part.subfields
        if (part.tag, pair[0]) in marks and draft.family == "unimarc"
    ]
    if not found:
        return False
    part, pair = around.dice.choice(found)
    pair[1] = marks[part.tag, pair[0]] + pair[1]
    return True


ANYWHERE = {"200": "aef", "330": "a", "610": "a", "606": "a", "210": "c"}


LONG = {"200": "ae", "330": "a"}


def _between(mark: str) -> Callable[[str, Around], str]:
    def change(text: str, around: Around) -> str:
        gaps = [match.start() for match in re.finditer(r"(?<=\w) (?=\w)", text)]
        if not gaps:
            return text
        at = around.dice.choice(gaps)
        return text[:at] + mark + text[at + 1 :]

    return change


def _inside(mark: str) -> Callable[[str, Around], str]:
    def change(text: str, around: Around) -> str:
        inside = [
            match.start() for match in re.finditer(r"(?<=[а-яёәғқңөұүһі]{2})(?=[а-яёәғқңөұүһі]{2})", text)
        ]
        if not inside:
            return text
        at = around.dice.choice(inside)
        return text[:at] + mark + text[at:]

    return change


def empty_subfield(draft: Draft, around: Around) -> bool:
    part = draft.one("200", "245", "210", "215")
    if part is None:
        return False
    code = {"200": "e", "245": "b", "210": "c", "215": "c"}[part.tag]
    if part.get(code):
        code = {"200": "h", "245": "n", "210": "g", "215": "e"}[part.tag]
    part.subfields.append([code, around.dice.choice(("", " "))])
    return True


def empty_field(draft: Draft, around: Around) -> bool:
    tag = "300" if draft.family == "unimarc" else "500"
    draft.parts.append(Part(tag, "  ", [["a", around.dice.choice(("", " "))]]))
    draft.sorted()
    return True


def repeated_field(draft: Draft, around: Around) -> bool:
    """The same field twice, letter for letter."""
    found = draft.all("610", "653", "606")
    if not found:
        return False
    part = around.dice.choice(found)
    draft.parts.insert(
        draft.parts.index(part) + 1, Part(part.tag, part.indicators, [list(pair) for pair in part.subfields])
    )
    return True


def _capitals(text: str, _around: Around) -> str:
    return (
        text.upper() if len(re.findall(r"[^\W\d]{3,}", text)) >= 2 and not re.search("[A-Z]", text) else text
    )


def _small(text: str, _around: Around) -> str:
    return text[0].lower() + text[1:] if re.match(r"[А-ЯЁӘҒҚҢӨҰҮҺІ][а-яёәғқңөұүһі]", text) else text


def straight_quotes(draft: Draft, around: Around) -> bool | list[Draft]:
    for _, pair in spots(draft, {"unimarc": {"200": "a"}, "marc21": {}}):
        if "«" in pair[1]:
            pair[1] = pair[1].replace("«", '"').replace("»", '"')
            return True
    return False


def number_sign(draft: Draft, around: Around) -> bool:
    for part in draft.parts:
        for pair in part.subfields:
            if (
                "№ " in pair[1]
                and part.tag in {"200", "899"}
                and pair[0] in "ab"
                and draft.family == "unimarc"
            ):
                pair[1] = pair[1].replace("№", around.dice.choice(("N", "Nш", "Nº")))
                return True
    return False


KINDS = (
    Kind("ISBD sign behind", 11, "fix", isbd_behind),
    Kind("ISBD sign before", 11, "fix", isbd_before),
    Kind("double space", 19, "fix", _text(ANYWHERE, _between("  "))),
    Kind("no-break space", 19, "fix", _text(ANYWHERE, _between("\u00a0"))),
    Kind("tab", 19, "fix", _text(ANYWHERE, _between("\t"))),
    Kind(
        "space at an end",
        19,
        "fix",
        _text(ANYWHERE, lambda text, around: around.dice.choice((f"{text} ", f" {text}"))),
    ),
    Kind("soft hyphen", 19, "fix", _text(LONG, _inside("\u00ad"))),
    Kind("control character", 19, "fix", _text(LONG, _inside("\x07"))),
    Kind("byte order mark", 19, "fix", _text(ANYWHERE, lambda text, _: "\ufeff" + text)),
    Kind("zero-width space", 19, "fix", _text(LONG, _inside("\u200b"))),
    Kind("empty subfield", 19, "fix", empty_subfield),
    Kind("empty field", 19, "fix", empty_field),
    Kind("field repeated", 19, "fix", repeated_field, either=True),
    Kind("title in capitals", 20, "suggest", _text({"200": "a"}, _capitals)),
    Kind("title in small letters", 20, "suggest", _text({"200": "a"}, _small)),
    Kind("straight quotation marks", 21, "suggest", straight_quotes, weight=0.3),
    Kind("N for №", 21, "suggest", number_sign, either=True, weight=0.5),
)
