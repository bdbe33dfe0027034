"""Whether two titles are one: word by word, with slips, lost letters, subtitles inside, Latin renderings.

Numbers are not looked at here: what numbers a part was taken out of the title and is compared as a part
(`parts`), and so is any other number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rapidfuzz import fuzz

from rabis_sync.dedup.genres import is_genre
from rabis_sync.dedup.likeness import slips
from rabis_sync.dedup.sounds import consonants, renders
from rabis_sync.dedup.spelling import spelling
from rabis_sync.marc.cyrillic import fold_words

if TYPE_CHECKING:
    from rabis_sync.dedup.row import Row

Likeness = Literal["equal", "similar", "different"]

#: How alike the consonants of two titles are at least, of 100, for the titles to be looked at word by word.
PLAUSIBLE = 60.0
#: Words that may stand in one title only, when the other has everything else.
_WEAK = frozenset(fold_words("и в на для с по из о или мен және үшін арналған the of and a"))
#: Words that may hold a slip: one in a title of three words, two in a longer one.
MOST_SLIPS = 2
#: Letters in common, of 100, of two titles whose words are parted at different places.
UNPARTED = 94.0


def skeleton(title: str) -> str:
    """What `plausible` compares: the consonants of a folded title in one row."""
    return consonants(title).replace(" ", "")


def plausible(one: str, other: str) -> bool:
    """True where two skeletons are near enough for their titles to be one; cheap, and asked of every pair."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) or fuzz.ratio(one, other) >= PLAUSIBLE


def compare_titles(one: Row, other: Row) -> Likeness:
    """The titles of two records; it does not matter which comes first."""
    if one.title == other.title:
        written = spelling(one.title_written, other.title_written)
        return {"same": "equal", "slip": "similar", "other": "different"}[written]  # type: ignore[return-value]
    if _bridged(one, other):
        return "similar"
    if not plausible(skeleton(one.title), skeleton(other.title)):
        return "different"
    if one.title_full == other.title_full or _one_within_the_other(one, other):
        return "similar"
    return "similar" if renders(one.title, other.title) else "different"


def _bridged(one: Row, other: Row) -> bool:
    """One description has as parallel or variant title what is the title of the other."""
    return one.title in other.other_titles or other.title in one.other_titles


def _one_within_the_other(one: Row, other: Row) -> bool:
    """Every word of each title is in the other one, or in its subtitle, or is a word that says little."""
    first, second = one.title.split(), other.title.split()
    left, right, slipped = _unmatched(first, second)
    if slipped > min(MOST_SLIPS, max(len(first), len(second)) // 2):
        return False
    if not left and not right:
        return len(first) + len(second) > 2 or not slipped or min(len(one.title), len(other.title)) >= 9
    if _unsaid(left, other) or _unsaid(right, one):
        return fuzz.ratio(one.title.replace(" ", ""), other.title.replace(" ", "")) >= UNPARTED and bool(
            left and right and len("".join(left)) > 4 and _joined(left, right)
        )
    # What is left over was told in the other's subtitle; something must be common to both titles themselves.
    return len(left) < len(first) and len(right) < len(second)


def _joined(left: list[str], right: list[str]) -> bool:
    """The same letters, parted into words otherwise: «краеведческий» and «крае ведческий»."""
    return "".join(left) == "".join(right)


def _unsaid(words: list[str], row: Row) -> bool:
    """True where a word that says something is nowhere in the other record's title and subtitle."""
    said = set(row.title_full.split())
    return any(
        word not in said and word not in _WEAK and not word.isdigit() and not is_genre(word) for word in words
    )


def _unmatched(first: list[str], second: list[str]) -> tuple[list[str], list[str], int]:
    """Words of each that the other lacks, after equal words and slips are taken out, and how many slipped."""
    right = list(second)
    left: list[str] = []
    for word in first:
        if word in right:
            right.remove(word)
        else:
            left.append(word)
    slipped = 0
    for word in list(left):
        match = next((candidate for candidate in right if slips(word, candidate)), None)
        if match is not None:
            left.remove(word)
            right.remove(match)
            slipped += 1
    return left, right, slipped
