"""Steps and jobs are run: under the lock, as one run, journalled, with one exit code."""

from __future__ import annotations

import logging
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from rabis_sync.correct import step as correct_step
from rabis_sync.dedup import step as dedup_step
from rabis_sync.errors import RabisSyncError, RunLocked
from rabis_sync.harvest import step as harvest_step
from rabis_sync.publish import step as publish_step
from rabis_sync.reconcile import step as reconcile_step
from rabis_sync.service import logs
from rabis_sync.service.execution import RunReport, Step, execute, new_context, not_begun, nothing_held_back
from rabis_sync.service.lock import run_lock
from rabis_sync.service.stopping import Terminated, stoppable
from rabis_sync.wiring import leaving
from rabis_sync.wiring.assembly import Assembly, HarvestWish, needs_sources
from rabis_sync.wiring.monitoring import leave_metrics
from rabis_sync.wiring.notifying import Notifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from rabis_sync.service.jobs import Guards, Job
    from rabis_sync.store.database import Store
    from rabis_sync.store.runs import StepContext, StepReport

_log = logging.getLogger(__name__)

LOCK = ".rabis-sync.lock"


def _silent(*_: object) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a run is carried out; `show`, `progress` and `pace` as in `StepContext`."""

    dry_run: bool = False
    show: Callable[[object], None] = _silent
    progress: Callable[[str, int, int | None], None] = _silent
    pace: Callable[[str, str], None] = _silent


@contextmanager
def opened(path: Path, *, locked: bool = False) -> Iterator[tuple[Assembly, Store]]:
    """The parts and the open database of a configuration; under the run lock where something is written.

    Raises:
        ConfigError, RetryableError: of the configuration and the database.
        RunLocked: another run is under way.
    """
    assembly = Assembly.of(path)
    with ExitStack() as stack:
        if locked:
            stack.enter_context(run_lock(assembly.folder / LOCK))
        store = assembly.store()
        stack.callback(store.close)
        if locked:
            stack.enter_context(store.exclusive())
        yield assembly, store


def run_job(path: Path, name: str, manner: Manner) -> RunReport:
    """Run the steps of a job as one run, or what is left of them where the last such run was interrupted.

    Whoever `[notices]` names is told how it went, also when it could not begin.

    Raises:
        UnknownName: there is no such job.
        ConfigError, RetryableError, RunLocked: as `opened`.
        RunStopped: the program was told to stop (SIGTERM).
    """
    notifier = Notifier(Assembly.of(path), name)
    notifier.assembly.job_file(name)
    with stoppable(name):
        try:
            with opened(path, locked=not manner.dry_run) as (assembly, store):
                if not manner.dry_run:
                    notifier.begins()
                report = _run_job(assembly, store, name, manner)
        except RunLocked:
            raise  # another run tells how it goes
        except Exception as error:
            if not manner.dry_run:
                with suppress(Terminated):
                    notifier.broke_off(error)
            raise
        if not manner.dry_run:
            # The run is over, whoever wants the program to stop now: the next one sends what waits.
            with suppress(Terminated):
                notifier.ended(report)
                leave_metrics(notifier.assembly)
    return report


def _run_job(assembly: Assembly, store: Store, name: str, manner: Manner) -> RunReport:
    """Settings are made first: a mistake in a job or a mapping is journalled as a run that did nothing."""
    try:
        job = assembly.job(name)
        steps = steps_of(assembly, store, job.steps, job.guards, HarvestWish(full=job.full))
    except RabisSyncError as error:
        if not manner.dry_run:
            not_begun(store, name, error, config_hash=assembly.configuration.fingerprint)
        raise
    return _execute(assembly, store, name, steps, manner, job)


def run_logged(path: Path, name: str, manner: Manner) -> int:
    """The same, told by lines of the log as [service] wants them; the exit code.

    An error that keeps the run from its beginning is logged too, so that whoever reads the log knows of it.

    Raises:
        ConfigError: of the configuration, which says how to log.
    """
    configuration = Assembly.of(path).configuration
    logs.set_up(configuration.service.log, configuration.secrets)
    try:
        return run_job(path, name, manner).exit_code
    except RabisSyncError as error:
        _log.error("%s: %s", name, error.told)
        return error.exit_code


def run_step(path: Path, name: str, manner: Manner, wish: HarvestWish) -> RunReport:
    """Run one step as a run of its own.

    Raises:
        UnknownName: there is no such source.
        ConfigError, RetryableError, RunLocked: as `opened`.
        RunStopped: the program was told to stop (SIGTERM).
    """
    with stoppable(name), opened(path, locked=not manner.dry_run) as (assembly, store):
        steps = steps_of(assembly, store, [name], assembly.guards(), wish)
        return _execute(assembly, store, name, steps, manner)


def steps_of(
    assembly: Assembly, store: Store, names: Sequence[str], guards: Guards, wish: HarvestWish
) -> list[Step]:
    """Named steps with their settings, ready to be executed; the harvest is one step a source.

    Settings are made here: a mistake in a mapping stops the run before its first effect.
    """

    def bound(run: Callable[[Store, Any, StepContext], StepReport], settings: Any) -> Any:
        return partial(run, store, settings)

    makers: dict[str, Callable[[], Any]] = {
        "correct": lambda: bound(correct_step.run, assembly.correct_settings()),
        "dedup": lambda: bound(dedup_step.run, assembly.dedup_settings(full=wish.full)),
        "reconcile": lambda: bound(reconcile_step.run, assembly.reconcile_settings(guards, full=wish.full)),
        "publish": lambda: bound(publish_step.run, assembly.publish_settings(guards)),
        "reports": lambda: bound(leaving.leave_reports, leaving.settings(assembly)),
        "backup": lambda: bound(leaving.leave_backup, assembly),
        "digest": lambda: bound(leaving.send_digest, Notifier(assembly)),
    }
    made: list[Step] = []
    for name in names:
        if name != "harvest":
            made.append((name, makers[name]()))
            continue
        needs_sources(assembly.configuration)
        for source in wish.sources or assembly.configuration.sources:
            settings = assembly.harvest_settings(source, guards, wish, store)
            made.append((f"harvest {source}", bound(harvest_step.run, settings)))
    return made


def _execute(
    assembly: Assembly, store: Store, name: str, steps: list[Step], manner: Manner, job: Job | None = None
) -> RunReport:
    context = replace(
        new_context(), dry_run=manner.dry_run, show=manner.show, progress=manner.progress, pace=manner.pace
    )
    return execute(
        store, name, steps, context,
        config_hash=assembly.configuration.fingerprint,
        holds_back=job.holds_back if job else nothing_held_back,
        resumes=job is not None,
    )  # fmt: skip
