"""What speaks for and against two records being one edition: a line a field, each with outcome and weight.

A field that neither record has is no evidence. Numbers are compared as numbers, names by surname and
initials, languages, ISBN and publishers as sets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from rabis_sync.dedup.genres import contradict
from rabis_sync.dedup.likeness import continues, is_slip, shared_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rabis_sync.dedup.row import Row

Outcome = Literal["equal", "similar", "missing", "different", "veto"]

#: Pages by which two counts of the same book differ: plates and unnumbered pages are counted or not.
PAGES_APART = 4
#: Kinds of which one is written for the other by mistake: leader/06 c for a, in whole catalogues.
MISTAKEN_KINDS = frozenset({"text", "notated_music"})
#: Share of words in common under which two subtitles are of two books.
SUBTITLE_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """One field of two records compared.

    Attributes:
        field: name of the field.
        outcome: equal, similar, missing (only one record has it), different, or veto (different, and that
            ends it).
        a: value of the first record, folded.
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


def compare(
    one: Row, other: Row, weights: Mapping[str, Mapping[Any, float]], vetoes: Sequence[str]
) -> tuple[Evidence, ...]:
    """All evidence about a pair, in the order of the fields; it does not matter which record comes first.

    Args:
        one: a record.
        other: another.
        weights: points by field and outcome; 0 where none are given.
        vetoes: fields in which a difference ends it.
    """
    found: list[Evidence] = []
    for field, (shown, outcome_of) in FIELDS.items():
        a, b = shown(one), shown(other)
        if not a and not b:
            continue
        outcome: Outcome = outcome_of(one, other) if a and b else "missing"
        if outcome == "different" and field in vetoes:
            outcome = "veto"
        weight = 0.0 if outcome == "veto" else weights.get(field, {}).get(outcome, 0.0)
        found.append(Evidence(field, outcome, a, b, weight))
    return tuple(found)


def _text(name: str) -> Callable[[Row], str]:
    return lambda row: "" if getattr(row, name) is None else str(getattr(row, name))


def _list(name: str, between: str = " ") -> Callable[[Row], str]:
    return lambda row: between.join(getattr(row, name))


def _same(name: str) -> Callable[[Row, Row], Outcome]:
    return lambda one, other: "equal" if getattr(one, name) == getattr(other, name) else "different"


def _shared(name: str) -> Callable[[Row, Row], Outcome]:
    def outcome(one: Row, other: Row) -> Outcome:
        return "different" if set(getattr(one, name)).isdisjoint(getattr(other, name)) else "equal"

    return outcome


def _kind(one: Row, other: Row) -> Outcome:
    if one.kind == other.kind:
        return "equal"
    return "similar" if {one.kind, other.kind} == MISTAKEN_KINDS else "different"


def _language(one: Row, other: Row) -> Outcome:
    first, second = set(one.languages), set(other.languages)
    if first == second:
        return "equal"
    return "similar" if first & second else "different"


def _title(one: Row, other: Row) -> Outcome:
    if one.title == other.title:
        return "equal"
    if one.title_full == other.title_full or is_slip(one.title, other.title):
        return "similar"
    if continues(one.title, other.title) and shared_words(one.title_full, other.title_full) == 1.0:
        return "similar"
    bridged = one.title in other.other_titles or other.title in one.other_titles
    return "similar" if bridged else "different"


def _other_title(one: Row, other: Row) -> Outcome:
    if one.other_title == other.other_title:
        return "equal"
    if contradict(one.other_title, other.other_title):
        return "different"
    return "similar" if shared_words(one.other_title, other.other_title) >= SUBTITLE_SHARE else "different"


def _contributors(one: Row, other: Row) -> Outcome:
    if not set(one.contributors).isdisjoint(other.contributors):
        return "equal"
    alike = any(_same_person(first, second) for first in one.contributors for second in other.contributors)
    return "similar" if alike else "different"


def _same_person(one: str, other: str) -> bool:
    """One surname, and initials of which one row is the beginning of the other."""
    surname, _, initials = one.partition(" ")
    surname_too, _, initials_too = other.partition(" ")
    return surname == surname_too and (initials.startswith(initials_too) or initials_too.startswith(initials))


def _year(one: Row, other: Row) -> Outcome:
    """One year apart is a slip only where a number of the book itself agrees; otherwise it is a reprint."""
    if one.year == other.year:
        return "equal"
    assert one.year is not None
    assert other.year is not None
    numbered = {*one.isbns, *one.identifiers} & {*other.isbns, *other.identifiers}
    return "similar" if numbered and abs(one.year - other.year) == 1 else "different"


def _publisher(one: Row, other: Row) -> Outcome:
    if not set(one.publishers).isdisjoint(other.publishers):
        return "equal"
    alike = any(shared_words(first, second) == 1.0 for first in one.publishers for second in other.publishers)
    return "similar" if alike else "different"


def _pages(one: Row, other: Row) -> Outcome:
    assert one.pages is not None
    assert other.pages is not None
    apart = abs(one.pages - other.pages)
    if apart == 0:
        return "equal"
    return "similar" if apart <= PAGES_APART else "different"


def _host(one: Row, other: Row) -> Outcome:
    if one.host == other.host:
        return "equal"
    alike = continues(one.host, other.host) or is_slip(one.host, other.host)
    return "similar" if alike else "different"


#: Field -> how its value is shown, and how two values compare (asked only where both records have one).
FIELDS: dict[str, tuple[Callable[[Row], str], Callable[[Row, Row], Outcome]]] = {
    "level": (_text("level"), _same("level")),
    "kind": (_text("kind"), _kind),
    "language": (_list("languages"), _language),
    "title": (_text("title"), _title),
    "other_title": (_text("other_title"), _other_title),
    "part": (_list("part"), _same("part")),
    "contributors": (_list("contributors", "; "), _contributors),
    "year": (_text("year"), _year),
    "edition": (_text("edition"), _same("edition")),
    "publisher": (_list("publishers", "; "), _publisher),
    "pages": (_text("pages"), _pages),
    "isbn": (_list("isbns"), _shared("isbns")),
    "issn": (_list("issns"), _shared("issns")),
    "identifiers": (_list("identifiers"), _shared("identifiers")),
    "series": (_list("series", "; "), _shared("series")),
    "host": (_text("host"), _host),
}
