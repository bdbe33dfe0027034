"""`check`: everything a run needs is looked at, and every problem is told at once."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from functools import partial
from shutil import disk_usage
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from rabis_sync import config
from rabis_sync.errors import ConfigError, RabisSyncError, RetryableError
from rabis_sync.marc.dialect import Dialect
from rabis_sync.marc.items import ItemProfile
from rabis_sync.service import timetable
from rabis_sync.store.database import Store
from rabis_sync.wiring.assembly import Assembly
from rabis_sync.wiring.notifying import Notifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rabis_sync.service.jobs import Job

#: Free space below which a night may not end, in bytes.
DISK_NEEDED = 1 * 1024**3


class CheckLine(NamedTuple):
    """One thing looked at: exit code 0 is well."""

    name: str
    message: str
    exit_code: int = 0


def check(path: Path) -> Iterator[CheckLine]:
    """Look at configuration, mappings, jobs, database, sources, books, rights, disk, clock and zone."""
    try:
        assembly = Assembly.of(path)
    except RabisSyncError as error:
        yield CheckLine("configuration", f"{error}", error.exit_code)
        return
    yield CheckLine("configuration", str(assembly.configuration.path))
    yield from _mappings(assembly)
    yield _line("dictionaries", lambda: _dictionaries(assembly))
    yield from (_line(f"job {name}", partial(_job, assembly, name)) for name in assembly.job_files())
    yield _line("database", lambda: _database(assembly))
    for name in assembly.configuration.sources:
        yield _line(f"source {name}", partial(_source, assembly, name))
    for name in assembly.configuration.ledgers:
        yield _line(f"ledger {name}", partial(_ledger, assembly, name))
    yield _line("rights registry", lambda: _rights(assembly))
    for name, message, code in Notifier(assembly).checks():
        yield CheckLine(f"notices {name}", message, code)
    yield _line("disk", lambda: _disk(assembly))
    yield _line("clock", lambda: _clock(assembly))
    yield _line("time zone", lambda: _zone(assembly))


def _line(name: str, look: Callable[[], str]) -> CheckLine:
    try:
        return CheckLine(name, look())
    except RabisSyncError as error:
        return CheckLine(name, error.told, error.exit_code)


def _mappings(assembly: Assembly) -> Iterator[CheckLine]:
    for room, kind in (("dialects", Dialect), ("items", ItemProfile)):
        for name, path in assembly.mapping_files(room).items():
            line = _line(f"mapping {room}/{name}", partial(_readable, path, kind))
            if line.exit_code:
                yield line
    yield _line("mappings", assembly.every_mapping)


def _dictionaries(assembly: Assembly) -> str:
    """A missing one is no fault: the rules about words of its language then find less."""
    found = assembly.dictionaries()
    told = [
        f"{one.name} ({language}), {len(found[language].stems)} stems"
        if language in found
        else f"{one.name} ({language}) is not there, its words are not judged: install {one.package}"
        for language, one in assembly.words.dictionaries.items()
    ]
    return f"{assembly.folder / assembly.configuration.correct.dictionaries}: {'; '.join(told)}"


def _readable(path: Path, kind: type) -> str:
    config.read_toml(path, kind)
    return str(path)


def _job(assembly: Assembly, name: str) -> str:
    job: Job = assembly.job(name)
    steps = ", ".join(job.steps)
    if job.schedule is None:
        return f"{steps}; runs when asked for"
    following = timetable.following(job.schedule, assembly.zone, datetime.now(UTC))
    return f"{steps}; next {following.astimezone(assembly.zone):%F %H:%M}"


def _database(assembly: Assembly) -> str:
    store = Store.open(assembly.store_url())
    try:
        return f"{store.engine.url.render_as_string(hide_password=True)}, schema {store.revisions()[0]}"
    finally:
        store.close()


def _source(assembly: Assembly, name: str) -> str:
    assembly.reader(name)
    store = assembly.store()
    try:
        return assembly.source(name, store).check()
    finally:
        store.close()


def _ledger(assembly: Assembly, name: str) -> str:
    return assembly.ledger(name).check()


def _rights(assembly: Assembly) -> str:
    section = assembly.configuration.rights
    if section is None:
        return "none configured: nothing will be published"
    path = assembly.folder / section.path
    if not path.is_file():
        raise ConfigError(f"there is no rights registry at {path}", hint="Without it nothing is published.")
    return str(path)


def _disk(assembly: Assembly) -> str:
    free = disk_usage(assembly.folder).free
    told = f"{free / 1024**3:.1f} GB free at {assembly.folder}"
    if not os.access(assembly.folder, os.W_OK):
        raise RetryableError(
            f"{assembly.folder} cannot be written", hint="Give the service's user the right to."
        )
    if free < DISK_NEEDED:
        raise RetryableError(told, hint="Make room before the next night.")
    return told


def _clock(assembly: Assembly) -> str:
    """A clock that went back would make new work look old."""
    now = datetime.now(UTC)
    store = Store.open(assembly.store_url())
    try:
        with store.read() as unit:
            latest = unit.runs.latest(1)
    finally:
        store.close()
    if latest and latest[0]["started_at"] > now + timedelta(minutes=1):
        raise RetryableError(
            f"it is {now:%F %T} UTC, but the last run began at {latest[0]['started_at']:%F %T}"
        )
    return f"{now:%F %T} UTC"


def _zone(assembly: Assembly) -> str:
    """Kazakhstan has been on UTC+5 since 1 March 2024; older zone tables still say +6 for Almaty."""
    offset = datetime(2025, 1, 1, tzinfo=ZoneInfo("Asia/Almaty")).utcoffset()
    if offset != timedelta(hours=5):
        raise ConfigError("the zone tables of this machine are older than March 2024", hint="Update tzdata.")
    return f"{assembly.configuration.library.timezone}, now {datetime.now(assembly.zone):%F %H:%M}"
