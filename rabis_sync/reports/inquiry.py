"""What a report is made from and what it is: one view of the store, the reader's wishes, two answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rabis_sync.errors import ConfigError
from rabis_sync.marc.cyrillic import sort_key
from rabis_sync.marc.fields import MarcRecord
from rabis_sync.marc.record import Record
from rabis_sync.reports.table import legible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.reports.period import Period
    from rabis_sync.reports.table import Column, Row
    from rabis_sync.reports.texts import Texts
    from rabis_sync.store.database import Unit
    from rabis_sync.store.statements import Statement

    Count = Callable[[Unit, Period | None, str | None], Statement]

Document = dict[str, Any]

#: Order of gravity; what has none comes last.
GRAVITY = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class Inquiry:
    """One question to the store.

    Attributes:
        unit: the view that every part of the answer comes from.
        texts: sentences for people.
        lang: the reader's language.
        now: moment of asking; its zone is the one in which moments are shown and days counted.
        dialects: by family, to read titles; a record of a family without one is shown by its number.
        branch: only this branch, as it is written in the catalogue or the books.
        period: only these days.
        count: gives the statement of the fund for a branch and a period; None where nobody can count it.
    """

    unit: Unit
    texts: Texts
    lang: str
    now: datetime
    dialects: Mapping[str, Dialect]
    branch: str | None = None
    period: Period | None = None
    count: Count | None = None

    @cached_property
    def statement(self) -> Statement:
        """The statement of the fund that is asked for, counted once.

        Raises:
            ConfigError: nobody can count it here.
        """
        if self.count is None:
            raise ConfigError("the fund cannot be counted here", hint="Ask `rabis-sync report fund` for it.")
        return self.count(self.unit, self.period, self.branch)

    def say(self, code: str, /, **params: object) -> str:
        """A sentence in the reader's language."""
        return self.texts.say(code, self.lang, **params)

    def word(self, group: str, value: str) -> str:
        """A word of a closed list in the reader's language."""
        return self.texts.word(group, value, self.lang)

    def moment(self, at: datetime | None) -> str:
        """A moment as people write it, in the zone of `now`: day first in Kazakh and Russian."""
        if at is None:
            return ""
        return at.astimezone(self.now.tzinfo).strftime(
            "%Y-%m-%d %H:%M" if self.lang == "en" else "%d.%m.%Y %H:%M"
        )

    def date(self, at: datetime) -> str:
        """The day of a moment, in the zone of `now`."""
        return self.day(at.astimezone(self.now.tzinfo).date().isoformat())

    def day(self, iso: str) -> str:
        """An ISO date as people write it; anything else as it is."""
        try:
            found = datetime.strptime(iso, "%Y-%m-%d")  # noqa: DTZ007  a day of the calendar has no zone
        except ValueError:
            return iso
        return iso if self.lang == "en" else found.strftime("%d.%m.%Y")

    def alphabetical(self, text: str) -> Any:
        """Key that sorts by the alphabet of the reader's language."""
        return sort_key(text, self.lang)

    def titles(self, records: Iterable[int]) -> dict[int, str]:
        """Titles by record id, as people read them."""
        return {number: record.title() for number, record in self.records(records)}

    def records(self, records: Iterable[int]) -> Iterator[tuple[int, Record]]:
        """Records by their ids; one of a family without a dialect cannot be read and is left out."""
        for number, stored in self.unit.records.get(sorted(set(records))).items():
            if stored.family in self.dialects:
                marc = MarcRecord.from_canonical(stored.canonical)
                yield number, Record(marc, self.dialects[stored.family])

    def numbered(self, source: str, control_number: str) -> str:
        """A control number, with its source where the library has several."""
        return f"{source}: {control_number}" if self.several_sources else control_number

    @cached_property
    def several_sources(self) -> bool:
        """True when a control number alone does not say which record is meant."""
        return len(self.unit.records.sources()) > 1


@dataclass(frozen=True, slots=True)
class Part:
    """A table that belongs to a report: ``part.NAME`` has its texts.

    Attributes:
        name: key of its texts.
        columns: without headings.
        rows: in the order of reading; a part without any is left out.
        params: values for its texts.
        leads, apart: as of `table.Table`.
        signed: people sign it.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    params: Mapping[str, object] = field(default_factory=dict)
    leads: bool = False
    apart: bool = False
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its document for machines, its columns and rows for people, and what may narrow it.

    Attributes:
        document: the promised shape, without the keys that every report has.
        columns: without headings; these are texts.
        rows: the same findings for reading, in the order of reading.
        narrowed_by: ``branch`` and ``period``, as far as they make sense.
        counted_by: the column whose values are counted for the remarks, if any.
        parts: what else belongs to it.
        forms: forms that it writes itself, by name.
    """

    document: Callable[[Inquiry], Document]
    columns: tuple[Column, ...]
    rows: Callable[[Inquiry], Sequence[Row]]
    narrowed_by: frozenset[str] = frozenset()
    counted_by: str = ""
    parts: Callable[[Inquiry], Sequence[Part]] | None = None
    forms: Mapping[str, Callable[[Inquiry], bytes]] = field(default_factory=dict)


def stamp(moment: datetime) -> str:
    """A moment for machines: ISO 8601, UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def picked(row: Mapping[str, Any], *names: str) -> Document:
    """These columns of a row."""
    return {name: row[name] for name in names}


def plain(text: str | None) -> str:
    """Text of a cell: nothing instead of None, and nothing hidden in it."""
    return legible(text or "")
