"""The journal of decisions: nothing is rewritten, each is taken back at most once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rabis_sync.store.decisions import UNDONE, Choice

if TYPE_CHECKING:
    from datetime import datetime

    from rabis_sync.store.database import Store

ACCEPTED = Choice(
    "finding_accepted", {"finding": 7, "after": "Әуезов"}, {"state": "open"}, {"state": "accepted"}
)


def test_a_decision_is_kept_with_before_after_and_the_persons_words(any_store: Store, noon: datetime) -> None:
    with any_store.write() as unit:
        number = unit.decisions.add(ACCEPTED, at=noon, note="по титулу")
    with any_store.read() as unit:
        found = unit.decisions.get(number)
    assert found is not None
    assert (found.kind, found.subject, found.before, found.after, found.note, found.at, found.undone_by) == (
        "finding_accepted", dict(ACCEPTED.subject), {"state": "open"}, {"state": "accepted"},
        "по титулу", noon, None,
    )  # fmt: skip


def test_taking_back_is_a_decision_of_its_own(any_store: Store, noon: datetime) -> None:
    with any_store.write() as unit:
        first = unit.decisions.add(ACCEPTED, at=noon)
        second = unit.decisions.add(Choice("pair_same", {}, {}, {}), at=noon)
        undoing = unit.decisions.mark_undone(first, at=noon, note="ошиблась")
    with any_store.read() as unit:
        assert [(one.id, one.kind, one.undone_by) for one in unit.decisions.all()] == [
            (first, "finding_accepted", undoing),
            (second, "pair_same", None),
            (undoing, UNDONE, None),
        ]
        assert [one.id for one in unit.decisions.all(standing=True)] == [second, undoing]
        assert [one.id for one in unit.decisions.all(kinds=("pair_same",))] == [second]
        assert unit.decisions.get(99) is None
