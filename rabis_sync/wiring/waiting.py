"""What waits for a person: counted, and as sentences."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rabis_sync.store.database import Unit


def waiting(unit: Unit) -> dict[str, Any]:
    """Numbers of records in quarantine, corrections by action, pairs and discrepancies, for machines."""
    return {
        "quarantine": len(unit.harvests.quarantined()),
        "corrections": dict(Counter(one["action"] for one in unit.corrections.findings())),
        "pairs": len(unit.duplicates.pairs()),
        "discrepancies": len(unit.ledgers.discrepancies()),
    }


def sentences(found: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Codes of sentences for what waits, each with what it names; one that all is well where nothing does."""
    numbers = (
        ("quarantine", "records", found["quarantine"]),
        ("findings", "findings", sum(found["corrections"].values()) - found["corrections"].get("fix", 0)),
        ("duplicates", "pairs", found["pairs"]),
        ("discrepancies", "discrepancies", found["discrepancies"]),
    )
    told: list[tuple[str, dict[str, Any]]] = [
        (f"status.{code}", {param: number}) for code, param, number in numbers if number
    ]
    return told or [("status.well", {})]
