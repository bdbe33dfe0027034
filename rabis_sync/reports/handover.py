"""The sheet in a hand-over package: every book, its files and the right to publish it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rabis_sync.reports.forms import spreadsheet
from rabis_sync.reports.table import Column, Row, Table, legible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from rabis_sync.reports.texts import Texts

COLUMNS = (
    Column("item", "code", 24),
    Column("record", "code", 18),
    Column("title_kk", width=40),
    Column("title_ru", width=40),
    Column("author", width=30),
    Column("published_in", width=20),
    Column("publisher", width=24),
    Column("year", "number", 8),
    Column("extent", width=16),
    Column("language", width=14),
    Column("udc", "code", 16),
    Column("bbk", "code", 16),
    Column("isbn", "code", 18),
    Column("summary", width=50),
    Column("basis", width=34),
    Column("contract", width=44),
    Column("rights_uri", "code", 40),
    Column("numbers", "code", 24),
    Column("folder", "code", 30),
    Column("files", width=34),
)


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract as the sheet tells it; no day of an end: it has none."""

    number: str
    signed: date | None
    until: date | None
    holder: str


@dataclass(frozen=True, slots=True)
class Line:
    """One book: values of the columns as people read them; basis and contracts are told in words."""

    cells: dict[str, str | int | None]
    basis: str
    contracts: tuple[Contract, ...]
    files: int


def workbook(lines: Sequence[Line], library: str, texts: Texts, lang: str, now: datetime) -> bytes:
    """The sheet as XLSX, with lines for both signatures.

    Args:
        lines: in the order of the package.
        library: who hands over, in that language.
        texts: sentences for people.
        lang: kk, ru or en.
        now: moment of making, in the library's zone.
    """
    made = texts.say(
        "handover.made",
        lang,
        library=library,
        at=_day(now.date(), lang),
        books=len(lines),
        files=sum(line.files for line in lines),
    )
    table = Table(
        name="handover",
        lang=lang,
        title=texts.say("handover.title", lang),
        remarks=(made,),
        empty=texts.say("handover.empty", lang),
        columns=tuple(replace(one, label=texts.say(f"column.{one.key}", lang)) for one in COLUMNS),
        rows=tuple(_row(line, texts, lang) for line in lines),
        closing=(texts.say("handover.received", lang),),
    )
    return spreadsheet.write(table, now)


def _row(line: Line, texts: Texts, lang: str) -> Row:
    told = {
        **line.cells,
        "basis": texts.word("basis", line.basis, lang),
        "contract": "\n".join(_contract(one, texts, lang) for one in line.contracts),
    }
    values = (told.get(column.key) for column in COLUMNS)
    return Row(tuple(legible(value) if isinstance(value, str) else value for value in values))


def _contract(contract: Contract, texts: Texts, lang: str) -> str:
    return texts.say(
        "handover.contract",
        lang,
        number=contract.number,
        signed=_day(contract.signed, lang) if contract.signed else "",
        until=_day(contract.until, lang) if contract.until else texts.say("handover.no_end", lang),
        holder=contract.holder,
    )


def _day(day: date, lang: str) -> str:
    return day.isoformat() if lang == "en" else day.strftime("%d.%m.%Y")
