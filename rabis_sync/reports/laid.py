"""A statement in the reader's language: sheets of tables with headings over several rows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from rabis_sync.reports.inquiry import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rabis_sync.reports.inquiry import Inquiry
    from rabis_sync.store.statements import Check, Head, HeadKind, Label, StatementTable, TableLine

Value = int | Decimal | str | None


@dataclass(frozen=True, slots=True)
class LaidHead:
    """A column: its headings from the outermost to its own, and as of `statements.Head`."""

    words: tuple[str, ...]
    kind: HeadKind
    terms: tuple[tuple[int, int], ...] = ()
    ratio: tuple[int, int] | None = None
    width: int = 10


@dataclass(frozen=True, slots=True)
class LaidLine:
    """A line: words, values, what it adds up, how heavy it is (0 plain, 1 subtotal, 2 total); how grave."""

    words: tuple[str, ...]
    values: tuple[Value, ...]
    sums: tuple[tuple[int, int], ...] = ()
    weight: int = 0
    severity: str = ""


@dataclass(frozen=True, slots=True)
class LaidTable:
    """A table: title, headings of the columns of words with widths, columns of values, lines.

    Attributes:
        remarks: lines under the title.
        empty: said where there is no line.
    """

    title: str
    first: tuple[tuple[str, int], ...]
    heads: tuple[LaidHead, ...]
    lines: tuple[LaidLine, ...]
    remarks: tuple[str, ...] = ()
    empty: str = ""

    @property
    def levels(self) -> int:
        """Rows of its heading."""
        return max((len(head.words) for head in self.heads), default=1)

    def spans(self) -> Iterator[tuple[int, int, int, int, str]]:
        """Cells of the heading: row, column, rows, columns, text; columns are counted with those of words."""
        levels, offset = self.levels, len(self.first)
        for at, (word, _) in enumerate(self.first):
            yield 0, at, levels, 1, word
        for row in range(levels):
            column = 0
            while column < len(self.heads):
                words = self.heads[column].words
                if row >= len(words):
                    column += 1
                    continue
                last = row == len(words) - 1
                width = 1 if last else self._alike(column, row)
                yield row, offset + column, levels - row if last else 1, width, words[row]
                column += width

    def _alike(self, column: int, row: int) -> int:
        """Columns from this one on that stand under the same headings."""
        words = self.heads[column].words
        width = 1
        for head in self.heads[column + 1 :]:
            if len(head.words) <= row + 1 or head.words[: row + 1] != words[: row + 1]:
                break
            width += 1
        return width


@dataclass(frozen=True, slots=True)
class LaidSheet:
    """What is printed together.

    Attributes:
        name: of the sheet.
        above: lines at its head: whose it is, of which period.
        tables: one under the other.
        closing: lines for signatures.
    """

    name: str
    above: tuple[str, ...]
    tables: tuple[LaidTable, ...]
    closing: tuple[str, ...] = ()


#: Sheets that people sign.
_SIGNED = frozenset(
    {"movement", "acquired", "written_off", "stock", "ksu_acquired", "ksu_written_off", "ksu_totals"}
)
SIGNS = ("prepared", "accountant", "date")


def sheets(inquiry: Inquiry) -> tuple[LaidSheet, ...]:
    """Every sheet of the statement that is asked for, the one of its identities last but one."""
    found = inquiry.statement
    names = list(dict.fromkeys(table.sheet for table in found.tables))
    laid = []
    for name in names:
        tables = tuple(_table(inquiry, one) for one in found.tables if one.sheet == name)
        signs = tuple(inquiry.say(f"sign.{one}") for one in SIGNS) if name in _SIGNED else ()
        laid.append(LaidSheet(inquiry.say(f"fund_sheet.{name}"), above(inquiry), tables, signs))
    if found.corrections:
        laid.append(
            LaidSheet(inquiry.say("fund_sheet.corrections"), above(inquiry), (_corrections(inquiry),))
        )
    told = (_checks(inquiry), *((_gaps(inquiry),) if found.gaps else ()))
    laid.append(LaidSheet(inquiry.say("fund_sheet.checks"), above(inquiry), told))
    return tuple(laid)


def above(inquiry: Inquiry) -> tuple[str, ...]:
    """Whose statement it is, of which days, of which branch, and whether the period is closed."""
    found = inquiry.statement
    days = inquiry.say("fund_above.period", first=inquiry.day(found.first), last=inquiry.day(found.last))
    lines = [found.library.get(inquiry.lang, ""), days]
    if found.branch:
        lines.append(inquiry.say("remark.branch", branch=found.branch))
    if found.closed:
        lines.append(inquiry.say("fund_above.closed", period=found.closed, digest=found.digest[:12]))
    return tuple(filter(None, lines))


def _said(inquiry: Inquiry, label: Label) -> str:
    group, code = label
    if group == "day":
        return inquiry.day(code)
    return inquiry.word(group, code) if group and code else plain(code)


def _table(inquiry: Inquiry, one: StatementTable) -> LaidTable:
    title = inquiry.say(f"fund_table.{one.name}")
    if one.of[1]:
        title = f"{title} — {_said(inquiry, one.of)}"
    code = f"fund_use.{one.name}"
    return LaidTable(
        title=title,
        first=tuple((_first_up(_said(inquiry, label)), width) for label, width in one.label_heads),
        heads=tuple(_head(inquiry, head) for head in one.heads),
        lines=tuple(_line(inquiry, line, one.heads) for line in one.lines),
        remarks=(inquiry.say(code),) if inquiry.texts.knows(code) else (),
        empty=inquiry.say("fund_empty"),
    )


def _head(inquiry: Inquiry, head: Head) -> LaidHead:
    words = tuple(_first_up(_said(inquiry, label)) for label in (*head.over, head.label))
    return LaidHead(words, head.kind, head.terms, head.ratio, head.width or 10)


def _line(inquiry: Inquiry, line: TableLine, heads: Sequence[Head]) -> LaidLine:
    values = [_value(value, head) for value, head in zip(line.cells, heads, strict=True)]
    for at, head in enumerate(heads):
        if head.ratio is not None:
            values[at] = share(values[head.ratio[0]], values[head.ratio[1]])
    words = tuple(_first_up(_said(inquiry, label)) for label in line.labels)
    return LaidLine(words, tuple(values), line.sums, line.weight)


def _value(value: int | str | None, head: Head) -> Value:
    if isinstance(value, int) and head.kind == "money":
        return Decimal(value).scaleb(-2)
    return plain(value) if isinstance(value, str) else value


def share(part: Value, whole: Value) -> Decimal | None:
    """A share in percent, to a tenth; None of nothing."""
    if not isinstance(part, int) or not isinstance(whole, int) or not whole:
        return None
    return (Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.1"))


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]


def _checks(inquiry: Inquiry) -> LaidTable:
    """Every identity, those that do not hold first."""
    found = sorted(inquiry.statement.checks, key=lambda check: check.holds)
    broken = sum(not check.holds for check in found)
    remarks = [inquiry.say("fund_use.checks", tested=len(found), broken=broken)]
    return LaidTable(
        title=inquiry.say("fund_table.checks"),
        first=(
            (inquiry.say("fund_head.identity"), 52), (inquiry.say("fund_head.of"), 30),
            (inquiry.say("fund_head.measure"), 12),
        ),
        heads=(
            *(
                LaidHead((inquiry.say(f"fund_head.{name}"),), "text", width=16)
                for name in ("left", "right", "difference")
            ),
            LaidHead((inquiry.say("fund_head.holds"),), "text", width=12),
            LaidHead((inquiry.say("fund_head.terms"),), "text", width=44),
            LaidHead((inquiry.say("column.place"),), "text", width=34),
        ),
        lines=tuple(_check(inquiry, check) for check in found),
        remarks=tuple(remarks),
        empty=inquiry.say("fund_empty"),
    )  # fmt: skip


def _check(inquiry: Inquiry, check: Check) -> LaidLine:
    def figure(value: int) -> Value:
        return Decimal(value).scaleb(-2) if check.measure == "amount" else value

    terms = "; ".join(
        f"{inquiry.word('movement', name)}: {_written(figure(value), inquiry.lang)}"
        for name, value in check.terms
    )
    return LaidLine(
        (
            inquiry.say(f"identity.{check.identity}", **dict(check.params)),
            of_what(inquiry, check),
            inquiry.word("measure", check.measure),
        ),
        (
            figure(check.left), figure(check.right), figure(check.difference),
            inquiry.say("side.yes" if check.holds else "side.no"), terms, plain(check.place),
        ),
        severity="" if check.holds else "error",
    )  # fmt: skip


def _written(value: Value, lang: str) -> str:
    return str(value) if lang == "en" else str(value).replace(".", ",")


def of_what(inquiry: Inquiry, check: Check) -> str:
    """What an identity was tested of: a branch, a kind …, or a column of the whole."""
    named = {
        "total": "",
        "branch": "",
        "kind": "kind",
        "content_class": "content_class",
        "language": "language",
    }
    dimension = inquiry.word("fund_dimension", check.dimension)
    if not check.of:
        return dimension
    group = "movement" if check.identity in {"parts", "quarters"} else named[check.dimension]
    told = inquiry.word(group, check.of) if group else plain(check.of)
    return f"{dimension}: {told}"


def _gaps(inquiry: Inquiry) -> LaidTable:
    lines = [
        LaidLine((inquiry.say(f"gap.{gap.what}", copies=gap.copies, of=gap.of),), (gap.copies, gap.of))
        for gap in inquiry.statement.gaps
    ]
    return LaidTable(
        title=inquiry.say("fund_table.gaps"),
        first=((inquiry.say("fund_head.gap"), 52),),
        heads=(
            LaidHead((inquiry.say("column.copies"),), "count", width=14),
            LaidHead((inquiry.say("fund_head.among"),), "count", width=14),
        ),
        lines=tuple(lines),
    )


def _corrections(inquiry: Inquiry) -> LaidTable:
    lines = [
        LaidLine(
            (
                inquiry.word("correction_kind", one.what), inquiry.day(one.dated), plain(one.document),
                plain(one.branch), inquiry.word("movement", one.column), plain(", ".join(one.numbers)),
            ),
            (one.figure.copies, Decimal(one.figure.amount).scaleb(-2)),
        )
        for one in inquiry.statement.corrections
    ]  # fmt: skip
    names = (
        ("fund_head.what", 18), ("fund_head.dated", 12), ("fund_head.document", 24),
        ("column.branch", 26), ("fund_head.column", 18), ("column.numbers", 26),
    )  # fmt: skip
    return LaidTable(
        title=inquiry.say("fund_table.corrections"),
        first=tuple((inquiry.say(name), width) for name, width in names),
        heads=(
            LaidHead((inquiry.say("column.copies"),), "count", width=12),
            LaidHead((inquiry.say("column.amount"),), "money", width=16),
        ),
        lines=tuple(lines),
        remarks=(inquiry.say("fund_use.corrections"),),
    )
