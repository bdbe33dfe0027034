"""What an act of write-off or of acceptance lists, and every line that may not stand in it, with the reason.

An act is a document that people sign: whatever is doubtful is refused before it is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date  # noqa: TC003  pydantic reads the annotations
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from rabis_sync.reconcile.entry import CENT, major
from rabis_sync.reconcile.series import STRICT
from rabis_sync.reconcile.stock import Described

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from rabis_sync.reconcile.act_list import Listed
    from rabis_sync.reconcile.stock import Holding, SameBranch
    from rabis_sync.reconcile.terms import LedgerTerms

WRITEOFF, ACCEPTANCE = "writeoff", "acceptance"
TENGE = "KZT"

#: Why a line may not stand in an act, each with the values its text in mappings/issues.toml may ask for.
REFUSALS: Mapping[str, tuple[str, ...]] = {
    "unreadable": ("cell",),
    "no_number": (),
    "unknown": (),
    "undescribed": (),
    "written_off": ("act", "date"),
    "other_branch": ("branch",),
    "twice": ("first",),
    "several": ("copies",),
    "no_price": (),
    "other_currency": ("price", "currency"),
    "no_reason": (),
    "unknown_reason": ("reason",),
    "too_many": ("quantity", "held"),
    "bad_quantity": ("quantity",),
}
#: What a person should look at though the line stands.
REMARKS: Mapping[str, tuple[str, ...]] = {
    "price_differs": ("listed", "booked"),
    "not_on_books": (),
    "transfer": (),
}


@dataclass(frozen=True)
class Instruction:
    """An instruction by which acts are made from a day on: how it is cited, and the columns of its lists."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    since: date
    kk: str
    ru: str
    en: str
    writeoff: list[str]
    acceptance: list[str]


#: Columns that a list of an act may have.
COLUMNS = (
    *("row", "inventory_number", "document", "year", "price", "coefficient", "quantity", "amount"),
    *("reason", "language", "content_class", "branch"),
)

#: Those that every list has.
NEEDED = frozenset({"inventory_number", "quantity", "amount"})


@dataclass(frozen=True)
class ActRules:
    """`mappings/acts.toml`."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    instructions: list[Instruction]
    headings: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises ValueError for a column that no act has, and for one missing that every act needs."""
        for one in self.instructions:
            for columns in (one.writeoff, one.acceptance):
                unknown = sorted(set(columns) - set(COLUMNS))
                missing = sorted(NEEDED - set(columns))
                if unknown or missing:
                    raise ValueError(
                        f"the instruction of {one.since}: unknown columns {unknown}, missing {missing}"
                    )

    def of(self, day: date) -> Instruction | None:
        """The instruction in force on a day; None where none was yet."""
        return max(
            (one for one in self.instructions if one.since <= day), key=lambda one: one.since, default=None
        )


@dataclass(frozen=True, slots=True)
class ActRow:
    """One line of an act.

    Attributes:
        place: where the list has it.
        number: inventory number.
        price: of one copy, in tenge.
        coefficient: of revaluation; None for none.
        amount: price times coefficient times quantity, half a tiyn rounded up.
        reason: code of the write-off; empty in an act of acceptance.
        branch: where it is kept.
    """

    place: str
    number: str
    described: Described
    price: Decimal
    coefficient: Decimal | None
    quantity: int
    amount: Decimal
    reason: str
    branch: str
    content_class: str


@dataclass(frozen=True, slots=True)
class Word:
    """What is said of a line: a code of `REFUSALS` or `REMARKS`, and the values of its sentence."""

    place: str
    number: str
    code: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ActPlan:
    """An act before it is laid out.

    Attributes:
        kind: `WRITEOFF` or `ACCEPTANCE`.
        rows: in the order of the list.
        refused: lines that may not stand in it.
        remarks: what a person should look at.
    """

    kind: str
    rows: tuple[ActRow, ...]
    refused: tuple[Word, ...]
    remarks: tuple[Word, ...]

    @property
    def copies(self) -> int:
        """Copies in the act."""
        return sum(row.quantity for row in self.rows)

    @property
    def amount(self) -> Decimal:
        """What they are worth, in tenge."""
        return sum((row.amount for row in self.rows), Decimal(0))


def _once(line: Listed, first: dict[str, str]) -> None:
    """Remember where a number stands first."""
    if line.problem:
        raise _UnfitError(line.problem, **({"cell": line.cell} if line.cell else {}))
    if line.key in first:
        raise _UnfitError("twice", first=first[line.key])
    first[line.key] = line.place


