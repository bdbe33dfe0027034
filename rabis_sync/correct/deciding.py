"""A cataloguer accepts or rejects findings, and takes that back; the corrected view follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rabis_sync.errors import ConfigError
from rabis_sync.store.decisions import Choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rabis_sync.store.database import Unit
    from rabis_sync.store.decisions import Decision

Verdict = Literal["accepted", "rejected"]

#: What the journal calls them.
KINDS: dict[Verdict, str] = {"accepted": "finding_accepted", "rejected": "finding_rejected"}


def decide(unit: Unit, numbers: Sequence[int], verdict: Verdict) -> list[Choice]:
    """Accept or reject findings; their records are examined again by the next correction.

    Raises:
        ConfigError: there is no such finding, it proposes nothing that could be accepted, or it is closed:
            its record is not so any more.
    """
    found = unit.corrections.by_number(numbers)
    choices = []
    for number in numbers:
        if number not in found:
            raise ConfigError(
                f"there is no finding {number}",
                hint="`rabis-sync report corrections` shows the numbers of the findings.",
            )
        row = found[number]
        if row["state"] == "closed":
            raise ConfigError(
                f"finding {number} is closed: record {row['control_number']} has changed since",
                hint="`rabis-sync report corrections` shows what stands open today.",
            )
        if verdict == "accepted" and row["after"] is None:
            raise ConfigError(
                f"finding {number} proposes nothing that could be accepted",
                hint="Mend the record in Web-RABIS, or reject the finding if the record is right.",
            )
        names = ("source", "rule", "path", "before", "after")
        subject = {"finding": number, "record": row["control_number"], **{name: row[name] for name in names}}
        choices.append(Choice(KINDS[verdict], subject, {"state": row["state"]}, {"state": verdict}))
    _set(unit, dict.fromkeys(numbers, verdict), [row["record_id"] for row in found.values()])
    return choices


def undo(unit: Unit, decision: Decision) -> None:
    """The finding stands again as it stood before; its record is examined again by the next correction."""
    number = decision.subject["finding"]
    found = unit.corrections.by_number([number])
    _set(unit, {number: decision.before["state"]}, [row["record_id"] for row in found.values()])


def _set(unit: Unit, states: dict[int, str], records: list[int]) -> None:
    unit.corrections.set_states(states)
    unit.records.mark_checked(records, "")
