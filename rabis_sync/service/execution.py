"""A run: steps one after another, each journalled; the worst names it, and one that broke off is resumed."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from platform import python_version
from typing import TYPE_CHECKING

from rabis_sync.collecting import rarely
from rabis_sync.errors import EXIT_QUARANTINED, GuardStop, RabisSyncError, RetryableError
from rabis_sync.service import logs
from rabis_sync.service.stopping import Terminated
from rabis_sync.store.runs import StepContext, StepReport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rabis_sync.store.database import Store

#: Exit code of each outcome, the worst first: a run ends with the worst of its steps (interfaces.md).
EXIT_CODES = {"failed": 1, "guard": 3, "retry": 75, "quarantined": EXIT_QUARANTINED, "planned": 0, "done": 0}
#: Exit code of a run that was stopped from outside.
EXIT_INTERRUPTED = 75
#: A run that was interrupted longer ago is not resumed: its harvest would be of yesterday.
RESUMED_WITHIN = timedelta(hours=12)
#: Objects that are made, and not given up, before cycles among them are looked for.
RARELY = 200_000
#: Outcomes of a step whose work is in the store.
WELL = frozenset({"done", "quarantined", "kept", "planned"})

_log = logging.getLogger(__name__)

Step = tuple[str, "Callable[[StepContext], StepReport]"]


@dataclass(frozen=True, slots=True)
class RunReport:
    """How a run ended."""

    run: int
    outcome: str
    exit_code: int
    steps: tuple[StepReport, ...]


def nothing_held_back(_failed: str, _later: str) -> bool:
    """No failure holds anything back."""
    return False


def execute(
    store: Store,
    job: str,
    steps: Sequence[Step],
    context: StepContext,
    *,
    config_hash: str,
    holds_back: Callable[[str, str], bool] = nothing_held_back,
    resumes: bool = False,
) -> RunReport:
    """Run the steps one after another and journal each.

    A step that fails does not hold back the later ones unless `holds_back` (of its name and theirs, without
    the source) says so: what they work on is whole whatever happened before. Errors of ours become the step's
    outcome; anything else is a defect, ends the run and is raised.

    Args:
        store: the database.
        job: what the run is called in the ledger.
        steps: names and what they do.
        context: what every step is told.
        config_hash: fingerprint of the configuration.
        holds_back: as above.
        resumes: steps that the last run of this job ended well before it was interrupted are not done again.
    """
    if context.dry_run:
        planned = tuple(_attempt(name, step, context) for name, step in steps)
        return RunReport(0, *_worst(planned), planned)
    with store.write() as unit:
        since = context.now - RESUMED_WITHIN if resumes else None
        broken = unit.runs.interrupted(job, versions=versions(), config_hash=config_hash, since=since)
        run = unit.runs.start(job, versions=versions(), config_hash=config_hash)
    context = replace(context, run=run, dry_run=False)
    kept = _kept(broken, steps)
    with logs.about(run, job):
        _log.info("begins%s", f" where run {broken['id']} stopped" if kept else "")
        reports = _carried_out(store, steps, context, kept, holds_back)
        outcome, code = _worst(reports)
        with store.write() as unit:
            unit.runs.end(run, outcome, code)
        _log.info("ended: %s, exit code %d", outcome, code)
    return RunReport(run, outcome, code, tuple(reports))


def not_begun(store: Store, job: str, error: RabisSyncError, *, config_hash: str) -> None:
    """Journal a run that an error kept from its first step, so that it is not due again the next minute."""
    outcome = "retry" if isinstance(error, RetryableError) else "failed"
    with store.write() as unit:
        run = unit.runs.start(job, versions=versions(), config_hash=config_hash)
        unit.runs.add_step(run, StepReport("configuration", {}, outcome, error.told))
        unit.runs.end(run, outcome, error.exit_code)


def _carried_out(
    store: Store,
    steps: Sequence[Step],
    context: StepContext,
    kept: Mapping[str, StepReport],
    holds_back: Callable[[str, str], bool],
) -> list[StepReport]:
    """Each step tried, kept or held back, and journalled; a run that breaks off here is closed as such."""
    reports: list[StepReport] = []
    try:
        for name, step in steps:
            report = kept.get(name) or _held_back(name, reports, holds_back) or _attempt(name, step, context)
            with store.write() as unit:
                unit.runs.add_step(context.run, report)
            reports.append(report)
            _tell(report)
    except BaseException as error:
        outside = isinstance(error, (KeyboardInterrupt, Terminated))
        _log.warning("stopped from outside" if outside else "broke off: %r", *(() if outside else (error,)))
        with store.write() as unit:
            unit.runs.end(context.run, *(("interrupted", EXIT_INTERRUPTED) if outside else ("failed", 1)))
        raise
    return reports


def versions() -> dict[str, str]:
    """Versions that a result depends on."""
    return {"rabis-sync": version("rabis-sync"), "python": python_version()}


def new_context() -> StepContext:
    """A context that begins now."""
    return StepContext(0, datetime.now(UTC))


def _kept(broken: dict[str, object], steps: Sequence[Step]) -> dict[str, StepReport]:
    """The steps with which an interrupted run ended well, up to the first that it did not."""
    kept: dict[str, StepReport] = {}
    done: list[dict[str, str]] = broken.get("steps", [])  # type: ignore[assignment]
    for (name, _), row in zip(steps, done, strict=False):
        if name != row["name"] or row["outcome"] not in WELL:
            break
        outcome = "quarantined" if row["outcome"] == "quarantined" else "kept"
        kept[name] = StepReport(name, {}, outcome, f"done in run {broken['id']}, which was interrupted")
    return kept


def _held_back(
    name: str, reports: Sequence[StepReport], holds_back: Callable[[str, str], bool]
) -> StepReport | None:
    kind = name.partition(" ")[0]
    for report in reports:
        failed = report.name.partition(" ")[0]
        if report.outcome not in WELL and failed != kind and holds_back(failed, kind):
            return StepReport(name, {}, "skipped", f"{report.name} did not end well")
    return None


def _attempt(name: str, step: Callable[[StepContext], StepReport], context: StepContext) -> StepReport:
    try:
        with rarely(RARELY):
            report = step(context)
    except RabisSyncError as error:
        kinds = {GuardStop: "guard", RetryableError: "retry"}
        outcome = next((told for kind, told in kinds.items() if isinstance(error, kind)), "failed")
        return StepReport(name, {}, outcome, error.told)
    return StepReport(name, report.counts, report.outcome, report.message)


def _tell(report: StepReport) -> None:
    """A line of the log for a step: its counts, and no content of any record."""
    counts = ", ".join(f"{name} {number}" for name, number in report.counts.items() if number)
    told = f"{report.outcome} ({counts})" if counts else report.outcome
    _log.log(
        logging.INFO if report.outcome in WELL else logging.ERROR, "%s: %s",
        report.name, ": ".join(part for part in (told, report.message) if part),
    )  # fmt: skip


def _worst(reports: Sequence[StepReport]) -> tuple[str, int]:
    outcomes = {report.outcome for report in reports}
    worst = next((outcome for outcome in EXIT_CODES if outcome in outcomes), "done")
    return worst, EXIT_CODES[worst]
