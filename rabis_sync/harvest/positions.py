"""Reads a list that a server numbers from 1, range by range; what moves or is missing in it is noticed.

SRU and Z39.50 give positions in an answer, not records: between two requests the list may grow or shrink.
Every range therefore begins with the last record of the one before. When it is not there any more, we look
for it nearby, else read from the beginning. What cannot be had together is asked for in halves.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, Protocol

from rabis_sync.errors import FatalError, SourceAway
from rabis_sync.marc.codec import MARCXML, Decoded, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

#: A server that delivers none of so many records one after another has stopped delivering.
MOST_MISSING = 50
MOST_RESTARTS = 3


class Range(NamedTuple):
    """What a server gave for some positions.

    Attributes:
        results: in their order; fewer than were wanted, or none, where the server gives no more.
        total: length of the whole list; None where the server does not say.
    """

    results: Sequence[Decoded | Unreadable]
    total: int | None


class BrokenRangeError(Exception):
    """Positions that cannot be had together, though perhaps apart.

    Args:
        detail: what is wrong, one English sentence.
        raw: the bytes that came instead.
        syntax: of these bytes.
        reason: code for the one position that is to blame, once it is alone.
    """

    def __init__(self, detail: str, raw: bytes, syntax: str, reason: str = "not_delivered") -> None:
        super().__init__(detail)
        self.detail, self.raw, self.syntax, self.reason = detail, raw, syntax, reason


class Listing(Protocol):
    """An answer whose positions can be asked for."""

    @property
    def name(self) -> str:
        """Where it is, for messages."""
        ...

    @property
    def opened(self) -> datetime:
        """Moment of the first answer, by the server's clock if it shows one; known after `fetch`."""
        ...

    def fetch(self, start: int, count: int) -> Range:
        """Records from a position on.

        Raises:
            BrokenRangeError: at least one of them cannot be had.
            SourceAway, FatalError: nothing can be had.
        """
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """How far a list has been read.

    Attributes:
        position: the next one to read.
        anchor: mark of the last record that was read whole, by which its place is found again.
        anchored: its position; 0: there is none.
        total: length of the list.
        lost: positions whose record could not be read; what they hold is unknown.
    """

    position: int = 1
    anchor: str = ""
    anchored: int = 0
    total: int | None = None
    lost: int = 0

    @property
    def ended(self) -> bool:
        """True when nothing is left to read."""
        return self.total is not None and self.position > self.total

    def after(self, results: Sequence[Decoded | Unreadable], start: int, total: int | None) -> Place:
        """The place when these results, from `start` on, have been read; a list without more has ended."""
        total = start - 1 if total is None and not results else total
        whole = [number for number, one in enumerate(results, start) if isinstance(one, Decoded)]
        anchored = whole[-1] if whole else 0
        anchor = mark(results[anchored - start]) if anchored else ""
        lost = self.lost + len(results) - len(whole)
        return Place(start + len(results), anchor, anchored, total, lost)


def mark(result: Decoded | Unreadable) -> str:
    """What a record is known by when it is met again."""
    if isinstance(result, Decoded) and (number := result.record.control_number):
        return number
    return sha256(result.raw).hexdigest()[:32]


