"""Every place of a record that holds text, by the address a finding gives: ``200[1]$a[2]``, ``010[1]``.

The text at the address of a whole field is written as cataloguers write it: ``$a5-02-013850-9$bв пер.``, with
``{dollar}`` for a dollar sign inside a value.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from rabis_sync.marc.fields import SUBFIELD, Field, MarcRecord
from rabis_sync.marc.record import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

_ADDRESS = re.compile(r"(?P<tag>\w{3})\[(?P<nth>\d+)\](?:\$(?P<code>.)\[(?P<mth>\d+)\])?")
_ORDINALS = re.compile(r"\[\d+\]")


def slot(path: str) -> str:
    """An address without its ordinals: ``200$a``."""
    return _ORDINALS.sub("", path)


@lru_cache(maxsize=64)
def among(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One expression for all of these patterns over slots; of no pattern, one that matches nothing."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) if patterns else r"(?!)")


def subfields(marc: MarcRecord, worth: re.Pattern[str] | None = None) -> Iterator[Place]:
    """Every subfield of every data field, in the order of the record.

    Args:
        marc: the record.
        worth: only of fields in whose subfields, with their marks, this is found; most fields are passed
            over by it without being split.
    """
    seen: dict[str, int] = {}
    for index, field in enumerate(marc.fields):
        seen[field.tag] = seen.get(field.tag, 0) + 1
        if field.is_control or (worth is not None and not worth.search(field.text, _start(field))):
            continue
        codes: dict[str, int] = {}
        for code, value in field.subfields():
            codes[code] = codes.get(code, 0) + 1
            yield Place(index, f"{field.tag}[{seen[field.tag]}]${code}[{codes[code]}]", value)


def _start(field: Field) -> int:
    """Where the subfields begin; an exporter may have dropped the indicators."""
    return max(0, field.text.find(SUBFIELD))


def field_place(marc: MarcRecord, path: str) -> Place:
    """The whole field in which an address lies.

    Raises:
        KeyError: there is no such field.
    """
    index, _code, _mth = _find(marc, path)
    return Place(index, path.partition("$")[0], written(marc.fields[index]))


def written(field: Field) -> str:
    """The subfields of a field as one line."""
    return "".join(f"${code}{value.replace('$', '{dollar}')}" for code, value in field.subfields())


def value_at(marc: MarcRecord, path: str) -> str:
    """The text at an address.

    Raises:
        KeyError: nothing stands there.
    """
    index, code, mth = _find(marc, path)
    field = marc.fields[index]
    if not code:
        return written(field)
    values = field.values(code)
    if mth > len(values):
        raise KeyError(path)
    return values[mth - 1]


def with_value(marc: MarcRecord, path: str, value: str) -> MarcRecord:
    """The record with another text at an address; the one given stays as it is.

    Raises:
        KeyError: nothing stands there.
    """
    value_at(marc, path)
    index, code, mth = _find(marc, path)
    field = marc.fields[index]
    parts = _replaced(field, code, mth, value) if code else _read(value)
    fields = list(marc.fields)
    fields[index] = Field.data(field.tag, field.indicators, parts)
    return MarcRecord(marc.leader, tuple(fields))


def _replaced(field: Field, code: str, mth: int, value: str) -> list[tuple[str, str]]:
    parts = field.subfields()
    places = [position for position, (other, _) in enumerate(parts) if other == code]
    parts[places[mth - 1]] = (code, value)
    return parts


def _read(line: str) -> list[tuple[str, str]]:
    return [(part[0], part[1:].replace("{dollar}", "$")) for part in line.split("$")[1:] if part]


def _find(marc: MarcRecord, path: str) -> tuple[int, str, int]:
    """Position of the field in the record, subfield code and its ordinal."""
    address = _ADDRESS.fullmatch(path)
    if address is not None:
        at = [index for index, field in enumerate(marc.fields) if field.tag == address["tag"]]
        nth = int(address["nth"])
        if 0 < nth <= len(at):
            return at[nth - 1], address["code"] or "", int(address["mth"] or 0)
    raise KeyError(path)
