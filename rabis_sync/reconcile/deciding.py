"""A person accepts that the catalogue and the books differ in some place, and takes that back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rabis_sync.errors import ConfigError
from rabis_sync.store.decisions import Choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rabis_sync.store.database import Unit
    from rabis_sync.store.decisions import Decision

#: What the journal calls it.
KIND = "discrepancy_accepted"


def accept(unit: Unit, numbers: Sequence[int], note: str = "") -> list[Choice]:
    """Let open discrepancies stand as they are: they leave the list until they close and come back.

    Raises:
        ConfigError: there is no such discrepancy, or it does not stand open.
    """
    found = unit.ledgers.by_number(numbers)
    for number in numbers:
        if number not in found or found[number]["state"] != "open":
            raise ConfigError(
                f"there is no open discrepancy d{number}",
                hint="`rabis-sync report reconciliation` shows the numbers of the discrepancies.",
            )
    unit.ledgers.set_states(numbers, "accepted", note)
    names = ("code", "inventory_number", "branch")
    return [
        Choice(
            KIND,
            {"discrepancy": number, **{name: found[number][name] for name in names}},
            {"state": "open", "note": found[number]["note"]},
            {"state": "accepted", "note": note},
        )
        for number in numbers
    ]


def undo(unit: Unit, decision: Decision) -> None:
    """The discrepancy stands open again, unless it was closed meanwhile."""
    number = decision.subject["discrepancy"]
    if unit.ledgers.by_number([number])[number]["state"] == "accepted":
        unit.ledgers.set_states([number], decision.before["state"], decision.before["note"])
