"""An act of write-off or of acceptance as a paper to sign: text, totals in figures and words, the list."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.marc.cyrillic import sort_key
from rabis_sync.reports.amounts import grouped, in_words, money_in_words, plural
from rabis_sync.reports.paper import Grid, Paper, Signature
from rabis_sync.reports.table import Column, legible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from rabis_sync.reports.table import Kind, Value
    from rabis_sync.reports.texts import Texts

#: Kind and width, in characters, of each column that a list of an act may have.
COLUMNS: Mapping[str, tuple[Kind, int]] = {
    "row": ("code", 6),
    "inventory_number": ("code", 14),
    "document": ("text", 42),
    "year": ("code", 7),
    "price": ("money", 12),
    "coefficient": ("number", 9),
    "quantity": ("number", 7),
    "amount": ("money", 14),
    "reason": ("text", 20),
    "language": ("text", 10),
    "content_class": ("text", 16),
    "branch": ("text", 20),
}
#: Lines to sign on for members of a commission whose names nobody has written down.
MEMBERS = 3
#: Languages of the state, in which totals are said in words besides the language of the act.
SPOKEN = ("kk", "ru")
_BLANK = "____________________"


class Line(NamedTuple):
    """One line of the list; the amount is what stands on the paper, in tenge."""

    number: str
    author: str
    title: str
    year: int | None
    price: Decimal
    coefficient: Decimal | None
    quantity: int
    amount: Decimal
    reason: str
    language: str
    content_class: str
    branch: str


@dataclass(frozen=True, slots=True)
class Commission:
    """Who makes and signs a paper, each with the position; empty: a line to fill in."""

    approver: str = ""
    chairman: str = ""
    members: tuple[str, ...] = ()
    accountant: str = ""
    keeper: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Everything an act says.

    Attributes:
        kind: ``writeoff`` or ``acceptance``.
        library: its name by language.
        instruction: how the instruction in force on that day is cited, by language.
        columns: of the list, by name; one that no line fills is left out.
        number: of the act; empty: to fill in.
        branch: whose act it is; empty: of the whole library.
        basis: the document it rests on; empty: to fill in.
        giver: whom the copies come from, in an act of acceptance.
    """

    kind: str
    library: Mapping[str, str]
    instruction: Mapping[str, str]
    columns: Sequence[str]
    lines: Sequence[Line]
    day: date
    number: str = ""
    branch: str = ""
    basis: str = ""
    giver: str = ""
    commission: Commission = field(default_factory=Commission)

    @property
    def copies(self) -> int:
        """Copies in all lines."""
        return sum(line.quantity for line in self.lines)

    @property
    def amount(self) -> Decimal:
        """What they are worth."""
        return sum((line.amount for line in self.lines), Decimal(0))


def paper(act: Act, texts: Texts, lang: str) -> Paper:
    """The act in a language."""
    return _Layout(act, texts, lang).paper()


def signatures(commission: Commission, say: Callable[[str], str]) -> tuple[Signature, ...]:
    """Lines to sign on: chairman, members, accountant, who answers for the stock."""
    members = commission.members or ("",) * MEMBERS
    return (
        Signature(say("sign.chairman"), commission.chairman),
        *(Signature(say("sign.member"), name) for name in members),
        Signature(say("sign.chief_accountant"), commission.accountant),
        Signature(say("sign.keeper"), commission.keeper),
    )


def approval(commission: Commission, say: Callable[[str], str]) -> tuple[str, ...]:
    """The lines at the top on which a paper is approved."""
    return (
        say("sign.approved"),
        commission.approver or _BLANK,
        say("sign.signature_line"),
        say("sign.day_line"),
    )


def commission_named(commission: Commission) -> dict[str, str]:
    """Chair and members as a sentence names them."""
    members = "; ".join(commission.members or [_BLANK] * MEMBERS)
    return {"chairman": commission.chairman or _BLANK, "members": members.rstrip(".")}


def day_shown(day: date, lang: str) -> str:
    """A day as people write it."""
    return day.isoformat() if lang == "en" else day.strftime("%d.%m.%Y")


def document(author: str, title: str) -> str:
    """Author and title in one cell: «Ауэзов, М. О. Абай жолы»."""
    return legible(f"{author.rstrip('. ')}. {title}" if author else title)


