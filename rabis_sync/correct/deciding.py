"""A cataloguer accepts or rejects findings, and takes that back; the corrected view follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from rabis_sync.correct.step import examine_again
from rabis_sync.errors import ConfigError
from rabis_sync.store.corrections import change_of
from rabis_sync.store.decisions import Choice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rabis_sync.correct.step import Settings
    from rabis_sync.store.database import Unit
    from rabis_sync.store.decisions import Decision

Verdict = Literal["accepted", "rejected"]

#: What the journal calls them.
KINDS: dict[Verdict, str] = {"accepted": "finding_accepted", "rejected": "finding_rejected"}


def decide(unit: Unit, settings: Settings, numbers: Sequence[int], verdict: Verdict) -> list[Choice]:
    """Accept or reject findings; their records are examined again at once, and their corrected views follow.

    Raises:
        ConfigError: there is no such finding, it was decided so already, it proposes nothing that could be
            accepted, it is closed since its record is not so any more, or its record is gone.
    """
    found = unit.corrections.by_number(numbers)
    for number in numbers:
        _refuse(number, found.get(number), verdict)
    choices = []
    for number in numbers:
        row = found[number]
        names = ("source", "rule", "path", "before", "after")
        subject = {"finding": number, "record": row["control_number"], **{name: row[name] for name in names}}
        choices.append(Choice(KINDS[verdict], subject, {"state": row["state"]}, {"state": verdict}))
    _set(unit, settings, dict.fromkeys(numbers, verdict), [row["record_id"] for row in found.values()])
    now = unit.corrections.by_number(numbers)
    for number in numbers:
        if now[number]["state"] != verdict:
            record = found[number]["control_number"]
            raise ConfigError(
                f"finding {number} is found no more: the rules see record {record} otherwise today",
                hint="Run `rabis-sync correct`; the report then shows what stands open.",
            )
    return choices


def alike(unit: Unit, numbers: Sequence[int]) -> list[int]:
    """These findings, and every other that stands open and makes the same change at such a place.

    Numbers of no finding are given back as they are.
    """
    wanted = {change_of(row) for row in unit.corrections.by_number(numbers).values()}
    others = [row["id"] for row in unit.corrections.findings() if change_of(row) in wanted]
    return list(dict.fromkeys([*numbers, *others]))


def undo(unit: Unit, settings: Settings, decision: Decision) -> None:
    """The finding stands again as it stood before, and so does the corrected view of its record."""
    number = decision.subject["finding"]
    found = unit.corrections.by_number([number])
    active = [row["record_id"] for row in found.values() if row["record_state"] == "active"]
    _set(unit, settings, {number: decision.before["state"]}, active)


def _refuse(number: int, row: Mapping[str, Any] | None, verdict: Verdict) -> None:
    today = "`rabis-sync report corrections` shows what stands open today."
    if row is None:
        raise ConfigError(
            f"there is no finding {number}",
            hint="`rabis-sync report corrections` shows the numbers of the findings.",
        )
    record = row["control_number"]
    if row["record_state"] != "active":
        raise ConfigError(f"finding {number} is of record {record}, which was deleted", hint=today)
    if row["state"] == "closed":
        raise ConfigError(f"finding {number} is closed: record {record} has changed since", hint=today)
    if row["state"] == verdict:
        raise ConfigError(
            f"finding {number} was {verdict} already",
            hint="`rabis-sync decisions` shows when; `rabis-sync undo` takes it back.",
        )
    if verdict == "accepted" and row["after"] is None:
        raise ConfigError(
            f"finding {number} proposes nothing that could be accepted",
            hint="Mend the record in Web-RABIS, or reject the finding if the record is right.",
        )


def _set(unit: Unit, settings: Settings, states: dict[int, str], records: list[int]) -> None:
    unit.corrections.set_states(states)
    examine_again(unit, settings, records)
