"""Codes of leader and coded fields that the format does not define at their place.

Before: leader 00000nаm0 2200000   450
After:  leader 00000nam0 2200000   450

A Cyrillic letter that looks like the code is mended. Where one value is by far the most usual it is
proposed, and so is a coded field put right whose blanks were lost on the way; a date of entry that is no day
is proposed from the source's own date. The rest is reported. Blanks written as # and fill characters are in
order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rabis_sync.correct.places import positions
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.schema import FILL, LEADER, schema
from rabis_sync.correct.slots import field_at, found, slots_of
from rabis_sync.marc.path import LEADER as LEADER_PATH
from rabis_sync.marc.record import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rabis_sync.correct.rule import Action
    from rabis_sync.correct.schema import Coded
    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.marc.record import Record

_LATIN = str.maketrans("асеорхуАВСЕОРХУМТНКі", "aceopxyABCEOPXYMTHKi")
_SHORTENED = re.compile(
    r"(?P<head>\d{8}[a-z ].{12,13}?)(?P<language>[a-z]{3}[abcy |])"
    r"(?P<sets>(?:\d\d|  )*?) *(?P<script>[a-z]{2}|)\s*"
)
_MONTHS, _DAYS = range(1, 13), range(1, 32)


@dataclass(frozen=True)
class Settings:
    """Which codes are looked at, by family.

    Attributes:
        schemas: the format's file in `mappings/`.
        usual: place of a code -> value that is proposed where none of the format's stands.
        length: the coded field of general data and how long it is; empty where there is none.
        entered: slots of the dates from which a wrong date of entry is proposed.
    """

    schemas: dict[str, str]
    usual: dict[str, dict[str, str]]
    length: dict[str, dict[str, int]]
    entered: dict[str, list[str]]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Codes that are none, once a place."""
    settings: Settings = background.settings
    family = record.dialect.family
    known = schema(background.files[settings.schemas[family]], (), ())
    for tag, code, codes in known.coded:
        if tag == LEADER:
            yield from _wrong(record, codes, LEADER_PATH, record.marc.leader, {})
        elif tag in record.index.texts:
            where = f"{tag}${code}" if code else tag
            for path, value in _values(record, tag, code):
                length = settings.length.get(family, {}).get(where, 0)
                if length:
                    yield from _general(record, path, value, settings)
                if not length or len(value) == length:
                    yield from _wrong(record, codes, path, value, settings.usual.get(where, {}))


def _values(record: Record, tag: str, code: str) -> Iterator[tuple[str, str]]:
    for nth, parts in enumerate(record.index.parts(tag), 1):
        if not code:
            yield f"{tag}[{nth}]", parts[0]
            continue
        values = [part[1:] for part in parts[1:] if part[:1] == code]
        yield from ((f"{tag}[{nth}]${code}[{mth}]", value) for mth, value in enumerate(values, 1))


def _wrong(
    record: Record, codes: Sequence[Coded], path: str, value: str, usual: dict[str, str]
) -> Iterator[Fault]:
    for first, end, allowed in codes:
        there = value[first:end]
        if there in allowed or len(there) < end - first or not there.strip(f"{FILL}# "):
            continue
        place = _place(record, path, first, end, there)
        latin = there.translate(_LATIN)
        proposed = latin if latin in allowed else usual.get(positions(first, end)[1:], "")
        action: Action = "fix" if latin in allowed else "suggest" if proposed else "report"
        yield Fault(place, action, params={"problem": "code", "value": there, "code": proposed})


def _place(record: Record, path: str, first: int, end: int, there: str) -> Place:
    tag, _, rest = path.partition("[")
    index = -1 if path == LEADER_PATH else field_at(record, tag, int(rest.partition("]")[0]))
    return Place(index, path + positions(first, end), there)


def _general(record: Record, path: str, value: str, settings: Settings) -> Iterator[Fault]:
    """The field of general data as a whole: its length, and the date of entry."""
    length = settings.length[record.dialect.family][path.partition("[")[0] + "$" + path.partition("$")[2][0]]
    if (len(value) == length and _is_day(value[:8])) or not value.strip(f"{FILL}# "):
        return
    if len(value) != length:
        place = _place(record, path, 0, len(value), value)
        whole = _restored(value, length)
        params = {"problem": "length", "value": f"{len(value)}", "code": whole}
        yield Fault(Place(place.index, path, value), "suggest" if whole else "report", "length", params)
    else:
        days = [one.value for one in found(record, slots_of(settings.entered, record)) if _is_day(one.value)]
        params = {"problem": "day", "value": value[:8].strip(), "code": days[0] if days else ""}
        yield Fault(_place(record, path, 0, 8, value[:8]), "suggest" if days else "report", "day", params)


def _restored(value: str, length: int) -> str:
    """The field with the blanks that were lost; empty where it cannot be told where."""
    parts = _SHORTENED.fullmatch(value)
    if parts is None or len(parts["head"]) > 22:
        return ""
    head = parts["head"] if len(parts["head"]) == 22 else ""
    whole = f"{head}{parts['language']}{parts['sets']:<8}{parts['script']:<2}"
    return whole if len(whole) == length else ""


def _is_day(text: str) -> bool:
    if len(text) != 8 or not text.isdecimal() or int(text[4:6]) not in _MONTHS or int(text[6:8]) not in _DAYS:
        return False
    try:
        return bool(date(int(text[:4]), int(text[4:6]), int(text[6:8])))
    except ValueError:
        return False


def mend(_text: str, fault: Fault) -> str:
    """The code meant."""
    return str(fault.params["code"])


def _looks(known: Background, dialect: Dialect) -> Callable[[str], bool]:
    coded = schema(known.files[known.settings.schemas[dialect.family]], (), ()).coded
    return {tag for tag, _code, _codes in coded}.__contains__


RULE = Rule(
    id="coded_positions",
    version=1,
    order=48,
    severity="warning",
    actions=("fix", "suggest", "report"),
    definition="https://www.ifla.org/publications/unimarc-formats-and-related-documentation/",
    find=find,
    mend=mend,
    settings=Settings,
    files=("schemas/unimarc.json", "schemas/marc21.json"),
    looks=_looks,
)
