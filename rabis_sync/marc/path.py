"""The small language in which a dialect says where an element lives, parsed once and read fast.

    200$a            subfield a of every field 200
    200$e,f          subfields e and f, in the order of the field
    001              the whole of a control field
    100$a/9-12       characters 9 to 12 of the subfield (from 0, both ends included); `/8` for one
    008/35-37        the same of a control field
    leader/07        the same of the leader
    461>200$a        subfield a of a field 200 that 461 carries inside itself by $1
    461$t            its twin where 461 is written with standard subfields
    686[$2=rubbk]$a  only from fields whose subfield 2 is rubbk; [$2=rubbk|bbk]: one; [$2!=rubbk]: none
    801[ind2=0]$b    only from fields with that indicator; a blank is written as `_`: [ind1=_]
    200[1]$a         only from the first field 200 of the record

A condition compares without regard to case; a field that lacks the subfield has the empty value, so that
`461[$1=]$t` reads a linking field only where it carries no embedded fields.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.marc.fields import SUBFIELD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rabis_sync.marc.fields import MarcRecord

#: One field split at its subfield marks: indicators (or the control field's value), then code + value.
Parts = list[str]

LEADER = "leader"

_STEP = re.compile(r"(?P<tag>[0-9A-Za-z]{3})(?P<brackets>(?:\[[^\]]*\])*)")
_NTH = re.compile(r"\[[1-9]\]")
_CONDITION = re.compile(r"\[(?:\$(?P<code>[0-9a-z])|(?P<indicator>ind[12]))(?P<sign>!?=)(?P<values>[^\]]*)\]")
_POSITIONS = re.compile(r"/(?P<first>\d{1,2})(?:-(?P<last>\d{1,2}))?")
_CODES = re.compile(r"\$[0-9a-z](?:,[0-9a-z])*")


class Condition(NamedTuple):
    """What a field must show to be read at all.

    Attributes:
        code: the subfield looked at; empty when it is an indicator.
        indicator: 0 or 1 when an indicator is looked at.
        values: the values that satisfy (in lower case).
        wanted: False turns the condition round.
    """

    code: str
    indicator: int
    values: frozenset[str]
    wanted: bool

    def holds(self, parts: Parts) -> bool:
        """True where the field satisfies the condition."""
        if not self.code:
            return ((parts[0] + "  ")[self.indicator] in self.values) is self.wanted
        found = [part[1:].strip().lower() for part in parts[1:] if part[:1] == self.code] or [""]
        return any(value in self.values for value in found) is self.wanted


class Spot(NamedTuple):
    """One value found by a path: which field of those given, where in it, and the value as it stands."""

    field: int
    path: str
    value: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands.

    Attributes:
        index: position of its field in the record's fields, from 0; -1 for the leader.
        path: the same for people: ``200[1]$a[1]``, counted from 1 among fields of the tag and subfields of
            the code.
        value: exactly as it stands there.
    """

    index: int
    path: str
    value: str


class FieldIndex:
    """The fields of one record by tag, split when they are first asked for."""

    __slots__ = ("split", "texts")

    def __init__(self, record: MarcRecord) -> None:
        texts: dict[str, list[str]] = {LEADER: [record.leader]}
        for tag, text in zip(record.tags, record.texts, strict=True):
            if tag in texts:
                texts[tag].append(text)
            else:
                texts[tag] = [text]
        self.texts = texts
        self.split: dict[str, list[Parts]] = {}

    def parts(self, source: str) -> list[Parts]:
        """The fields of a tag, or with ``461>200`` those of the second tag that the first carries inside.

        The list is shared by all who ask: leave it as it is.
        """
        found = self.split.get(source)
        if found is None:
            texts = self.texts.get(source)
            found = [text.split(SUBFIELD) for text in texts] if texts else self._inside(source)
            self.split[source] = found
        return found

    def _inside(self, source: str) -> list[Parts]:
        outer, _, inner = source.partition(">")
        if not inner:
            return []
        return [parts for field in self.parts(outer) for tag, parts in embedded(field) if tag == inner]


