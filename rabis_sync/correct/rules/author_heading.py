"""A heading of a person whose parts are not in their subfields, or not written as headings are.

Before: 700 #1$aМ. О. Әуезов
After:  700 #1$aӘуезов$bМ. О.

A name with initials is parted for certain, in whatever order it stands; one in full is proposed with its
initials. Full forenames in the place of initials and the reverse change places; initials get their full
stops. A surname in capitals is proposed in small letters, and initials written without a space between them
with one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct import naming
from rabis_sync.correct.moves import moves, rearranged
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import Found
from rabis_sync.correct.style import is_set_close

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.correct.rule import Action
    from rabis_sync.marc.dialect import NameField
    from rabis_sync.marc.record import Record

_SEVERAL = re.compile(r"[ .,]\S")
_CAPITALS = re.compile(r"[^\W\d_a-zа-яёәғқңөұүһі]{4,}(?:-[^\W\d_a-zа-яёәғқңөұүһі]{3,})?,?")


@dataclass(frozen=True)
class Settings:
    """The style of headings.

    Attributes:
        spaces: True proposes a space between initials, but in records that have none anywhere.
        inverted: families whose headings have surname and forenames in one subfield.
        entry: by family, which indicator (1 or 2) is 0 for a heading under the forename.
    """

    spaces: bool
    inverted: list[str]
    entry: dict[str, int]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Headings of persons to be mended, each once."""
    settings: Settings = background.settings
    inverted = record.dialect.family in settings.inverted
    entry = settings.entry[record.dialect.family] - 1
    for spec in record.dialect.names:
        if spec.kind == "person" and spec.tag in record.index.texts:
            for nth, parts in enumerate(record.index.parts(spec.tag), 1):
                if parts[0][entry : entry + 1] == "0":
                    continue
                fault = (
                    _inverted(record, spec, nth)
                    if inverted
                    else _parted(record, spec, nth, spaces=settings.spaces)
                )
                fault = fault or _in_small(record, spec, nth)
                if fault and len(parts) > 1:
                    yield fault


def _one(record: Record, spec: NameField, nth: int, code: str) -> Found | None:
    """The only subfield of a code."""
    parts = record.index.parts(spec.tag)[nth - 1]
    at = [place for place, part in enumerate(parts) if place and part[:1] == code]
    return Found(spec.tag, nth, at[0], parts) if len(at) == 1 else None


def _parted(record: Record, spec: NameField, nth: int, *, spaces: bool) -> Fault | None:
    whole = _one(record, spec, nth, spec.name)
    initials, forenames = _one(record, spec, nth, spec.initials), _one(record, spec, nth, spec.forenames)
    if whole is not None and initials is None and _SEVERAL.search(whole.value):
        return _divided(record, spec, whole, full=forenames is None)
    if initials is not None:
        return _initials(record, spec, initials, alone=forenames is None, spaces=spaces)
    if forenames is not None and naming.is_initials(forenames.value.strip()):
        new = naming.spaced(forenames.value)
        pairs = {(spec.forenames, forenames.value): [(spec.initials, new)]}
        return _fault(forenames, record, "suggest", new, pairs)
    return None


def _divided(record: Record, spec: NameField, whole: Found, *, full: bool) -> Fault | None:
    name = naming.name(whole.value.strip(" ,"))
    if name is None:
        return None
    pairs = [(spec.name, name.surname), (spec.initials, name.initials)]
    if name.forenames and full:
        pairs.append((spec.forenames, name.forenames))
    written = f"{name.surname}, {name.forenames or name.initials}"
    return _fault(
        whole, record, "fix" if name.certain else "suggest", written, {(spec.name, whole.value): pairs}
    )


def _initials(record: Record, spec: NameField, one: Found, *, alone: bool, spaces: bool) -> Fault | None:
    value = one.value.strip()
    if naming.is_forenames(value):
        if not alone:
            return _value(one, record, "suggest", naming.initials_of(value))
        pairs = [(spec.initials, naming.initials_of(value)), (spec.forenames, value)]
        return _fault(one, record, "suggest", naming.initials_of(value), {(spec.initials, one.value): pairs})
    if not naming.is_initials(value):
        return None
    new = naming.spaced(value)
    if not naming.has_stops(value):
        return _value(one, record, "fix", new)
    if not spaces or new == value or is_set_close(record, but=value):
        return None
    return _value(one, record, "suggest", new)


def _inverted(record: Record, spec: NameField, nth: int) -> Fault | None:
    whole = _one(record, spec, nth, spec.name)
    if whole is None or "," in whole.value.rstrip(" ,"):
        return None
    name = naming.name(whole.value.rstrip(" ,"))
    if name is None:
        return None
    tail = "," if whole.value.endswith(",") else ""
    return _value(
        whole,
        record,
        "fix" if name.certain else "suggest",
        f"{name.surname}, {name.forenames or name.initials}{tail}",
    )


def _in_small(record: Record, spec: NameField, nth: int) -> Fault | None:
    whole = _one(record, spec, nth, spec.name)
    if whole is None or not _CAPITALS.fullmatch(whole.value.strip()):
        return None
    return _value(whole, record, "suggest", whole.value.title())


def _fault(
    one: Found,
    record: Record,
    action: Action,
    name: str,
    changed: dict[tuple[str, str], list[tuple[str, str]]],
) -> Fault:
    params = {"written": one.value.strip(), "name": name, **moves(changed)}
    return Fault(one.field(record), action, one.value, params)


def _value(one: Found, record: Record, action: Action, new: str) -> Fault:
    return Fault(one.place(record), action, params={"written": one.value.strip(), "name": new})


def mend(text: str, fault: Fault) -> str:
    """The heading with each part in its subfield."""
    return rearranged(text, fault) if "moves" in fault.params else str(fault.params["name"])


RULE = Rule(
    id="author_heading",
    version=1,
    order=66,
    severity="info",
    actions=("fix", "suggest"),
    definition="https://archive.ifla.org/VI/3/p1996-1/uni7.htm",
    find=find,
    mend=mend,
    settings=Settings,
    independent=True,
    looks=lambda _known, dialect: {one.tag for one in dialect.names if one.kind == "person"}.__contains__,
)
