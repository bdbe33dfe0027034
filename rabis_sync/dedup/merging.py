"""Merges carried out: approved, laid again after a harvest, closed when the library did them, undone.

Every one of these is one transaction of the caller; `rabis_sync.store.merges` refuses to lose a copy in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rabis_sync.dedup.merge import Member, MergePlan, MergeRules, plan
from rabis_sync.dedup.survivor import Signs
from rabis_sync.errors import ConfigError
from rabis_sync.marc.fields import MarcRecord
from rabis_sync.store.decisions import Choice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.marc.items import ItemProfile
    from rabis_sync.store.database import Unit
    from rabis_sync.store.decisions import Decision
    from rabis_sync.store.merges import Merged

#: What the journal calls it.
KIND = "merge_approved"
#: The note of a merge that nobody was asked about (`[dedup] auto_approve`).
AUTOMATIC = "auto_approve"


@dataclass(frozen=True)
class Merger:
    """What planning a merge needs beside the records.

    Attributes:
        dialects: by family.
        profiles: item profiles by name.
        rules: of `mappings/merge.toml`.
    """

    dialects: Mapping[str, Dialect]
    profiles: Mapping[str, ItemProfile]
    rules: MergeRules

    def planned(self, unit: Unit, records: Iterable[int], keep: int | None = None) -> MergePlan:
        """The plan for these records; errors as of `merge.plan`."""
        return plan(members(unit, records), self.dialects, self.profiles, self.rules, keep)

    def planned_for(self, unit: Unit, cluster: Mapping[str, Any]) -> MergePlan:
        """The plan for a cluster, with the survivor that the search chose and its reason."""
        made = self.planned(unit, cluster["records"], cluster["survivor"])
        column, own, other = cluster["why"]
        return replace(made, why=(column, own, other))

    @cached_property
    def signs(self) -> dict[str, Signs]:
        """Where the records of each family show what they are worth."""
        return {family: Signs.of(dialect, self.rules.level) for family, dialect in self.dialects.items()}

    def planned_again(self, unit: Unit, merge: Merged) -> MergePlan:
        """The plan of a merge that stands, from its records as they are without it."""
        own = unit.merges.own_view(merge.id)
        if own is None:
            own = unit.records.get([merge.survivor], harvested=True)[merge.survivor].canonical
        found = [
            replace(one, marc=MarcRecord.from_canonical(own)) if one.id == merge.survivor else one
            for one in members(unit, merge.records)
        ]
        return plan(found, self.dialects, self.profiles, self.rules, merge.survivor)

    def approve(self, unit: Unit, clusters: Sequence[int], *, at: datetime, run: int = 0) -> list[Choice]:
        """Merge clusters; all of them or, by the caller's transaction, none.

        Raises:
            ConfigError: there is no such cluster, or its records cannot become one.
            BalanceError: copies would be lost.
        """
        known = {one["id"]: one for one in unit.duplicates.clusters()}
        found = []
        for number in dict.fromkeys(clusters):
            if number not in known:
                raise ConfigError(
                    f"there is no cluster {number} waiting", hint="`rabis-sync merges list` shows what waits."
                )
            found.append(self._approve(unit, known[number], at=at, run=run))
        return found

    def _approve(self, unit: Unit, cluster: dict[str, Any], *, at: datetime, run: int) -> Choice:
        made = self.planned_for(unit, cluster)
        pairs = unit.duplicates.take_out([one.id for one in made.others], cluster["id"])
        others = [one.id for one in made.others]
        number = unit.merges.new(made.survivor.id, others, at=at)
        unit.merges.lay(number, made.merged.canonical(), run=run, at=at)
        subject = {
            "merge": number,
            "source": made.survivor.source,
            "survivor": made.survivor.control_number,
            "others": [one.control_number for one in made.others],
            "items": sum(len(one.items) for one in made.others),
        }
        return Choice(KIND, subject, {"cluster": cluster, "pairs": pairs}, {"merge": number})

    def after_search(self, unit: Unit, *, at: datetime, run: int, auto: bool) -> dict[str, int]:
        """After a search for duplicates: approved merges that a harvest lifted are laid again.

        Args:
            unit: what is written; its clusters are those just found.
            at: moment of the run.
            run: its number.
            auto: clusters of nothing but duplicates are merged unasked, unless a person took
                such a merge apart before.

        Returns:
            How many were laid, closed (the library deleted the others, or kept one of them instead), parted
            (the records read as different editions now: the pair comes up again if it is one) and approved.
        """
        counts = dict.fromkeys(("merges_laid", "merges_closed", "merges_parted", "merges_approved"), 0)
        lifted = unit.merges.all("lifted")
        if not lifted and not auto:
            return counts
        together = {number: one["id"] for one in unit.duplicates.clusters() for number in one["records"]}
        for merge in lifted:
            counts[self._settle(unit, merge, together, at=at, run=run)] += 1
        if auto:
            counts["merges_approved"] = self._approve_sure(unit, at=at, run=run)
        return counts

    def _settle(
        self, unit: Unit, merge: Merged, together: Mapping[int, int], *, at: datetime, run: int
    ) -> str:
        there = unit.matches.whole(merge.records)
        if len(there) < 2 or merge.survivor not in there:
            unit.merges.set_state(merge.id, "closed")
            return "merges_closed"
        if len({together.get(number, -number) for number in there}) == 1:
            try:
                self._lay(unit, merge, sorted(there), at=at, run=run)
            except ConfigError:
                pass  # its copies cannot be kept whole as they are now: a person looks again
            else:
                return "merges_laid"
        unit.merges.set_state(merge.id, "parted")
        return "merges_parted"

    def _approve_sure(self, unit: Unit, *, at: datetime, run: int) -> int:
        """Merge every cluster of nothing but duplicates; one that cannot be merged waits for a person."""
        apart = {frozenset(one.records) for one in unit.merges.all("undone")}
        done = 0
        for cluster in unit.duplicates.clusters():
            if cluster["verdict"] != "duplicate" or frozenset(cluster["records"]) in apart:
                continue
            try:
                choice = self._approve(unit, cluster, at=at, run=run)
            except ConfigError:
                continue
            unit.decisions.add(choice, at=at, note=AUTOMATIC)
            done += 1
        return done

    def _lay(self, unit: Unit, merge: Merged, there: list[int], *, at: datetime, run: int) -> None:
        made = self.planned(unit, there, keep=merge.survivor)
        unit.duplicates.take_out([one.id for one in made.others])
        unit.merges.lay(merge.id, made.merged.canonical(), run=run, at=at)


def members(unit: Unit, records: Iterable[int]) -> list[Member]:
    """Records as the plan of a merge wants them, by id."""
    stored = unit.records.get(records)
    items = unit.records.items_of(stored)
    return [
        Member(
            one.id,
            one.source,
            one.control_number,
            one.family,
            one.profile,
            MarcRecord.from_canonical(one.canonical),
            tuple(items.get(one.id, ())),
        )
        for _, one in sorted(stored.items())
    ]


def refresh(unit: Unit) -> None:
    """Before a search: a merge whose survivor was corrected anew is lifted, to be laid again."""
    unit.merges.lift(unit.merges.overwritten())


def undo(unit: Unit, decision: Decision) -> None:
    """Everything stands again as before the merge, with what harvests and corrections brought since.

    Raises:
        ConfigError: the library has done the merge in its own system.
        BalanceError: copies would be lost.
    """
    merge = unit.merges.get(decision.after["merge"])
    assert merge is not None
    if merge.state == "closed":
        others = ", ".join(decision.subject["others"])
        raise ConfigError(
            f"merge {merge.id} was carried out in the catalogue itself: {others} is no longer there",
            hint="Describe the book again in Web-RABIS.",
        )
    unit.merges.lift([merge.id], state="undone")
    unit.duplicates.bring_back(decision.before)
