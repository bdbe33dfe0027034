"""What a run leaves for people: every report as a workbook and a page, a backup, the week's digest."""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rabis_sync.errors import FatalError, RetryableError
from rabis_sync.reports import contents, render
from rabis_sync.store import backup
from rabis_sync.store.runs import StepReport
from rabis_sync.wiring.counting import counting
from rabis_sync.wiring.waiting import sentences, waiting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime, tzinfo
    from pathlib import Path

    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.reports.period import Period
    from rabis_sync.reports.table import Table
    from rabis_sync.reports.texts import Texts
    from rabis_sync.store.database import Store, Unit
    from rabis_sync.store.runs import StepContext
    from rabis_sync.store.statements import Statement
    from rabis_sync.wiring.assembly import Assembly
    from rabis_sync.wiring.counting import Count
    from rabis_sync.wiring.notifying import Notifier

#: Lines of a page: a longer list is read in the workbook, and no printer wants it.
LONGEST_PAGE = 2000
#: Days of which the report of runs tells.
RUNS_OF = 90


@dataclass(frozen=True, slots=True)
class Settings:
    """What the reports of a night need.

    Attributes:
        out: folder of the folders of the days.
        languages: in which they are left.
        keep_days: days for which they are kept.
        texts: sentences for people.
        dialects: by family.
        zone: the library's time zone.
        library: name of the library by language.
        count: counts the fund.
    """

    out: Path
    languages: tuple[str, ...]
    keep_days: int
    texts: Texts
    dialects: Mapping[str, Dialect]
    zone: tzinfo
    library: Mapping[str, str]
    count: Count


def settings(assembly: Assembly) -> Settings:
    """The settings of a configuration."""
    section, names = assembly.configuration.reports, assembly.configuration.library.name
    return Settings(
        assembly.folder / section.out, tuple(section.languages), section.keep_days, assembly.texts,
        assembly.families, assembly.zone, {"kk": names.kk, "ru": names.ru, "en": names.en},
        _once(counting(assembly)),
    )  # fmt: skip


def leave_reports(store: Store, told: Settings, context: StepContext) -> StepReport:
    """Leave every report of this day in the folder of the day, in place of what an earlier run left there.

    Raises:
        RetryableError: they cannot be written.
    """
    now = context.now.astimezone(told.zone)
    folder = told.out / now.date().isoformat()
    wanted = [(name, lang) for lang in told.languages for name in render.names()]
    if context.dry_run:
        context.show(f"reports: {2 * len(wanted) + 1} files in {folder}")
        return StepReport("reports", {"files": 0}, "planned")
    entries: list[contents.Entry] = []
    failed: dict[str, str] = {}
    with _writing("reports", told.out), _anew(folder) as made, store.read() as unit:
        for done, (name, lang) in enumerate(wanted, 1):
            try:
                table = _table(unit, name, lang, told, now)
            except FatalError as error:
                failed[name] = str(error)
                continue
            (made / f"{name}.{lang}.xlsx").write_bytes(render.FORMS["xlsx"](table, now))
            (made / f"{name}.{lang}.html").write_bytes(render.FORMS["html"](_page(table, told.texts), now))
            entries.append(contents.Entry(lang, name, table.title, len(table.rows)))
            context.progress("reports", done, len(wanted))
        (made / "index.html").write_bytes(contents.page(entries, told.texts, told.library, now))
    with _writing("reports", told.out):
        _prune(told.out, now.date() - timedelta(days=told.keep_days))
    message = "; ".join(f"{name}: {error}" for name, error in failed.items())
    outcome = "failed" if failed else "done"
    return StepReport("reports", {"files": 2 * len(entries) + 1}, outcome, message)


def leave_backup(store: Store, assembly: Assembly, context: StepContext) -> StepReport:
    """Leave a copy of the database in the folder of backups, and remove those that are too many.

    Raises:
        ConfigError, FatalError: of `store.backup.backup`.
        RetryableError: it cannot be written.
    """
    section = assembly.configuration.service
    folder = assembly.folder / section.backups
    day = context.now.astimezone(assembly.zone).date().isoformat()
    ending = "db" if store.engine.dialect.name == "sqlite" else "dump"
    file = folder / f"rabis_sync-{day}.{ending}"
    if context.dry_run:
        context.show(f"backup: {file}")
        return StepReport("backup", {}, "planned")
    with _writing("the backup", folder):
        folder.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            backup.backup(store, file)
        kept = sorted(folder.glob("rabis_sync-????-??-??.*"))
        for old in kept[: -max(section.keep_backups, 1)]:
            old.unlink()
    return StepReport("backup", {"bytes": file.stat().st_size})


def send_digest(store: Store, notifier: Notifier, context: StepContext) -> StepReport:
    """Tell the cataloguers what waits for them, once a week."""
    with store.read() as unit:
        lines = sentences(waiting(unit))
    if context.dry_run:
        context.show(f"digest: {len(lines)} lines")
        return StepReport("digest", {}, "planned")
    return StepReport("digest", {"notices": notifier.digest(lines)})


def _table(unit: Unit, name: str, lang: str, told: Settings, now: datetime) -> Table:
    first = now.date() - timedelta(days=RUNS_OF)
    return render.table(
        name, unit, lang=lang, texts=told.texts, now=now, dialects=told.dialects,
        period=f"{first}..{now.date()}" if name == "runs" else None, count=told.count,
    )  # fmt: skip


def _once(count: Count) -> Count:
    """The same counting, done once for the several languages of one run."""
    found: dict[tuple[Period | None, str | None], Statement] = {}

    def counted(unit: Unit, period: Period | None, branch: str | None) -> Statement:
        if (period, branch) not in found:
            found[period, branch] = count(unit, period, branch)
        return found[period, branch]

    return counted


def _page(table: Table, texts: Texts) -> Table:
    """A table that a browser shows and a printer prints: a long one ends early and says so."""
    if len(table.rows) <= LONGEST_PAGE:
        return table
    cut = texts.say("remark.cut", table.lang, shown=LONGEST_PAGE, lines=len(table.rows))
    return replace(table, rows=table.rows[:LONGEST_PAGE], remarks=(*table.remarks, cut))


@contextmanager
def _anew(folder: Path) -> Iterator[Path]:
    """A folder beside, which stands in the place of the old one when it is whole."""
    beside = folder.with_name(f".{folder.name}.partial")
    before = folder.with_name(f".{folder.name}.before")
    for left in (beside, before):
        shutil.rmtree(left, ignore_errors=True)
    beside.mkdir(parents=True)
    yield beside
    if folder.exists():
        folder.rename(before)
    beside.rename(folder)
    shutil.rmtree(before, ignore_errors=True)


@contextmanager
def _writing(what: str, folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RetryableError(
            f"{what} cannot be written into {folder}: {error.strerror}",
            hint="Make room on the disk, close the files, and let the service's user write there.",
        ) from error


def _prune(out: Path, before: date) -> None:
    """Remove the folders of days that are past; nothing else that lies there is touched."""
    for folder in out.iterdir():
        if re.fullmatch(r"\d{4}-\d\d-\d\d", folder.name) and folder.name < before.isoformat():
            shutil.rmtree(folder)
