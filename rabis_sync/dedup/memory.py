"""What cataloguers said of a pair: «the same» holds, «different» holds until what was compared changes.

The journal of decisions is the memory. A decision keeps, for each of its two records, the hash of what was
compared; copies and subject headings are not compared, so changing them asks nobody again. Beside it stands
the hash of the record itself: a new version of the program, which reads it otherwise, asks nobody either.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Literal

from rabis_sync.dedup.evidence import Evidence
from rabis_sync.dedup.verdict import Judgement
from rabis_sync.errors import ConfigError
from rabis_sync.store.decisions import Choice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rabis_sync.store.database import Unit
    from rabis_sync.store.decisions import Decision
    from rabis_sync.store.records import Stored

Word = Literal["same", "different"]
Pair = tuple[int, int]

#: What the journal calls them.
KINDS: dict[Word, str] = {"same": "pair_same", "different": "pair_different"}
#: The line of evidence that a person's word is.
FIELD = "decision"
#: Columns of a match row that say who the record is and what it owns, not what it describes.
_NOT_COMPARED = frozenset({"record_id", "source", "control_number", "items"})


@dataclass(frozen=True, slots=True)
class Memory:
    """Pairs that somebody decided, ids of records, the smaller first.

    Attributes:
        same: one edition, whatever the fields say.
        different: two editions, as long as both records read as they did then.
    """

    same: frozenset[Pair] = frozenset()
    different: frozenset[Pair] = frozenset()

    def applied(self, pair: Pair, judgement: Judgement) -> Judgement:
        """The judgement on a pair after what a person said of it."""
        if pair in self.different:
            return Judgement("none", 0.0, (*judgement.evidence, Evidence(FIELD, "veto", "", "", 0.0)))
        if pair in self.same:
            told = (
                line._replace(outcome="different") if line.outcome == "veto" else line
                for line in judgement.evidence
            )
            return Judgement("duplicate", 1.0, (*told, Evidence(FIELD, "equal", "", "", 1.0)))
        return judgement


def fingerprint(columns: Mapping[str, Any]) -> str:
    """Hash of everything that is compared in one match row."""
    compared = sorted((name, str(value)) for name, value in columns.items() if name not in _NOT_COMPARED)
    return blake2b(repr(compared).encode(), digest_size=16).hexdigest()


def recall(unit: Unit) -> Memory:
    """What stands decided today.

    The later decision on a pair counts. Pairs of which a record is gone or merged are left out.
    """
    last: dict[Pair, Decision] = {}
    for decision in unit.decisions.all(kinds=tuple(KINDS.values()), standing=True):
        a, b = decision.after["records"]
        last[a, b] = decision
    rows = unit.matches.whole(number for pair in last for number in pair)
    found: dict[str, set[Pair]] = {kind: set() for kind in KINDS.values()}
    for pair, decision in last.items():
        if not all(number in rows for number in pair):
            continue
        if decision.kind == KINDS["same"] or _stands(unit, decision, rows):
            found[decision.kind].add(pair)
    return Memory(frozenset(found[KINDS["same"]]), frozenset(found[KINDS["different"]]))


def _stands(unit: Unit, decision: Decision, rows: Mapping[int, Mapping[str, Any]]) -> bool:
    """True while each of the two records reads as it did, or is what it was."""
    after = decision.after
    then = zip(after["records"], after["compared"], after.get("contents", ("", "")), strict=True)
    others = [
        (number, content) for number, compared, content in then if fingerprint(rows[number]) != compared
    ]
    now = unit.records.get(number for number, _ in others)
    return all(now[number].content_hash == content for number, content in others)


def decide(unit: Unit, one: Stored, other: Stored, word: Word) -> Choice:
    """Remember what a person says of two records; the pair in the report follows at once.

    Raises:
        ConfigError: it is one record twice, or one of them cannot be compared: it is deleted or merged.
    """
    if one.id == other.id:
        raise ConfigError(
            f"{one.control_number} is one record, not two", hint="Name the two records of a pair."
        )
    first, second = sorted((one, other), key=lambda stored: stored.id)
    pair = first.id, second.id
    rows = unit.matches.whole(pair)
    for stored in (first, second):
        if stored.id not in rows:
            raise ConfigError(
                f"record {stored.control_number} of source {stored.source!r} is deleted or merged",
                hint="Only records that stand in the catalogue can be compared.",
            )
    before = unit.duplicates.set_aside(pair) if word == "different" else {}
    unit.matches.mark_due(pair)
    return Choice(
        KINDS[word],
        {
            "a": one.control_number,
            "b": other.control_number,
            "source_a": one.source,
            "source_b": other.source,
        },
        before,
        {
            "records": list(pair),
            "compared": [fingerprint(rows[number]) for number in pair],
            "contents": [first.content_hash, second.content_hash],
        },
    )


def undo(unit: Unit, decision: Decision) -> None:
    """The pair and its cluster stand again as they stood, as far as their records do."""
    unit.matches.mark_due(decision.after["records"])
    if decision.before:
        unit.duplicates.bring_back(decision.before)
