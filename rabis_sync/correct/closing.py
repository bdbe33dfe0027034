"""Why a finding is closed: the library has taken the proposal over, or the record is not so any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rabis_sync.correct.lines import read_lines
from rabis_sync.correct.places import address, slot, subfields, value_at
from rabis_sync.marc.fields import MarcRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What a closed finding counts as.
TAKEN_OVER, FOUND_NO_MORE = "taken_over", "found_no_more"
CLOSED = (TAKEN_OVER, FOUND_NO_MORE)


def how_closed(canonical: str, finding: Mapping[str, Any]) -> str:
    """One of `CLOSED`.

    Args:
        canonical: the record as it was harvested now.
        finding: columns of the finding that is found no more.
    """
    if finding["after"] is None:
        return FOUND_NO_MORE
    return TAKEN_OVER if _stands(MarcRecord.from_canonical(canonical), finding) else FOUND_NO_MORE


def _stands(marc: MarcRecord, finding: Mapping[str, Any]) -> bool:
    """The record holds what was proposed: at the place, or at another place of the same kind."""
    where = address(finding["path"])
    if where.is_field:
        try:
            wanted = read_lines(finding["after"], where.tag, "")
        except ValueError:  # written by an earlier version of a rule
            return False
        texts = {(field.tag, tuple(field.subfields())) for field in marc.fields}
        return all((field.tag, tuple(field.subfields())) in texts for field in wanted)
    try:
        if value_at(marc, finding["path"]) == finding["after"]:
            return True
    except KeyError:
        pass  # the field has moved or gone
    same = (place for place in subfields(marc) if slot(place.path) == slot(finding["path"]))
    return any(place.value == finding["after"] for place in same)
