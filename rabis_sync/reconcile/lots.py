"""Rows of the books under one number become lots: copies with when they came, went and were passed on.

A copy may be told of by several rows: of an inventory book, of a list of acquisitions, of an act, of a
transfer, in one ledger or in two. Each copy becomes one lot, and each thing that happened to it is told
once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.marc.cyrillic import fold
from rabis_sync.reconcile.entry import ACQUIRED, COPY, MOVED, WRITTEN_OFF
from rabis_sync.reconcile.rules import Inside
from rabis_sync.reconcile.totals import bare, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rabis_sync.reconcile.branches import Branches


class Line(NamedTuple):
    """One entry of a ledger as statements need it; the columns of `store.ledgers.LINE`, in order."""

    key: str
    ledger: str
    position: int
    place: str
    number: str
    title: str
    author: str
    year: int | None
    price: int | None
    quantity: int
    amount: int | None
    currency: str
    branch: str
    acquired: str
    document: str
    ksu: str
    supply: str
    act_out: str
    act_date: str
    reason: str
    reason_code: str
    content_class: str
    language: str
    kind: str
    account: str
    movement: str
    moved: str
    moved_from: str
    moved_to: str
    moved_document: str

    @property
    def written_off(self) -> bool:
        """The books no longer hold it: an act of write-off is entered, or nothing is left."""
        return bool(self.act_out or self.act_date) or self.quantity <= 0


class Move(NamedTuple):
    """One transfer between branches; the names as written, the day as an entry has it."""

    day: str
    left: str
    came: str
    document: str


@dataclass(slots=True)
class Lot:
    """Copies that came together, stand together and go together.

    Attributes:
        line: the row that tells of them.
        copies: how many.
        acquired: day of acquisition as an entry has it; empty: unknown.
        gone: they are no longer in the fund.
        out: day on which they left; empty: unknown, or they have not left.
        act: that wrote them off.
        moves: transfers, in no order.
        record: the catalogue's record of it; None where it has none.
    """

    line: Line
    copies: int
    acquired: str = ""
    document: str = ""
    ksu: str = ""
    supply: str = ""
    gone: bool = False
    out: str = ""
    act: str = ""
    reason: str = ""
    reason_code: str = ""
    moved_to: str = ""
    moves: list[Move] = field(default_factory=list)
    record: int | None = None

    @staticmethod
    def of(line: Line, copies: int) -> Lot:
        """What one row tells."""
        lot = Lot(line, copies, line.acquired, line.document, line.ksu, line.supply)
        if line.moved or (line.moved_from and line.moved_to):
            lot.moves.append(Move(line.moved, line.moved_from, line.moved_to, line.moved_document))
        return lot

    def leave(self, line: Line) -> None:
        """Take over what an act says; what is known already stays."""
        self.gone = True
        self.out = self.out or line.act_date
        self.act = self.act or line.act_out
        self.reason = self.reason or line.reason
        self.reason_code = self.reason_code or line.reason_code
        self.moved_to = self.moved_to or line.moved_to

    def fill(self, line: Line) -> None:
        """Take over what a row of an acquisition, or of another ledger, says where nothing is known."""
        self.acquired = self.acquired or line.acquired
        self.document = self.document or line.document
        self.ksu = self.ksu or line.ksu
        self.supply = self.supply or line.supply
        mine = self.line
        better = {
            name: told
            for name in ("kind", "content_class", "language", "year", "author", "account", "price")
            if not getattr(mine, name) and (told := getattr(line, name))
        }
        if better:
            self.line = mine._replace(**better)

    def amount(self) -> int | None:
        """What the copies cost in minor units; None where the books do not say."""
        line = self.line
        if line.amount is not None and (line.quantity == self.copies or line.price is None):
            return line.amount
        return None if line.price is None else line.price * self.copies


class Lots:
    """Makes lots of rows that stand under one number, and counts what had to be assumed.

    Args:
        branches: what is one branch under many names.
        inside: what is passed on inside the library system.
        own_series: every branch has numbers of its own: one number at two branches is two copies.

    Attributes:
        assumed: kind of assumption -> copies; `docs/fund.md` has them all.
    """

    def __init__(self, branches: Branches, inside: Inside | None = None, *, own_series: bool = False) -> None:
        self._branches, self._inside, self._own_series = branches, inside or Inside(), own_series
        self.assumed: Counter[str] = Counter()

    def under(self, key: str, lines: Iterable[Line]) -> Iterator[Lot]:
        """Everything that stands under one number; an empty key: everything that has none.

        Args:
            key: the number.
            lines: rows of all ledgers, ledger by ledger.
        """
        if key:
            lines = list(lines)
            yield from self._plainly(lines) if len(lines) == 1 else self._together(lines, numbered=True)
            return
        same: dict[tuple[str, int | None], list[Line]] = defaultdict(list)
        for line in lines:
            same[fold(line.title), line.year].append(line)
        for of in same.values():
            yield from self._plainly(of) if len(of) == 1 else self._together(of, numbered=False)

    def _plainly(self, lines: Sequence[Line]) -> Iterator[Lot]:
        (line,) = lines
        yield self._lot(line)

    def _lot(self, line: Line) -> Lot:
        copies = line.quantity if line.quantity > 0 else whole(line)
        lot = Lot.of(line, copies)
        if line.written_off or line.movement == WRITTEN_OFF:
            lot.leave(line)
        return lot

    def _together(self, lines: Sequence[Line], *, numbered: bool) -> list[Lot]:
        """Several rows: those that stand for copies, then what the others add to them."""
        held: list[Lot] = []
        for ledger_lines in _by_ledger(lines):
            self._enter(held, [line for line in ledger_lines if line.movement == COPY], another=bool(held))
        rest = {
            kind: [line for line in lines if line.movement == kind] for kind in (WRITTEN_OFF, ACQUIRED, MOVED)
        }
        for line in rest[WRITTEN_OFF]:
            self._write_off(held, line)
        for line in rest[ACQUIRED]:
            self._acquire(held, line, numbered=numbered)
        for line in rest[MOVED]:
            self._move(held, line)
        return held

    def _enter(self, held: list[Lot], copies: Sequence[Line], *, another: bool) -> None:
        """Copies of one ledger; one that an earlier ledger has already is counted once."""
        free = list(held) if another else []
        for line in copies:
            same = next((one for one in free if self._same_copy(one.line, line)), None)
            if same is None:
                held.append(self._lot(line))
                continue
            free.remove(same)
            same.fill(line)
            self.assumed["in_two_ledgers"] += same.copies
            if line.written_off:
                same.leave(line)

    def _same_copy(self, one: Line, other: Line) -> bool:
        if not one.branch or not other.branch or self._same_branch(one.branch, other.branch):
            return True
        return fold(one.title) == fold(other.title)

    def _same_branch(self, one: str, other: str) -> bool:
        return not one or not other or self._branches.of(one) == self._branches.of(other)

    def _write_off(self, held: list[Lot], line: Line) -> None:
        """A row of an act: told already, of a copy that stands, of a part of a group, or of one gone."""
        copies = line.quantity if line.quantity > 0 else whole(line)
        here = [one for one in held if self._same_branch(one.line.branch, line.branch)]
        for one in here:
            if one.gone and _same_act(one, line):
                one.leave(line)
                return
        standing = [one for one in here if not one.gone]
        if not standing and not self._own_series:
            standing = [one for one in held if not one.gone]
            if standing and line.reason_code in self._inside.reason:
                self._pass_on(held, standing[0], line)
                return
        told = next((one for one in standing if one.copies == copies), None)
        if told is not None:
            self.assumed["act_of_standing"] += copies
            told.leave(line)
            return
        lot = self._lot(line)
        if standing or here:
            lot.fill((standing or here)[0].line)
            lot.acquired = lot.acquired or (standing or here)[0].acquired
        held.append(lot)

    def _pass_on(self, held: list[Lot], there: Lot, line: Line) -> None:
        """An act passes on what stands at another branch: a transfer, or half of one booked there."""
        if there.supply not in self._inside.supply:
            there.moves.append(Move(line.act_date, line.branch, there.line.branch, line.act_out))
            return
        lot = self._lot(line)
        lot.moved_to = lot.moved_to or there.line.branch
        held.append(lot)

    def _acquire(self, held: list[Lot], line: Line, *, numbered: bool) -> None:
        """A row of a list of acquisitions stands for a copy where nothing else does."""
        for one in held:
            if not self._same_branch(one.line.branch, line.branch):
                continue
            if not one.acquired or one.acquired == line.acquired or (numbered and not line.acquired):
                one.fill(line)
                return
        if numbered and held:
            held[0].fill(line)
            return
        held.append(self._lot(line))

    def _move(self, held: list[Lot], line: Line) -> None:
        """A transfer belongs to the copies that are where it led, else to those that are there at all."""
        move = Move(line.moved, line.moved_from or line.branch, line.moved_to, line.moved_document)
        there = [
            one
            for one in held
            if move.came and self._branches.of(one.line.branch) == self._branches.of(move.came)
        ]
        for one in there or held:
            if any(self._same_move(known, move) for known in one.moves):
                return
        chosen = next(iter(there or held), None)
        if chosen is None:
            chosen = Lot.of(line._replace(branch=line.moved_to or line.branch), max(line.quantity, 1))
            chosen.moves.clear()
            held.append(chosen)
        elif 0 < line.quantity < chosen.copies and there:
            held.append(_parted(chosen, line.quantity))
            chosen = held[-1]
        chosen.moves.append(move)

    def _same_move(self, one: Move, other: Move) -> bool:
        of = self._branches.of
        days = not one.day or not other.day or one.day == other.day
        return days and of(one.came) == of(other.came) and (not one.left or of(one.left) == of(other.left))


def _by_ledger(lines: Sequence[Line]) -> list[list[Line]]:
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.ledger].append(line)
    return list(found.values())


def _same_act(one: Lot, line: Line) -> bool:
    """One act, whatever is written before its number; a side that names none goes by the day."""
    if one.act and line.act_out and bare(one.act) != bare(line.act_out):
        return False
    if (
        one.out
        and line.act_date
        and not (one.out.startswith(line.act_date) or line.act_date.startswith(one.out))
    ):
        return False
    return bool((one.act and line.act_out) or (one.out and line.act_date))


def _parted(lot: Lot, copies: int) -> Lot:
    """Take so many copies out of a lot; what they cost goes with them."""
    amount, price = lot.amount(), lot.line.price
    part = price * copies if price is not None else None
    if part is None and amount is not None:
        part = amount * copies // lot.copies
    left = None if amount is None or part is None else amount - part
    other = replace(
        lot,
        line=lot.line._replace(quantity=copies, amount=part),
        copies=copies,
        moves=[*lot.moves],
    )
    lot.copies -= copies
    lot.line = lot.line._replace(quantity=lot.copies, amount=left)
    return other
