"""Catalogues that answer by Z39.50, through the YAZ client of the system."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Self

from rabis_sync.errors import EmptySource, FatalError, NotMarc, SourceAway
from rabis_sync.harvest.positions import BrokenRangeError, Range
from rabis_sync.harvest.questions import Question, pages, since_clause
from rabis_sync.harvest.yaz import Session, SessionLostError, checked, diagnostics
from rabis_sync.marc import codec
from rabis_sync.marc.codec import ISO2709, MARCXML, Decoded, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.harvest.sources import Page, Surroundings

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,80}[A-Za-z0-9])?")
_SYNTAX = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
_HITS = re.compile(r"^Number of hits: (\d+)", re.MULTILINE)
_NAMED = re.compile(r"^Name +: (.+)$", re.MULTILINE)
_UNREACHED = re.compile(r"^(?:Could not resolve address .*|Connecting\.\.\.error.*)$", re.MULTILINE)
#: Bib-1 numbers.
_BEHIND_THE_END = 13
_DROPPED = {27, 30}
_OF_ONE_RECORD = {14, 15, 16, 17, 238}
_PASSING = {2, 31}
_UNSAID = "The server gives nothing at this position, and no reason."


@dataclass(frozen=True, slots=True)
class Options:
    """Keys of a Z39.50 server in ``[sources.NAME]``."""

    host: str = field(metadata={"doc": "Name or IPv4 address of the server."})
    query: str = field(
        metadata={"doc": "What to harvest, in PQF; everything in Zebra: @attr 1=_ALLRECORDS @attr 2=103 ''."}
    )
    port: int = field(default=210, metadata={"doc": "Port of the server."})
    database: str = field(default="Default", metadata={"doc": "Name of the database."})
    since_query: str = field(
        default="",
        metadata={
            "doc": "What changed since a day, in PQF with {since}; empty: everything is read each time."
        },
    )
    syntax: str = field(
        default="unimarc", metadata={"doc": "Record syntax asked for: unimarc, rusmarc, usmarc or xml."}
    )
    element_set: str = field(
        default="F", metadata={"doc": "Element set asked for, F is the full record; empty: none is named."}
    )
    charset: str = field(
        default="", metadata={"doc": "Character set to negotiate for queries, e.g. UTF-8; empty: none."}
    )
    username: str = field(default="", metadata={"doc": "Our account at the server, if it wants one."})
    password: str = field(
        default="", repr=False, metadata={"doc": "Its password, which belongs into the environment."}
    )
    page_size: int = field(default=100, metadata={"doc": "Records asked for at once."})
    timeout: int = field(default=120, metadata={"doc": "Seconds that one answer may take."})

    def __post_init__(self) -> None:
        """Raises ValueError for what could not be sent, or could be taken for another command."""
        if not _HOST.fullmatch(self.host):
            raise ValueError(f"host {self.host!r} is no name of a server")
        if not 0 < self.port < 65536:
            raise ValueError(f"port {self.port} is not between 1 and 65535")
        if not _SYNTAX.fullmatch(self.syntax):
            raise ValueError(f"syntax {self.syntax!r} is no name of a record syntax")
        if self.page_size < 1 or self.timeout < 1:
            raise ValueError("page_size and timeout are at least 1")
        checked("query", self.query)
        for name in ("database", "element_set", "charset", "username", "password"):
            value = getattr(self, name)
            if value or name == "database":
                checked(name, value, blanks=False)
        if self.since_query:
            checked("since_query", since_clause(self.since_query, date.min))
        if bool(self.username) != bool(self.password):
            raise ValueError("username and password go together")


@dataclass(frozen=True, slots=True)
class Source:
    """The records that a query finds, by position in the result set."""

    options: Options
    around: Surroundings

    def pages(self, reached: dict[str, Any], checkpoint: dict[str, Any], *, full: bool) -> Iterator[Page]:
        """Pages of the result set; see `sources.Source.pages`."""
        chosen = self.options
        wish = self.around.since if chosen.since_query else ""
        question = Question.of(
            f"{_name(chosen)} {chosen.query}",
            wish=wish,
            reached=reached,
            full=full or not chosen.since_query,
        )
        with _Listing(_narrowed(chosen, question.since), self.around.encoding) as listing:
            yield from pages(listing, question, chosen.page_size, reached, checkpoint)

    def check(self) -> str:
        """One line on what a harvest would find now.

        Raises:
            ConfigError: the Debian package yaz is missing.
            SourceAway, FatalError: it would find nothing.
        """
        if self.options.since_query:
            with _Listing(_narrowed(self.options, datetime.now(UTC).date()), self.around.encoding) as listing:
                listing.fetch(1, 1)
        with _Listing(self.options, self.around.encoding) as listing:
            found = listing.fetch(1, 1)
            return f"{listing.name} ({listing.server}): {found.total or 0:,} records"


class _Listing:
    """The result set of one query; searched for again when the server drops it."""

    def __init__(self, options: Options, encoding: str) -> None:
        self.name = _name(options)
        self.opened = datetime.now(UTC)
        self.server = ""
        self._options = options
        self._encoding = encoding
        self._session: Session | None = None
        self._total = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def fetch(self, start: int, count: int) -> Range:
        """Records from a position on; see `positions.Listing.fetch`."""
        try:
            return self._shown(start, count)
        except SessionLostError:
            self._close()
        try:
            return self._shown(start, count)
        except SessionLostError as error:
            raise SourceAway(f"{self.name} breaks off: {error}") from error

    def _shown(self, start: int, count: int) -> Range:
        session = self._session or self._searched()
        count = min(count, self._total - start + 1)
        if count < 1:
            return Range((), self._total)
        dump, answer = session.show(start, count)
        results = self._records(dump, count)
        if results is None or (not results and not self._outside(answer)):
            raise self._broken(start, dump, answer)
        numbered = [one._replace(offset=number) for number, one in enumerate(results, start)]
        return Range(numbered, self._total)

    def _records(self, dump: bytes, count: int) -> list[Decoded | Unreadable] | None:
        """Records of a dump; None when it cannot be told where one ends and the next begins."""
        if not dump:
            return []
        if count == 1:
            syntax = MARCXML if dump.lstrip().startswith(b"<") else ISO2709
            return [codec.decode(dump, syntax, self._encoding)]
        with suppress(NotMarc, EmptySource):
            found = list(codec.read(BytesIO(dump), encoding=self._encoding))
            if len(found) <= count and all(isinstance(one, Decoded) for one in found):
                return found
        return None

    def _outside(self, answer: str) -> bool:
        """Whether the server, though it counted more, has nothing from there on.

        Raises:
            SessionLostError: it has forgotten the result set.
            SourceAway, FatalError: it will give nothing at all.
        """
        for one in diagnostics(answer):
            if one.number in _DROPPED:
                raise SessionLostError(str(one))
            if one.number not in {_BEHIND_THE_END, *_OF_ONE_RECORD}:
                raise (SourceAway if one.number in _PASSING else FatalError)(
                    f"{self.name} answers with {one}"
                )
        return False

    def _broken(self, start: int, dump: bytes, answer: str) -> BrokenRangeError:
        told = [str(one) for one in diagnostics(answer)]
        detail = f"The server gives {told[0]}." if told and not dump else _UNSAID
        raw = dump or f"position {start}: {'; '.join(told) or _UNSAID}".encode()
        return BrokenRangeError(detail, raw, MARCXML if self._options.syntax == "xml" else ISO2709)

    def _searched(self) -> Session:
        """A session in which the query has been asked."""
        chosen = self._options
        self._session = session = Session(chosen.timeout)
        if chosen.username:
            session.ask("authentication", chosen.username, chosen.password)
        if chosen.charset:
            session.ask("negcharset", chosen.charset)
        if "Bad format" in session.ask("format", chosen.syntax):
            raise FatalError(f"yaz-client knows no record syntax {chosen.syntax!r}")
        if chosen.element_set:
            session.ask("elements", chosen.element_set)
        self._connect(session)
        session.ask("base", chosen.database)
        answer = session.ask("find", chosen.query)
        hits = _HITS.search(answer)
        if told := diagnostics(answer):
            kind = SourceAway if told[0].number in _PASSING else FatalError
            raise kind(f"{self.name} answers with {told[0]}")
        if hits is None:
            raise FatalError(f"{self.name}: the query is no PQF: {' '.join(answer.split())}")
        self._total = int(hits[1])
        return session

    def _connect(self, session: Session) -> None:
        answer = session.ask("open", f"{self._options.host}:{self._options.port}")
        if failed := _UNREACHED.search(answer):
            raise SourceAway(f"{self.name} cannot be reached: {failed[0]}")
        if "Connection rejected" in answer:
            raise FatalError(f"{self.name} rejects us", hint="Check `username` and `password`.")
        if "Connection accepted" not in answer:
            raise SourceAway(f"{self.name} does not answer as a Z39.50 server does")
        named = _NAMED.search(answer)
        self.server = named[1].strip() if named else "a server without a name"

    def _close(self) -> None:
        if self._session:
            self._session.close()
            self._session = None


def _name(options: Options) -> str:
    return f"z3950://{options.host}:{options.port}/{options.database}"


def _narrowed(options: Options, since: date | None) -> Options:
    """The same options with a query for what changed since a day."""
    if since is None:
        return options
    clause = since_clause(options.since_query, since)
    return replace(options, query=f"@and {options.query} {clause}")