class Walk:
    """Goes through a list once."""

    def __init__(self, listing: Listing, size: int) -> None:
        self._listing = listing
        self._size = size
        self._most: int | None = None
        self._short = 0
        self._missing = 0
        self._restarts = 0
        self._before: tuple[int, int | None, list[bytes]] | None = None

    def steps(self, place: Place) -> Iterator[tuple[Sequence[Decoded | Unreadable], Place]]:
        """Results in ranges, each with the place after it; the last one may be empty."""
        while True:
            results, place = self._step(place)
            yield results, place
            if place.ended:
                return

    def _step(self, place: Place) -> tuple[Sequence[Decoded | Unreadable], Place]:
        if place.ended:
            return (), place
        start = self._start(place)
        known = place.position - start
        found = self._range(start, self._size + known)
        self._heeded(start, found)
        if not known:
            return found.results, place.after(found.results, start, found.total)
        marks = [mark(one) for one in found.results]
        if marks[:1] == [place.anchor]:
            new = found.results[known:]
            return new, place.after(new, place.position, found.total)
        if place.anchor in marks:
            return found.results, place.after(found.results, start, found.total)
        return self._moved(place, start)

    def _start(self, place: Place) -> int:
        """The last record read whole, if the server gives more at once than what we know already."""
        known, most = place.position - place.anchored, self._most
        return place.anchored if place.anchored and (most is None or known < most) else place.position

    def _moved(self, place: Place, start: int) -> tuple[Sequence[Decoded | Unreadable], Place]:
        """Look for the anchor one range before, where it is when records before it were deleted."""
        earlier = max(1, start - self._size)
        found = self._range(earlier, start - earlier) if earlier < start else Range((), place.total)
        if place.anchor in map(mark, found.results):
            return found.results, place.after(found.results, earlier, found.total)
        self._restarts += 1
        self._before = None
        if self._restarts > MOST_RESTARTS:
            raise SourceAway(
                f"{self._listing.name}: the list does not keep still while it is read",
                hint="Harvest at an hour when nobody changes the catalogue.",
            )
        return (), Place(total=found.total, lost=place.lost)

    def _heeded(self, start: int, found: Range) -> None:
        """Raises FatalError when the server gives the same records for different positions."""
        first = [one.raw for one in found.results[:3] if isinstance(one, Decoded)]
        before, self._before = self._before, (start, found.total, first)
        if before and first and before[0] != start and before[1:] == (found.total, first):
            raise FatalError(
                f"{self._listing.name}: the server gives the records from position {before[0]} again "
                f"for position {start}: it does not heed the position",
                hint="Try another version of the protocol, or take the records another way.",
            )

    def _range(self, start: int, wanted: int) -> Range:
        """Records from a position on: all that were wanted, or as many as the server gives at once."""
        wanted = min(wanted, self._most or wanted)
        try:
            found = self._listing.fetch(start, wanted)
        except BrokenRangeError:
            return self._halves(start, wanted, None)
        results, total = found
        if total is None:
            return Range(results[:wanted], None)
        wanted = max(0, min(wanted, total - start + 1))
        if len(results) >= wanted:
            self._missing = 0
            return Range(results[:wanted], total)
        return found if self._capped(start, len(results)) else self._halves(start, wanted, total)

    def _capped(self, start: int, given: int) -> bool:
        """Whether the same come when no more are asked for: then the server caps, and leaves nothing out.

        A cap that is met twice is believed, and no more is asked for from then on.
        """
        try:
            again = self._listing.fetch(start, given).results if given > 1 else ()
        except BrokenRangeError:
            return False
        if not again or len(again) < given:
            return False
        self._most = given if given == self._short else None
        self._short = given
        return True

    def _halves(self, start: int, wanted: int, total: int | None) -> Range:
        """So many positions one by one where they cannot be had together; the rest in large pieces.

        Stops where the list changes its length: what comes after has to be joined on anew.
        """
        if wanted == 1:
            return self._alone(start)
        half = wanted // 2
        results: list[Decoded | Unreadable] = []
        for first, number in ((start, half), (start + half, wanted - half)):
            piece = self._piece(first, number, total)
            if results and None not in (total, piece.total) and piece.total != total:
                return Range(results, piece.total)
            results += piece.results
            total = total if piece.total is None else piece.total
            if len(piece.results) < number:
                break
        return Range(results, total)

    def _piece(self, start: int, number: int, total: int | None) -> Range:
        number = number if total is None else min(number, total - start + 1)
        if number < 1:
            return Range((), total)
        if number > 1:
            with suppress(BrokenRangeError):
                found = self._listing.fetch(start, number)
                if len(found.results) >= number:
                    self._missing = 0
                    return Range(found.results[:number], found.total)
        return self._halves(start, number, total)

    def _alone(self, start: int) -> Range:
        total = None
        try:
            results, total = self._listing.fetch(start, 1)
        except BrokenRangeError as error:
            broken = error
        else:
            if results or total is None or start > total:
                self._missing = 0
                return Range(results[:1], total)
            broken = BrokenRangeError(
                f"The server counts {total} records, but gives none at position {start}.", b"", MARCXML
            )
        self._missing += 1
        if self._missing > MOST_MISSING:
            raise SourceAway(
                f"{self._listing.name}: none of {self._missing} records up to position {start} is delivered: "
                f"{broken.detail}"
            )
        raw = broken.raw or f"position {start}".encode()
        return Range((Unreadable(raw, start, broken.syntax, broken.reason, broken.detail),), total)
