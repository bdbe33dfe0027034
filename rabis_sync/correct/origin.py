"""Where each field of a record under correction came from: its text as it was harvested.

A decision holds until the text in the catalogue changes, so a finding is known by what was harvested, not by
what the rules before it made of it. Fields that were not changed stay the same objects, and by that they are
followed while others are mended, divided, moved and taken away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rabis_sync.correct.lines import full_line
from rabis_sync.correct.places import address, field_index, value_at

if TYPE_CHECKING:
    from rabis_sync.correct.places import Address
    from rabis_sync.marc.fields import Field, MarcRecord
    from rabis_sync.marc.record import Place


class Origins:
    """The harvested record and what became of its fields."""

    def __init__(self, harvested: MarcRecord) -> None:
        self._harvested = harvested
        # By identity; the field is kept beside, so that no other object takes its place in memory.
        self._from: dict[int, tuple[Field, int | None]] = {}

    def follow(self, before: MarcRecord, after: MarcRecord, path: str) -> None:
        """Learn what one change made: new fields come from the one at the address, if there was one."""
        where = address(path)
        if not where.tag:
            return
        index = field_index(before, where, new=True)
        source = self._source(before.fields[index]) if index < len(before.fields) else None
        kept, old = set(map(id, after.fields)), set(map(id, before.fields))
        gone = [field for field in before.fields if id(field) not in kept]
        for field in after.fields:
            if id(field) not in old:
                same = [one for one in gone if one.tag == field.tag and field.tag != where.tag]
                self._from[id(field)] = (field, self._source(same[0]) if same else source)

    def text(self, marc: MarcRecord, place: Place) -> str:
        """What stood at a place of the record, as it is now, when it was harvested."""
        try:
            where = address(place.path)
            if not where.tag:
                return value_at(self._harvested, place.path)
            field = marc.fields[field_index(marc, where)]
        except KeyError:  # an element that is missing, a field that is to be added, a place inside a link
            return place.value
        source = self._source(field)
        return place.value if source is None else self._at(source, where, field)

    def _source(self, field: Field) -> int | None:
        known = self._from.get(id(field))
        if known is not None:
            return known[1]
        return next((index for index, one in enumerate(self._harvested.fields) if one is field), None)

    def _at(self, index: int, where: Address, field: Field) -> str:
        harvested = self._harvested.fields[index]
        same = harvested.tag == field.tag and (
            not where.code or len(harvested.values(where.code)) == len(field.values(where.code))
        )
        if where.is_field or not same:
            return full_line(harvested)
        nth = sum(one.tag == harvested.tag for one in self._harvested.fields[: index + 1])
        return value_at(self._harvested, str(where._replace(nth=nth)))
