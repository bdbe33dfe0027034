"""What people decide on the command line: journalled with its effect in one transaction, and taken back."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.correct import deciding as findings
from rabis_sync.dedup import memory, merging
from rabis_sync.errors import ConfigError
from rabis_sync.reconcile import closing, stockkeeping
from rabis_sync.reconcile import deciding as discrepancies
from rabis_sync.reports.contrast import shown
from rabis_sync.store.decisions import UNDONE
from rabis_sync.wiring.running import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from rabis_sync.store.database import Unit
    from rabis_sync.store.decisions import Choice, Decision
    from rabis_sync.store.records import Stored
    from rabis_sync.wiring.assembly import Assembly

#: How a decision of each kind is taken back.
UNDO: dict[str, Callable[[Assembly, Unit, Decision], None]] = {
    **dict.fromkeys(
        findings.KINDS.values(),
        lambda assembly, unit, decision: findings.undo(unit, assembly.correct_settings(), decision),
    ),
    **{kind: lambda _, unit, decision: memory.undo(unit, decision) for kind in memory.KINDS.values()},
    merging.KIND: lambda _, unit, decision: merging.undo(unit, decision),
    closing.KIND: lambda _, unit, decision: closing.reopen(unit, decision),
    discrepancies.KIND: lambda _, unit, decision: discrepancies.undo(unit, decision),
    **{kind: lambda _, unit, decision: stockkeeping.undo(unit, decision) for kind in stockkeeping.KINDS},
}

#: Numbers as the reports show them: ``12`` is a finding, ``d12`` a discrepancy.
_NUMBER = re.compile(r"(?P<discrepancy>[dD]?)(?P<number>\d{1,18})")


class Decided(NamedTuple):
    """A decision as the terminal tells it: its number in the journal, and a sentence."""

    number: int
    sentence: str


def decide_findings(
    path: Path,
    numbers: Sequence[str],
    verdict: findings.Verdict,
    *,
    note: str,
    lang: str,
    alike: bool = False,
) -> list[Decided]:
    """Accept or reject findings and accept discrepancies; all of them or none.

    Args:
        path: the configuration.
        numbers: as the reports show them.
        verdict: accepted or rejected.
        note: the person's own words.
        lang: of the sentences given back.
        alike: also every open finding that would change the same text alike at such a place.

    Raises:
        ConfigError: a number is none, is not in the list of what stands open, or cannot be decided so.
        RunLocked: a run is under way.
    """
    own, of_books = _split(numbers)
    if of_books and verdict == "rejected":
        raise ConfigError(
            f"discrepancy d{of_books[0]} cannot be rejected",
            hint="A discrepancy goes when the catalogue or the books are mended; `accept` lets it stand.",
        )

    def choose(assembly: Assembly, unit: Unit) -> list[Choice]:
        chosen = findings.alike(unit, own) if alike else own
        decided = findings.decide(unit, assembly.correct_settings(), chosen, verdict) if chosen else []
        return [*decided, *discrepancies.accept(unit, of_books, note)]

    return journalled(path, choose, note=note, lang=lang)


def decide_pair(path: Path, one: str, other: str, word: memory.Word, *, note: str, lang: str) -> Decided:
    """Say that two records are one edition, or that they are not.

    Args:
        path: the configuration.
        one: ``SOURCE:NUMBER``, or the control number alone where one source has it.
        other: the same of the other record.
        word: same or different.
        note: the person's own words.
        lang: of the sentence given back.

    Raises:
        ConfigError: there is no such record, several have that number, or one of them is deleted or merged.
        RunLocked: a run is under way.
    """

    def choose(_: Assembly, unit: Unit) -> list[Choice]:
        return [memory.decide(unit, named_record(unit, one), named_record(unit, other), word)]

    [decided] = journalled(path, choose, note=note, lang=lang)
    return decided


def named_record(unit: Unit, name: str) -> Stored:
    """The record that a person means by ``SOURCE:NUMBER`` or by its control number alone.

    Raises:
        ConfigError: no record has that name, or records of several sources do.
    """
    found = unit.records.find(name)
    source, colon, number = name.partition(":")
    if not found and colon:
        found = unit.records.find(number, source)
    if not found:
        known = ", ".join(unit.records.sources()) or "none yet"
        raise ConfigError(
            f"there is no record {name!r}",
            hint=f"Give the control number (001), or SOURCE:NUMBER. Sources: {known}.",
        )
    if len(found) > 1:
        either = " or ".join(f"{one.source}:{one.control_number}" for one in found)
        raise ConfigError(f"several sources have a record {name!r}", hint=f"Say which one: {either}.")
    return found[0]


def journalled(
    path: Path, choose: Callable[[Assembly, Unit], Sequence[Choice]], *, note: str, lang: str
) -> list[Decided]:
    """Carry out decisions and write them into the journal: one transaction, under the run lock.

    Args:
        path: the configuration.
        choose: has the effect and tells what the journal is to keep.
        note: the person's own words.
        lang: of the sentences given back.
    """
    now = datetime.now(UTC)
    with opened(path, locked=True) as (assembly, store), store.write() as unit:
        choices = choose(assembly, unit)
        added = [(unit.decisions.add(choice, at=now, note=note), choice) for choice in choices]
        return [
            Decided(number, _sentence(assembly, choice.kind, choice.subject, lang))
            for number, choice in added
        ]


def undo_decision(path: Path, number: int, *, note: str, lang: str) -> Decided:
    """Take a decision back.

    Raises:
        ConfigError: there is no such decision, it was taken back already, or it only took back another.
        RunLocked: a run is under way.
    """
    with opened(path, locked=True) as (assembly, store), store.write() as unit:
        decision = unit.decisions.get(number)
        if decision is None:
            raise ConfigError(
                f"there is no decision {number}", hint="`rabis-sync decisions` shows the numbers."
            )
        if decision.kind == UNDONE:
            raise ConfigError(
                f"decision {number} only took back decision {decision.subject['decision']}",
                hint="Decide anew instead.",
            )
        if decision.undone_by is not None:
            raise ConfigError(
                f"decision {number} was taken back already, by {decision.undone_by}",
                hint="Decide anew if it is to hold.",
            )
        UNDO[decision.kind](assembly, unit, decision)
        undoing = unit.decisions.mark_undone(number, at=datetime.now(UTC), note=note)
        return Decided(undoing, _sentence(assembly, UNDONE, {"decision": number}, lang))


def decisions(path: Path) -> dict[str, Any]:
    """The whole journal, for machines: ``{"schema", "decisions": [{id, at, kind, subject, …}]}``."""
    with opened(path) as (_, store), store.read() as unit:
        return {
            "schema": "rabis-sync/decisions/1",
            "decisions": [asdict(decision) for decision in unit.decisions.all()],
        }


def decision_lines(path: Path, lang: str) -> list[str]:
    """The journal in lines for people, the latest last."""
    with opened(path) as (assembly, store), store.read() as unit:
        journal = unit.decisions.all()
    if not journal:
        return [assembly.texts.say("decision.none", lang)]
    return [_line(assembly, decision, lang) for decision in journal]


def _line(assembly: Assembly, decision: Decision, lang: str) -> str:
    at = decision.at.astimezone(assembly.zone)
    told = (
        f"{decision.id:>5}  {at:%Y-%m-%d %H:%M}  {_sentence(assembly, decision.kind, decision.subject, lang)}"
    )
    if decision.note:
        told += f" — {decision.note}"
    if decision.undone_by is not None:
        told += f" [{assembly.texts.say('decision.taken_back', lang, decision=decision.undone_by)}]"
    return told


def _sentence(assembly: Assembly, kind: str, subject: Any, lang: str) -> str:
    told = {**subject, "path": shown(subject["path"])} if "path" in subject else subject
    return assembly.texts.say(f"decision.{kind}", lang, **told)


def _split(numbers: Sequence[str]) -> tuple[list[int], list[int]]:
    """Numbers of findings and of discrepancies, each once, in the order given."""
    own: dict[int, None] = {}
    of_books: dict[int, None] = {}
    for told in numbers:
        found = _NUMBER.fullmatch(told)
        if found is None:
            raise ConfigError(
                f"{told!r} is no number of a finding",
                hint="Give numbers as the reports show them: 12 for a finding, d12 for a discrepancy.",
            )
        (of_books if found["discrepancy"] else own)[int(found["number"])] = None
    return list(own), list(of_books)
