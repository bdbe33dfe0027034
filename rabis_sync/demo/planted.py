"""What was planted in the made-up library, and how what a run found compares with it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = "rabis-sync/planted/1"
#: Two control numbers, the smaller first.
Pair = tuple[str, str]


class Twins(NamedTuple):
    """One document described twice."""

    a: str
    b: str
    kind: str


class Fault(NamedTuple):
    """One cataloguing error.

    Attributes:
        record: control number.
        family: ``whitespace``, ``look_alike``, ``isbn_check``, ``isbn_form``, ``missing``, ``capitals`` or
            ``full_stop``.
        kind: what exactly was done.
        path: ``200[1]$a[1]``, or the tag of a field that is missing.
        planted: the value as the catalogue has it; empty for a missing field.
        clean: the value as it should be; for a missing field its whole text.
    """

    record: str
    family: str
    kind: str
    path: str
    planted: str
    clean: str


class Discrepancy(NamedTuple):
    """One difference between catalogue and ledger; a copy without a number is told by its record."""

    code: str
    inventory_number: str
    record: str
    branch: str

    @property
    def subject(self) -> str:
        """What it is about: the inventory number, or the control number where there is none."""
        return self.inventory_number or self.record


class Withheld(NamedTuple):
    """A digitised book whose file may not be shown, and why."""

    record: str
    reason: str


class Row(NamedTuple):
    """One line of the comparison.

    Attributes:
        what: ``duplicates``, ``errors``, ``discrepancies`` or ``published``.
        planted: how many were planted.
        found: how many of those were found.
        missed: planted and not found, sorted.
        unplanned: found and not planted, sorted.
    """

    what: str
    planted: int
    found: int
    missed: tuple[Pair | str, ...]
    unplanned: tuple[Pair | str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a run found, as plain values.

    Attributes:
        duplicates: pairs of control numbers, in any order.
        errors: (control number, family of the rule), families as in `Fault`.
        discrepancies: (code, inventory number; or control number where the copy has none).
        published: control numbers of the books whose file is shown.
    """

    duplicates: frozenset[Pair] = frozenset()
    errors: frozenset[Pair] = frozenset()
    discrepancies: frozenset[Pair] = frozenset()
    published: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Planted:
    """The whole list; `records` and `items` say how many the catalogue holds."""

    seed: int
    records: int
    items: int
    duplicates: tuple[Twins, ...]
    errors: tuple[Fault, ...]
    discrepancies: tuple[Discrepancy, ...]
    publishable: tuple[str, ...]
    withheld: tuple[Withheld, ...]

    def save(self, path: Path) -> None:
        """Write the list as JSON."""
        named = {
            name: [one._asdict() for one in getattr(self, name)]
            for name in ("duplicates", "errors", "discrepancies", "withheld")
        }
        content = {"schema": SCHEMA, **asdict(self), **named}
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")

    @staticmethod
    def load(path: Path) -> Planted:
        """Read what `save` wrote.

        Raises:
            ValueError: the file holds something else.
        """
        content = json.loads(path.read_text("utf-8"))
        if content.get("schema") != SCHEMA:
            raise ValueError(f"{path} is no {SCHEMA}")
        return Planted(
            seed=content["seed"],
            records=content["records"],
            items=content["items"],
            duplicates=tuple(Twins(**one) for one in content["duplicates"]),
            errors=tuple(Fault(**one) for one in content["errors"]),
            discrepancies=tuple(Discrepancy(**one) for one in content["discrepancies"]),
            publishable=tuple(content["publishable"]),
            withheld=tuple(Withheld(**one) for one in content["withheld"]),
        )


def compare(planted: Planted, found: Found) -> tuple[Row, ...]:
    """Hold what was found against what was planted, one row for each kind of finding."""
    return (
        _row("duplicates", {_pair(one.a, one.b) for one in planted.duplicates}, _pairs(found.duplicates)),
        _row("errors", {(one.record, one.family) for one in planted.errors}, set(found.errors)),
        _row(
            "discrepancies",
            {(one.code, one.subject) for one in planted.discrepancies},
            set(found.discrepancies),
        ),
        _row("published", set(planted.publishable), set(found.published)),
    )


def _row(what: str, planted: set[Pair] | set[str], found: set[Pair] | set[str]) -> Row:
    wanted: set[Pair | str] = {*planted}
    seen: set[Pair | str] = {*found}
    return Row(
        what,
        planted=len(wanted),
        found=len(wanted & seen),
        missed=tuple(sorted(wanted - seen, key=str)),
        unplanned=tuple(sorted(seen - wanted, key=str)),
    )


def _pair(a: str, b: str) -> Pair:
    return (a, b) if a < b else (b, a)


def _pairs(pairs: frozenset[Pair]) -> set[Pair]:
    return {_pair(a, b) for a, b in pairs}
