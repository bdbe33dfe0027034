"""Lots become flows: each copy that came to a branch or left it, on its day, with all that is counted by.

What the fund holds on any day is the sum of the flows before it, as a balance is the sum of its entries.
"""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.marc.cyrillic import fold
from rabis_sync.reconcile.branches import form
from rabis_sync.reconcile.describing import NOTHING, language_of_title
from rabis_sync.reconcile.likeness import without
from rabis_sync.reconcile.totals import bare

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from rabis_sync.reconcile.branches import Branches
    from rabis_sync.reconcile.content import ContentClasses
    from rabis_sync.reconcile.describing import Known
    from rabis_sync.reconcile.lots import Lot
    from rabis_sync.reconcile.rules import FundRules

#: The four ways in and out; each is a column of a statement.
ACQUIRED, RECEIVED, WRITTEN_OFF, PASSED_ON = "acquired", "received", "written_off", "passed_on"
INWARD = frozenset({ACQUIRED, RECEIVED})
#: Before every day: of what came, or went, nobody knows when.
EVER = ""


class Flow(NamedTuple):
    """Copies that came to a branch or left it.

    Attributes:
        day: ISO 8601, from which it counts; `EVER`: before all days.
        column: `ACQUIRED`, `RECEIVED`, `WRITTEN_OFF` or `PASSED_ON`; the second and fourth inside the system.
        branch: as it is shown.
        supply: how the copies came to the library, a code or the word of the books.
        reason: why they were written off, a code or the word of the books; empty for what came.
        title: record, or folded title and year, that tells one title from another.
        copies: how many.
        amount: in minor units of the statements' currency.
        unpriced: of the copies, those whose price is not known in this currency.
        batch: record of the КСУ it came with, or act it left by.
        document: that came with the acquisition, or of the transfer.
        number: inventory number as written.
        key: the same for comparing.
        came: (day, column) by which copies that leave had come to this branch.
        year: of publication.
        country: of publication, ISO 3166-1; empty: unknown.
        on_balance: they stand on the balance sheet.
        vague: of the day only the year, or the month, is known.
        dated: the day of the document, where the flow counts from a later one: its period was closed.
    """

    day: str
    column: str
    branch: str
    kind: str
    content_class: str
    language: str
    supply: str
    reason: str
    title: int | str
    copies: int
    amount: int
    unpriced: int
    batch: str
    document: str
    number: str
    key: str
    came: tuple[str, str]
    year: int | None
    country: str
    on_balance: bool
    vague: bool
    dated: str = ""


