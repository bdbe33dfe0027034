"""What two records were compared by, as people write it: evidence has it folded, numbers as codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rabis_sync.marc.record import Record
    from rabis_sync.reports.inquiry import Inquiry

#: How a record itself says what stands folded in the evidence.
_AS_WRITTEN: dict[str, Callable[[Record], str]] = {
    "title": lambda record: record.title(),
    "other_title": lambda record: record.other_title(),
    "contributors": lambda record: "; ".join(one.name for one in record.contributors()),
    "edition": lambda record: record.edition(),
    "publisher": lambda record: record.publisher(),
    "series": lambda record: "; ".join([*record.series(), *record.values("series_number")]),
    "host": lambda record: record.host_title(),
}


#: By record id, by field: the words of the record.
Written = Mapping[int, Mapping[str, str]]


def as_written(inquiry: Inquiry, pairs: Iterable[Mapping[str, Any]]) -> Written:
    """Titles of all these records, and what else does not simply agree in a pair of theirs."""
    wanted: dict[int, set[str]] = {}
    for pair in pairs:
        fields = {one["field"] for one in pair["evidence"] if one["outcome"] != "equal"} & _AS_WRITTEN.keys()
        for end in ("record_a", "record_b"):
            wanted.setdefault(pair[end], {"title"}).update(fields)
    return {
        number: {field: _AS_WRITTEN[field](record) for field in wanted[number]}
        for number, record in inquiry.records(wanted)
    }


def in_words(
    inquiry: Inquiry, pair: Mapping[str, Any], one: Mapping[str, Any], written: Written
) -> dict[str, str]:
    """Both values of a line of evidence: as the records have them, codes in words («5 класс, ч. 1»)."""
    told = {}
    for end in ("a", "b"):
        known = written.get(pair[f"record_{end}"], {}).get(one["field"])
        told[end] = known if known and one[end] else _decoded(inquiry, one["field"], text_of(one[end]))
    return told


def _decoded(inquiry: Inquiry, field: str, value: str) -> str:
    if field == "part":
        return ", ".join(inquiry.say(f"part_number.{one[0]}", number=one[1:]) for one in value.split())
    if field == "language":
        return ", ".join(inquiry.word("language", one) for one in value.split())
    return value


def text_of(value: Any) -> str:
    """A compared value as text; several are parted by semicolons."""
    if isinstance(value, list):
        return "; ".join(str(one) for one in value)
    return "" if value is None else str(value)
