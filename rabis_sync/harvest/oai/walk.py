"""The walk through a repository's lists: every record, whatever breaks on the way, and a place to go on from.

A page that stays damaged, a token that is lost and a list that goes round in circles end the same way: the
window is begun anew, a few times, and then halved, until so little remains that its records are fetched one
by one. Only a record that cannot be had even alone is given up, with what came of it, until the next harvest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.errors import FatalError, RabisSyncError, SourceAway
from rabis_sync.harvest.oai import answer as answers
from rabis_sync.harvest.oai.answer import Answer, BrokenPageError, Header
from rabis_sync.harvest.oai.repository import Reply, TokenLostError
from rabis_sync.harvest.oai.windows import Place, Window, moment_of, text_of
from rabis_sync.harvest.sources import Gone, Named
from rabis_sync.marc.codec import MARCXML, Decoded, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta

    from rabis_sync.harvest.oai.repository import Identity, Repository
    from rabis_sync.harvest.sources import Result

#: A window is begun anew so often before it is halved.
MOST_AGAIN = 2
#: A damaged window with no more records than this is read record by record.
FEW = 100
#: Records in a row that cannot be had alone; then it is the server, not the records.
MOST_POISON = 50
#: Empty pages in a row that still have a token.
MOST_EMPTY = 50
#: A server that has too much to do is not asked for the same in more and smaller parts.
_BUSY = re.compile(r"\banswers (?:429|503)\b")


class Piece(NamedTuple):
    """What one page gave, and where the harvest stands after it; `came`: it is one."""

    results: tuple[Result, ...]
    place: Place
    came: bool = True


def gathered(pieces: Iterator[Piece], least: int) -> Iterator[Piece]:
    """Pieces of at least so many records: many a repository gives ten at a time, and each costs a commit.

    What came before the repository failed is given before its error.
    """
    results: list[Result] = []
    place: Place | None = None
    try:
        for piece in pieces:
            place = piece.place
            results += piece.results
            if len(results) >= least:
                yield Piece(tuple(results), place)
                results, place = [], None
    except RabisSyncError:
        if place:
            yield Piece(tuple(results), place)
        raise
    if place:
        yield Piece(tuple(results), place)


@dataclass
class Walk:
    """Reads the windows of a place one after the other.

    Attributes:
        repository: that is read.
        identity: what it says of itself.
        encoding: of the MARCXML.
        page_size: records fetched one by one that are given together.
        span: windows are not longer than this; zero: no limit.
    """

    repository: Repository
    identity: Identity
    encoding: str
    page_size: int
    span: timedelta
    _met: set[bytes] = field(default_factory=set)
    _empty: int = 0
    _poison: int = 0
    _owing: dict[str, None] = field(default_factory=dict)

    def pieces(self, place: Place) -> Iterator[Piece]:
        """Every page from a place on; the last one leaves nothing to do.

        Raises:
            SourceAway: the server is not there, or can give no part of a window.
            FatalError: it refuses.
        """
        self._owing = dict.fromkeys(place.owing)
        while place.todo or not place.caught or place.owed:
            if not (place.todo or place.caught):
                place = self._catching_up(place)
            for piece in self._next(place):
                self._note(piece.results)
                place = replace(piece.place, owing=tuple(self._owing))
                if piece.came:
                    yield Piece(piece.results, place)

    def _next(self, place: Place) -> Iterator[Piece]:
        """What comes of the next request for a list, or of asking for what is owed."""
        if not place.todo:
            yield self._owed(place)
            return
        place = self._begun(place)
        try:
            reply = self._list(place)
        except TokenLostError as error:
            yield Piece((), self._again(place, str(error)), came=False)
        except BrokenPageError as error:
            yield Piece((), self._divided(place, str(error)), came=False)
        else:
            yield from self._taken(place if place.opened else self._opened(place, reply), reply.answer)

    def _note(self, results: tuple[Result, ...]) -> None:
        """Remember what could not be read: the next harvest asks for it again, changed or not."""
        for one in results:
            if isinstance(one, Named) and isinstance(one.outcome, Unreadable) and one.identifier:
                self._owing[one.identifier] = None
            elif isinstance(one, Named | Gone):
                self._owing.pop(one.identifier, None)

    def _owed(self, place: Place) -> Piece:
        """Records that an earlier harvest could not read; what still cannot be read remains owed."""
        results: list[Result] = []
        for identifier in place.owed[: self.page_size]:
            for one in self._one(identifier, place.prefix, strict=False):
                readable = isinstance(one, Gone) or (
                    isinstance(one, Named) and isinstance(one.outcome, Decoded)
                )
                results += [one] if readable else []
                self._owing.update({} if readable else {identifier: None})
        rest = place.owed[self.page_size :]
        return Piece(tuple(results), replace(place, owed=rest, done=place.done + len(results)))

    def _begun(self, place: Place) -> Place:
        """With the first window cut to its span."""
        window, *rest = place.todo
        if place.token or window.part or not self.span:
            return place
        now = self._now(place)
        cut = window.begun(self.identity.grain, self.span, self.identity.earliest, now)
        return replace(place, todo=(*cut, *rest))

    def _now(self, place: Place) -> datetime:
        """Where a window without an end is taken to end."""
        return moment_of(place.opened) or self.identity.clock or self.identity.earliest

    def _opened(self, place: Place, reply: Reply) -> Place:
        """With the server's clock at the first list; one in a single page leaves nothing to catch up."""
        if reply.clock is None:
            raise FatalError(
                f"{self.repository.url} does not say what time it is: neither responseDate nor Date",
                hint="Without the server's clock changes would be missed.",
            )
        token = reply.answer.token
        whole = len(place.todo) == 1 and not place.each and not (token and token.text)
        return replace(place, opened=text_of(reply.clock), caught=place.caught or whole)

    def _catching_up(self, place: Place) -> Place:
        """What changed while everything was read may have left the list: it is asked for at the end."""
        names = place.sets or ("",)
        windows = [Window(name, place.opened, each=place.each, part=True) for name in names]
        return replace(place.instead(*windows), caught=True)

    # --- one page -----------------------------------------------------------------------------------

    def _list(self, place: Place) -> Reply:
        """The next page of the window under way.

        Raises:
            TokenLostError, BrokenPageError: see the module.
        """
        window = place.todo[0]
        verb = "ListIdentifiers" if window.each else "ListRecords"
        fresh = {"metadataPrefix": place.prefix, **window.arguments(self.identity.grain)}
        reply = self._asked(verb, {"resumptionToken": place.token} if place.token else fresh, place)
        code, message = reply.answer.error
        if place.token and code and code != "noRecordsMatch":
            raise TokenLostError(f"{code}: {message}")
        if code != "noRecordsMatch":
            self.repository.refuse(reply.answer, verb)
        self._look(place, reply.answer)
        return reply

    def _asked(self, verb: str, arguments: dict[str, str], place: Place) -> Reply:
        try:
            return self.repository.ask(verb, arguments)
        except SourceAway as error:
            if _BUSY.search(str(error)) or not self.repository.alive():
                raise
            raise BrokenPageError(str(error)) from error
        except FatalError as error:
            if place.token:
                raise TokenLostError(str(error)) from error
            raise

    def _look(self, place: Place, said: Answer) -> None:
        """See that the list goes on and ends as it should.

        Raises:
            TokenLostError: it does not.
        """
        if not place.token:
            self._met.clear()
            self._empty = 0
        more = said.token is not None and bool(said.token.text)
        self._empty = 0 if said.entries else self._empty + 1
        mark = _mark(said)
        if (said.entries and mark in self._met) or (more and self._empty > MOST_EMPTY):
            raise TokenLostError("the list goes round in circles")
        if more and not said.entries and said.token and said.token.text == place.token:
            raise TokenLostError("the list does not go on")
        self._met.add(mark)
        missing = _missing(place, said)
        if missing > 0 and place.again == 0:
            raise TokenLostError(f"the list ended without a word, {missing} records before its end")

    def _taken(self, place: Place, said: Answer) -> Iterator[Piece]:
        """What a page holds; where its records are fetched one by one, in several pieces."""
        token = said.token.text if said.token else ""
        moved = place.moved(token, len(said.entries), said.token.size if said.token else 0)
        after = moved if token else moved.ended()
        if _missing(place, said) > 0:
            after = replace(after, entire=False)
        if not place.todo[0].each:
            yield Piece(tuple(answers.results(said.entries, self.encoding)), after)
            return
        headers = [entry.header for entry in said.entries]
        while len(headers) > self.page_size:
            chunk, headers = headers[: self.page_size], headers[self.page_size :]
            yield Piece(tuple(self._each(chunk, place.prefix)), place)
        yield Piece(tuple(self._each(headers, place.prefix)), after)

    def _each(self, headers: list[Header], prefix: str) -> Iterator[Result]:
        for header in headers:
            if header.deleted:
                yield Gone(header.identifier)
            else:
                yield from self._one(header.identifier, prefix)

    def _one(self, identifier: str, prefix: str, *, strict: bool = True) -> Iterator[Result]:
        """One record; nothing where it has gone since it was listed.

        Raises:
            SourceAway: too many in a row cannot be had, which `strict` takes for the server's fault.
        """
        arguments = {"identifier": identifier, "metadataPrefix": prefix}
        try:
            said = self._asked("GetRecord", arguments, Place("", "", ())).answer
        except BrokenPageError as error:
            self._poison += 1
            if strict and self._poison > MOST_POISON:
                raise SourceAway(f"{self.repository.url} gives no record any more: {error}") from error
            yield Named(_poison(identifier, error), identifier)
            return
        self._poison = 0
        if said.error[0] not in {"idDoesNotExist", "cannotDisseminateFormat"}:
            self.repository.refuse(said, "GetRecord")
            yield from answers.results(said.entries, self.encoding)

    # --- what breaks --------------------------------------------------------------------------------

    def _again(self, place: Place, why: str) -> Place:
        """The window from its beginning; halved when that was tried often enough, or before."""
        tried = place.todo[0].part or place.again >= MOST_AGAIN
        return self._divided(place, why) if tried else place.anew()

    def _divided(self, place: Place, why: str) -> Place:
        """Smaller windows instead of the one under way.

        Raises:
            SourceAway: it cannot be made smaller.
        """
        window, *rest = place.todo
        listed = None if window.each else self._headers(window, place)
        stamps = [header.datestamp for header in listed.headers] if listed else []
        if listed and not listed.more and len(stamps) <= FEW:
            return place.instead(*([window._replace(each=True)] if stamps else []), *rest)
        if not all(map(window.holds, stamps)):
            # The server does not look at dates: windows would bring the same again and again.
            others = [one for one in rest if one.part and one.set == window.set]
            whole = window._replace(each=True, last=others[-1].last if others else window.last)
            return place.instead(whole, *(one for one in rest if one not in others))
        moments = [moment for moment in map(moment_of, stamps) if moment]
        since = min([self.identity.earliest, *moments])
        now = max([self._now(place), *moments])
        halves = window.halved(self.identity.grain, since, now)
        if halves is not None:
            return place.instead(*halves, *rest)
        if listed is None:
            raise SourceAway(f"{self.repository.url} cannot give what it lists: {why}")
        return place.instead(window._replace(each=True), *rest)

    def _headers(self, window: Window, place: Place) -> _Listed | None:
        """The first identifiers of a window, or None where they cannot be listed either."""
        arguments = {"metadataPrefix": place.prefix, **window.arguments(self.identity.grain)}
        try:
            said = self._asked("ListIdentifiers", arguments, place).answer
        except (BrokenPageError, TokenLostError):
            return None
        if said.error[0] not in {"", "noRecordsMatch"}:
            return None
        more = said.token is not None and bool(said.token.text)
        return _Listed([entry.header for entry in said.entries], more)


class _Listed(NamedTuple):
    headers: list[Header]
    more: bool


def _missing(place: Place, said: Answer) -> int:
    """Records that a list lacks which ends without an empty token (OAI-PMH 2.0, section 3.5)."""
    if not place.token or said.token is not None:
        return 0
    return place.size - place.passed - len(said.entries)


def _mark(said: Answer) -> bytes:
    """Tells pages apart by the records they list."""
    listed = repr([entry.header for entry in said.entries])
    return blake2b(listed.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _poison(identifier: str, error: BrokenPageError) -> Unreadable:
    """What remains of a record that cannot be had: its own bytes if any came, and why."""
    start = error.body.find(b"<record")
    end = error.body.rfind(b"</record>")
    raw = error.body[start : end + 9 if end > start else None] if start >= 0 else b""
    if not raw:
        raw = f"<!-- {identifier}: the repository gives no record -->".encode()
    return Unreadable(raw, 0, MARCXML, "malformed_xml", f"{error}.")
