"""Stock checks: opened, scanned into, shown and closed; every step is journalled and can be taken back."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rabis_sync.errors import UnknownName
from rabis_sync.reconcile import scanning, stockkeeping
from rabis_sync.reports import stockcheck
from rabis_sync.reports.forms import delimited, machine, typescript
from rabis_sync.wiring.acting import PAPERS, act_rules, commission, in_languages
from rabis_sync.wiring.deciding import journalled
from rabis_sync.wiring.running import opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rabis_sync.reconcile.stockkeeping import Taken
    from rabis_sync.reports.table import Table
    from rabis_sync.store.database import Unit
    from rabis_sync.store.decisions import Choice
    from rabis_sync.wiring.assembly import Assembly
    from rabis_sync.wiring.deciding import Decided

#: Codes of other branches, or of none, in one file that are worth a word when they are half of it.
MANY = 10
#: Forms of a check for people by name: a paper to sign, or tables.
FORMS = ("csv", "html", "json", "table", "xlsx")


def open_stockcheck(path: Path, branch: str, *, note: str, lang: str) -> Decided:
    """Begin the check of a branch.

    Raises:
        UnknownName: there is no such branch.
        ConfigError: a check of it is open.
        RunLocked: a run is under way.
    """

    def choose(assembly: Assembly, unit: Unit) -> list[Choice]:
        now = datetime.now(assembly.zone)
        return [stockkeeping.begin(unit, _settings(assembly), branch, at=now)[1]]

    [decided] = journalled(path, choose, note=note, lang=lang)
    return decided


def scan(path: Path, number: int, files: Sequence[Path], *, lang: str) -> tuple[list[str], list[Decided]]:
    """Take scan files into an open check, all or none; what is to be said of each, and what was journalled.

    Raises:
        ConfigError: there is no such check, or it is closed.
        SourceAway, FatalError: of a file.
        RunLocked: a run is under way.
    """
    told: list[str] = []

    def choose(assembly: Assembly, unit: Unit) -> list[Choice]:
        read = [scanning.read(file, _settings(assembly).rules) for file in files]
        taken, choices = stockkeeping.take(unit, number, read, at=datetime.now(assembly.zone))
        for one in taken:
            told.extend(_said(assembly, one, lang))
        if choices:
            stands = stockkeeping.document(unit, _settings(assembly), number)
            told.extend(_stands(assembly, stands, {one.name for one in taken if not one.before}, lang))
        return choices

    return told, journalled(path, choose, note="", lang=lang)


def close_stockcheck(path: Path, number: int, *, note: str, lang: str) -> Decided:
    """Close a check: its outcome stays as it is.

    Raises:
        ConfigError: there is no such check, it is closed, or nothing was scanned.
        RunLocked: a run is under way.
    """

    def choose(assembly: Assembly, unit: Unit) -> list[Choice]:
        now = datetime.now(assembly.zone)
        return [stockkeeping.finish(unit, _settings(assembly), number, at=now)]

    [decided] = journalled(path, choose, note=note, lang=lang)
    return decided


def stockcheck_lines(path: Path, lang: str) -> list[str]:
    """Every check in a line, the latest first."""
    with opened(path) as (assembly, store), store.read() as unit:
        checks = unit.stockchecks.all()
    if not checks:
        return [assembly.texts.say("stock.none", lang)]
    return [
        f"{one['id']:>4}  {one['opened_at'].astimezone(assembly.zone):%Y-%m-%d}  "
        f"{assembly.texts.word('stock_state', one['state'], lang)}  {one['branch']}"
        for one in checks
    ]


def stockcheck_paper(path: Path, number: int, *, form: str, lang: str) -> bytes:
    """A check as a file.

    Args:
        path: the configuration.
        number: of the check.
        form: one of `FORMS`.
        lang: kk, ru or en; JSON has no language.

    Raises:
        UnknownName: no such form.
        ConfigError: there is no such check.
    """
    if form not in FORMS:
        raise UnknownName("form", form, FORMS)
    told, about, assembly = _told(path, number)
    if form == "json":
        return machine.write(stockcheck.machine(told, about.now))
    if form == "csv":
        return delimited.write(stockcheck.flat(told, assembly.texts, lang), about.now)
    made = stockcheck.paper(told, about, assembly.texts, lang)
    if f".{form}" in PAPERS:
        return PAPERS[f".{form}"](made, about.now)
    return typescript.write(made.table(), about.now)


def stockcheck_table(path: Path, number: int, lang: str) -> Table:
    """A check as plain values, for the terminal; errors as `stockcheck_paper`."""
    told, about, assembly = _told(path, number)
    return stockcheck.paper(told, about, assembly.texts, lang).table()


def _told(path: Path, number: int) -> tuple[dict[str, Any], stockcheck.About, Assembly]:
    with opened(path) as (assembly, store), store.read() as unit:
        told = stockkeeping.document(unit, _settings(assembly), number)
        now = datetime.now(assembly.zone)
        closed = told["check"]["closed_at"]
        day = (datetime.fromisoformat(closed).astimezone(assembly.zone) if closed else now).date()
        instruction = act_rules(assembly).of(day)
        about = stockcheck.About(
            in_languages(assembly.configuration.library.name),
            in_languages(instruction) if instruction else None,
            commission(assembly),
            now,
        )
        return told, about, assembly


def _stands(assembly: Assembly, stands: dict[str, Any], names: set[str], lang: str) -> Iterator[str]:
    """How far the check has come, and which of these files are mostly not of its branch."""
    yield assembly.texts.say("stock.so_far", lang, **stands["totals"])
    strange: Counter[str] = Counter()
    for one in stands["findings"]:
        if one["outcome"] in stockcheck.OTHERS:
            strange.update(read["file"] for read in one["reads"])
    for file in stands["files"]:
        name, scans = file["name"], file["scans"]
        if name in names and strange[name] >= max(MANY, scans / 2):
            yield assembly.texts.say(
                "stock.strange_file", lang,
                file=name, scans=scans, strange=strange[name], branch=stands["check"]["branch"],
            )  # fmt: skip


def _settings(assembly: Assembly) -> stockkeeping.Settings:
    rules = assembly.mapping("stockcheck.toml", scanning.ScanRules)
    return stockkeeping.Settings(assembly.policy, rules, assembly.families)


def _said(assembly: Assembly, taken: Taken, lang: str) -> list[str]:
    """What a person should know of a file: whether it was there already, and each line that is no scan."""
    say = assembly.texts.say
    if taken.before:
        return [say("stock.taken_before", lang, file=taken.name, before=taken.before)]
    lines = [say("stock.taken", lang, file=taken.name, scans=taken.scans, unread=len(taken.problems))]
    for line in taken.problems:
        why = assembly.texts.word("stock_problem", line.problem, lang)
        lines.append(f"  {taken.name}: {line.line}: {line.raw!r}: {why}")
    return lines
