"""Plants errors of every kind in a clean catalogue, and tells of each what is right."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.planting import classes, clean, codes, dates, forms, headings, letters, numbers, structure
from bench.planting.kind import Around, Kind, around

if TYPE_CHECKING:
    from bench.planting.draft import Draft

    Fields = dict[str, list[str]]

KINDS: tuple[Kind, ...] = tuple(
    kind
    for room in (letters, numbers, codes, dates, headings, forms, classes, structure)
    for kind in room.KINDS
)

#: Share of records that are spoilt, and of these the share that is spoilt twice.
SPOILT, TWICE = 0.55, 0.2

#: The catalogues that rules may be tuned on; figures are shown for others.
TUNING = (101, 202, 303)


@dataclass(frozen=True)
class Truth:
    """One planted error.

    Attributes:
        family: of the record.
        record: control number.
        kind: what was planted.
        path: the first place that was changed: ``200[1]$a[1]``.
        before: what was planted there.
        after: what stood there in the clean record.
        tags: fields that the error or its mending touches.
        rights: the right answers: text of the fields by tag, for these tags.
    """

    family: str
    record: str
    kind: Kind
    path: str
    before: str
    after: str
    tags: frozenset[str]
    rights: tuple[Fields, ...]


@dataclass(frozen=True)
class Sown:
    """A catalogue with errors.

    Attributes:
        clean: the records before.
        drafts: the records to be examined, in the same order.
        truths: the errors.
    """

    clean: list[Draft]
    drafts: list[Draft]
    truths: list[Truth]


def sow(seed: int, records: int) -> Sown:
    """A catalogue of so many records; the same for the same seed."""
    whole = clean.catalogue(seed, records)
    dice = random.Random(f"errors {seed}")
    known = around(whole, dice)
    planted: dict[str, float] = {kind.name: 0.0 for kind in KINDS}
    drafts, truths = list(whole), []
    order = list(range(records))
    dice.shuffle(order)
    for at in order[: int(records * SPOILT)]:
        used: set[str] = set()
        for _ in range(1 + (dice.random() < TWICE)):
            found = _plant(whole[at], known, planted, used)
            if found is None:
                break
            spoilt, truth = found
            drafts[at] = _together(drafts[at], spoilt, truth.tags)
            truths.append(truth)
            used |= truth.tags
            if len(truth.tags) > 4:
                break  # the whole record is spoilt
    return Sown(whole, drafts, truths)


def _plant(
    draft: Draft, known: Around, planted: dict[str, float], used: set[str]
) -> tuple[Draft, Truth] | None:
    """The kind that is most behind, of those that this record has room for."""
    for kind in sorted(KINDS, key=lambda kind: (planted[kind.name], kind.name)):
        spoilt = draft.copy()
        answer = kind.spoil(spoilt, known)
        if not answer:
            continue
        truth = _truth(kind, draft, spoilt, answer if isinstance(answer, list) else [draft])
        if truth is None or truth.tags & used:
            continue
        planted[kind.name] += 1 / kind.weight
        return spoilt, truth
    return None


def _together(draft: Draft, spoilt: Draft, tags: frozenset[str]) -> Draft:
    """The record with these fields of the spoilt one."""
    joined = draft.copy()
    joined.parts = [part for part in draft.parts if part.tag not in tags]
    joined.parts += [part for part in spoilt.parts if part.tag in tags]
    if "leader" in tags:
        joined.leader = spoilt.leader
    return joined.sorted()


def _truth(kind: Kind, draft: Draft, spoilt: Draft, rights: list[Draft]) -> Truth | None:
    before, now = draft.by_tag(), spoilt.by_tag()
    answers = [one.by_tag() for one in rights]
    every = {*before, *now, *(tag for answer in answers for tag in answer)}
    tags = frozenset(tag for tag in every if any(answer.get(tag) != now.get(tag) for answer in answers))
    if not tags:
        return None
    path, was, is_now = _place(draft, spoilt)
    wanted = tuple({tag: answer.get(tag, []) for tag in tags} for answer in answers)
    return Truth(draft.family, draft.number, kind, path, is_now, was, tags, wanted)


def _place(draft: Draft, spoilt: Draft) -> tuple[str, str, str]:
    """The first subfield that differs, with what it was and is."""
    was, is_now = dict(_values(draft)), dict(_values(spoilt))
    for path in [*is_now, *was]:
        if was.get(path) != is_now.get(path):
            return path, was.get(path, ""), is_now.get(path, "")
    if draft.leader != spoilt.leader:
        return "leader", draft.leader, spoilt.leader
    return next(
        (now.tag, was.indicators, now.indicators)
        for was, now in zip(draft.parts, spoilt.parts, strict=True)
        if was != now
    )


def _values(draft: Draft) -> list[tuple[str, str]]:
    found, fields = [], dict[str, int]()
    for part in draft.parts:
        fields[part.tag] = fields.get(part.tag, 0) + 1
        codes: dict[str, int] = {}
        for code, value in part.subfields:
            codes[code] = codes.get(code, 0) + 1
            found.append((f"{part.tag}[{fields[part.tag]}]${code}[{codes[code]}]", value))
    return found
