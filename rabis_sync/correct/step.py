"""Examines the records that the rules have not seen yet, page by page, each page one commit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from rabis_sync.correct.plan import RULE_FAILED, CorrectionPlan, Examiner, apply
from rabis_sync.correct.vocabulary import count_words
from rabis_sync.marc.fields import MarcRecord
from rabis_sync.store.runs import StepReport

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rabis_sync.correct.rule import Ruleset
    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.store.database import Store, Unit
    from rabis_sync.store.records import Stored
    from rabis_sync.store.runs import StepContext

NAME = "correct"

#: What a finding counts as, by its action.
_COUNTED = {"fix": "fixed", "suggest": "suggested", "report": "reported"}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the step needs.

    Attributes:
        dialects: by family.
        ruleset: the rules with their settings.
        page: records examined and committed together.
    """

    dialects: Mapping[str, Dialect]
    ruleset: Ruleset
    page: int = 500


@dataclass(frozen=True, slots=True)
class Examined:
    """One record of the store with its plan.

    Attributes:
        stored: the record as harvested.
        plan: what was found.
    """

    stored: Stored
    plan: CorrectionPlan

    @property
    def view(self) -> tuple[int, str, str | None]:
        """Record id, hash of the content it is based on, and the corrected text (None: nothing changes)."""
        if not any(edit.applied for edit in self.plan.edits):
            return self.stored.id, self.stored.content_hash, None
        corrected = apply(self.plan, MarcRecord.from_canonical(self.stored.canonical)).canonical()
        return self.stored.id, self.stored.content_hash, corrected


def run(store: Store, settings: Settings, context: StepContext) -> StepReport:
    """Examine every record not yet examined with these rules; a second run finds nothing left to do.

    Findings come from the record as it was harvested; the corrected view holds the fixes nobody rejected and
    the suggestions somebody accepted. A page commits findings, views and the mark of examination together.
    """
    fingerprint = settings.ruleset.fingerprint(settings.dialects)
    counts = Counter(dict.fromkeys(("examined", *_COUNTED.values(), "failed"), 0))
    with store.read() as view:
        pages = view.records.stream(not_checked_with=fingerprint, harvested=True, batch=settings.page)
        first = next(pages, None)
        if first is None:
            return StepReport(NAME, dict(counts))
        examiner = Examiner(settings.ruleset, _vocabulary(view), settings.dialects)
        for page in chain([first], pages):
            examined = _examine(view, examiner, page)
            if context.dry_run:
                _show(examined, context)
            else:
                with store.write() as unit:
                    _keep(unit, examined, fingerprint, context.run)
            _count(examined, counts)
            context.progress("records", counts["examined"], None)
    return StepReport(NAME, dict(counts), "planned" if context.dry_run else "done")


def _vocabulary(view: Unit) -> Mapping[str, int]:
    """The whole catalogue's words, as harvested: what was corrected must not be evidence for itself."""
    pages = view.records.stream(harvested=True)
    return count_words(stored.canonical for page in pages for stored in page)


def _examine(view: Unit, examiner: Examiner, page: Sequence[Stored]) -> list[Examined]:
    decided = view.corrections.decided(stored.id for stored in page)
    return [
        Examined(
            stored,
            examiner.plan(stored.source, MarcRecord.from_canonical(stored.canonical), stored.family, decided),
        )
        for stored in page
    ]


def _keep(unit: Unit, examined: Sequence[Examined], fingerprint: str, run_number: int) -> None:
    ids = [one.stored.id for one in examined]
    rows = [edit.row(one.stored.id, run_number) for one in examined for edit in one.plan.edits]
    unit.corrections.replace(ids, rows)
    unit.corrections.set_views([one.view for one in examined])
    unit.records.mark_checked(ids, fingerprint)


def _show(examined: Sequence[Examined], context: StepContext) -> None:
    for one in examined:
        if one.plan.edits:
            context.show(one.plan)


def _count(examined: Sequence[Examined], counts: Counter[str]) -> None:
    counts["examined"] += len(examined)
    for one in examined:
        for edit in one.plan.edits:
            counts["failed" if edit.rule == RULE_FAILED else _COUNTED[edit.action]] += 1
