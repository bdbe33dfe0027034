"""The verdict on a pair: a veto ends it, then weights add up and limits that a librarian can read decide."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

from rabis_sync.dedup.evidence import FIELDS, NO_LONG_TITLE, Evidence, LongTitle, asking, compare
from rabis_sync.dedup.genres import companions
from rabis_sync.dedup.likeness import exchanged, exchanged_words
from rabis_sync.marc.cyrillic import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rabis_sync.dedup.row import Row

    #: The most that a field could add, its outcome of two records that both have it, what each outcome adds.
    _Hope = tuple[float, Callable[[Row, Row], Any], Mapping[Any, float]]

Verdict = Literal["duplicate", "review", "none"]
Weighed = Literal["equal", "similar", "missing", "different"]


@dataclass(frozen=True)
class Limits:
    """Scores from which a pair is something.

    Attributes:
        duplicate: the same edition.
        review: a cataloguer should look.
    """

    duplicate: float
    review: float

    def __post_init__(self) -> None:
        """Refuse limits that no score can meet in order.

        Raises:
            ValueError: they are not 0 < review < duplicate <= 1.
        """
        if not 0 < self.review < self.duplicate <= 1:
            raise ValueError("limits must be 0 < review < duplicate <= 1")


@dataclass(frozen=True)
class Keys:
    """How far keys join.

    Attributes:
        most_records: records that may share a key before one field more joins them.
    """

    most_records: int


@dataclass(frozen=True)
class Vetoes:
    """Fields in which a difference ends it."""

    fields: list[str]


@dataclass(frozen=True)
class Matching:
    """`mappings/match.toml`.

    Attributes:
        limits: scores from which a pair is something.
        keys: how far keys join.
        vetoes: fields in which a difference ends it.
        doubts: outcomes by field with which a pair is never more than ``review``.
        weights: points by field and outcome.
        long_title: what the same long title says beyond a short one.
    """

    limits: Limits
    keys: Keys
    vetoes: Vetoes
    doubts: dict[str, list[Weighed]]
    weights: dict[str, dict[Weighed, float]]
    long_title: LongTitle = NO_LONG_TITLE

    @cached_property
    def hopes(self) -> tuple[_Hope, ...]:
        """What each field could add, in the order in which `hopeless` asks."""
        weights = ((field, self.weights.get(field, {"missing": 0.0})) for field in _ASKED)
        return tuple((max(0.0, *adds.values()), asking(field), adds) for field, adds in weights)

    def __post_init__(self) -> None:
        """Refuse a field that is not compared.

        Raises:
            ValueError: it names the fields that nobody compares.
        """
        unknown = {*self.vetoes.fields, *self.doubts, *self.weights} - set(FIELDS)
        if unknown:
            raise ValueError(
                f"no such field to compare: {', '.join(sorted(unknown))}; known: {', '.join(FIELDS)}"
            )


@dataclass(frozen=True, slots=True)
class Judgement:
    """What two records are to each other.

    Attributes:
        verdict: duplicate, review or none.
        score: 0..1; 0 under a veto.
        evidence: a line a field.
    """

    verdict: Verdict
    score: float
    evidence: tuple[Evidence, ...]

    @property
    def vetoed(self) -> bool:
        """True where some field ends it: the records must never stand in one cluster."""
        return any(line.outcome == "veto" for line in self.evidence)


def judge(one: Row, other: Row, matching: Matching) -> Judgement:
    """Compare two records; the same whichever comes first, but for the order of the values shown."""
    return decide(
        compare(one, other, matching.weights, matching.vetoes.fields, matching.long_title), matching
    )


#: Fields whose agreement can outweigh different titles.
_NUMBERS = frozenset({"isbn", "issn", "identifiers"})


def titles_decide(matching: Matching) -> bool:
    """True where different titles make a pair nothing, whatever agrees beside numbers of the document."""
    weights = matching.weights
    others = (max(0.0, *weights[field].values()) for field in weights if field not in _NUMBERS | {"title"})
    return weights.get("title", {}).get("different", 0.0) + sum(others) < matching.limits.review


#: Fields in the order in which they end hope soonest, the costly ones later; and where a row has each.
_ASKED = {
    "isbn": "isbns",
    "pages": "pages",
    "publisher": "publishers",
    "contributors": "contributors",
    "title": "title",
    "year": "year",
    "identifiers": "identifiers",
    "issn": "issns",
    "part": "part",
    "edition": "edition",
    "series": "series",
    "other_title": "title_full",
    "host": "host",
}
_present = attrgetter(*_ASKED.values())
#: Scores are rounded to four places.
_ROUNDED = 0.0001


def hopeless(one: Row, other: Row, matching: Matching) -> bool:
    """True where `judge` would find nothing: asked first, for it stops as soon as nothing can help any more.

    From the best that the fields could add which both records have, each answer takes away what it does not
    add.
    """
    least = matching.limits.review - _ROUNDED - matching.long_title.said_by("equal", one, other)
    asked = [
        hope
        for hope, a, b in zip(matching.hopes, _present(one), _present(other), strict=True)
        if a and b and hope[0]
    ]
    best = sum([most for most, _, _ in asked])
    for most, ask, adds in asked:
        if best < least:
            return True
        best += adds.get(ask(one, other), 0.0) - most
    return best < least


def _other_place(evidence: tuple[Evidence, ...]) -> bool:
    """True where one letter for another is all that tells two works of no author on one year apart.

    The yearbooks of the Абайский and of the Аксайский district come from one house in one year, and may be of
    as many pages. A number of the document itself tells that they are one.
    """
    known = {line.field: line for line in evidence}
    if "contributors" in known or "part" not in known or known["title"].outcome != "similar":
        return False
    numbered = any(field in known and known[field].outcome == "equal" for field in _NUMBERS)
    return not numbered and "y" in known["part"].a and exchanged(known["title"].a, known["title"].b)


def _companion_alone(evidence: tuple[Evidence, ...]) -> bool:
    """True where only one record has a subtitle, and it names what goes with a text book: a workbook, a key.

    A title that names it as well («Словарь» : толковый словарь) leaves no doubt, nor do as many pages or a
    number of the document itself.
    """
    known = {line.field: line for line in evidence}
    line = known.get("other_title")
    if line is None or line.outcome != "missing" or "title" not in known:
        return False
    if any(field in known and known[field].outcome == "equal" for field in _NUMBERS | {"pages"}):
        return False
    told = companions(line.a or line.b)
    return bool(told) and not told <= companions(fold(known["title"].a))


#: What is told in words of its own.
_STATEMENTS = frozenset({"other_title", "edition"})


def _other_statement(evidence: tuple[Evidence, ...]) -> bool:
    """True where statements agree but for a word or number that each has instead of the other's.

    The score for the violin and that for the cello, the book for girls and that for boys, the code as of
    January and that as of July agree in all else.
    """
    return any(
        line.field in _STATEMENTS and line.outcome == "similar" and exchanged_words(line.a, line.b)
        for line in evidence
    )


def decide(evidence: tuple[Evidence, ...], matching: Matching) -> Judgement:
    """The verdict that evidence allows."""
    if any(line.outcome == "veto" for line in evidence):
        return Judgement("none", 0.0, evidence)
    score = round(min(1.0, max(0.0, sum(line.weight for line in evidence))), 4)
    if score < matching.limits.review:
        return Judgement("none", score, evidence)
    doubtful = any(line.outcome in matching.doubts.get(line.field, ()) for line in evidence)
    doubtful = doubtful or any(
        doubt(evidence) for doubt in (_other_place, _other_statement, _companion_alone)
    )
    sure = score >= matching.limits.duplicate and not doubtful
    return Judgement("duplicate" if sure else "review", score, evidence)
