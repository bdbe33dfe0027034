"""The plan of a merge: records of one edition become one, and every field and copy is accounted for.

Pure: from records to a frozen plan, which is shown, and carried out by `rabis_sync.dedup.merging`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

from rabis_sync.dedup.survivor import LevelOrder, Signs, Worth, reason, survivor, worth
from rabis_sync.errors import ConfigError
from rabis_sync.marc.cyrillic import fold
from rabis_sync.marc.dialect import STRICT
from rabis_sync.marc.fields import Field, MarcRecord
from rabis_sync.marc.identifiers import isbn
from rabis_sync.marc.items import ItemProfile, read_items
from rabis_sync.marc.path import FieldIndex
from rabis_sync.marc.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.marc.items import Item

_ALONE = re.compile(r"[0-9XxХх -]{10,17}")
#: What becomes of a field of a record that goes; ``number`` is its control number in the field made for it.
Fate = Literal["kept", "same", "copy", "number", "dropped_own", "dropped_single"]


@dataclass(frozen=True)
class MergedNumber:
    """The field that keeps the control number of a record that went."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    tag: str
    indicators: str
    code: str
    text: str


@dataclass(frozen=True)
class FamilyFields:
    """Which fields of a family the survivor keeps for itself; see `mappings/merge.toml`."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    own: list[str]
    single: list[str]
    merged: MergedNumber


@dataclass(frozen=True)
class MergeRules:
    """`mappings/merge.toml`."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    level: LevelOrder
    families: dict[str, FamilyFields]


@dataclass(frozen=True, slots=True)
class Member:
    """A record of a cluster.

    Attributes:
        id: record id.
        source: its source.
        control_number: its 001.
        family: unimarc or marc21.
        profile: item profile that read its copies.
        marc: the corrected record.
        items: rows of its copies as the store has them (position first).
    """

    id: int
    source: str
    control_number: str
    family: str
    profile: str
    marc: MarcRecord
    items: tuple[tuple[object, ...], ...] = ()


class Line(NamedTuple):
    """What becomes of one field of a record that goes."""

    record: str
    tag: str
    text: str
    fate: Fate


@dataclass(frozen=True, slots=True)
class MergePlan:
    """One merge, whole.

    Attributes:
        survivor: the record that stays.
        others: the records that go, in the order of their names.
        merged: the survivor as it will be.
        lines: every field of the others, and what becomes of it.
        why: the column of `Worth` that decided, the survivor's value and the next best one's.
        worths: what each record was worth, by id.
    """

    survivor: Member
    others: tuple[Member, ...]
    merged: MarcRecord
    lines: tuple[Line, ...]
    why: tuple[str, int, int]
    worths: Mapping[int, Worth] = field(default_factory=dict)

    @property
    def members(self) -> tuple[Member, ...]:
        """All records, the survivor first."""
        return (self.survivor, *self.others)

    def __str__(self) -> str:
        gone = ", ".join(one.control_number for one in self.others)
        fates = Counter(line.fate for line in self.lines)
        dropped = fates["dropped_own"] + fates["dropped_single"]
        moved = sum(len(one.items) for one in self.others)
        return (
            f"merge {gone} into {self.survivor.control_number}: {moved} items move, "
            f"{fates['kept']} fields taken, {fates['same']} there already, {dropped} dropped"
        )


def plan(
    members: Sequence[Member],
    dialects: Mapping[str, Dialect],
    profiles: Mapping[str, ItemProfile],
    rules: MergeRules,
    keep: int | None = None,
) -> MergePlan:
    """Decide what becomes of the records of a cluster.

    Args:
        members: two or more records.
        dialects: by family.
        profiles: item profiles by name.
        rules: of `mappings/merge.toml`.
        keep: the record that stays, where that is settled already.

    Raises:
        ConfigError: the records are of several sources or families, write their copies in different fields,
            or the copies of the merged record would not be those of its parts.
    """
    _refuse_strangers(members)
    by_id = {one.id: one for one in members}
    records = {one.id: Record(one.marc, dialects[one.family]) for one in members}
    worths = {
        one.id: worth(
            one.marc.canonical(),
            len(one.items),
            _identifiers(records[one.id]),
            Signs.of(dialects[one.family], rules.level),
        )
        for one in members
    }
    chosen = survivor(worths, {one.id: (one.source, one.control_number) for one in members})
    if keep is not None:
        chosen = keep
    others = tuple(
        sorted((one for one in members if one.id != chosen), key=lambda one: (one.source, one.control_number))
    )
    profile = profiles.get(by_id[chosen].profile) or next(
        (profiles[one.profile] for one in others if one.profile in profiles), None
    )
    merged, lines = _joined(
        by_id[chosen], others, records, rules.families[by_id[chosen].family], profile.tag if profile else ""
    )
    made = MergePlan(by_id[chosen], others, merged, tuple(lines), reason(worths, chosen), worths)
    if profile is not None:
        _refuse_loss(made, profile)
    return made


