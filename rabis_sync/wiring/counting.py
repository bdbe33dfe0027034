"""The fund, counted from the store by the library's own mappings, for whoever asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from rabis_sync.collecting import uncollected
from rabis_sync.reconcile.closing import posted
from rabis_sync.reconcile.content import ContentClasses
from rabis_sync.reconcile.fund import Window, last_year
from rabis_sync.reconcile.fund_reading import FundSettings, read
from rabis_sync.reconcile.rules import FundRules
from rabis_sync.reconcile.statement import statement
from rabis_sync.reports.period import Period

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.store.database import Unit
    from rabis_sync.store.statements import Statement
    from rabis_sync.wiring.assembly import Assembly

    Count = Callable[[Unit, Period | None, str | None], Statement]


def counting(assembly: Assembly) -> Count:
    """Counts the fund of this library; without a period that of the last year in which anything happened."""
    settings = fund_settings(assembly)

    @uncollected()
    def count(unit: Unit, period: Period | None, branch: str | None) -> Statement:
        counted = read(unit, settings)
        if period is None:
            today = datetime.now(assembly.zone).date().isoformat()
            period = Period.parse(last_year(counted.flows, today))
        found = statement(
            counted, window(period), settings.rules, settings.classes.classes, branch or "", posted(unit)
        )
        names = assembly.configuration.library.name
        return replace(found, library={"kk": names.kk, "ru": names.ru, "en": names.en})

    return count


def fund_settings(assembly: Assembly) -> FundSettings:
    """What a statement of the fund needs."""
    return FundSettings(
        dialects=assembly.families,
        classes=assembly.mapping("content_classes.toml", ContentClasses),
        rules=assembly.mapping("fund.toml", FundRules),
        policy=assembly.policy,
    )


def window(period: Period) -> Window:
    """A period as days."""
    return Window(period.label, period.first.isoformat(), period.after.isoformat())
