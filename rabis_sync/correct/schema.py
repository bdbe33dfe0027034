"""What a format allows, read from its Avram schema: fields, indicators, subfields, coded positions.

The schemas are `mappings/schemas/*.json` in Avram's form (https://format.gbv.de/schema/avram/specification),
written from the standards. A field is judged by what it shows, tag, indicators and codes: real catalogues
have few such patterns, so each is judged once.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rabis_sync.marc.path import Parts

LEADER = "LDR"
#: How a coded value says that nobody tried to give it.
FILL = "|"


class Problem(NamedTuple):
    """What is wrong with one field.

    Attributes:
        kind: ``field``, ``subfield``, ``indicator`` or ``repeated``.
        where: the end of the address below the field: ``$x``, ``/ind1``; empty for the field.
        found: the code or indicator that is wrong.
    """

    kind: str
    where: str
    found: str


class Coded(NamedTuple):
    """One coded position.

    Attributes:
        first: first character, from 0.
        end: last + 1.
        codes: what may stand there.
    """

    first: int
    end: int
    codes: frozenset[str]


class _Field(NamedTuple):
    repeatable: bool
    indicators: tuple[frozenset[str] | None, frozenset[str] | None]
    subfields: Mapping[str, bool]


class Schema:
    """One format with the fields a library has of its own.

    Args:
        document: the Avram schema, as JSON.
        local: patterns of tags that the library or the format leaves to local use.
        local_subfields: slots (``010$9``, ``...$9``) of subfields of local use.
    """

    def __init__(self, document: str, local: Sequence[str], local_subfields: Sequence[str]) -> None:
        fields = json.loads(document)["fields"]
        self._fields = {tag: _field(one) for tag, one in fields.items() if tag != LEADER}
        self._local = re.compile("|".join(local) or r"(?!)")
        self._local_subfields = re.compile("|".join(map(_slot, local_subfields)) or r"(?!)")
        self._judged: dict[str, tuple[Problem, ...]] = {}
        self.coded = [(*where.partition("$")[::2], _coded(one)) for where, one in _positions(fields)]

    def is_repeatable(self, tag: str) -> bool:
        """False for a field that a record may have once."""
        known = self._fields.get(tag)
        return known is None or known.repeatable

    def problems(self, tag: str, parts: Parts) -> tuple[Problem, ...]:
        """What is wrong with a field by itself."""
        shown = f"{tag}{(parts[0] + '  ')[:2]}{''.join([part[:1] for part in parts[1:]])}"
        judged = self._judged.get(shown)
        if judged is None:
            judged = self._judged[shown] = self._judge(tag, shown[3:5], shown[5:])
        return judged

    def _judge(self, tag: str, indicators: str, codes: str) -> tuple[Problem, ...]:
        known = self._fields.get(tag)
        if known is None:
            return () if self._local.fullmatch(tag) else (Problem("field", "", tag),)
        problems = [
            Problem("indicator", f"/ind{number}", sign)
            for number, (sign, allowed) in enumerate(zip(indicators, known.indicators, strict=True), 1)
            if allowed is not None and sign.replace("#", " ") not in allowed and sign != FILL
        ]
        for code, times in Counter(codes).items():
            if self._local_subfields.fullmatch(f"{tag}${code}"):
                continue
            if code not in known.subfields:
                problems.append(Problem("subfield", f"${code}", code))
            elif times > 1 and not known.subfields[code]:
                problems.append(Problem("repeated", f"${code}", code))
        return tuple(problems)


@lru_cache(maxsize=8)
def schema(document: str, local: tuple[str, ...], local_subfields: tuple[str, ...]) -> Schema:
    """A schema, read once."""
    return Schema(document, local, local_subfields)


def _field(one: Mapping[str, Any]) -> _Field:
    if "subfields" not in one:
        return _Field(one["repeatable"], (None, None), {})
    indicators = (_indicator(one.get("indicator1")), _indicator(one.get("indicator2")))
    return _Field(
        one["repeatable"], indicators, {code: sub["repeatable"] for code, sub in one["subfields"].items()}
    )


def _indicator(one: Mapping[str, Any] | None) -> frozenset[str] | None:
    """The values allowed: a blank where the format defines none; None where any is."""
    if one is None:
        return frozenset(" ")
    return frozenset(one["codes"]) if "codes" in one else None


def _positions(fields: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Where characters are codes: ``LDR``, a tag, or tag and subfield."""
    found = [(tag, one["positions"]) for tag, one in fields.items() if "positions" in one]
    for tag, one in fields.items():
        found += [
            (f"{tag}${code}", sub["positions"])
            for code, sub in one.get("subfields", {}).items()
            if "positions" in sub
        ]
    return found


def _coded(positions: Mapping[str, Any]) -> tuple[Coded, ...]:
    found = []
    for span, one in positions.items():
        first, _, last = span.partition("-")
        found.append(Coded(int(first), int(last or first) + 1, frozenset(one["codes"])))
    return tuple(found)


def _slot(pattern: str) -> str:
    tag, _, code = pattern.partition("$")
    return rf"{tag}\${code}"
