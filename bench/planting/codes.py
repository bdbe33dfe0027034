"""Errors in codes: languages, countries, coded positions, leader."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bench.planting.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.planting.draft import Draft
    from bench.planting.kind import Around


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


KINDS = (
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
)
