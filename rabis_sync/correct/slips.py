"""Slips of the pen: what is one letter away from a word, and how easily the one is written for the other.

A slip leaves out, puts in or changes one letter, or takes two in the wrong order (Damerau). Which letters
lie side by side on the keyboard and which sound alike is data (`mappings/words.toml`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: What kinds of slips weigh, in the measure of doublings of a form's frequency: rough, and only to tell
#: apart forms that are about as frequent.
SWAPPED = DOUBLED = ALIKE = 1.5
NEIGHBOURS = 1.0
LEFT_OUT = PUT_IN = 0.5
OTHER = 0.0
#: Hardly anybody errs at the first letter, and other letters at the end are most often another ending.
AT_FIRST, AT_END = -2.0, -1.0


@dataclass(frozen=True)
class Slips:
    """Letters that are taken for one another.

    Attributes:
        keyboard: rows of keys; neighbours in a row.
        sounds: pairs that sound alike, in either order.
    """

    keyboard: list[str]
    sounds: list[str]

    @cached_property
    def _neighbours(self) -> frozenset[str]:
        pairs = [row[at : at + 2] for row in self.keyboard for at in range(len(row) - 1)]
        return frozenset([*pairs, *(pair[::-1] for pair in pairs)])

    @cached_property
    def _alike(self) -> frozenset[str]:
        return frozenset([*self.sounds, *(pair[::-1] for pair in self.sounds)])

    def ease(self, written: str, meant: str) -> float:
        """How easily a word is written for another that is one slip away."""
        at = _first_difference(written, meant)
        place = AT_FIRST if at == 0 else AT_END if at >= max(len(written), len(meant)) - 2 else 0.0
        if len(written) == len(meant):
            return place + self._changed(written, meant, at)
        longer, letter = (written, PUT_IN) if len(written) > len(meant) else (meant, LEFT_OUT)
        doubled = longer[at] in (longer[at - 1 : at], longer[at + 1 : at + 2])
        return place + (DOUBLED if doubled else letter)

    def _changed(self, written: str, meant: str, at: int) -> float:
        if written[at + 1 :] != meant[at + 1 :]:
            return SWAPPED
        pair = written[at] + meant[at]
        return ALIKE if pair in self._alike else NEIGHBOURS if pair in self._neighbours else OTHER


def _first_difference(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def one_slip_away(word: str, alphabet: str) -> set[str]:
    """Every string that the word may have been meant to be: one letter less, more, other, or two swapped."""
    found: set[str] = set()
    for at in range(len(word) + 1):
        found.update(slips_at(word, at, alphabet))
    found.discard(word)
    return found


def slips_at(word: str, at: int, letters: Iterable[str]) -> list[str]:
    """Strings that differ from a word by a slip behind so many letters, and perhaps itself."""
    before, rest, behind = word[:at], word[at:], word[at + 1 :]
    found = [before + letter + rest for letter in letters]
    if rest:
        found += [before + letter + behind for letter in letters]
        found.append(before + behind)
        if behind:
            found.append(f"{before}{behind[0]}{rest[0]}{behind[1:]}")
    return found
