"""The door to the reports: ask for one by name and form, in the reader's language."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from rabis_sync.errors import ConfigError, UnknownName
from rabis_sync.registry import Registry
from rabis_sync.reports.forms import delimited, machine, page, spreadsheet, typescript
from rabis_sync.reports.inquiry import Document, Inquiry, Part, Report, stamp
from rabis_sync.reports.period import Period
from rabis_sync.reports.table import Column, Row, Table
from rabis_sync.reports.texts import LANGUAGES, Texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.reports.inquiry import Count
    from rabis_sync.store.database import Unit

REPORTS: Registry[Report] = Registry("rabis_sync.reports.lists", "REPORT", "report")

_NO_DIALECTS: Mapping[str, Dialect] = MappingProxyType({})

#: Forms for people by name; ``json`` is the one for machines.
FORMS: Mapping[str, Callable[[Table, datetime], bytes]] = MappingProxyType(
    {
        "table": typescript.write,
        "csv": delimited.write,
        "xlsx": spreadsheet.write,
        "html": page.write,
    }
)


def names() -> list[str]:
    """Every report there is."""
    return REPORTS.names()


def forms() -> list[str]:
    """Every form a report can be written in."""
    return sorted([*FORMS, "json"])


def render(  # noqa: PLR0913  what the library gives, and what the reader wishes, by name
    name: str,
    unit: Unit,
    *,
    form: str,
    lang: str,
    texts: Texts,
    now: datetime,
    dialects: Mapping[str, Dialect] = _NO_DIALECTS,
    branch: str | None = None,
    period: str | None = None,
    count: Count | None = None,
) -> bytes:
    """A whole report as a file.

    Args:
        name: one of `names`.
        unit: the view of the store it tells of.
        form: one of `forms`.
        lang: kk, ru or en; JSON holds all three.
        texts: sentences for people.
        now: moment of asking; moments are shown in its time zone, which should be the library's.
        dialects: by family; titles are read through them (without one, a record is shown by its number).
        branch: only this branch, where the report has branches.
        period: only these days, where the report has days (see `Period.parse`).
        count: gives the statement of the fund.

    Raises:
        UnknownName: no such report, form, language or branch.
        ConfigError: the report cannot be narrowed like that, or the period is none.
    """
    if form not in forms():
        raise UnknownName("report form", form, forms())
    inquiry = _checked(name, Inquiry(unit, texts, lang, now, dialects, branch, _days(period), count))
    if form in REPORTS.get(name).forms:
        return REPORTS.get(name).forms[form](inquiry)
    if form == "json":
        return machine.write(_document(name, inquiry))
    return FORMS[form](_table(name, inquiry), now)


def table(
    name: str,
    unit: Unit,
    *,
    lang: str,
    texts: Texts,
    now: datetime,
    dialects: Mapping[str, Dialect] = _NO_DIALECTS,
    branch: str | None = None,
    period: str | None = None,
    count: Count | None = None,
) -> Table:
    """A report as plain values, for whoever shows it in another way; arguments and errors as of `render`."""
    inquiry = Inquiry(unit, texts, lang, now, dialects, branch, _days(period), count)
    return _table(name, _checked(name, inquiry))


def _days(period: str | None) -> Period | None:
    return None if period is None else Period.parse(period)


def _checked(name: str, inquiry: Inquiry) -> Inquiry:
    """The inquiry, when this report can answer it."""
    report = REPORTS.get(name)
    if inquiry.lang not in LANGUAGES:
        raise UnknownName("language", inquiry.lang, LANGUAGES)
    for kind, given in (("branch", inquiry.branch), ("period", inquiry.period)):
        if given is not None and kind not in report.narrowed_by:
            able = [other for other in names() if kind in REPORTS.get(other).narrowed_by]
            hint = f"Reports with a {kind}: {', '.join(able)}."
            raise ConfigError(f"report {name!r} has no {kind}", hint=hint)
    if inquiry.branch is not None:
        known = inquiry.unit.ledgers.branches()
        if inquiry.branch not in known:
            raise UnknownName("branch", inquiry.branch, known)
    return inquiry


def _document(name: str, inquiry: Inquiry) -> Document:
    runs = inquiry.unit.runs.latest(1)
    return {
        "schema": f"rabis-sync/{name}/1",
        "generated_at": stamp(inquiry.now),
        "run": runs[0]["id"] if runs else None,
        **REPORTS.get(name).document(inquiry),
    }


def _table(name: str, inquiry: Inquiry) -> Table:
    report = REPORTS.get(name)
    rows = tuple(report.rows(inquiry))
    parts = report.parts(inquiry) if report.parts else ()
    return Table(
        name=name,
        lang=inquiry.lang,
        title=inquiry.say(f"report.{name}.title"),
        remarks=_remarks(name, inquiry, rows),
        empty=inquiry.say(f"report.{name}.empty"),
        columns=_labelled(report.columns, inquiry),
        rows=rows,
        sheet=inquiry.say(f"report.{name}.sheet") if parts else "",
        parts=tuple(_part(name, part, inquiry) for part in parts if part.rows),
    )


def _part(name: str, part: Part, inquiry: Inquiry) -> Table:
    """A part with the texts of the reader's language."""
    signs = ("prepared", "accountant", "date") if part.signed else ()
    return Table(
        name=name,
        lang=inquiry.lang,
        title=inquiry.say(f"part.{part.name}.title", **part.params),
        remarks=(inquiry.say(f"part.{part.name}.use", **part.params),),
        empty="",
        columns=_labelled(part.columns, inquiry),
        rows=tuple(part.rows),
        sheet=inquiry.say(f"part.{part.name}.sheet", **part.params),
        closing=tuple(inquiry.say(f"sign.{one}") for one in signs),
        leads=part.leads,
        apart=part.apart,
    )


def _labelled(columns: tuple[Column, ...], inquiry: Inquiry) -> tuple[Column, ...]:
    return tuple(replace(one, label=inquiry.say(f"column.{one.key}")) for one in columns)


def _remarks(name: str, inquiry: Inquiry, rows: tuple[Row, ...]) -> tuple[str, ...]:
    """When it was made and of which part, how many lines, and what the reader may do with them."""
    made = [inquiry.say("remark.made", at=inquiry.moment(inquiry.now))]
    if inquiry.branch is not None:
        made.append(inquiry.say("remark.branch", branch=inquiry.branch))
    if inquiry.period is not None:
        last = inquiry.period.last
        made.append(
            inquiry.say(
                "remark.period",
                first=inquiry.day(inquiry.period.first.isoformat()),
                last=inquiry.day(last.isoformat()),
            )
        )
    if not rows:
        return (" ".join(made),)
    return " ".join(made), _counted(name, inquiry, rows), inquiry.say(f"report.{name}.use")


def _counted(name: str, inquiry: Inquiry, rows: tuple[Row, ...]) -> str:
    """How many lines there are, and how many of each kind where the report has kinds."""
    report = REPORTS.get(name)
    keys = [column.key for column in report.columns]
    if report.counted_by not in keys:
        return inquiry.say("remark.lines", lines=len(rows))
    at = keys.index(report.counted_by)
    kinds = [f"{kind} — {number}" for kind, number in Counter(row.cells[at] for row in rows).items()]
    return inquiry.say("remark.kinds", lines=len(rows), kinds=kinds)
