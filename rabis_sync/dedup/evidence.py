"""What speaks for and against two records being one edition: a line a field, each with outcome and weight.

A field that neither record has is no evidence. Numbers are compared as numbers, names by surname and
initials, languages, ISBN and publishers as sets. Each comparison stands here once: `screen` asks the very
functions under `apart` when it goes through millions of pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from rabis_sync.dedup.genres import companions, contradict
from rabis_sync.dedup.likeness import continues, is_slip, other_numbers, same_word, shared_words
from rabis_sync.dedup.parts import compare_parts, different_parts
from rabis_sync.dedup.people import compare_names
from rabis_sync.dedup.sounds import renders
from rabis_sync.dedup.titles import compare_titles

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from rabis_sync.dedup.row import Row

Outcome = Literal["equal", "similar", "missing", "different", "veto"]

#: Pages by which two counts of the same book differ, plates and unnumbered pages being counted or not: so
#: many in a thin one, this share of a thicker one, and never more than half a printed sheet.
PAGES_APART, MOST_PAGES_APART = 4, 8
PAGES_SHARE = 0.04
#: Years apart that may be a slip, or a book dated by its imprint and by its copyright.
YEARS_APART = 1
#: Kinds of which one is written for the other by mistake: leader/06 c for a, in whole catalogues.
MISTAKEN_KINDS = frozenset({"text", "notated_music"})
#: Levels of which one is written for the other: a volume described like a book, a collection as one.
MISTAKEN_LEVELS = (frozenset({"monograph", "volume"}), frozenset({"monograph", "set"}))
#: Letters from which the beginning of a publisher's name of one word stands for it.
HOUSE_STEM = 5
#: Share of words in common under which two subtitles are of two books: one of two words is not enough.
SUBTITLE_SHARE = 0.6


class Evidence(NamedTuple):
    """One field of two records compared.

    Attributes:
        field: name of the field.
        outcome: equal, similar, missing (only one record has it), different, or veto (different, and that
            ends it).
        a: value of the first record.
        b: value of the second.
        weight: points it adds to the score.
    """

    field: str
    outcome: Outcome
    a: str
    b: str
    weight: float

    def as_json(self) -> dict[str, Any]:
        """As the store and the reports have it."""
        return {"field": self.field, "outcome": self.outcome, "a": self.a, "b": self.b, "weight": self.weight}


@dataclass(frozen=True)
class LongTitle:
    """What a title says more when it is long: «Избранное» is many books, a title of ten words is one.

    Attributes:
        letters: from how many on a title is long.
        more: points for the same long title, and for nearly the same one of as many pages.
    """

    letters: int
    more: float

    def said_by(self, outcome: Outcome, one: Row, other: Row) -> float:
        """Points beyond those of two short titles that compare so."""
        so_many_pages = one.pages is not None and one.pages == other.pages
        if outcome != "equal" and not (outcome == "similar" and so_many_pages):
            return 0.0
        return self.more if min(len(one.title), len(other.title)) >= self.letters else 0.0


NO_LONG_TITLE = LongTitle(0, 0.0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one field is compared.

    Attributes:
        shown: the value that is compared, as text; empty where the record has none.
        outcome: of two records that both have one.
        apart: true where two values by themselves are ``different``, whatever else the records have.
        only: of the record that has one where the other has none; None: ``missing``, whatever it is.
    """

    shown: Callable[[Row], str]
    outcome: Callable[[Row, Row], Outcome]
    apart: Callable[[str, str], bool] | None = None
    only: Callable[[Row], Outcome] | None = None


def compare(
    one: Row,
    other: Row,
    weights: Mapping[str, Mapping[Any, float]],
    vetoes: Collection[str],
    long_title: LongTitle = NO_LONG_TITLE,
) -> tuple[Evidence, ...]:
    """All evidence about a pair, in the order of the fields; it does not matter which record comes first.

    Args:
        one: a record.
        other: another.
        weights: points by field and outcome; 0 where none are given.
        vetoes: fields in which a difference ends it.
        long_title: what the same long title says beyond a short one.
    """
    found: list[Evidence] = []
    for field, comparison in FIELDS.items():
        a, b = comparison.shown(one), comparison.shown(other)
        if not a and not b:
            continue
        outcome = _outcome(comparison, one, other, a, b)
        if outcome == "different" and field in vetoes:
            outcome = "veto"
        weight = 0.0 if outcome == "veto" else weights.get(field, {}).get(outcome, 0.0)
        if field == "title":
            weight += long_title.said_by(outcome, one, other)
        found.append(Evidence(field, outcome, a, b, weight))
    return tuple(found)