def _identifiers(record: Record) -> int:
    numbers = {one.canonical for one in (*record.isbns(), *record.issns()) if one.canonical}
    return len(numbers) + len({*record.values("national_number"), *record.values("legal_deposit")})


def _refuse_strangers(members: Sequence[Member]) -> None:
    for what in ("source", "family"):
        found = sorted({getattr(one, what) for one in members})
        if len(found) > 1:
            raise ConfigError(
                f"records {', '.join(one.control_number for one in members)} are of "
                f"{'several sources' if what == 'source' else 'several formats'} ({', '.join(found)}) "
                "and cannot become one",
                hint="Delete one of them in its own system, or decide that they are different.",
            )
    profiles = sorted({one.profile for one in members if one.profile})
    if len(profiles) > 1:
        raise ConfigError(
            f"records {', '.join(one.control_number for one in members)} write their copies in different "
            f"fields ({', '.join(profiles)})",
            hint="Bring their copies into one form in Web-RABIS first.",
        )


def _joined(
    stays: Member,
    others: Sequence[Member],
    records: Mapping[int, Record],
    family: FamilyFields,
    copies: str,
) -> tuple[MarcRecord, list[Line]]:
    """The merged record, and the fate of each field of the others."""
    own, single = frozenset(family.own), frozenset(family.single)
    fields = list(stays.marc.fields)
    present = {_sign(one) for one in fields}
    had = {one.tag for one in fields}
    lines: list[Line] = []
    for other in others:
        taken: list[Field] = []
        for one in other.marc.fields:
            fate = _fate(one, own, single, copies, present, had)
            lines.append(Line(other.control_number, one.tag, one.text, fate))
            if fate in {"kept", "copy"}:
                taken.append(one)
                present.add(_sign(one))
        number = _number_of(other, records[other.id], family.merged)
        if _sign(number) not in present:
            lines.append(Line(other.control_number, number.tag, number.text, "number"))
            taken.append(number)
        had |= {one.tag for one in taken}
        for one in taken:
            fields.insert(_place(fields, one.tag), one)
    return MarcRecord(stays.marc.leader, tuple(fields)), lines


def _fate(
    one: Field,
    own: frozenset[str],
    single: frozenset[str],
    copies: str,
    present: set[tuple[str, str]],
    had: set[str],
) -> Fate:
    if one.tag == copies:
        return "copy"
    if _sign(one) in present:
        return "same"
    if one.tag in own or one.is_control:
        return "dropped_own"
    if one.tag in single and one.tag in had:
        return "dropped_single"
    return "kept"


def _sign(one: Field) -> tuple[str, str]:
    """By which two fields are the same although one has a full stop more, or its ISBN the older form."""
    if one.is_control:
        return one.tag, one.text
    told = "".join(f"${code}{_number(value) or fold(value) or value}" for code, value in one.subfields())
    return one.tag, told


def _number(value: str) -> str | None:
    """An ISBN that stands alone, in 13 digits: that of ten is the same number and adds nothing."""
    return isbn(value).canonical if _ALONE.fullmatch(value) else None


def _number_of(gone: Member, record: Record, where: MergedNumber) -> Field:
    agency = record.first("source")
    text = where.text.format(agency=agency, number=gone.control_number).removeprefix("()")
    return Field.data(where.tag, where.indicators, [(where.code, text)])


def _place(fields: Sequence[Field], tag: str) -> int:
    """After the last field whose tag is not greater."""
    return max((at for at, one in enumerate(fields, 1) if one.tag <= tag), default=0)


def _refuse_loss(made: MergePlan, profile: ItemProfile) -> None:
    """The copies read from the merged record are those read from its parts, none more and none less."""
    before: Counter[Item] = Counter()
    for one in made.members:
        before.update(read_items(profile, FieldIndex(one.marc)))
    after = Counter(read_items(profile, FieldIndex(made.merged)))
    if before != after:
        missing = sorted({one.inventory_number for one in (before - after) + (after - before)})
        raise ConfigError(
            f"{made}: the copies would not be the same afterwards (numbers {', '.join(missing)})",
            hint="Nothing was merged. Where a price stands in the record and not at the copy, move it there.",
        )
