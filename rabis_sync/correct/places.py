"""Every place of a record by the address a finding gives: what stands there, and the record changed there.

    200[1]$a[2]         a subfield                     010[1]        a whole field
    100[1]$a[1]/22-24   characters of one, from 0      606[1]/ind2   an indicator
    008[1]/35-37        of a control field             leader/7      of the leader

A whole field is written as cataloguers write it (`rabis_sync.correct.lines`): ``$a5-02-013850-9$bв пер.``.
Where another text is put at such an address, the field may become none (empty text), another one, or
several; one ordinal further than the last field of a tag is the place of a new one, where nothing stands
yet.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.correct.lines import placed_lines, written
from rabis_sync.marc.fields import SUBFIELD, Field, MarcRecord
from rabis_sync.marc.record import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ADDRESS = re.compile(
    r"(?:(?P<tag>\w{3})\[(?P<nth>\d+)\](?:\$(?P<code>.)\[(?P<mth>\d+)\])?|leader)"
    r"(?:/(?:ind(?P<ind>[12])|(?P<first>\d+)(?:-(?P<last>\d+))?))?",
    re.DOTALL,
)
_ORDINALS = re.compile(r"\[\d+\]")


class Address(NamedTuple):
    """One address, parsed.

    Attributes:
        tag: tag of the field; empty for the leader.
        nth: which field of the tag, from 1.
        code: subfield code; empty for a whole field, an indicator or a control field.
        mth: which subfield of the code, from 1.
        ind: 1 or 2 for an indicator, else 0.
        span: first and last + 1 character, or None for the whole text.
    """

    tag: str
    nth: int
    code: str
    mth: int
    ind: int
    span: tuple[int, int] | None

    @property
    def is_field(self) -> bool:
        """True for a whole data field."""
        return (
            not (self.code or self.ind or self.span) and bool(self.tag) and not Field(self.tag, "").is_control
        )

    def __str__(self) -> str:
        head = f"{self.tag}[{self.nth}]" if self.tag else "leader"
        code = f"${self.code}[{self.mth}]" if self.code else ""
        ind = f"/ind{self.ind}" if self.ind else ""
        return f"{head}{code}{ind}{positions(*self.span) if self.span else ''}"


def positions(first: int, end: int) -> str:
    """The end of an address of characters: ``/7``, ``/22-24``."""
    return f"/{first}" if end - first == 1 else f"/{first}-{end - 1}"


@lru_cache(maxsize=1 << 12)
def address(path: str) -> Address:
    """Read an address.

    Raises:
        KeyError: it is none.
    """
    found = _ADDRESS.fullmatch(path)
    if found is None or found["code"] == SUBFIELD:
        raise KeyError(path)
    first = found["first"]
    span = (int(first), int(found["last"] or first) + 1) if first else None
    if not found["tag"] and span is None:
        raise KeyError(path)
    return Address(
        found["tag"] or "",
        int(found["nth"] or 0),
        found["code"] or "",
        int(found["mth"] or 0),
        int(found["ind"] or 0),
        span,
    )


def slot(path: str) -> str:
    """An address without its ordinals: ``200$a``."""
    return _ORDINALS.sub("", path)


@lru_cache(maxsize=64)
def among(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One expression for all of these patterns over slots; of no pattern, one that matches nothing."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) if patterns else r"(?!)")


def subfields(marc: MarcRecord, worth: Callable[[str, int], object] | None = None) -> Iterator[Place]:
    """Every subfield of every data field, in the order of the record.

    Args:
        marc: the record.
        worth: only of fields in whose subfields, with their marks, this is found; most fields are passed
            over by it without being split.
    """
    for one in _cells(marc):
        if worth is None or worth(one.text, one.start):
            yield from one.places or one.split()


class _Cell:
    """A data field of a record, split when it is first asked for."""

    __slots__ = ("head", "index", "places", "start", "text")

    def __init__(self, index: int, head: str, text: str) -> None:
        self.index, self.head, self.text = index, head, text
        self.start = max(0, text.find(SUBFIELD))  # an exporter may have dropped the indicators
        self.places: list[Place] = []

    def split(self) -> list[Place]:
        codes: dict[str, int] = {}
        for part in self.text.split(SUBFIELD)[1:]:
            if part:
                code = part[0]
                codes[code] = nth = codes.get(code, 0) + 1
                self.places.append(Place(self.index, f"{self.head}${code}[{nth}]", part[1:]))
        return self.places


#: Every rule asks for the subfields of the record that all of them look at.
_last: tuple[MarcRecord | None, list[_Cell]] = (None, [])


def _cells(marc: MarcRecord) -> list[_Cell]:
    global _last  # noqa: PLW0603  one record at a time is looked at, by every rule
    if _last[0] is marc:
        return _last[1]
    seen: dict[str, int] = {}
    cells = []
    for index, field in enumerate(marc.fields):
        seen[field.tag] = nth = seen.get(field.tag, 0) + 1
        if not field.is_control:
            cells.append(_Cell(index, f"{field.tag}[{nth}]", field.text))
    _last = (marc, cells)
    return cells


def field_place(marc: MarcRecord, path: str) -> Place:
    """The whole field in which an address lies.

    Raises:
        KeyError: there is no such field.
    """
    index = field_index(marc, address(path))
    return Place(index, path.partition("$")[0].partition("/")[0], written(marc.fields[index]))


def new_field(marc: MarcRecord, tag: str) -> Place:
    """The place of a new field of a tag; its index is -1."""
    there = sum(field.tag == tag for field in marc.fields)
    return Place(-1, f"{tag}[{there + 1}]", "")


def value_at(marc: MarcRecord, path: str) -> str:
    """The text at an address.

    Raises:
        KeyError: there is no such place.
    """
    where = address(path)
    if not where.tag:
        return marc.leader[slice(*(where.span or (0, 24)))]
    index = field_index(marc, where, new=True)
    if index == len(marc.fields):
        return ""
    field = marc.fields[index]
    if where.ind:
        return field.indicators[where.ind - 1]
    text = _text(field, where, path)
    return text[slice(*where.span)] if where.span else text


def _text(field: Field, where: Address, path: str) -> str:
    if not where.code:
        return field.text if field.is_control else written(field)
    values = field.values(where.code)
    if not 0 < where.mth <= len(values):
        raise KeyError(path)
    return values[where.mth - 1]


def with_value(marc: MarcRecord, path: str, value: str) -> MarcRecord:
    """The record with another text at an address; the one given stays as it is.

    Fields that are not concerned stay the same objects.

    Raises:
        KeyError: there is no such place.
        ValueError: a field is written so that it cannot be read.
    """
    where = address(path)
    if not where.tag:
        return MarcRecord(_cut_in(marc.leader, where.span or (0, 24), value), marc.fields)
    index = field_index(marc, where, new=True)
    if where.is_field:
        return MarcRecord(marc.leader, _with_fields(marc.fields, index, where.tag, value))
    if index == len(marc.fields):
        raise KeyError(path)
    fields = list(marc.fields)
    fields[index] = _with_text(fields[index], where, path, value)
    return MarcRecord(marc.leader, tuple(fields))


def _with_text(field: Field, where: Address, path: str, value: str) -> Field:
    if where.ind:
        signs = list(field.indicators)
        signs[where.ind - 1] = (value or " ")[0]
        return Field.data(field.tag, "".join(signs), field.subfields())
    if where.span:
        value = _cut_in(_text(field, where, path), where.span, value)
    if field.is_control:
        return Field(field.tag, value)
    _text(field, where, path)
    parts = field.subfields()
    places = [position for position, (other, _) in enumerate(parts) if other == where.code]
    parts[places[where.mth - 1]] = (where.code, value)
    return Field.data(field.tag, _before(field), parts)


def _before(field: Field) -> str:
    """The indicators, with whatever else an exporter left before the first subfield."""
    return field.text.partition(SUBFIELD)[0].ljust(2)


def _cut_in(text: str, span: tuple[int, int], value: str) -> str:
    first, end = span
    return text[:first].ljust(first) + value + text[end:]


def _with_fields(fields: tuple[Field, ...], index: int, tag: str, value: str) -> tuple[Field, ...]:
    """The fields with those of a text instead of the one at a position: of its tag there, others in order."""
    indicators = _before(fields[index]) if index < len(fields) else "  "
    lines = placed_lines(value, tag, indicators)
    kept = list(fields)
    for nth, field in lines:
        if nth:
            kept[_nth(fields, field.tag, nth)] = field
    new = [field for nth, field in lines if not nth]
    if index < len(fields):
        kept[index : index + 1] = [field for field in new if field.tag == tag]
        new = [field for field in new if field.tag != tag]
    for field in new:
        kept.insert(_in_order(kept, field.tag), field)
    return tuple(kept)


def _nth(fields: tuple[Field, ...], tag: str, nth: int) -> int:
    places = [index for index, field in enumerate(fields) if field.tag == tag]
    if not 0 < nth <= len(places):
        raise KeyError(f"{tag}[{nth}]")
    return places[nth - 1]


def _in_order(fields: list[Field], tag: str) -> int:
    """Where a new field belongs: behind the last of its tag, else before the first of a greater one."""
    last = max((index for index, field in enumerate(fields) if field.tag == tag), default=-1)
    if last >= 0:
        return last + 1
    return next((index for index, field in enumerate(fields) if field.tag > tag), len(fields))


def field_index(marc: MarcRecord, where: Address, *, new: bool = False) -> int:
    """Position of the field of an address in the record.

    Args:
        marc: the record.
        where: the address.
        new: the place of a new field will do: its position is the number of fields.

    Raises:
        KeyError: there is no such field.
    """
    seen = 0
    for index, field in enumerate(marc.fields):
        if field.tag == where.tag:
            seen += 1
            if seen == where.nth:
                return index
    if new and where.is_field and where.nth == seen + 1:
        return len(marc.fields)
    raise KeyError(str(where))