class Path(NamedTuple):
    """One parsed path.

    Attributes:
        text: the path as written.
        tag: the field's tag, or ``leader``.
        source: what `FieldIndex.parts` is asked for: the tag, or ``461>200``.
        codes: subfield codes, one character each; empty for a control field or the leader.
        conditions: what the field must show.
        nth: which field of the tag is read, from 1; 0 for all.
        span: first and last + 1 character wanted, or None for the whole value.
        inner: the rest of the path inside embedded fields, or None.
    """

    text: str
    tag: str
    source: str
    codes: str
    conditions: tuple[Condition, ...]
    nth: int
    span: tuple[int, int] | None
    inner: Path | None

    @property
    def plan(self) -> tuple[str, str, str, int, Path | None]:
        """What reading it takes: tag, source, subfield codes, which field, or the path itself.

        Where the last is None the values are those of the codes in the fields of the source (all, or the
        nth).
        """
        last = self.inner or self
        simple = bool(last.codes) and last.span is None and last.inner is None
        plain = not (self.conditions or last.conditions or (self.inner and (self.nth or last.nth)))
        return self.tag, self.source, last.codes, self.nth, None if simple and plain else self

    def read(self, index: FieldIndex) -> list[str]:
        """The values of a record, exactly as they stand.

        Positions that are all blank or fill characters give nothing.
        """
        if self.tag == LEADER:
            return list(self.of_leader(index.texts[LEADER][0]))
        if self.inner is not None:
            if self.conditions or self.nth or self.inner.conditions or self.inner.nth:
                return [spot.value for spot in self.spots(index.parts(self.tag))]
            return self.inner.pick(index.parts(self.source))
        fields = index.parts(self.source)
        if self.nth:
            fields = fields[self.nth - 1 : self.nth]
        if self.conditions:
            fields = [
                parts for parts in fields if all(condition.holds(parts) for condition in self.conditions)
            ]
        return self.pick(fields)

    def of_leader(self, leader: str) -> tuple[str, ...]:
        """The value of a path that names the leader."""
        return (leader,) if self.span is None else _of_leader(leader, self.span)

    def pick(self, fields: Sequence[Parts]) -> list[str]:
        """The values in these fields, whatever the path says about which fields to read."""
        codes = self.codes
        if codes:
            values = [part[1:] for parts in fields for part in parts[1:] if part and part[0] in codes]
        else:
            values = [parts[0] for parts in fields]
        if self.span is None:
            return values
        first, end = self.span
        pieces = [coded(value[first:end]) for value in values]
        return [piece for piece in pieces if piece.strip()]

    def spots(self, fields: Sequence[Parts]) -> Iterator[Spot]:
        """The values in the fields of the path's tag, with their places.

        ``200[1]$a[2]``, ``461[1]>200[1]$a[1]``, ``008[1]/35-37``.
        """
        for number, parts in enumerate(fields, 1):
            if self.nth in {0, number} and all(condition.holds(parts) for condition in self.conditions):
                for where, value in self._inside(parts):
                    head = LEADER if self.tag == LEADER else f"{self.tag}[{number}]"
                    yield Spot(number - 1, head + where, value)

    def _inside(self, parts: Parts) -> Iterator[tuple[str, str]]:
        if self.inner is not None:
            inside = [carried for tag, carried in embedded(parts) if tag == self.inner.tag]
            yield from ((f">{spot.path}", spot.value) for spot in self.inner.spots(inside))
        elif not self.codes:
            yield from self._cut("", parts[0])
        else:
            seen: dict[str, int] = {}
            for part in parts[1:]:
                if part and part[0] in self.codes:
                    seen[part[0]] = seen.get(part[0], 0) + 1
                    yield from self._cut(f"${part[0]}[{seen[part[0]]}]", part[1:])

    def _cut(self, where: str, value: str) -> Iterator[tuple[str, str]]:
        if self.span is None:
            yield where, value
            return
        first, end = self.span
        piece = coded(value[first:end])
        if piece.strip():
            yield f"{where}/{first}" + (f"-{end - 1}" if end - first > 1 else ""), piece