class _Layout:
    def __init__(self, act: Act, texts: Texts, lang: str) -> None:
        self._act, self._texts, self._lang = act, texts, lang

    def paper(self) -> Paper:
        act, say = self._act, self._say
        return Paper(
            name=act.kind,
            lang=self._lang,
            library=act.library[self._lang],
            title=say(f"act.{act.kind}.title"),
            subtitle=self._named(),
            approval=approval(act.commission, say),
            opening=tuple(self._opening()),
            grids=(*self._shares(), self._list()),
            closing=tuple(self._closing()),
            signatures=signatures(act.commission, say),
            caption=(say("sign.under_signature"), say("sign.under_name")),
            running=say(f"act.{act.kind}.running", act=self._named()),
            sheet=say("act.sheet"),
        )

    def _say(self, code: str, /, **params: object) -> str:
        return self._texts.say(code, self._lang, **params)

    def _named(self) -> str:
        number = self._act.number or "______"
        return self._say("act.named", number=number, day=day_shown(self._act.day, self._lang))

    def _opening(self) -> Iterable[str]:
        act = self._act
        yield self._say("act.commission", **commission_named(act.commission))
        where = self._say("act.of_branch", branch=act.branch) if act.branch else ""
        yield f"{self._say(f'act.{act.kind}.states')} {where}".rstrip()
        if act.kind == "acceptance":
            yield self._say("act.giver", giver=act.giver.rstrip(".") or _BLANK)
        reasons = self._reasons()
        if len(reasons) == 1:
            yield self._say("act.reason", reason=self._texts.word("reason", reasons[0], self._lang))
        yield self._say("act.basis", basis=act.basis.rstrip(".") or _BLANK)
        yield self._say("act.instruction", instruction=act.instruction[self._lang])

    def _closing(self) -> Iterable[str]:
        act = self._act
        for lang in dict.fromkeys((self._lang, *SPOKEN)):
            yield total(self._texts, f"act.{act.kind}.total", lang, act.copies, act.amount)
        yield self._say("act.attached", lines=grouped(len(act.lines), self._lang))
        yield self._say(f"act.{act.kind}.booked")
        if act.kind == "writeoff":
            yield self._say("act.disposed")

    def _reasons(self) -> list[str]:
        return sorted({line.reason for line in self._act.lines if line.reason})

    def _shares(self) -> Iterable[Grid]:
        """Copies and amount by reason, class and language, each where there is something to tell apart."""
        if len(self._reasons()) > 1:
            yield self._share("reason", lambda line: line.reason)
        if any(line.content_class for line in self._act.lines):
            yield self._share("content_class", lambda line: line.content_class)
        if any(line.language for line in self._act.lines):
            yield self._share("language", lambda line: _language(line.language))

    def _share(self, name: str, of: Callable[[Line], str]) -> Grid:
        sums: defaultdict[str, list[Line]] = defaultdict(list)
        for line in self._act.lines:
            sums[of(line)].append(line)
        rows: list[tuple[Value, ...]] = [
            (
                self._texts.word(name, code, self._lang) if code else self._say("act.untold"),
                sum(line.quantity for line in lines),
                sum((line.amount for line in lines), Decimal(0)),
            )
            for code, lines in sums.items()
        ]
        columns = (
            Column(name, "text", 40, self._say(f"act_column.{name}")),
            Column("quantity", "number", 12, self._say("act_column.quantity")),
            Column("amount", "money", 16, self._say("act_column.amount")),
        )
        return Grid(
            name=name, title=self._say(f"act.by_{name}"), columns=columns,
            rows=tuple(sorted(rows, key=lambda row: sort_key(str(row[0]), self._lang))),
            total=self._say("act.total"), summed=frozenset({"quantity", "amount"}),
        )  # fmt: skip

    def _list(self) -> Grid:
        told = {
            name: [self._cell(name, at, line) for at, line in enumerate(self._act.lines, 1)]
            for name in self._act.columns
        }
        kept = [name for name, cells in told.items() if any(cell is not None for cell in cells)]
        return Grid(
            name="list",
            title=self._say(f"act.{self._act.kind}.list"),
            columns=tuple(Column(name, *COLUMNS[name], self._say(f"act_column.{name}")) for name in kept),
            rows=tuple(zip(*(told[name] for name in kept), strict=True)),
            total=self._say("act.total"),
            summed=frozenset({"quantity", "amount"}),
            product={"amount": ("price", "coefficient", "quantity")} if "price" in kept else {},
            sheet=self._say("act.list_sheet"),
        )

    def _cell(self, name: str, at: int, line: Line) -> Value:
        words = {"reason": "reason", "content_class": "content_class"}
        if name == "row":
            return at
        if name == "inventory_number":
            return legible(line.number)
        if name == "document":
            return document(line.author, line.title)
        if name == "language":
            return (
                self._texts.word("language", _language(line.language), self._lang) if line.language else None
            )
        value: Value = getattr(line, name)
        if name in words:
            return self._texts.word(words[name], str(value), self._lang) if value else None
        return None if value == "" else value


def total(texts: Texts, code: str, lang: str, copies: int, amount: Decimal) -> str:
    """Copies and amount in figures and in words."""
    return texts.say(
        code, lang,
        copies=grouped(copies, lang), copies_in_words=in_words(copies, lang),
        noun=texts.say(f"noun.copy_{plural(copies, lang)}", lang),
        amount=grouped(amount, lang), amount_in_words=money_in_words(amount, lang),
    )  # fmt: skip


def _language(code: str) -> str:
    """The language as statements part it: Kazakh, Russian, any other."""
    return code if code in {"kaz", "rus"} else "other"