class _UnfitError(Exception):
    """A line may not stand in the act."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True)
class Drafting:
    """What the lines of a list are judged by.

    Attributes:
        kind: of the act.
        terms: words for reasons.
        same: names of branches.
        branch: whose act it is; empty: of the whole library.
        reason: code for lines that name none.
        booked: there are books at all.
    """

    kind: Literal["writeoff", "acceptance"]
    terms: LedgerTerms
    same: SameBranch
    branch: str = ""
    reason: str = ""
    booked: bool = True

    def plan(
        self,
        listed: Iterable[Listed],
        held: Mapping[str, Sequence[Holding]],
        described: Callable[[Holding], Described],
    ) -> ActPlan:
        """Judge every line.

        Args:
            listed: lines of the list, their keys as the library's rules compare them.
            held: what stands under each key, gone copies included.
            described: what people call a copy.
        """
        rows: list[ActRow] = []
        refused: list[Word] = []
        remarks: list[Word] = []
        first: dict[str, str] = {}
        for line in listed:
            try:
                _once(line, first)
                holding = self._holding(held.get(line.key, ()))
                row = self._row(line, holding, described(holding) if holding else Described())
            except _UnfitError as why:
                refused.append(Word(line.place, line.number, why.code, why.params))
            else:
                rows.append(row)
                remarks += self._remarks(line, holding, row)
        return ActPlan(self.kind, tuple(rows), tuple(refused), tuple(remarks))

    def _holding(self, held: Sequence[Holding]) -> Holding | None:
        """The copy that a number means; None for one that only the list knows."""
        standing = [one for one in held if one.standing]
        if not standing and held:
            gone = next((one.booking for one in held if one.booking), None)
            raise _UnfitError(
                "written_off", act=gone.act_out if gone else "", date=gone.act_date if gone else ""
            )
        if not standing:
            if self.kind == WRITEOFF:
                raise _UnfitError("unknown")
            return None
        here = [
            one
            for one in standing
            if not self.branch or self.same.of(one.branch) == self.same.of(self.branch)
        ]
        if not here:
            raise _UnfitError("other_branch", branch=standing[0].branch)
        if len(here) > 1:
            raise _UnfitError("several", copies=len(here))
        return here[0]

    def _row(self, line: Listed, holding: Holding | None, known: Described) -> ActRow:
        told = Described(
            known.author or line.author, known.title or line.title, known.year or line.year,
            known.language or line.language,
        )  # fmt: skip
        if not told.title:
            raise _UnfitError("undescribed")
        held = holding.quantity if holding else None
        quantity = (held or 1) if line.quantity is None else line.quantity
        if quantity < 1:
            raise _UnfitError("bad_quantity", quantity=quantity)
        if held is not None and quantity > held:
            raise _UnfitError("too_many", quantity=quantity, held=held)
        price = self._price(line, holding)
        amount = (price * (line.coefficient or 1) * quantity).quantize(CENT, ROUND_HALF_UP)
        entry = holding.booking if holding else None
        number = line.number if holding is None else holding.number
        return ActRow(
            line.place, number, told, price, line.coefficient, quantity, amount, self._reason(line),
            holding.branch if holding else self.branch,
            (entry.content_class if entry else "") or line.content_class,
        )  # fmt: skip

    def _price(self, line: Listed, holding: Holding | None) -> Decimal:
        minor, currency = holding.price if holding else (None, "")
        price = line.price
        if price is not None:
            currency = line.currency
        else:
            price = major(minor)
        if price is None:
            raise _UnfitError("no_price")
        if currency != TENGE:
            raise _UnfitError("other_currency", price=f"{price:.2f}", currency=currency)
        return price.quantize(CENT, ROUND_HALF_UP)

    def _reason(self, line: Listed) -> str:
        if self.kind == ACCEPTANCE:
            return ""
        if not line.reason:
            if not self.reason:
                raise _UnfitError("no_reason")
            return self.reason
        code = self.terms.code("reason", line.reason)
        if not code:
            raise _UnfitError("unknown_reason", reason=line.reason)
        return code

    def _remarks(self, line: Listed, holding: Holding | None, row: ActRow) -> Iterator[Word]:
        booked = holding.price if holding and holding.booking else (None, "")
        if line.price is not None and booked[0] is not None and booked[1] == TENGE:
            own = major(booked[0])
            if own != row.price:
                params = {"listed": f"{row.price}", "booked": f"{own}"}
                yield Word(line.place, row.number, "price_differs", params)
        if self.kind == WRITEOFF and self.booked and holding and holding.booking is None:
            yield Word(line.place, row.number, "not_on_books", {})
        if row.reason == "transfer":
            yield Word(line.place, row.number, "transfer", {})