def vetoed(one: Row, other: Row, vetoes: Collection[str]) -> bool:
    """True where a field ends it: the same as `compare` would find, without the rest."""
    for field in vetoes:
        comparison = FIELDS[field]
        a, b = comparison.shown(one), comparison.shown(other)
        if a and b and _outcome(comparison, one, other, a, b) == "different":
            return True
    return False


def asking(field: str) -> Callable[[Row, Row], Outcome | None]:
    """Gives the outcome of one field of two records; None where neither record has it."""
    comparison = FIELDS[field]
    if comparison.apart is None and comparison.only is None:
        return comparison.outcome  # whoever asks knows that both records have one

    def outcome(one: Row, other: Row) -> Outcome | None:
        a, b = comparison.shown(one), comparison.shown(other)
        return _outcome(comparison, one, other, a, b) if a or b else None

    return outcome


def _outcome(comparison: Comparison, one: Row, other: Row, a: str, b: str) -> Outcome:
    if not a or not b:
        return "missing" if comparison.only is None else comparison.only(one if a else other)
    if comparison.apart is not None and comparison.apart(a, b):
        return "different"
    return comparison.outcome(one, other)


def _text(name: str) -> Callable[[Row], str]:
    return attrgetter(name)


def _number(name: str) -> Callable[[Row], str]:
    value = attrgetter(name)

    def shown(row: Row) -> str:
        number = value(row)
        return "" if number is None else str(number)

    return shown


def _list(name: str, between: str = " ") -> Callable[[Row], str]:
    values = attrgetter(name)
    return lambda row: between.join(values(row))


def _shared(name: str) -> Callable[[Row, Row], Outcome]:
    def outcome(one: Row, other: Row) -> Outcome:
        return "different" if set(getattr(one, name)).isdisjoint(getattr(other, name)) else "equal"

    return outcome


def _levels_apart(a: str, b: str) -> bool:
    return a != b and {a, b} not in MISTAKEN_LEVELS


def _level(one: Row, other: Row) -> Outcome:
    """A volume described like a book is one where both say which volume it is."""
    return "equal" if one.level == other.level or (one.part and other.part) else "similar"


def _kinds_apart(a: str, b: str) -> bool:
    return a != b and {a, b} != MISTAKEN_KINDS


def _kind(one: Row, other: Row) -> Outcome:
    return "equal" if one.kind == other.kind else "similar"


def _languages_apart(a: str, b: str) -> bool:
    return set(a.split()).isdisjoint(b.split())


def _language(one: Row, other: Row) -> Outcome:
    return "equal" if set(one.languages) == set(other.languages) else "similar"


def _written(row: Row) -> str:
    return row.title_written or row.title


def _other_title(one: Row, other: Row) -> Outcome:
    a, b = one.other_title, other.other_title
    if renders(a, b):
        return "similar"
    if contradict(a, b) or other_numbers(a, b):
        return "different"
    if a == b:
        return "equal"
    return "similar" if shared_words(a, b) >= SUBTITLE_SHARE else "different"


def _only_other_title(row: Row) -> Outcome:
    """A school book without a subtitle is the text book, not the workbook or the tests to it."""
    return "different" if "g" in row.part and companions(row.other_title) else "missing"


def _part_of(row: Row) -> str:
    """An issue is numbered anew each year: its year belongs to its number."""
    return f"{row.part} y{row.year}".strip() if row.level == "issue" and row.year else row.part


def _part(one: Row, other: Row) -> Outcome:
    return compare_parts(_part_of(one), _part_of(other))


def _contributors(one: Row, other: Row) -> Outcome:
    return compare_names(one.contributors, other.contributors)


def _years_apart(a: str, b: str) -> bool:
    return abs(int(a) - int(b)) > YEARS_APART


def _year(one: Row, other: Row) -> Outcome:
    return "equal" if one.year == other.year else "similar"


