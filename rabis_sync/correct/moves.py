"""A field with some of its subfields in other places: divided, moved to another code or to another field.

A rule says which in the parameters of its fault: ``moves`` maps a subfield (code + value, as it stands) to
the subfields in its place, as [code, value]; ``added`` are lines of further fields. Subfields that are not
named stay, so that two faults in one field do not undo each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rabis_sync.correct.lines import line, parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rabis_sync.correct.rule import Fault

Pairs = list[tuple[str, str]]


def moves(
    changed: Mapping[tuple[str, str], Sequence[tuple[str, str]]], added: Sequence[str] = ()
) -> dict[str, Any]:
    """The parameters: subfield -> what stands in its place (nothing: it goes); lines of further fields."""
    return {
        "moves": {
            f"{code}{value}": [list(pair) for pair in pairs] for (code, value), pairs in changed.items()
        },
        "added": list(added),
    }


def rearranged(text: str, fault: Fault) -> str:
    """The line of a field with the fault's moves made; further fields are lines below."""
    wanted, added = fault.params["moves"], fault.params["added"]
    pairs: Pairs = []
    for code, value in parts(text):
        pairs += [(new, what) for new, what in wanted.get(f"{code}{value}", [(code, value)])]
    return "\n".join([*([line(*pairs)] if pairs else []), *added])
