"""Publications: one row a record, overwritten by its key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

if TYPE_CHECKING:
    from datetime import datetime

    from rabis_sync.store.database import Store


def row(number: str, item: str, at: datetime, **changed: Any) -> dict[str, Any]:
    """Standing of a record."""
    return {
        "source": "catalogue", "control_number": number, "item_id": item, "state": "published",
        "level": "open", "rights_uri": "https://rightsstatements.org/vocab/NKC/1.0/", "basis": "шарт № 5\0",
        "until": "", "reason": "", "files": [{"name": "бет 1.jpg", "bytes": 2**33}], "release": "r1",
        "at": at, "chosen": "mark",
    } | changed  # fmt: skip


def test_publications_are_saved_and_overwritten_by_source_and_control_number(
    any_store: Store, noon: datetime
) -> None:
    with any_store.write() as unit:
        unit.publications.save([row("KZ2", "b", noon), row("KZ1", "a", noon)])
        unit.publications.save([row("KZ1", "a", noon, state="withdrawn", reason="contract_ended")])
        unit.publications.save([])
    with any_store.read() as unit:
        found = unit.publications.all()
    assert [(one["item_id"], one["state"], one["reason"]) for one in found] == [
        ("a", "withdrawn", "contract_ended"),
        ("b", "published", ""),
    ]
    assert found[1] == row("KZ2", "b", noon, basis="шарт № 5\ufffd")


def test_an_identifier_never_stands_for_two_records(any_store: Store, noon: datetime) -> None:
    with pytest.raises(sa.exc.IntegrityError), any_store.write() as unit:
        unit.publications.save([row("KZ1", "a", noon), row("KZ2", "a", noon)])
