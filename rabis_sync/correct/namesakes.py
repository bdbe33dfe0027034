"""Headings that name the same person or body in several ways, and the way the catalogue prefers.

Two headings of one language are of one person where the initials agree, the dates do not contradict, and the
surnames read the same without their Kazakh letters, differ by one slip, or by the ending alone that a Kazakh
surname has in Russian («Дулатов», «Дулатұлы»). Bodies are the same where all their words are, abbreviations
and punctuation aside. The way that is linked to an authority record comes first, then the one that most
records have; where no dates prove that it is one person, it has to outweigh the other by far.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.correct.vocabulary import Heading
from rabis_sync.marc.cyrillic import fold, fold_words, is_kazakh_letter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: Letters of the shortest surname in which a slip is looked for.
LONG = 6


@dataclass(frozen=True)
class Likeness:
    """When headings are alike.

    Attributes:
        endings: of surnames, that go with one another.
        feminine: endings that tell a woman from a man: not a slip.
        same: words of the names of bodies written in two ways, folded -> as one.
        rarest: records that the preferred way stands in at least.
        outweighs: it must stand in so many times more of them, where no dates prove that it is one person.
    """

    endings: list[str]
    feminine: list[str]
    same: dict[str, str]
    rarest: int
    outweighs: int

    @cached_property
    def ending(self) -> re.Pattern[str]:
        """An ending that goes with others."""
        return re.compile(f"(?:{'|'.join(sorted(self.endings, key=len, reverse=True))})$")


class Preferred(NamedTuple):
    """The way the catalogue prefers.

    Attributes:
        name: as the entry element has it.
        occurs: records with that heading.
        own: records with the other one.
    """

    name: str
    occurs: int
    own: int


class _Way(NamedTuple):
    name: str
    folded: str
    years: tuple[str, ...]
    linked: bool
    records: int


@dataclass
class Namesakes:
    """Every heading of the catalogue by whom it may name."""

    headings: Mapping[str, int]
    likeness: Likeness
    _found: dict[str, Preferred | None] = field(default_factory=dict)

    def preferred(self, heading: Heading) -> Preferred | None:
        """The way the catalogue prefers to write that heading, or None where it is this one."""
        text = heading.text
        if text not in self._found:
            self._found[text] = self._looked_up(heading)
        return self._found[text]

    @cached_property
    def _by_person(self) -> Mapping[tuple[str, ...], list[_Way]]:
        """Ways to write a name, with all their records, by what headings of one person have in common."""
        grouped: dict[tuple[str, ...], dict[tuple[str, tuple[str, ...]], _Way]] = defaultdict(dict)
        for text, records in self.headings.items():
            heading = Heading.of_text(text)
            name, years = surname(heading), _years(heading)
            ways = grouped[_key(heading, self.likeness)]
            other = ways.get((name, years), _Way(name, fold(name), years, linked=False, records=0))
            linked = other.linked or bool(heading.link)
            ways[name, years] = other._replace(linked=linked, records=other.records + records)
        return {key: list(ways.values()) for key, ways in grouped.items()}

    def _looked_up(self, heading: Heading) -> Preferred | None:
        likeness, name, years = self.likeness, surname(heading), _years(heading)
        ways = [
            way
            for way in self._by_person.get(_key(heading, likeness), [])
            if not (years and way.years and years != way.years)
        ]
        own = max(1, sum(way.records for way in ways if way.name == name))
        better = [
            way
            for way in ways
            if way.name != name
            and way.records >= likeness.rarest
            and way.records > own * self._times(name, years, way)
            and self._is_same(heading, fold(name), way)
        ]
        if not better:
            return None
        best = max(better, key=lambda way: (way.linked, way.records))
        return Preferred(best.name, best.records, own)

    def _times(self, name: str, years: tuple[str, ...], way: _Way) -> int:
        """How many times the records: more is enough by the dates, unless Kazakh letters would be lost."""
        loses = sum(map(is_kazakh_letter, name)) > sum(map(is_kazakh_letter, way.name))
        return 1 if years and years == way.years and not loses else self.likeness.outweighs - 1

    def _is_same(self, heading: Heading, folded: str, way: _Way) -> bool:
        """True where the names are the same but for Kazakh letters, a slip, or the ending of a surname."""
        if folded == way.folded or heading.kind != "person":
            return True
        likeness = self.likeness
        if (len(initials(heading)) < 2 and not way.years) or _differ_in(
            folded, way.folded, likeness.feminine
        ):
            return False
        stems = [likeness.ending.sub("", one) for one in (folded, way.folded)]
        if stems[0] == stems[1] and len(stems[0]) > 2:
            return True
        return min(len(folded), len(way.folded)) >= LONG and _one_slip(folded, way.folded)


def surname(heading: Heading) -> str:
    """Entry element up to the comma, without punctuation behind it."""
    return (
        heading.name.partition(",")[0].rstrip(" ,.;:") if heading.kind == "person" else heading.name.strip()
    )


def initials(heading: Heading) -> str:
    """First letters of the forenames, folded: «мо»."""
    given = heading.initials or heading.forenames or heading.name.partition(",")[2]
    return "".join(fold(word)[:1] for word in re.findall(r"[^\W\d_]+", given))


def _key(heading: Heading, likeness: Likeness) -> tuple[str, ...]:
    if heading.kind == "person":
        return heading.language, heading.kind, initials(heading), fold(heading.name)[:1]
    words = [likeness.same.get(word, word) for word in fold_words(f"{heading.name} {heading.units}")]
    return (heading.language, heading.kind, *words)


def _years(heading: Heading) -> tuple[str, ...]:
    return tuple(re.findall(r"\d{4}", heading.dates))


def _differ_in(one: str, other: str, endings: Iterable[str]) -> bool:
    """True where one of two is the other with an ending of these more or in place of its own."""
    return any(one.endswith(ending) != other.endswith(ending) for ending in endings)


def _one_slip(one: str, other: str) -> bool:
    """True for strings that one letter less, more, other, or two swapped make the same."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, others = one[start:], other[start:]
    if rest[1:] in (others, others[1:]) or rest == others[1:]:
        return True
    return one[start : start + 2] == other[start : start + 2][::-1] and one[start + 2 :] == other[start + 2 :]
