"""Examines the records that the rules have not seen yet, page by page, each page one commit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING

from rabis_sync import crew
from rabis_sync.correct.closing import CLOSED, how_closed
from rabis_sync.correct.counting import brought_up_to_date
from rabis_sync.correct.lexicon import Lexicon
from rabis_sync.correct.plan import RULE_FAILED, CorrectionPlan, Examiner, apply
from rabis_sync.correct.vocabulary import Counts, TermReader
from rabis_sync.marc.fields import MarcRecord
from rabis_sync.store.runs import StepReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rabis_sync.correct.dictionary import Dictionary
    from rabis_sync.correct.rule import Ruleset
    from rabis_sync.correct.word_settings import WordSettings
    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.store.database import Store, Unit
    from rabis_sync.store.records import Stored
    from rabis_sync.store.runs import StepContext

NAME = "correct"

#: What a finding counts as, by its action.
_COUNTED = {"fix": "fixed", "suggest": "suggested", "report": "reported"}

#: Fewer records than these are examined sooner than helpers are ready.
FEW = 2000


@dataclass(frozen=True, slots=True)
class Settings:
    """What the step needs.

    Attributes:
        dialects: by family.
        ruleset: the rules with their settings.
        words: what is known of languages; None: the rules about words find nothing.
        dictionaries: by language code, those that are installed.
        page: records examined and committed together.
        helpers: processes that examine; 0: one for each core.
    """

    dialects: Mapping[str, Dialect]
    ruleset: Ruleset
    words: WordSettings | None = None
    dictionaries: Mapping[str, Dictionary] = field(default_factory=dict)
    page: int = 500
    helpers: int = 0

    def fingerprint(self) -> str:
        """32 digits that change whenever a record would have to be examined again."""
        versions = sorted((name, one.version) for name, one in self.dictionaries.items())
        told = [self.ruleset.fingerprint(self.dialects), repr(self.words), versions]
        return blake2b(repr(told).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Examined:
    """One record of the store with its plan.

    Attributes:
        plan: what was found.
        corrected: the record's corrected text in canonical form; None where nothing changes.
    """

    plan: CorrectionPlan
    corrected: str | None


#: A page of records, and what people decided on their findings.
Page = tuple[list["Stored"], dict[str, str]]


def run(store: Store, settings: Settings, context: StepContext) -> StepReport:
    """Examine every record not yet examined with these rules; a second run finds nothing left to do.

    Findings come from the record as it was harvested; the corrected view holds the fixes nobody rejected and
    the suggestions somebody accepted. A page commits findings, views and the mark of examination together.
    """
    fingerprint = settings.fingerprint()
    counts = Counter(dict.fromkeys(("examined", *_COUNTED.values(), "failed", *CLOSED), 0))
    with store.read(passing=True) as view:
        waiting = view.records.count(not_checked_with=fingerprint)
        if not waiting:
            return StepReport(NAME, dict(counts))
        helpers = (settings.helpers or crew.cores()) if waiting >= FEW else 1
        examiner = _examiner(settings, _counts(store, settings, context, helpers))
        if helpers > 1 and examiner.lexicon:
            examiner.lexicon.prepare()
        examine = partial(_examine, examiner)
        for page, examined in crew.examined(examine, _pages(view, fingerprint, settings), helpers=helpers):
            if context.dry_run:
                _show(examined, context)
            else:
                with store.write(passing=True) as unit:
                    counts.update(_keep(unit, page[0], examined, fingerprint, context.run))
            _count(examined, counts)
            context.progress("records", counts["examined"], waiting)
    return StepReport(NAME, dict(counts), "planned" if context.dry_run else "done")


def _pages(view: Unit, fingerprint: str, settings: Settings) -> Iterator[Page]:
    for page in view.records.stream(not_checked_with=fingerprint, harvested=True, batch=settings.page):
        yield page, view.corrections.decided(stored.id for stored in page)


def _counts(store: Store, settings: Settings, context: StepContext, helpers: int) -> Counts:
    """The whole catalogue's words, as harvested: what was corrected must not be evidence for itself."""
    reader = _reader(settings)
    with store.read(passing=True) if context.dry_run else store.write(passing=True) as unit:
        return brought_up_to_date(unit, reader, keep=not context.dry_run, helpers=helpers)


def examine_again(unit: Unit, settings: Settings, record_ids: Iterable[int]) -> None:
    """Examine records at once, in the transaction of whoever decided on their findings.

    Findings that come up only now belong to the latest run.
    """
    counts = brought_up_to_date(unit, _reader(settings), keep=True)
    examiner = _examiner(settings, counts)
    page = list(unit.records.get(record_ids, harvested=True).values())
    decided = unit.corrections.decided(stored.id for stored in page)
    latest = unit.runs.latest(1)
    run_number = latest[0]["id"] if latest else 0
    _keep(unit, page, _examine(examiner, (page, decided)), settings.fingerprint(), run_number)


def _reader(settings: Settings) -> TermReader:
    return TermReader(settings.dialects, settings.words.fields if settings.words else {})


def _examiner(settings: Settings, counts: Counts) -> Examiner:
    lexicon = Lexicon(settings.words, counts, settings.dictionaries) if settings.words else None
    return Examiner(settings.ruleset, counts.words, settings.dialects, lexicon)


def _examine(examiner: Examiner, page: Page) -> list[Examined]:
    records, decided = page
    if examiner.lexicon:
        examiner.lexicon.forget()
    return [_examined(examiner, stored, decided) for stored in records]


def _examined(examiner: Examiner, stored: Stored, decided: Mapping[str, str]) -> Examined:
    marc = MarcRecord.from_canonical(stored.canonical)
    plan = examiner.plan(stored.source, marc, stored.family, decided)
    if not any(edit.applied for edit in plan.edits):
        return Examined(plan, None)
    return Examined(plan, apply(plan, marc).canonical())


def _keep(
    unit: Unit, page: Sequence[Stored], examined: Sequence[Examined], fingerprint: str, run_number: int
) -> Counter[str]:
    """Findings, views and the mark of examination; how many findings were closed, and why."""
    pairs = list(zip(page, examined, strict=True))
    rows = [edit.row(stored.id, run_number) for stored, one in pairs for edit in one.plan.edits]
    ids = [stored.id for stored in page]
    gone = unit.corrections.replace(ids, rows)
    unit.corrections.set_views([(stored.id, stored.content_hash, one.corrected) for stored, one in pairs])
    unit.records.mark_checked(ids, fingerprint)
    harvested = {stored.id: stored.canonical for stored in page} if gone else {}
    return Counter(how_closed(harvested[row["record_id"]], row) for row in gone)


def _show(examined: Iterable[Examined], context: StepContext) -> None:
    for one in examined:
        if one.plan.edits:
            context.show(one.plan)


def _count(examined: Sequence[Examined], counts: Counter[str]) -> None:
    counts["examined"] += len(examined)
    for one in examined:
        for edit in one.plan.edits:
            counts["failed" if edit.rule == RULE_FAILED else _COUNTED[edit.action]] += 1
