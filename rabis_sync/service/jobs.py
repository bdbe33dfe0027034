"""A job is steps in an order with guards; its run is journalled step by step and ends with one exit code."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from platform import python_version
from typing import TYPE_CHECKING, Literal, get_args

from rabis_sync.errors import EXIT_QUARANTINED, GuardStop, RabisSyncError, RetryableError
from rabis_sync.store.runs import StepContext, StepReport

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rabis_sync.store.database import Store

StepName = Literal["harvest", "correct", "dedup", "reconcile", "publish"]
STEPS: tuple[StepName, ...] = get_args(StepName)

#: Exit code of each outcome, the worst first: a run ends with the worst of its steps (interfaces.md).
EXIT_CODES = {"failed": 1, "guard": 3, "retry": 75, "quarantined": EXIT_QUARANTINED, "planned": 0, "done": 0}


@dataclass(frozen=True, slots=True)
class Limit:
    """How much may go in one run: the larger of the two is what is allowed."""

    share: float = field(metadata={"doc": "Part of what there is, 0 to 1."})
    number: int = field(metadata={"doc": "Always allowed, however small the whole is."})

    def __post_init__(self) -> None:
        """Raises ValueError for a share that is none."""
        if not 0 <= self.share <= 1:
            message = f"a share lies between 0 and 1, not {self.share}"
            raise ValueError(message)

    def allows(self, number: int, whole: int) -> bool:
        """Whether so many of the whole may go."""
        return number <= max(self.number, int(self.share * whole))


@dataclass(frozen=True, slots=True)
class Guards:
    """What counts as too much change for one unattended night."""

    max_deleted: Limit = field(
        default=Limit(0.02, 20),
        metadata={"doc": "Records that may vanish from a source that holds the whole catalogue."},
    )
    max_withdrawn: Limit = field(
        default=Limit(0.02, 20),
        metadata={"doc": "Published books that may vanish without their contract having ended."},
    )
    max_discrepancies: Limit = field(
        default=Limit(0.01, 500),
        metadata={
            "doc": "Discrepancies that may open, or close, after the first run; a part of all entries."
        },
    )


@dataclass(frozen=True, slots=True)
class Job:
    """`jobs/NAME.toml`."""

    steps: list[StepName] = field(metadata={"doc": "Steps in the order they run."})
    guards: Guards = field(default=Guards(), metadata={"doc": "What counts as too much change."})


@dataclass(frozen=True, slots=True)
class RunReport:
    """How a run ended."""

    run: int
    outcome: str
    exit_code: int
    steps: tuple[StepReport, ...]


Step = tuple[str, "Callable[[StepContext], StepReport]"]


def execute(
    store: Store, job: str, steps: Sequence[Step], context: StepContext, *, config_hash: str
) -> RunReport:
    """Run the steps one after another and journal each.

    A step that fails does not hold back the later ones: what they work on is whole whatever happened before.
    Errors of ours become the step's outcome; anything else is a defect, ends the run and is raised.
    """
    if context.dry_run:
        planned = tuple(_attempt(name, step, context) for name, step in steps)
        return RunReport(0, *_worst(planned), planned)
    with store.write() as unit:
        run = unit.runs.start(job, versions=versions(), config_hash=config_hash)
    context = replace(context, run=run, dry_run=False)
    reports = []
    try:
        for name, step in steps:
            report = _attempt(name, step, context)
            with store.write() as unit:
                unit.runs.add_step(run, report)
            reports.append(report)
    except BaseException:
        with store.write() as unit:
            unit.runs.end(run, "failed", 1)
        raise
    outcome, code = _worst(reports)
    with store.write() as unit:
        unit.runs.end(run, outcome, code)
    return RunReport(run, outcome, code, tuple(reports))


def versions() -> dict[str, str]:
    """Versions that a result depends on."""
    return {"rabis-sync": version("rabis-sync"), "python": python_version()}


def new_context() -> StepContext:
    """A context that begins now."""
    return StepContext(0, datetime.now(UTC))


def _attempt(name: str, step: Callable[[StepContext], StepReport], context: StepContext) -> StepReport:
    try:
        report = step(context)
    except RabisSyncError as error:
        kinds = {GuardStop: "guard", RetryableError: "retry"}
        outcome = next((told for kind, told in kinds.items() if isinstance(error, kind)), "failed")
        return StepReport(name, {}, outcome, f"{error}. {error.hint}")
    return StepReport(name, report.counts, report.outcome, report.message)


def _worst(reports: Sequence[StepReport]) -> tuple[str, int]:
    outcomes = {report.outcome for report in reports}
    worst = next((outcome for outcome in EXIT_CODES if outcome in outcomes), "done")
    return worst, EXIT_CODES[worst]
