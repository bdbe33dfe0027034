"""A stock check decided: scan lines against what catalogue and books say a branch holds, copy by copy.

Every line and every copy expected comes to exactly one outcome; what is doubtful is named, never counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.marc.identifiers import inventory_key
from rabis_sync.reconcile.ranges import placed
from rabis_sync.reconcile.readings import ENOUGH, Reading, affix, barcode_key, cleaned, readings, variants
from rabis_sync.reconcile.scanning import BARCODE, EITHER, NUMBER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from rabis_sync.reconcile.readings import Affix
    from rabis_sync.reconcile.scanning import ScanLine
    from rabis_sync.reconcile.stock import Holding

#: What became of a copy or a line.
FOUND, MISSING, AWAY, ELSEWHERE = "found", "missing", "away", "elsewhere"
WRITTEN_OFF, AMBIGUOUS, UNKNOWN, UNCHECKABLE = "written_off", "ambiguous", "unknown", "uncheckable"
OUTCOMES = (FOUND, MISSING, AWAY, AMBIGUOUS, UNCHECKABLE, ELSEWHERE, WRITTEN_OFF, UNKNOWN)
#: Those that the copies of the branch are parted into.
OWN = (FOUND, MISSING, AWAY, AMBIGUOUS, UNCHECKABLE)
#: What should be looked at though a copy has its outcome.
MARKS = (
    *("not_catalogued", "not_booked", "withdrawn", "other_branch_booked", "away", "lost"),
    *("still_catalogued", "restored"),
)


class Session(NamedTuple):
    """One scan file: its name, and its lines that are scans."""

    name: str
    lines: Sequence[ScanLine]


class Read(NamedTuple):
    """Where something was read: session, file, line and text; as which code, and what had to be undone."""

    session: int
    file: str
    line: int
    raw: str
    code: str
    how: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One outcome.

    Attributes:
        outcome: one of `OUTCOMES`.
        number: inventory number, or the text that was read where nothing is known.
        holdings: the copy; of an ambiguous number every copy it may be; of an unknown one none.
        copies: copies of the branch that it stands for; 0 for what is not the branch's.
        reads: every line that was read for it, in order.
        marks: some of `MARKS`.
    """

    outcome: str
    number: str
    holdings: tuple[Holding, ...]
    copies: int = 0
    reads: tuple[Read, ...] = ()
    marks: tuple[str, ...] = ()


