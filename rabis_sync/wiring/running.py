"""Steps and jobs are run: under the lock, as one run, journalled, with one exit code."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from rabis_sync.correct import step as correct_step
from rabis_sync.dedup import step as dedup_step
from rabis_sync.harvest import step as harvest_step
from rabis_sync.publish import step as publish_step
from rabis_sync.reconcile import step as reconcile_step
from rabis_sync.service.jobs import Guards, RunReport, Step, execute, new_context
from rabis_sync.service.lock import run_lock
from rabis_sync.wiring.assembly import Assembly, needs_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from rabis_sync.store.database import Store
    from rabis_sync.store.runs import StepContext

Show = "Callable[[object], None]"
Tell = "Callable[[str, int, int | None], None]"

LOCK = ".rabis-sync.lock"


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
        yield assembly, store


def run_job(path: Path, name: str, *, dry_run: bool, show: Any, progress: Any) -> RunReport:
    """Run the steps of a job as one run.

    Raises:
        UnknownName: there is no such job.
        ConfigError, RetryableError, RunLocked: as `opened`.
    """
    with opened(path, locked=not dry_run) as (assembly, store):
        job = assembly.job(name)
        steps = steps_of(assembly, store, job.steps, job.guards)
        return _execute(assembly, store, name, steps, dry_run=dry_run, show=show, progress=progress)


def run_step(
    path: Path,
    name: str,
    *,
    dry_run: bool,
    show: Any,
    progress: Any,
    sources: Sequence[str] = (),
    full: bool = False,
    limit: int = 0,
) -> RunReport:
    """Run one step as a run of its own; `sources`, `full` and `limit` are the harvest's.

    Raises:
        UnknownName: there is no such source.
        ConfigError, RetryableError, RunLocked: as `opened`.
    """
    with opened(path, locked=not dry_run) as (assembly, store):
        guards = assembly.guards()
        steps = steps_of(assembly, store, [name], guards, sources=sources, full=full, limit=limit)
        return _execute(assembly, store, name, steps, dry_run=dry_run, show=show, progress=progress)


def steps_of(
    assembly: Assembly,
    store: Store,
    names: Sequence[str],
    guards: Guards,
    *,
    sources: Sequence[str] = (),
    full: bool = False,
    limit: int = 0,
) -> list[Step]:
    """Named steps with their settings, ready to be executed; the harvest is one step a source.

    Settings are made here, before anything runs: a mistake in a mapping stops the run before its first effect.
    """
    made: list[Step] = []
    for name in names:
        if name == "harvest":
            needs_sources(assembly.configuration)
            for source in sources or assembly.configuration.sources:
                settings = assembly.harvest_settings(source, guards, full=full, limit=limit)
                made.append((f"harvest {source}", partial(_called, harvest_step.run, store, settings)))
        elif name == "correct":
            made.append((name, partial(_called, correct_step.run, store, assembly.correct_settings())))
        elif name == "dedup":
            made.append((name, partial(_called, dedup_step.run, store, assembly.dedup_settings())))
        elif name == "reconcile":
            made.append((name, partial(_called, reconcile_step.run, store, assembly.reconcile_settings())))
        else:
            made.append((name, partial(_called, publish_step.run, store, assembly.publish_settings(guards))))
    return made


def _called(run: Any, store: Store, settings: Any, context: StepContext) -> Any:
    return run(store, settings, context)


def _execute(
    assembly: Assembly, store: Store, job: str, steps: list[Step], *, dry_run: bool, show: Any, progress: Any
) -> RunReport:
    context = replace(new_context(), dry_run=dry_run, show=show, progress=progress)
    return execute(store, job, steps, context, config_hash=assembly.configuration.fingerprint)
