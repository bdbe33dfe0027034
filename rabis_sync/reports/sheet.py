"""The change sheet beside an import batch: for each record what it is, what changed in it and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.reports.contrast import is_field, shown
from rabis_sync.reports.forms import spreadsheet
from rabis_sync.reports.table import Column, Row, Table, legible
from rabis_sync.reports.wording import both_shown, look_alikes_of, said_of_finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from rabis_sync.reports.texts import Texts

_KEYS = (("record", "code", 19), ("title", "text", 32), ("path", "code", 13), ("before", "text", 36),
         ("after", "text", 36), ("why", "text", 46))  # fmt: skip


class Line(NamedTuple):
    """One line of the sheet.

    Attributes:
        record: control number.
        title: of the record.
        path: address of the place that changed.
        before: its text in the catalogue.
        after: its text in the batch.
        reasons: rule, severity and what the rule's sentence names.
    """

    record: str
    title: str
    path: str
    before: str
    after: str
    reasons: Sequence[tuple[str, str, Mapping[str, Any]]]


def write(
    changes: Sequence[Line],
    refused: Sequence[tuple[str, str]],
    *,
    batch: str,
    texts: Texts,
    lang: str,
    now: datetime,
) -> bytes:
    """The sheet as an XLSX workbook.

    Args:
        changes: in the order of the batch.
        refused: control numbers of records that the batch does not hold, with the reason in English.
        batch: name of the file of the batch.
        texts: sentences for people.
        lang: kk, ru or en.
        now: moment of making, in the library's zone.
    """
    records = len({change.record for change in changes})
    remarks = [
        texts.say("sheet.made", lang, batch=batch, at=_moment(now, lang), records=records, lines=len(changes))
    ]
    remarks.append(texts.say("sheet.use", lang))
    if refused:
        numbers = ", ".join(number for number, _ in refused)
        remarks.append(texts.say("sheet.refused", lang, records=len(refused), numbers=numbers))
    columns = tuple(
        Column(key, kind, width, texts.say(f"column.{key}", lang))  # type: ignore[arg-type]  # of the table above
        for key, kind, width in _KEYS
    )
    table = Table(
        name="changes",
        lang=lang,
        title=texts.say("sheet.title", lang),
        remarks=tuple(remarks),
        empty=texts.say("sheet.empty", lang),
        columns=columns,
        rows=tuple(_row(change, texts, lang) for change in changes),
    )
    return spreadsheet.write(table, now)


def _row(change: Line, texts: Texts, lang: str) -> Row:
    words = [pair for _, _, params in change.reasons for pair in look_alikes_of(params)]
    before, after = both_shown(
        texts, (change.before, change.after), words, lang, whole_field=is_field(change.path)
    )
    why = " ".join(said_of_finding(texts, rule, params, lang) for rule, _, params in change.reasons)
    cells = (
        change.record,
        legible(change.title),
        shown(change.path),
        before,
        after,
        legible(why),
    )
    gravest = min((severity for _, severity, _ in change.reasons), key=["error", "warning", "info"].index)
    return Row(cells, gravest)


def _moment(now: datetime, lang: str) -> str:
    return now.strftime("%Y-%m-%d %H:%M" if lang == "en" else "%d.%m.%Y %H:%M")
