"""Whether two titles are one: word by word, with slips, lost letters, subtitles inside, Latin renderings.

Numbers are not looked at here: what numbers a part was taken out of the title and is compared as a part
(`parts`), and so is any other number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from rabis_sync.dedup.genres import companions, is_kind_of_text
from rabis_sync.dedup.likeness import continues, same_word, slips
from rabis_sync.dedup.sounds import consonants, is_latin, renders
from rabis_sync.dedup.spelling import spelling
from rabis_sync.marc.cyrillic import fold_words

if TYPE_CHECKING:
    from rabis_sync.dedup.row import Row

Likeness = Literal["equal", "similar", "missing", "different"]

#: How alike the consonants of two titles are at least, of 100, for the titles to be looked at word by word.
PLAUSIBLE = 72.0
#: How alike they are at least as far as the shorter one goes: the other may hold its subtitle.
BEGINS = 86.0
#: How alike two titles in one alphabet are at least, of 100, as far as the shorter one goes.
ALIKE = 80.0
#: Words that may stand in one title only, when the other has everything else.
_WEAK = frozenset(
    fold_words("и в на для с по из о или мен және үшін арналған г гг год года годы жыл жылы the of and a")
)
#: Two letters apart, and two sonatas.
_KEYS = frozenset({"мажор", "минор"})
#: Words of a title that may hold slips.
MOST_SLIPS = 2
#: Letters of a title in which there is room for a slip: «абай» and «абак» are two titles.
ROOM = 7
#: Letters of a title in which there is room for a slip in the shortest word.
LONG = 14


def plausible(one: str, other: str) -> bool:
    """True where two skeletons are near enough for their titles to be one; cheap, and asked of every pair."""
    shorter = min(len(one), len(other))
    return fuzz.ratio(one, other) >= PLAUSIBLE or fuzz.ratio(one[:shorter], other[:shorter]) >= BEGINS


def alike(one: str, other: str) -> bool:
    """True where two titles in one alphabet begin alike, as far as the shorter one goes."""
    if is_latin(one) != is_latin(other):
        return True
    shorter = min(len(one), len(other))
    return fuzz.ratio(one[:shorter], other[:shorter]) >= ALIKE


def compare_titles(one: Row, other: Row) -> Likeness:
    """The titles of two records; it does not matter which comes first.

    Returns:
        missing: one title says more than the other and its subtitle; different: another title.
    """
    if one.title == other.title:
        written = spelling(one.title_written, other.title_written)
        return _SPELT[written]
    if _bridged(one, other):
        return "similar"
    if one.title == own_title(other) or other.title == own_title(one):
        return "missing"
    if not plausible(consonants(one.title), consonants(other.title)) or not alike(one.title, other.title):
        return "different"
    return _word_by_word(one, other)


def _word_by_word(one: Row, other: Row) -> Likeness:
    if one.title_full == other.title_full:
        return "equal"
    within = _within(one, other)
    return "similar" if within == "different" and _rendered(one, other) else within


_SPELT: dict[str, Likeness] = {"same": "equal", "slip": "similar", "other": "different"}


def _bridged(one: Row, other: Row) -> bool:
    """One description has as parallel or variant title what is the title of the other."""
    return one.title in other.other_titles or other.title in one.other_titles


def own_title(row: Row) -> str:
    """Title of a volume without its set's, where it has one; else the title."""
    if row.level != "volume" or not row.host or not row.title.startswith(f"{row.host} "):
        return row.title
    return row.title.removeprefix(f"{row.host} ")


def _rendered(one: Row, other: Row) -> bool:
    """One title is the other in Latin letters, with or without the subtitle."""
    return any(
        renders(first, second)
        for first in {one.title, one.title_full}
        for second in {other.title, other.title_full}
    )


def _within(one: Row, other: Row) -> Likeness:
    """Word by word: what only one title has must stand in the other's subtitle, or say little."""
    first, second = one.title.split(), other.title.split()
    left, right, slipped = _unmatched(first, second)
    letters = min(len(one.title), len(other.title))
    if slipped > MOST_SLIPS or (slipped and letters < ROOM):
        return "different"
    if "".join(left) == "".join(right):
        return "similar"  # nothing is left, or the same letters, parted into words otherwise
    if not slipped and _WEAK.issuperset(left + right):
        return "equal"
    if companions(one.title_full) != companions(other.title_full):
        return "different"  # «Математика. Оқулық» and «Математика» with the subtitle «есептер жинағы»
    if slipped < MOST_SLIPS and _one_slip(left, right, letters):
        return "similar"
    return _left_over(one, other, _unsaid(left, right, one, other), _unsaid(right, left, other, one))


def _left_over(one: Row, other: Row, left: list[str], right: list[str]) -> Likeness:
    """What words mean that say something and only one record has."""
    first, second = one.title.split(), other.title.split()
    letters = min(len(one.title), len(other.title))
    if left and right:
        return "different"
    if not left and not right:
        return "similar" if len(_unmatched(first, second)[0]) < len(first) else "different"
    more, longer, shorter = (left, one, other) if left else (right, other, one)
    if companions(" ".join(more)) or len(min(first, second, key=len)) * letters < ROOM:
        return "different"
    if _is_subtitle(more, longer, shorter):
        return "similar"
    return "missing" if continues(one.title, other.title) else "different"


def _is_subtitle(words: list[str], longer: Row, shorter: Row) -> bool:
    """True where a title goes on with what is a subtitle elsewhere, and neither record has one of its own."""
    if longer.other_title or shorter.other_title or not any(map(is_kind_of_text, words)):
        return False
    left, _, _ = _unmatched(longer.title.split()[: shorter.title.count(" ") + 1], shorter.title.split())
    return not left


def _one_slip(left: list[str], right: list[str], letters: int) -> bool:
    """One word of a long title with more slips than it may hold by itself: «в орсии», «первый грд войны»."""
    if len(left) != 1 or len(right) != 1 or letters < LONG or left[0].isdigit() or right[0].isdigit():
        return False
    if {left[0], right[0]} == _KEYS:
        return False
    shorter = min(len(left[0]), len(right[0]))
    return shorter >= 2 and OSA.distance(left[0], right[0]) <= (2 if shorter > 3 else 1)


def _unsaid(words: list[str], left: list[str], own: Row, row: Row) -> list[str]:
    """The words that say something, and are neither left of the other record's title nor in its subtitle.

    A subtitle that both records have does not stand in a title once more.
    """
    said = left + ([] if row.other_title == own.other_title else row.other_title.split())
    return [
        word
        for word in words
        if word not in _WEAK and not word.isdigit() and not any(same_word(word, one) for one in said)
    ]


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