@lru_cache(maxsize=1 << 12)
def _editions_apart(a: str, b: str) -> bool:
    """Two numbers, or two statements without a word in common; a number says nothing against a statement."""
    if a.isdecimal() != b.isdecimal():
        return False
    return a != b and (a.isdecimal() or shared_words(a, b) == 0.0)


def _edition(one: Row, other: Row) -> Outcome:
    return "equal" if one.edition == other.edition else "similar"


def _publisher(one: Row, other: Row) -> Outcome:
    if not set(one.publishers).isdisjoint(other.publishers):
        return "equal"
    alike = any(_same_house(first, second) for first in one.publishers for second in other.publishers)
    return "similar" if alike else "different"


@lru_cache(maxsize=1 << 12)
def _same_house(one: str, other: str) -> bool:
    if renders(one, other):
        return True
    if " " not in one or " " not in other:  # «АСТ» is no abbreviation in «Тұран-Астана»
        return any(same_word(a, b, HOUSE_STEM) for a in one.split() for b in other.split())
    return shared_words(one, other) == 1.0


def _pages(one: Row, other: Row) -> Outcome:
    assert one.pages is not None
    assert other.pages is not None
    apart = abs(one.pages - other.pages)
    if apart == 0:
        return "equal"
    allowed = min(max(PAGES_APART, PAGES_SHARE * max(one.pages, other.pages)), MOST_PAGES_APART)
    return "similar" if apart <= allowed else "different"


def _isbn(one: Row, other: Row) -> Outcome:
    """A shared number is no evidence where the records are not plainly one part: it may be the set's."""
    if set(one.isbns).isdisjoint(other.isbns):
        return "different"
    return "equal" if compare_parts(one.part, other.part) in {"equal", "similar"} else "similar"


def _series(one: Row, other: Row) -> Outcome:
    """Two numbers in one series are two books; a series that only one record names says little."""
    numbers, others = _numbered(one.series), _numbered(other.series)
    common = numbers.keys() & others.keys()
    if any(_other_number(numbers[title], others[title]) for title in common):
        return "different"
    return "equal" if common else "similar"


def _other_number(one: str, other: str) -> bool:
    """Neither is the beginning of the other: «№ 5» may be «№ 5 (25)», and «Р2-85-101» is not «Р2-85-340»."""
    if not one or not other:
        return False
    return any(a != b for a, b in zip(one.split("-"), other.split("-"), strict=False))


def _numbered(series: Sequence[str]) -> dict[str, str]:
    """Number by title of series."""
    return {title: number for title, _, number in (one.partition("#") for one in series)}


def _host(row: Row) -> str:
    """Of an article alone: the title of a volume begins with its set's already."""
    return row.host if row.level == "analytic" else ""


@lru_cache(maxsize=1 << 12)
def _hosts_apart(a: str, b: str) -> bool:
    """Other journals; a name may go on, hold a slip or an abbreviation, or stand in Latin letters."""
    if a == b or continues(a, b) or is_slip(a, b) or renders(a, b):
        return False
    return a.count(" ") != b.count(" ") or shared_words(a, b) < 1.0


def _same_host(one: Row, other: Row) -> Outcome:
    return "equal" if one.host == other.host else "similar"


FIELDS: dict[str, Comparison] = {
    "level": Comparison(_text("level"), _level, _levels_apart),
    "kind": Comparison(_text("kind"), _kind, _kinds_apart),
    "language": Comparison(_list("languages"), _language, _languages_apart),
    "title": Comparison(_written, compare_titles),
    "other_title": Comparison(_text("other_title"), _other_title, only=_only_other_title),
    "part": Comparison(_part_of, _part, different_parts),
    "contributors": Comparison(_list("contributors", "; "), _contributors),
    "year": Comparison(_number("year"), _year, _years_apart),
    "edition": Comparison(_text("edition"), _edition, _editions_apart),
    "publisher": Comparison(_list("publishers", "; "), _publisher),
    "pages": Comparison(_number("pages"), _pages),
    "isbn": Comparison(_list("isbns"), _isbn),
    "issn": Comparison(_list("issns"), _shared("issns")),
    "identifiers": Comparison(_list("identifiers"), _shared("identifiers")),
    "series": Comparison(_list("series", "; "), _series),
    "host": Comparison(_host, _same_host, _hosts_apart),
}
