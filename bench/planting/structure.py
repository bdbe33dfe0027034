"""Errors of structure: what is missing, undefined or repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.planting.draft import Part
from bench.planting.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.planting.draft import Draft
    from bench.planting.kind import Around


def _without(*tags: str) -> Callable[[Draft, Around], bool]:
    def spoil(draft: Draft, around: Around) -> bool:
        if draft.family != "unimarc":
            return False
        tag = around.dice.choice(tags)
        kept = [part for part in draft.parts if part.tag != tag]
        gone = len(draft.parts) - len(kept)
        draft.parts = kept
        return gone > 0

    return spoil


def undefined_subfield(draft: Draft, around: Around) -> bool:
    part = draft.one("200", "210") if draft.family == "unimarc" else draft.one("260")
    if part is None:
        return False
    part.subfields.append([around.dice.choice("qw"), "текст"])
    return True


def undefined_field(draft: Draft, around: Around) -> bool:
    draft.parts.append(Part("239", "  ", [["a", "текст"]]))
    draft.sorted()
    return True


def undefined_indicator(draft: Draft, around: Around) -> bool:
    part = draft.one("200")
    if part is None:
        return False
    part.indicators = around.dice.choice("579") + part.indicators[1]
    return True


def repeated_once(draft: Draft, around: Around) -> bool:
    """A field that a record has once, twice."""
    part = draft.one("205") or draft.one("200")
    if part is None or draft.family != "unimarc":
        return False
    twin = Part("200", "1 ", [["a", "Басқа атау" if draft.lang == "kaz" else "Другое заглавие"]])
    title = draft.one("200")
    assert title is not None
    draft.parts.insert(draft.parts.index(title) + 1, twin)
    return True


KINDS = (
    Kind("language missing", 17, "report", _without("101"), weight=0.5),
    Kind("source missing", 17, "report", _without("801"), weight=0.5),
    Kind("title missing", 17, "report", _without("200"), weight=0.3),
    Kind("general data missing", 17, "report", _without("100"), weight=0.3),
    Kind("undefined subfield", 29, "report", undefined_subfield, weight=0.5),
    Kind("undefined field", 29, "report", undefined_field, weight=0.5),
    Kind("undefined indicator", 29, "report", undefined_indicator, weight=0.5),
    Kind("field repeated that may not be", 29, "report", repeated_once, weight=0.5),
)