# A catalogue has a few dozen leaders, and each record's is asked for status, level, kind and family.
@lru_cache(maxsize=1 << 10)
def _of_leader(leader: str, span: tuple[int, int]) -> tuple[str, ...]:
    piece = coded(leader[slice(*span)])
    return (piece,) if piece.strip() else ()


def coded(text: str) -> str:
    """Coded characters with ``#`` (how manuals print a blank) and the fill character ``|`` as blanks."""
    return text.replace("#", " ").replace("|", " ")


def embedded(parts: Parts) -> list[tuple[str, Parts]]:
    """Fields inside a linking field, as (tag, parts): each ``$1`` opens one (UNIMARC manual, 4-- block).

    What follows up to the next ``$1`` belongs to it. Indicators that an exporter trimmed are padded.
    """
    found: list[tuple[str, Parts]] = []
    for part in parts[1:]:
        if part[:1] == "1" and len(part) > 3 and part[1:4].isalnum():
            tag, rest = part[1:4], part[4:]
            found.append((tag, [rest if tag < "010" else (rest + "  ")[:2]]))
        elif found and part:
            found[-1][1].append(part)
    return found


def parse(text: str) -> Path:
    """Read one path.

    Raises:
        ValueError: it is none; the message says which part of it was not understood.
    """
    if text.startswith(LEADER):
        return Path(text, LEADER, LEADER, "", (), 0, _span(text, text[len(LEADER) :]), None)
    step = _STEP.match(text)
    if step is None:
        raise ValueError(f"{text!r} does not begin with a tag of three characters or 'leader'")
    tag, rest = step["tag"], text[step.end() :]
    conditions, nth = _brackets(text, step["brackets"])
    if rest.startswith(">"):
        inner = parse(rest[1:])
        return Path(text, tag, f"{tag}>{inner.tag}", "", conditions, nth, None, inner)
    codes, slash, positions = rest.partition("/")
    if codes and not _CODES.fullmatch(codes):
        raise ValueError(f"{text!r}: {codes!r} is no list of subfields like '$a' or '$a,b'")
    if not codes and tag >= "010":
        raise ValueError(f"{text!r} names no subfield, and {tag} is no control field")
    return Path(
        text, tag, tag, codes[1:].replace(",", ""), conditions, nth, _span(text, slash + positions), None
    )


def _brackets(text: str, brackets: str) -> tuple[tuple[Condition, ...], int]:
    conditions: list[Condition] = []
    nth = 0
    for bracket in re.findall(r"\[[^\]]*\]", brackets):
        if _NTH.fullmatch(bracket):
            nth = int(bracket[1])
        else:
            conditions.append(_condition(text, bracket))
    return tuple(conditions), nth


def _condition(text: str, bracket: str) -> Condition:
    found = _CONDITION.fullmatch(bracket)
    if found is None:
        raise ValueError(f"{text!r}: {bracket!r} is no condition like '[$2=rubbk]', '[ind1=0]' or '[1]'")
    values = found["values"].lower()
    if found["indicator"]:
        values = values.replace("_", " ")
    return Condition(
        code=found["code"] or "",
        indicator=int((found["indicator"] or "ind1")[3]) - 1,
        values=frozenset(values.split("|")),
        wanted=found["sign"] == "=",
    )


def _span(text: str, positions: str) -> tuple[int, int] | None:
    if not positions:
        return None
    found = _POSITIONS.fullmatch(positions)
    if found is None or int(found["last"] or found["first"]) < int(found["first"]):
        raise ValueError(f"{text!r}: {positions!r} are no positions like '/9-12'")
    return int(found["first"]), int(found["last"] or found["first"]) + 1