class Streams:
    """Makes flows of lots, and counts what had to be assumed.

    Args:
        branches: what is one branch under many names.
        shown: the name of each branch that is shown, by `Branches.of`.
        ours: branches of the library system, as `Branches.of` has them.
        classes: content classes.
        rules: of the library's statements.
        records: what the catalogue knows, by record.
        told: what the КСУ says of a batch where its rows do not: (ledger, part, number without its year,
            year) -> source of supply or reason.

    Attributes:
        assumed: kind of assumption -> copies; `docs/fund.md` has them all.
    """

    def __init__(
        self,
        *,
        branches: Branches,
        shown: Mapping[str, str],
        ours: Collection[str],
        classes: ContentClasses,
        rules: FundRules,
        records: Mapping[int, Known],
        told: Mapping[tuple[str, str, str, str], str] = MappingProxyType({}),
    ) -> None:
        self._branches, self._shown, self._ours = branches, shown, ours
        self._told = told
        self._classes, self._rules, self._records = classes, rules, records
        self._inside_supply, self._inside_reason = set(rules.inside.supply), set(rules.inside.reason)
        self._titles: dict[str, int] = {}
        self._folded: dict[tuple[str, str, int | None], str] = {}
        self.assumed: Counter[str] = Counter()

    def of(self, held: Collection[Lot]) -> Iterator[Flow]:
        """The flows of all lots, lot by lot.

        A title that the catalogue has is one whether each copy of it is catalogued or not: all lots are
        wanted at once.
        """
        for one in held:
            if one.record is not None:
                self._titles.setdefault(self._spelled(one), one.record)
        for one in held:
            yield from self._flows(one)

    def _spelled(self, one: Lot) -> str:
        """A title as a key: folded, without its author before it, with the year."""
        line = one.line
        asked = line.title, line.author, line.year
        found = self._folded.get(asked)
        if found is None:
            bare = folded = fold(line.title)
            if line.author:
                bare = without(folded, set(fold(line.author).split())) or folded
            found = self._folded[asked] = f"{bare}|{line.year or ''}"
        return found

    def _flows(self, one: Lot) -> Iterator[Flow]:
        came, vague_in = _day(one.acquired)
        out, vague_out = _day(one.out)
        if one.gone and out == EVER:
            self.assumed["gone_without_date"] += one.copies
            return  # it was never there as far as anybody can count
        if came == EVER:
            self.assumed["no_date"] += one.copies
        elif one.gone and out < came:
            self.assumed["out_before_in"] += one.copies
            came, vague_in = EVER, False
        first, moves = self._way(one, came, out) if one.moves else (self._name(one.line.branch), [])
        first_flow = self._arrival(one, came, first, vague=vague_in)
        yield first_flow
        arrival = came, first_flow.column
        for day, left, to, (written, document) in moves:
            vague = len(written) < len("2000-01-01")
            move = first_flow._replace(day=day, batch="", document=document, vague=vague)
            yield move._replace(column=PASSED_ON, branch=left, came=arrival)
            arrival = day, RECEIVED
            yield move._replace(column=RECEIVED, branch=to)
        if one.gone:
            yield first_flow._replace(
                day=out,
                column=PASSED_ON if self._inside(one) else WRITTEN_OFF,
                branch=moves[-1][2] if moves else first,
                reason=one.reason_code or one.reason or self._of_batch(one, WRITTEN_OFF, one.act, out),
                batch=one.act,
                document="",
                came=arrival,
                vague=vague_out,
            )

    def _way(self, one: Lot, came: str, out: str) -> tuple[str, list[tuple[str, str, str, tuple[str, str]]]]:
        """The branch it came to first, and its transfers in order, but for those that lead elsewhere."""
        at = self._name(one.line.branch)
        way: list[tuple[str, str, str, tuple[str, str]]] = []
        for move in sorted(one.moves, key=lambda move: _day(move.day)[0], reverse=True):
            day = _day(move.day)[0]
            left, to = self._name(move.left), self._name(move.came)
            if not move.day:
                self.assumed["transfer_without_date"] += one.copies
            elif (to and to != at) or not left or left == at:
                self.assumed["transfer_elsewhere"] += one.copies
            elif day < came or (one.gone and day > out):
                self.assumed["transfer_out_of_time"] += one.copies
            else:
                way.append((day, left, at, (move.day, move.document)))
                at = left
        return at, way[::-1]

    def _arrival(self, one: Lot, day: str, branch: str, *, vague: bool) -> Flow:
        """How a lot came to the library, with all that it is counted by."""
        line, rules = one.line, self._rules
        known = self._records.get(one.record, NOTHING) if one.record is not None else NOTHING
        language = line.language or known.language
        if not language:
            language = language_of_title(line.title)
            if language:
                self.assumed["language_by_letters"] += one.copies
        kind = line.kind or known.kind
        supply = one.supply or self._of_batch(one, ACQUIRED, one.ksu, one.acquired)
        amount = one.amount()
        priced = amount is not None and line.currency == rules.currency
        if amount is not None and not priced:
            self.assumed["other_currency"] += one.copies
        return Flow(
            day,
            RECEIVED if supply in self._inside_supply else ACQUIRED,
            branch,
            kind,
            self._classes.of_books(line.content_class) or known.content_class,
            language,
            supply,
            "",
            self._title(one),
            one.copies,
            amount if amount is not None and priced else 0,
            0 if priced else one.copies,
            one.ksu,
            one.document,
            line.number,
            line.key,
            ("", ""),
            line.year,
            known.country,
            rules.on_balance(kind, line.account),
            vague,
        )

    def _title(self, one: Lot) -> int | str:
        if one.record is not None:
            return one.record
        spelled = self._spelled(one)
        return self._titles.get(spelled, spelled)

    def _inside(self, one: Lot) -> bool:
        """True where an act writes off as passed on what stays in the system: it names a branch of ours."""
        if one.reason_code not in self._inside_reason:
            return False
        if one.moved_to:
            return self._branches.of(one.moved_to) in self._ours
        words = f" {form(one.reason)} "
        return any(f" {name} " in words for name in self._ours if name)

    def _of_batch(self, one: Lot, part: str, number: str, day: str) -> str:
        """What the КСУ says of the record or the act that a lot names."""
        if not number or not self._told:
            return ""
        year = day[:4]
        return self._told.get((one.line.ledger, part, bare(number, year), year), "")

    def _name(self, branch: str) -> str:
        """The name of a branch that is shown; a stranger by its own."""
        return self._shown.get(self._branches.of(branch), branch)


def names_shown(
    held: Iterable[Lot], branches: Branches, aliases: Iterable[str]
) -> tuple[dict[str, str], frozenset[str]]:
    """The name that stands for every name of a branch, and which branches are the library's own.

    The name that the library gave stands before the one that is used most; a branch is the library's own
    where copies stand, or stood.

    Args:
        held: all lots.
        branches: what is one branch under many names.
        aliases: names that the library gave.
    """
    used: Counter[str] = Counter()
    passing: set[str] = set()
    for one in held:
        used[one.line.branch] += one.copies
        passing.update(name for move in one.moves for name in (move.left, move.came))
    shown = {branches.of(name): name for name in aliases}
    for name in (*sorted(used, key=lambda name: (-used[name], name)), *sorted(passing)):
        if name:
            shown.setdefault(branches.of(name), name)
    return shown, frozenset(branches.of(name) for name in used if name)


def _day(told: str) -> tuple[str, bool]:
    """A whole day for an entry's date, the first one of a year or month, and whether it is so vague."""
    if len(told) >= len("2000-01-01"):
        return told[:10], False
    return (f"{told}{'-01-01'[len(told) - 4 :]}", True) if told else (EVER, False)
