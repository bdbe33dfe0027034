"""Errors in the headings of persons and bodies, and in the codes of what they did."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bench.planting.kind import Kind

if TYPE_CHECKING:
    from bench.planting.draft import Draft, Part
    from bench.planting.kind import Around

VARIANTS = {"Әуезов": ("Ауэзов", "Әуэзов"), "Құнанбайұлы": ("Құнанбаев",), "Мүсірепов": ("Мусрепов",), "Сейфуллин": ("Сейфулин",), "Байтұрсынұлы": ("Байтұрсынов",),
            "Ауэзов": ("Ауезов",), "Есенберлин": ("Есемберлин",), "Нурпеисов": ("Нурпейсов",), "Мусрепов": ("Мусирепов",), "Достоевский": ("Достаевский",), "Шолохов": ("Шолахов",),
            "Дулатұлы": ("Дулатов",), "Аймауытұлы": ("Аймауытов",), "Құдайбердіұлы": ("Құдайбердиев",), "Момышұлы": ("Момышулы",), "Гумилёв": ("Гумилев",)}  # fmt: skip


def _person(draft: Draft) -> Part | None:
    return draft.one("700") if draft.family == "unimarc" else None


def heading_in_order_of_speech(draft: Draft, around: Around) -> bool | list[Draft]:
    """«М. О. Әуезов» in one subfield."""
    part = _person(draft)
    if part is None or part.get("g") or part.get("f"):
        return False
    initials, surname = part.get("b"), part.get("a")
    part.subfields = [
        ["a", f"{initials} {surname}"],
        *[pair for pair in part.subfields if pair[0] not in "ab"],
    ]
    return True


def heading_undivided(draft: Draft, around: Around) -> bool:
    """«Әуезов, М. О.» or «Әуезов М. О.» in one subfield."""
    part = _person(draft)
    if part is None or not re.fullmatch(r"\w+", part.get("a")) or "де" in part.get("b"):
        return False
    joined = around.dice.choice((", ", " "))
    whole = f"{part.get('a')}{joined}{part.get('b')}"
    part.subfields = [["a", whole], *[pair for pair in part.subfields if pair[0] not in "ab"]]
    return True


def initials_glued(draft: Draft, around: Around) -> bool:
    part = _person(draft)
    if part is None or ". " not in part.get("b") or "де" in part.get("b"):
        return False
    part.put("b", part.get("b").replace(" ", ""))
    return True


def initials_without_stops(draft: Draft, around: Around) -> bool:
    part = _person(draft)
    if part is None or not re.fullmatch(r"\w\. \w\.", part.get("b")):
        return False
    part.put("b", part.get("b").replace(".", ""))
    return True


def surname_in_capitals(draft: Draft, around: Around) -> bool:
    part = _person(draft)
    if part is None or not re.fullmatch(r"\w{4,}", part.get("a")):
        return False
    part.put("a", part.get("a").upper())
    return True


def full_name_for_initials(draft: Draft, around: Around) -> bool | list[Draft]:
    """Forenames in the place of the initials; the order of subfields behind them is free."""
    part = _person(draft)
    if part is None or " " not in part.get("g") or "де" in part.get("b"):
        return False
    clean, moved = draft.copy(), draft.copy()
    person = moved.one("700")
    assert person is not None
    full = [pair for pair in person.subfields if pair[0] == "g"]
    rest = [pair for pair in person.subfields if pair[0] != "g"]
    person.subfields = [*rest[:2], *full, *rest[2:]]
    part.subfields = [pair for pair in part.subfields if pair[0] != "g"]
    part.put("b", full[0][1])
    return [clean, moved]


def heading_variant(draft: Draft, around: Around) -> bool:
    """Another spelling of an author whom the catalogue has in one spelling, often."""
    part = _person(draft)
    if part is None or part.get("a") not in VARIANTS or around.counts[part.get("a").lower()] < 12:
        return False
    part.put("a", around.dice.choice(VARIANTS[part.get("a")]))
    return True


def body_variant(draft: Draft, around: Around) -> bool:
    part = draft.one("712")
    if part is None or around.counts[part.get("a").split()[0].lower()] < 5:
        return False
    name = part.get("a")
    changed = (
        name.replace(" им. ", " имени ")
        .replace("Е. А. ", "Е.А. ")
        .replace("Н. В. ", "Н.В. ")
        .replace("Ш. Ш. ", "Ш.Ш. ")
        .replace("М. О. ", "М.О. ")
    )
    part.put("a", changed)
    return changed != name


def author_only_in_statement(draft: Draft, around: Around) -> bool | list[Draft]:
    part, title = _person(draft), draft.one("200")
    if (
        part is None
        or title is None
        or draft.one("701") is not None
        or "де" in part.get("b")
        or not re.fullmatch(r"\w+", part.get("a"))
    ):
        return False
    rights = [draft.copy()]
    for kept in ("ab", "ab4", "abf", "abf4", "abg", "abg4", "abfg"):
        right = draft.copy()
        person = right.one("700")
        assert person is not None
        person.subfields = [pair for pair in person.subfields if pair[0] in kept]
        rights.append(right)
    draft.parts.remove(part)
    return rights


def role_in_words(draft: Draft, around: Around) -> bool:
    words = {
        "070": ("авт.", "автор", "авт"),
        "340": ("ред.", "редактор"),
        "730": ("пер.", "переводчик", "ауд."),
    }
    for part in draft.all("702", "701", "700"):
        if draft.family == "unimarc" and part.get("4") in words:
            part.put("4", around.dice.choice(words[part.get("4")]))
            return True
    return False


KINDS = (
    Kind("heading in the order of speech", 13, "fix", heading_in_order_of_speech, either=True),
    Kind("heading undivided", 13, "fix", heading_undivided, either=True),
    Kind("initials glued", 13, "fix", initials_glued, either=True),
    Kind("initials without stops", 13, "suggest", initials_without_stops, either=True),
    Kind("surname in capitals", 13, "suggest", surname_in_capitals),
    Kind("forenames for initials", 13, "suggest", full_name_for_initials, either=True),
    Kind("heading of a person in another spelling", 13, "suggest", heading_variant, weight=2),
    Kind("heading of a body in another spelling", 13, "suggest", body_variant, weight=0.5),
    Kind("author only in the statement", 14, "suggest", author_only_in_statement),
    Kind("role in words", 15, "fix", role_in_words),
)
