"""Periods are closed and opened again: guarded, journalled, and seen before anything is done."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rabis_sync.errors import ConfigError, GuardStop, UnknownName
from rabis_sync.reconcile import closing
from rabis_sync.reconcile.entry import major, plain
from rabis_sync.reconcile.fund_reading import read
from rabis_sync.reconcile.statement import statement
from rabis_sync.reports.period import Period
from rabis_sync.wiring.counting import fund_settings, window
from rabis_sync.wiring.deciding import Decided, journalled, undo_decision
from rabis_sync.wiring.running import opened

if TYPE_CHECKING:
    from pathlib import Path

    from rabis_sync.reconcile.closing import ClosingPlan
    from rabis_sync.store.database import Unit
    from rabis_sync.store.decisions import Choice
    from rabis_sync.store.statements import Check
    from rabis_sync.wiring.assembly import Assembly

#: Identities that do not hold, as many as a message names.
_NAMED = 5


def close_period(
    path: Path, label: str, *, note: str, lang: str, accept: bool = False, dry_run: bool = False
) -> list[Decided] | ClosingPlan:
    """Close a quarter, a year or a month: its figures stand from then on.

    Args:
        path: the configuration.
        label: 2023-Q4, 2023 or 2023-10.
        note: the person's own words.
        lang: of the sentence given back.
        accept: close it though identities do not hold.
        dry_run: only tell the plan.

    Raises:
        ConfigError: it is no such period, is not over, is closed already, or open days lie before it.
        GuardStop: identities do not hold and nobody accepted that; or what is closed was altered.
        RunLocked: a run is under way.
    """
    period = Period.parse(label)
    if ".." in period.label:
        raise ConfigError(
            f"{label!r} cannot be closed", hint="Close a year (2023), quarter (2023-Q4) or month."
        )

    def decide(assembly: Assembly, unit: Unit) -> ClosingPlan:
        return _decided(assembly, unit, period, accept=accept)

    if dry_run:
        with opened(path) as (assembly, store), store.read() as unit:
            return decide(assembly, unit)

    def choose(assembly: Assembly, unit: Unit) -> list[Choice]:
        return [closing.keep(unit, decide(assembly, unit), datetime.now(UTC))]

    return journalled(path, choose, note=note, lang=lang)


def _decided(assembly: Assembly, unit: Unit, period: Period, *, accept: bool) -> ClosingPlan:
    today = datetime.now(assembly.zone).date()
    if period.after > today:
        raise ConfigError(f"{period.label} is not over yet", hint=f"It ends on {period.last.isoformat()}.")
    settings = fund_settings(assembly)
    counted, closed = read(unit, settings), closing.posted(unit)
    if closed.broken:
        raise GuardStop(
            f"what is closed was altered: {', '.join(sorted(closed.broken))}",
            hint="Restore the database from a backup (`rabis-sync db restore`), or open these periods again.",
        )
    asked = window(period)
    planned = closing.plan(counted.flows, closed, asked)
    found = statement(counted, asked, settings.rules, settings.classes.classes, "", closed)
    broken = [check for check in found.checks if not check.holds]
    if broken and not accept:
        named = "".join(f"\n  {_told(assembly, one)}" for one in broken[:_NAMED])
        raise GuardStop(
            f"{period.label} was not closed: {len(broken)} of {len(found.checks)} identities do not hold"
            + named,
            hint=f"`rabis-sync report fund --period {period.label}` shows all of them; clear them up, or"
            " close it as it is with --accept-differences.",
        )
    return planned


def _told(assembly: Assembly, check: Check) -> str:
    """An identity that does not hold, on one line."""
    said = assembly.texts.say(f"identity.{check.identity}", "en", **dict(check.params))
    left, right = (
        plain(major(side)) if check.measure == "amount" else side for side in (check.left, check.right)
    )
    return f"{said} ({check.of or check.dimension}, {check.measure}): {left} and {right}"


def reopen_period(path: Path, label: str, *, note: str, lang: str) -> Decided:
    """Open the last closed period again.

    Raises:
        ConfigError: no reason is given, the period is not closed, or a later one is.
        RunLocked: a run is under way.
    """
    if not note.strip():
        raise ConfigError("nothing was opened again", hint="Say why with --note: the journal keeps it.")
    label = Period.parse(label).label
    with opened(path) as (_, store), store.read() as unit:
        standing = unit.decisions.all(kinds=(closing.KIND,), standing=True)
    found = [one for one in standing if one.subject["period"] == label]
    if not found:
        raise UnknownName("closed period", label, [one.subject["period"] for one in standing])
    return undo_decision(path, found[-1].id, note=note, lang=lang)


def periods(path: Path) -> dict[str, Any]:
    """Every closed period, for machines."""
    with opened(path) as (_, store), store.read() as unit:
        closed = closing.posted(unit)
    return {
        "schema": "rabis-sync/periods/1",
        "periods": [
            {
                "period": one.label, "first": one.first, "open_from": one.after, "closed_at": one.closed_at,
                "copies": one.copies, "amount": plain(major(one.amount)), "digest": one.digest,
                "unaltered": one.label not in closed.broken,
            }
            for one in closed.periods
        ],
    }  # fmt: skip


def period_lines(path: Path, lang: str) -> list[str]:
    """The same in lines for people, the latest last."""
    with opened(path) as (assembly, store), store.read() as unit:
        closed = closing.posted(unit)
    if not closed.periods:
        return [assembly.texts.say("period.none", lang)]
    return [
        assembly.texts.say(
            "period.altered" if one.label in closed.broken else "period.closed", lang, period=one.label,
            at=f"{one.closed_at.astimezone(assembly.zone):%Y-%m-%d %H:%M}", copies=one.copies,
            amount=plain(major(one.amount)), digest=one.digest[:12],
        )
        for one in closed.periods
    ]  # fmt: skip
