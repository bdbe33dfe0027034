"""Totals that the books state (КСУ, balances) against what their own entries and each other add up to.

Rules: docs/reconciliation.md. A batch of the summary accession book is compared with the entries that name
it, its part 3 with parts 1 and 2, one year's end with the next year's beginning, the end with the account.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.reconcile.branches import form
from rabis_sync.reconcile.discrepancy import Discrepancy
from rabis_sync.reconcile.entry import ACQUIRED, BALANCE, CLOSING, OPENING, WRITTEN_OFF, major, minor, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rabis_sync.reconcile.branches import Branches
    from rabis_sync.reconcile.entry import Summary
    from rabis_sync.reconcile.lots import Line
    from rabis_sync.reconcile.sides import Booking

#: Dimensions of a batch that the entries tell as well.
SHARES = ("content_class", "language")
#: Dimensions in which opening, flow and closing must agree.
BALANCED = ("kind", "content_class", "language")
#: Words before the number of an act or a record that do not belong to it.
_LABELS = {"акт", "актісі", "act", "ксу", "жек", "запись", "жазба"}


@dataclass(slots=True)
class _Tally:
    """What the entries of one batch add up to."""

    ledger: str
    summary: Summary
    branch: str
    copies: int = 0
    amount: int = 0
    unpriced: bool = False
    shares: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in SHARES})

    @property
    def year(self) -> str:
        return self.summary.date[:4]

    def add(self, flow: Flow, copies: int, amount: int, unpriced: int) -> None:
        self.copies += copies
        self.unpriced = self.unpriced or bool(unpriced) or flow.currency != self.summary.currency
        self.amount += amount
        self.shares["content_class"][flow.content_class] += copies
        self.shares["language"][flow.language] += copies


class Flow(NamedTuple):
    """What entries that belong to one batch have in common.

    Attributes:
        part: `ACQUIRED` or `WRITTEN_OFF`.
        number: of the batch, bare.
        year: of the day on which they came or went; empty: unknown.
        branch: the one form of its names.
    """

    ledger: str
    part: str
    number: str
    year: str
    branch: str
    currency: str
    content_class: str
    language: str


class Flows:
    """What entries add to batches, whichever of these the books state.

    Attributes:
        sums: flow -> copies, their amount in minor units, and entries of unknown amount.
    """

    def __init__(self) -> None:
        self.sums: dict[Flow, list[int]] = {}

    def add(self, bookings: Sequence[Booking], branches: Branches) -> None:
        """The entries of one number that stand for copies; an act in a row of its own is counted once."""
        acts: set[tuple[str, str]] = set()
        for booking in bookings:
            quantity = booking.quantity if booking.quantity > 0 else whole(booking)
            amount = booking.amount
            if amount is None or booking.quantity != quantity:
                amount = None if booking.price is None else booking.price * quantity
            sums = quantity, amount or 0, amount is None
            if booking.ksu and (booking.movement != WRITTEN_OFF or len(bookings) == 1):
                self._add(_flow(booking, ACQUIRED, booking.ksu, booking.acquired[:4], branches), *sums)
            act = booking.act_out, booking.branch
            if booking.act_out and act not in acts:
                acts.add(act)
                self._add(_flow(booking, WRITTEN_OFF, booking.act_out, booking.act_date[:4], branches), *sums)

    def take(self, other: Flows) -> None:
        """Add those of other entries."""
        for flow, sums in other.sums.items():
            self._add(flow, *sums)

    def _add(self, flow: Flow, copies: int, amount: int, unpriced: int) -> None:
        sums = self.sums.setdefault(flow, [0, 0, 0])
        sums[0] += copies
        sums[1] += amount
        sums[2] += unpriced


def _flow(booking: Booking, part: str, number: str, year: str, branches: Branches) -> Flow:
    kind = booking.currency, booking.content_class, booking.language
    return Flow(booking.ledger, part, bare(number, year), year, branches.of(booking.branch), *kind)


class Batches:
    """Batches that the books state, added up from the flows of their entries.

    Args:
        summaries: what each ledger states, by its name.
        branches: what is one branch under many names.
    """

    def __init__(self, summaries: Iterable[tuple[str, Summary]], branches: Branches) -> None:
        self._branches = branches
        self._tallies: list[_Tally] = []
        self._named: dict[tuple[str, str, str], list[_Tally]] = defaultdict(list)
        #: Ledgers whose entries name batches at all, by part: others cannot be compared.
        self._naming: set[tuple[str, str]] = set()
        for ledger, summary in summaries:
            if summary.part in {ACQUIRED, WRITTEN_OFF}:
                self._open(ledger, summary)

    def _open(self, ledger: str, summary: Summary) -> None:
        tally = _Tally(ledger, summary, self._branches.of(summary.branch))
        self._tallies.append(tally)
        number = summary.number if summary.part == ACQUIRED else summary.act or summary.number
        for name in sorted(_forms(number, tally.year)):
            self._named[ledger, summary.part, name].append(tally)

    @property
    def stated(self) -> bool:
        """There are any."""
        return bool(self._tallies)

    def add(self, flows: Flows) -> None:
        """Everything that the entries add to batches."""
        for flow, sums in flows.sums.items():
            self._naming.add((flow.ledger, flow.part))
            for tally in self._named.get((flow.ledger, flow.part, flow.number), ()):
                here = tally.branch in {"", flow.branch}
                if here and (not flow.year or not tally.year or flow.year == tally.year):
                    tally.add(flow, *sums)

    def discrepancies(self) -> Iterator[Discrepancy]:
        """Batches whose entries add up to something else."""
        for tally in self._tallies:
            if (tally.ledger, tally.summary.part) in self._naming:
                yield from _unequal(tally)


def whole(booking: Booking | Line) -> int:
    """Copies of an entry of which nothing is left: as many as its amount has prices, else one."""
    if booking.price and booking.amount and not booking.amount % booking.price:
        return max(1, booking.amount // booking.price)
    return 1


def _unequal(tally: _Tally) -> Iterator[Discrepancy]:
    stated = tally.summary
    amount = minor(stated.amount)
    wrong_copies = stated.copies is not None and stated.copies != tally.copies
    wrong_amount = amount is not None and not tally.unpriced and abs(amount - tally.amount) > 1
    if wrong_copies or wrong_amount:
        yield _told(
            "BATCH_TOTAL",
            tally.ledger,
            stated,
            stated=_figures(stated.copies, amount),
            counted=_figures(tally.copies, None if tally.unpriced else tally.amount),
            copies=(stated.copies or 0) - tally.copies if wrong_copies else 0,
            amount=plain(major((amount or 0) - tally.amount)) if wrong_amount else None,
        )
        return
    for name in SHARES:
        differing = _differing(stated.shares.get(name, {}), tally.shares[name])
        if differing:
            yield _told("CLASS_LANG_MISMATCH", tally.ledger, stated, by=name, shares=differing)


def _differing(stated: Any, counted: Counter[str]) -> list[str]:
    """«FIC 12/10» for each class that differs; nothing where one side does not tell them."""
    if not stated or counted[""]:
        return []
    names = sorted(stated.keys() | counted.keys())
    return [
        f"{name} {stated.get(name, 0)}/{counted[name]}"
        for name in names
        if stated.get(name, 0) != counted[name]
    ]


def balances(summaries: Sequence[tuple[str, Summary]], branches: Branches) -> Iterator[Discrepancy]:
    """Where part 3 does not follow from parts 1 and 2, one period from another, or the account from it."""
    books: dict[tuple[str, str], list[Summary]] = defaultdict(list)
    for ledger, one in summaries:
        books[ledger, branches.of(one.branch)].append(one)
    for (ledger, _), of in sorted(books.items()):
        yield from _periods(ledger, of)
        yield from _chained(ledger, of)
        yield from _on_account(ledger, of)


def _periods(ledger: str, of: Sequence[Summary]) -> Iterator[Discrepancy]:
    flow = [one for one in of if one.part in {ACQUIRED, WRITTEN_OFF}]
    closings = sorted((one for one in of if one.part == CLOSING), key=lambda one: _last(one.date))
    for opening in (one for one in of if one.part == OPENING and flow):
        first = _first(opening.date)
        closing = next((one for one in closings if _last(one.date) > first), None)
        if closing is None:
            continue
        inside = [one for one in flow if one.date and first <= _first(one.date) <= _last(closing.date)]
        wrong = list(_unbalanced(opening, inside, closing))
        if wrong:
            also = [one["measure"] for one in wrong[1:]]
            yield _told(
                "KSU_BALANCE", ledger, closing, first=opening.date, last=closing.date, **wrong[0], also=also
            )


def _unbalanced(opening: Summary, flow: Sequence[Summary], closing: Summary) -> Iterator[dict[str, str]]:
    """Each measure that does not balance, with its figures."""
    for name in ("copies", "amount", *_keys(opening, closing, *flow)):
        before, after = _measure(opening, name), _measure(closing, name)
        came = [_measure(one, name) for one in flow if one.part == ACQUIRED]
        left = [_measure(one, name) for one in flow if one.part == WRITTEN_OFF]
        if before is None or after is None or None in came or None in left:
            continue
        came_all, left_all = sum(filter(None, came)), sum(filter(None, left))
        due = before + came_all - left_all
        if abs(due - after) > (1 if name == "amount" else 0):
            measure, _, of = name.partition(".")
            figures = {"before": before, "came": came_all, "left": left_all, "due": due, "stated": after}
            yield {"measure": measure, "of": of, **{key: _shown(one, name) for key, one in figures.items()}}


def _keys(*summaries: Summary) -> list[str]:
    found = {f"{name}.{key}" for one in summaries for name in BALANCED for key in one.shares.get(name, {})}
    return sorted(found)


def _measure(one: Summary, name: str) -> int | None:
    if name == "copies":
        return one.copies
    if name == "amount":
        return minor(one.amount)
    dimension, _, key = name.partition(".")
    told = one.shares.get(dimension)
    return None if told is None else told.get(key, 0)


def _shown(value: int, name: str) -> str:
    return plain(major(value)) or "" if name == "amount" else str(value)


def _chained(ledger: str, of: Sequence[Summary]) -> Iterator[Discrepancy]:
    """What stood at the end of a period stands at the beginning of the next."""
    closings = sorted((one for one in of if one.part == CLOSING), key=lambda one: _last(one.date))
    openings = sorted((one for one in of if one.part == OPENING), key=lambda one: _first(one.date))
    for closing in closings:
        after = next(
            (
                one
                for one in openings
                if _first(one.date) >= _first(closing.date) and one.date != closing.date
            ),
            None,
        )
        between = after and any(
            _last(closing.date) < _last(one.date) < _first(after.date) for one in closings
        )
        if after is None or between:
            continue
        for name in ("copies", "amount"):
            last, first = _measure(closing, name), _measure(after, name)
            if last is not None and first is not None and last != first:
                figures = {"before": _shown(last, name), "stated": _shown(first, name)}
                days = {"first": closing.date, "last": after.date}
                yield _told("KSU_BALANCE", ledger, after, text="KSU_CHAIN", measure=name, **days, **figures)
                break


def _on_account(ledger: str, of: Sequence[Summary]) -> Iterator[Discrepancy]:
    """What the КСУ says stood on a day is what the account had on that day."""
    balance: dict[tuple[str, str], int] = defaultdict(int)
    for one in of:
        if one.part == BALANCE and one.amount is not None:
            balance[_last(one.date), one.currency] += minor(one.amount) or 0
    for closing in (one for one in of if one.part == CLOSING and one.amount is not None):
        on_account = balance.get((_last(closing.date), closing.currency))
        stated = minor(closing.amount)
        if on_account is not None and stated is not None and abs(on_account - stated) > 1:
            figures = {"stated": plain(major(stated)), "account": plain(major(on_account))}
            yield _told("KSU_BALANCE", ledger, closing, text="KSU_ACCOUNT", last=closing.date, **figures)


def _told(code: str, ledger: str, one: Summary, **params: Any) -> Discrepancy:
    number = one.number or one.act
    return Discrepancy(
        code,
        (
            "total",
            ledger,
            one.part,
            number,
            one.act,
            one.date,
            one.branch,
            str(params.get("text", "")),
            str(params.get("by", "")),
        ),
        inventory_number="",
        branch=one.branch,
        ledger={
            "ledger": ledger,
            "place": one.place,
            "ksu": number,
            "document": one.document,
            "act_out": one.act,
            "acquired": one.date,
            "copies": one.copies,
            "amount": plain(one.amount),
            "currency": one.currency,
        },
        params={"record": number, "date": one.date, **params},
    )


def _figures(copies: int | None, amount: int | None) -> str:
    told = [str(copies)] if copies is not None else []
    told += [str(plain(major(amount)))] if amount is not None else []
    return " / ".join(told)


def bare(number: str, year: str = "") -> str:
    """The number of a batch without its year: «31», «31/16», «2016/31» of 2016 are one."""
    words = [word for word in form(number).split() if word not in _LABELS]
    for told in (year, year[2:]):
        if told and len(words) > 1 and told in words:
            words.reverse()  # the year stands behind the number more often than before it
            words.remove(told)
            words.reverse()
            break
    return " ".join(words)


def _forms(number: str, year: str) -> set[str]:
    """How entries may write the number of a batch, with and without a date of their own."""
    plain_number = bare(number, year)
    return {plain_number, bare(number)} - {""} if plain_number else set()


def _first(date: str) -> str:
    return f"{date}{'-01-01'[len(date) - 4 :]}" if date else ""


def _last(date: str) -> str:
    return f"{date}{'-12-31'[len(date) - 4 :]}" if date else ""