class Repeat(NamedTuple):
    """Lines beyond the first for one thing; only within one session somebody should look."""

    number: str
    within: bool
    reads: tuple[Read, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A stock check as it stands.

    Attributes:
        findings: in the order of `OUTCOMES`, then by number.
        repeats: what was read more than once.
        scans: lines that are scans.
    """

    findings: tuple[Finding, ...]
    repeats: tuple[Repeat, ...]
    scans: int

    @property
    def expected(self) -> int:
        """Copies that the branch should have."""
        return sum(one.copies for one in self.findings)

    def copies(self, outcome: str) -> int:
        """Copies, or numbers where they are not the branch's, of one outcome."""
        return sum(one.copies if outcome in OWN else 1 for one in self.findings if one.outcome == outcome)


class Codes:
    """The keys by which a code is looked up, as the rules of the branch's numbers have them.

    Args:
        rule: inventory key and number -> the key that the library's rules compare.
    """

    def __init__(self, rule: Callable[[str, str], str]) -> None:
        self._rule = rule

    def number(self, text: str) -> str:
        """Of an inventory number."""
        return self._rule(inventory_key(text), text)

    def numbers(self, text: str) -> tuple[str, ...]:
        """Of an inventory number: by the rules of the branch, and as it stands."""
        return tuple(dict.fromkeys((self.number(text), inventory_key(text))))

    def wanted(self, sessions: Iterable[Session]) -> tuple[set[str], set[str]]:
        """Every inventory number and every barcode that some line may be."""
        numbers: set[str] = set()
        barcodes: set[str] = set()
        for session in sessions:
            for line in session.lines:
                for told in readings(line.cell):
                    for text in variants(told.text):
                        numbers.update(self.numbers(text))
                        barcodes.add(barcode_key(text))
        return numbers - {""}, barcodes - {""}


class _Manner(NamedTuple):
    """How the lines of a session are read.

    Attributes:
        added: what the scanner adds to every code.
        means: what its column says: number, barcode, either.
        first: what most of its lines are, where the column does not say; `EITHER` where that is not clear.
    """

    added: Affix | None
    means: str
    first: str


@dataclass
class _Target:
    """What lines were read for: a copy, several that share a number, or an unknown text."""

    outcome: str
    number: str
    holdings: tuple[Holding, ...]
    reads: list[Read] = field(default_factory=list)


class StockCheck:
    """One branch's stock against the lines read.

    Args:
        holdings: everything that the branch has, and whatever else some line may be.
        here: whether a name is one of the branch's.
        codes: keys of codes.
        away: states of a copy that say why it is not on its shelf.
        own_series: every branch has numbers of its own.
        booked: there are books at all.
    """

    def __init__(
        self,
        holdings: Iterable[Holding],
        here: Callable[[str], bool],
        codes: Codes,
        *,
        away: Iterable[str],
        own_series: bool = False,
        booked: bool = True,
    ) -> None:
        self._codes, self._away, self._own_series = codes, frozenset(away), own_series
        self._booked = booked
        holdings = list(holdings)
        self._is_here = here
        self._here = {one.place: here(one.branch) for one in holdings}
        self._own = [one for one in holdings if one.standing and self._here[one.place]]
        self._by_number: defaultdict[str, list[Holding]] = defaultdict(list)
        self._by_barcode: defaultdict[str, list[Holding]] = defaultdict(list)
        for one in holdings:
            if one.key:
                self._by_number[one.key].append(one)
            for code in one.barcodes:
                self._by_barcode[barcode_key(code)].append(one)

    def outcome(self, sessions: Sequence[Session]) -> Outcome:
        """What became of every copy of the branch and of every line."""
        targets: dict[object, _Target] = {}
        for at, session in enumerate(sessions):
            manners = {
                means: self._manner(session, means) for means in {line.means for line in session.lines}
            }
            for line in session.lines:
                reading, candidates = self._resolve(line, manners[line.means])
                read = Read(at, session.name, line.line, line.raw, reading.text, reading.how)
                key, target = self._target(reading, candidates)
                targets.setdefault(key, target).reads.append(read)
        self._settle_by_barcode(targets)
        findings, repeats = self._told(targets)
        scans = sum(len(session.lines) for session in sessions)
        order = {name: at for at, name in enumerate(OUTCOMES)}
        findings.sort(key=lambda one: (order[one.outcome], in_order(one.number)))
        return Outcome(tuple(findings), tuple(repeats), scans)

    def _manner(self, session: Session, means: str) -> _Manner:
        """What the scanner adds to every code of a session, and whether its codes are numbers or barcodes."""
        texts = [cleaned(line.cell) for line in session.lines if line.means == means]
        added = affix(texts, lambda text: bool(self._candidates(text, means)))
        if means == EITHER:
            bare = [(added.off(text) if added else "") or text for text in texts]
            numbers = sum(any(map(self._by_number.get, self._codes.numbers(text))) for text in bare)
            barcodes = sum(barcode_key(text) in self._by_barcode for text in bare)
            if max(numbers, barcodes) >= 2 * min(numbers, barcodes) + ENOUGH:
                return _Manner(added, means, BARCODE if barcodes > numbers else NUMBER)
        return _Manner(added, means, EITHER)

    def _resolve(self, line: ScanLine, manner: _Manner) -> tuple[Reading, list[Holding]]:
        """The first reading of a line that something is known for, else the plainest."""
        ways = list(readings(line.cell))
        if manner.added is not None:
            bare = ((one, manner.added.off(one.text)) for one in ways)
            ways = [Reading(off, one.how) for one, off in bare if off] + ways
        for way in ways:
            if found := self._candidates(way.text, manner.means, manner.first):
                return way, found
        return (ways[0] if ways else Reading(line.cell)), []

    def _candidates(self, text: str, means: str, first: str = EITHER) -> list[Holding]:
        """Copies that a code may be: the branch's own before others, standing before gone.

        Where a code is one copy's number and another's barcode, what the session mostly holds comes `first`.
        """
        keys = self._codes.numbers(text) if means != BARCODE else ()
        numbered = next((held for key in keys if (held := self._by_number.get(key))), [])
        coded = self._by_barcode.get(barcode_key(text), []) if means != NUMBER else []
        if numbered and coded and first != EITHER:
            numbered, coded = (numbered, []) if first == NUMBER else ([], coded)
        found = {one.place: one for one in (*numbered, *coded)}
        best = min(map(self._rank, found.values()), default=0)
        return [one for one in found.values() if self._rank(one) == best]

    def _rank(self, holding: Holding) -> int:
        """Which of several copies is likeliest in the hand: an own one before any other.

        Where a number is given once in the library, a copy written off here that stands elsewhere was only
        passed on: it is the other branch's.
        """
        here = self._here[holding.place]
        if holding.standing:
            return 0 if here else 2
        return (1 if self._own_series else 3) if here else 4

    def _target(self, reading: Reading, candidates: Sequence[Holding]) -> tuple[object, _Target]:
        if not candidates:
            key = self._codes.number(reading.text)
            return ("unknown", key), _Target(UNKNOWN, reading.text, ())
        if len(candidates) > 1:
            places = tuple(sorted(one.place for one in candidates))
            return places, _Target(AMBIGUOUS, candidates[0].number or reading.text, tuple(candidates))
        one = candidates[0]
        outcome = WRITTEN_OFF if not one.standing else FOUND if self._here[one.place] else ELSEWHERE
        return one.place, _Target(outcome, one.number or one.barcode, (one,))

    def _settle_by_barcode(self, targets: dict[object, _Target]) -> None:
        """A copy whose barcode was read is no longer one of those that its number may be."""
        read = {one.holdings[0].place for one in targets.values() if one.outcome == FOUND}
        for key in [key for key, one in targets.items() if one.outcome == AMBIGUOUS]:
            target = targets[key]
            left = tuple(one for one in target.holdings if one.place not in read)
            if left:
                target.holdings = left
            else:
                del targets[key]
                targets[target.holdings[0].place].reads += target.reads

    def _told(self, targets: Mapping[object, _Target]) -> tuple[list[Finding], list[Repeat]]:
        findings: list[Finding] = []
        repeats: list[Repeat] = []
        met: dict[object, str] = {}
        for target in targets.values():
            most = target.holdings[0].quantity if target.outcome == FOUND else 1
            counted = min(most, _at_least(target)) if most > 1 else 1
            own = [one for one in target.holdings if one.standing and self._here[one.place]]
            copies = counted if target.outcome == FOUND else sum(one.quantity for one in own)
            met.update((one.place, target.outcome) for one in own)
            marks = tuple(self._marks(target))
            told = Finding(target.outcome, target.number, target.holdings, copies, tuple(target.reads), marks)
            findings.append(told)
            repeats += _repeats(target, most)
            if target.outcome == FOUND and most > counted:
                findings.append(self._unread(target.holdings[0], most - counted))
        findings += (self._unread(one, one.quantity) for one in self._own if one.place not in met)
        return findings, repeats

    def _unread(self, holding: Holding, copies: int) -> Finding:
        """A copy of the branch that nobody read."""
        status = holding.copy.status if holding.copy and not holding.copy.withdrawn else ""
        if not holding.key and not holding.barcodes:
            outcome = UNCHECKABLE
        else:
            outcome = AWAY if status in self._away else MISSING
        marks = tuple(self._sides(holding, lost=status == "lost"))
        return Finding(outcome, holding.number or holding.barcode, (holding,), copies, (), marks)

    def _marks(self, target: _Target) -> Iterator[str]:
        if len(target.holdings) != 1:
            return
        [one] = target.holdings
        status = one.copy.status if one.copy else ""
        if target.outcome == FOUND and status in self._away:
            yield "away"
        if target.outcome == WRITTEN_OFF:
            if one.copy is not None and not one.copy.withdrawn:
                yield "still_catalogued"
            elif one.booking is None:
                yield "withdrawn"
        else:
            yield from self._sides(one, lost=status == "lost")
        if any(read.how for read in target.reads):
            yield "restored"

    def _sides(self, holding: Holding, *, lost: bool) -> Iterator[str]:
        """Where catalogue and books do not say the same of a copy."""
        copy, booking = holding.copy, holding.booking
        if copy is None:
            yield "not_catalogued"
        elif copy.withdrawn:
            yield "withdrawn"
        if booking is None and self._booked:
            yield "not_booked"
        elif (
            booking is not None
            and copy is not None
            and self._is_here(holding.branch)
            and not self._is_here(booking.branch or copy.branch)
        ):
            yield "other_branch_booked"
        if lost:
            yield "lost"


def _at_least(target: _Target) -> int:
    """Copies of a group card that were read: as many as one session has, or as there are barcodes."""
    coded = _barcodes(target) & {barcode_key(read.code) for read in target.reads}
    return max(len(coded), *Counter(read.session for read in target.reads).values())


def _barcodes(target: _Target) -> set[str]:
    """Barcodes by which the copies of a group card are told apart."""
    return {barcode_key(code) for one in target.holdings for code in one.barcodes}


def _repeats(target: _Target, most: int) -> Iterator[Repeat]:
    """Lines beyond those counted, by whether one session holds more of them than there are copies."""
    within: list[Read] = []
    across: list[Read] = []
    seen: Counter[int] = Counter()
    fresh = _barcodes(target) if most > 1 else set()
    for read in target.reads:
        seen[read.session] += 1
        code = barcode_key(read.code)
        if code in fresh:
            fresh.discard(code)  # another copy of the card
        elif seen[read.session] > most:
            within.append(read)
        elif read.session != target.reads[0].session:
            across.append(read)
    if within:
        yield Repeat(target.number, within=True, reads=(target.reads[0], *within))
    if across:
        yield Repeat(target.number, within=False, reads=(target.reads[0], *across))


def in_order(number: str) -> tuple[str, int, str]:
    """Order of inventory numbers: by the letters before them, then as numbers."""
    place = placed(inventory_key(number))
    return (place.prefix, place.number, number) if place else (number, 0, "")
