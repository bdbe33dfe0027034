"""Whether two lists of names have one in common: surname and initials, with slips or in Latin letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rabis_sync.dedup.likeness import is_slip, slips
from rabis_sync.dedup.sounds import consonants, renders

if TYPE_CHECKING:
    from collections.abc import Sequence

Likeness = Literal["equal", "similar", "different"]


def compare_names(one: Sequence[str], other: Sequence[str]) -> Likeness:
    """Two lists of folded names («абай к»), in any order."""
    if not set(one).isdisjoint(other):
        return "equal"
    alike = any(same_person(first, second) for first in one for second in other)
    return "similar" if alike else "different"


def same_person(one: str, other: str) -> bool:
    """One surname, maybe with a slip or in Latin letters, and initials of which one row begins the other.

    A name without initials is that of a body or a single name: it is compared as a whole.
    """
    surname, _, initials = one.partition(" ")
    surname_too, _, initials_too = other.partition(" ")
    if len(initials) > 5 or len(initials_too) > 5:
        return is_slip(one, other)
    if surname == surname_too:
        return initials.startswith(initials_too) or initials_too.startswith(initials)
    if renders(surname, surname_too):
        return _alike_initials(initials, initials_too)
    if slips(surname, surname_too):
        return (bool(initials) and initials.startswith(initials_too)) or initials_too.startswith(initials)
    # «Мухтар Ауэзов» read as the surname «Мухтар»: what is a surname in one is an initial of the other.
    return False


def _alike_initials(one: str, other: str) -> bool:
    """Initials that sound alike where both have one; a vowel sounds like any other."""
    return not one or not other or consonants(one[:1]) == consonants(other[:1])
