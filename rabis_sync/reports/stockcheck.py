"""A stock check as people sign it: the act with its totals, its progress, a list of each outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rabis_sync.reports.acts import (
    Commission,
    approval,
    commission_named,
    day_shown,
    document,
    signatures,
    total,
)
from rabis_sync.reports.amounts import grouped
from rabis_sync.reports.inquiry import stamp
from rabis_sync.reports.paper import Grid, Paper
from rabis_sync.reports.table import Column, Row, Table, legible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import tzinfo

    from rabis_sync.reports.inquiry import Document
    from rabis_sync.reports.table import Kind, Value
    from rabis_sync.reports.texts import Texts

SCHEMA = "rabis-sync/stockcheck/1"
#: Outcomes that the copies of the branch are parted into, and those of what else was read.
OWN = ("found", "away", "missing", "ambiguous", "uncheckable")
OTHERS = ("elsewhere", "written_off", "unknown")

#: Kind and width, in characters, of each column of a list.
COLUMNS: Mapping[str, tuple[Kind, int]] = {
    "row": ("code", 6),
    "inventory_number": ("code", 14),
    "document": ("text", 40),
    "year": ("code", 7),
    "call_number": ("text", 14),
    "price": ("money", 11),
    "quantity": ("number", 7),
    "amount": ("money", 13),
    "branch": ("text", 20),
    "act": ("text", 18),
    "status": ("text", 16),
    "remark": ("text", 24),
    "read": ("text", 26),
    "candidates": ("text", 52),
    "scanned": ("text", 34),
    "why": ("text", 34),
}
#: The columns of the list of each outcome.
LISTS: Mapping[str, tuple[str, ...]] = {
    "missing": (
        *("row", "inventory_number", "document", "year", "call_number", "price", "quantity", "amount"),
        "remark",
    ),
    "elsewhere": ("row", "inventory_number", "document", "branch", "read"),
    "written_off": ("row", "inventory_number", "document", "act", "remark", "read"),
    "unknown": ("row", "inventory_number", "scanned", "read"),
    "ambiguous": ("row", "inventory_number", "candidates", "read"),
    "away": ("row", "inventory_number", "document", "call_number", "status"),
    "uncheckable": ("row", "document", "year", "call_number", "quantity"),
}
#: Lists that people sign; the others are to work with.
SIGNED = frozenset({"missing", "elsewhere", "written_off", "unknown", "uncheckable"})
#: Places of a scan that one cell names.
_PLACES = 3


@dataclass(frozen=True, slots=True)
class About:
    """What the paper says beside the check itself.

    Attributes:
        library: its name by language.
        instruction: how the instruction in force is cited, by language; None where none is known.
        commission: who signs.
        now: moment of making, in the library's zone.
    """

    library: Mapping[str, str]
    instruction: Mapping[str, str] | None
    commission: Commission
    now: datetime


def machine(told: Mapping[str, Any], now: datetime) -> Document:
    """The document for machines; its shape is ``schemas/stockcheck.json``."""
    return {"schema": SCHEMA, "generated_at": stamp(now), **told}


def paper(told: Mapping[str, Any], about: About, texts: Texts, lang: str) -> Paper:
    """The act in a language.

    Args:
        told: the check, as `machine` has it.
        about: what else the paper says.
        texts: sentences for people.
        lang: kk, ru or en.
    """
    return _Layout(told, about, texts, lang).paper()


def flat(told: Mapping[str, Any], texts: Texts, lang: str) -> Table:
    """Every outcome in one table, a line each, for whoever filters and counts in a spreadsheet."""
    keys = (
        *("outcome", "inventory_number", "barcode", "document", "year", "branch", "call_number", "price"),
        *("quantity", "act", "status", "remark", "read"),
    )
    rows = _Layout(told, None, texts, lang).rows(keys)
    columns = tuple(Column(key, *COLUMNS.get(key, ("text", 20)), label_of(texts, key, lang)) for key in keys)
    title = texts.say("stock.title", lang)
    return Table("stockcheck", lang, title, (), texts.say("stock.none", lang), columns, rows)


def label_of(texts: Texts, key: str, lang: str) -> str:
    """The heading of a column: as acts have it, else of our own."""
    code = f"act_column.{key}"
    return texts.say(code if texts.knows(code) else f"stock_column.{key}", lang)


class _Layout:
    def __init__(self, told: Mapping[str, Any], about: About | None, texts: Texts, lang: str) -> None:
        self._told, self._given, self._texts, self._lang = told, about, texts, lang
        self._totals = told["totals"]
        self._findings: dict[str, list[Mapping[str, Any]]] = {}
        for one in told["findings"]:
            self._findings.setdefault(one["outcome"], []).append(one)

    @property
    def _about(self) -> About:
        assert self._given is not None, "a paper says whose it is"
        return self._given

    def rows(self, keys: Sequence[str]) -> tuple[Row, ...]:
        """A line for every finding."""
        found = enumerate(self._told["findings"], 1)
        return tuple(Row(tuple(self._cell(key, at, one) for key in keys)) for at, one in found)

    def paper(self) -> Paper:
        say, about = self._say, self._about
        return Paper(
            name="stockcheck",
            lang=self._lang,
            library=about.library[self._lang],
            title=say("stock.title"),
            subtitle=self._named(),
            approval=approval(about.commission, say),
            opening=tuple(self._opening()),
            grids=(self._summary(), self._progress(), *self._lists()),
            closing=tuple(self._closing()),
            signatures=signatures(about.commission, say),
            caption=(say("sign.under_signature"), say("sign.under_name")),
            running=say("stock.running", act=self._named(), branch=self._told["check"]["branch"]),
            sheet=say("act.sheet"),
        )

    def _say(self, code: str, /, **params: object) -> str:
        return self._texts.say(code, self._lang, **params)

    def _day(self, moment: str | None) -> str:
        at = datetime.fromisoformat(moment) if moment else self._about.now
        zone: tzinfo | None = self._about.now.tzinfo
        return day_shown(at.astimezone(zone).date(), self._lang)

    def _named(self) -> str:
        check = self._told["check"]
        return self._say("act.named", number=check["id"], day=self._day(check["closed_at"]))

    def _opening(self) -> Iterator[str]:
        check, about = self._told["check"], self._about
        yield self._say("act.commission", **commission_named(about.commission))
        if check["closed_at"] is None:
            yield self._say("stock.not_closed")
        yield self._say(
            "stock.states",
            branch=check["branch"], first=self._day(check["opened_at"]), last=self._day(check["closed_at"]),
        )  # fmt: skip
        yield self._say(
            "stock.read",
            files=len(self._told["files"]),
            **{
                name: grouped(self._totals[name], self._lang)
                for name in ("scans", "unread", "repeated_within", "repeated_across")
            },
        )
        if about.instruction:
            yield self._say("act.instruction", instruction=about.instruction[self._lang])

    def _closing(self) -> Iterator[str]:
        for lang in dict.fromkeys((self._lang, "kk", "ru")):
            copies, amount = self._totals["missing"], Decimal(self._totals["missing_amount"])
            if copies:
                yield total(self._texts, "stock.missing_total", lang, copies, amount)
            else:
                yield self._texts.say("stock.nothing_missing", lang)
        if self._totals["missing_unpriced"]:
            yield self._say("stock.unpriced", copies=grouped(self._totals["missing_unpriced"], self._lang))
        yield self._say("stock.attached")

    def _summary(self) -> Grid:
        """Copies of the branch by outcome, which add up, then what else was read."""
        rows: list[tuple[Value, ...]] = [
            (self._word("stock_outcome", name), self._totals[name])
            for name in OWN
            if self._totals[name] or name in {"found", "missing"}
        ]
        return Grid(
            name="summary",
            title=self._say("stock.summary"),
            columns=(self._column("outcome", "text", 60), self._column("quantity", "number", 14)),
            rows=tuple(rows),
            total=self._say("stock.expected"),
            summed=frozenset({"quantity"}),
            after=tuple((self._word("stock_outcome", name), self._totals[name]) for name in OTHERS),
        )

    def _progress(self) -> Grid:
        """Of what is expected in each range, what was read."""
        keys = ("by", "label", "expected", "read", "away", "missing")
        widths = {"by": 12, "label": 24}
        columns = tuple(
            self._column(f"range_{key}", "code" if key in widths else "number", widths.get(key, 12))
            for key in keys
        )
        rows = [
            (
                self._word("stock_range", one["by"]), one["label"] or "—",
                one["expected"], one["read"], one["away"], one["missing"],
                _percent(one["read"] + one["away"], one["expected"]),
            )
            for one in self._told["ranges"]
        ]  # fmt: skip
        return Grid(
            name="progress",
            title=self._say("stock.progress"),
            columns=(*columns, self._column("range_done", "number", 10)),
            rows=tuple(rows),
            sheet=self._say("stock.progress_sheet"),
            signed=False,
        )

    def _lists(self) -> Iterator[Grid]:
        for outcome, names in LISTS.items():
            found = self._findings.get(outcome, [])
            if found:
                yield self._list(outcome, names, found)
        doubtful = [one for one in self._findings.get("found", []) if one["marks"]]
        if doubtful:
            yield self._list("doubtful", ("row", "inventory_number", "document", "remark", "read"), doubtful)
        within = [one for one in self._told["repeats"] if one["within"]]
        if within:
            yield self._list("repeated", ("row", "inventory_number", "read"), within)
        if self._told["unread"]:
            yield self._list("unread", ("row", "scanned", "why", "read"), self._told["unread"])

    def _list(self, name: str, names: Sequence[str], found: Sequence[Mapping[str, Any]]) -> Grid:
        cells = [tuple(self._cell(key, at, one) for key in names) for at, one in enumerate(found, 1)]
        summed = frozenset({"quantity", "amount"} & set(names))
        return Grid(
            name=name,
            title=self._say(f"stock_list.{name}.title"),
            notes=(self._say(f"stock_list.{name}.do"),),
            columns=tuple(self._column(key, *COLUMNS[key]) for key in names),
            rows=tuple(cells),
            total=self._say("act.total") if summed else "",
            summed=summed,
            product={"amount": ("price", "quantity")} if "amount" in names else {},
            sheet=self._say(f"stock_list.{name}.sheet"),
            signed=name in SIGNED,
        )

    def _column(self, key: str, kind: Kind, width: int) -> Column:
        return Column(key, kind, width, label_of(self._texts, key, self._lang))

    def _cell(self, key: str, at: int, one: Mapping[str, Any]) -> Value:
        made: Mapping[str, Callable[[], Value]] = {
            "row": lambda: at,
            "outcome": lambda: self._word("stock_outcome", one["outcome"]),
            "inventory_number": lambda: legible(one["number"]),
            "document": lambda: document(one.get("author", ""), one.get("title", "")),
            "price": lambda: _money(one),
            "quantity": lambda: one["copies"],
            "amount": lambda: None if (price := _money(one)) is None else price * one["copies"],
            "act": lambda: ", ".join(filter(None, (one.get("act"), one.get("act_date")))),
            "status": lambda: self._word("item_status", one.get("status", "")),
            "remark": lambda: "; ".join(self._remark(mark, one) for mark in one["marks"]),
            "read": lambda: _places(one.get("reads", [one])),
            "candidates": lambda: "\n".join(_candidate(each) for each in one.get("candidates", ())),
            "scanned": lambda: _scanned(one.get("text") or _texts(one.get("reads", ()))),
            "why": lambda: self._word("stock_problem", one.get("problem", "")),
        }
        value = made[key]() if key in made else one.get(key)
        return None if value == "" else value

    def _remark(self, mark: str, one: Mapping[str, Any]) -> str:
        return self._say(
            f"stock_mark.{mark}", branch=one.get("booked_branch", ""), status=one.get("status", "")
        )

    def _word(self, group: str, value: str) -> str:
        return self._texts.word(group, value, self._lang) if value else ""


def _money(one: Mapping[str, Any]) -> Decimal | None:
    """The price in tenge; none where it is in another currency, since sums would mix them."""
    return Decimal(one["price"]) if one.get("price") and one.get("currency") == "KZT" else None


def _places(reads: Sequence[Mapping[str, Any]]) -> str:
    """«scan1.txt: 17; scan2.txt: 4; … (+3)»."""
    told = "; ".join(legible(f"{read['file']}: {read['line']}") for read in reads[:_PLACES])
    return told + (f" (+{len(reads) - _PLACES})" if len(reads) > _PLACES else "")


def _texts(reads: Sequence[Mapping[str, Any]]) -> str:
    return str(reads[0]["text"]) if reads else ""


def _scanned(raw: str) -> str:
    return legible(raw.replace("\t", " | "))


def _candidate(one: Mapping[str, Any]) -> str:
    return " · ".join(
        filter(None, (document(one["author"], one["title"]), str(one["year"] or ""), one["branch"]))
    )


def _percent(part: int, whole: int) -> int:
    return 100 * part // whole if whole else 100
