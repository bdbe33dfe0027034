"""A stretch of days as people write it: ``2023``, ``2023-Q4``, ``2023-10``, ``2023-10-05``, ``FROM..TO``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from rabis_sync.errors import ConfigError

if TYPE_CHECKING:
    from datetime import tzinfo

_FORM = re.compile(r"(\d{4})(?:-Q([1-4])|-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` up to, but without, `after`."""

    first: date
    after: date

    @staticmethod
    def parse(text: str) -> Period:
        """Read a period; in ``FROM..TO`` both ends belong to it.

        Raises:
            ConfigError: it is no period, or it ends before it begins.
        """
        begin, dots, end = text.partition("..")
        period = Period(_span(begin, text)[0], _span(end if dots else begin, text)[1])
        if period.after <= period.first:
            raise _refused(text)
        return period

    @property
    def label(self) -> str:
        """The shortest way to write it: ``2023``, ``2023-Q4``, ``2023-10``, else ``FROM..TO``."""
        first, after = self.first, self.after
        if first.day == after.day == 1:
            months = 12 * (after.year - first.year) + after.month - first.month
            if months == 12 and first.month == 1:
                return f"{first.year}"
            if months == 3 and first.month % 3 == 1:
                return f"{first.year}-Q{first.month // 3 + 1}"
            if months == 1:
                return f"{first:%Y-%m}"
        return f"{first.isoformat()}..{self.last.isoformat()}"

    @property
    def last(self) -> date:
        """The last day that belongs to it."""
        return self.after - timedelta(days=1)

    def bounds(self, zone: tzinfo | None) -> tuple[datetime, datetime]:
        """First moment of the period and first moment after it, in the zone where its days are counted."""
        midnight = datetime.min.time()
        return (
            datetime.combine(self.first, midnight, zone),
            datetime.combine(self.after, midnight, zone),
        )


def _span(part: str, whole: str) -> tuple[date, date]:
    found = _FORM.fullmatch(part.strip())
    if not found:
        raise _refused(whole)
    year, quarter, month, day = (int(group) if group else 0 for group in found.groups())
    try:
        if day:
            return date(year, month, day), date(year, month, day) + timedelta(days=1)
        first, length = (month, 1) if month else (3 * quarter - 2, 3) if quarter else (1, 12)
        return date(year, first, 1), _months_later(year, first, length)
    except (ValueError, OverflowError):
        raise _refused(whole) from None


def _months_later(year: int, month: int, length: int) -> date:
    passed = month - 1 + length
    return date(year + passed // 12, passed % 12 + 1, 1)


def _refused(text: str) -> ConfigError:
    hint = "Write 2023, 2023-Q4, 2023-10, 2023-10-05 or 2023-10-01..2023-12-31."
    return ConfigError(f"{text!r} is no period", hint=hint)
