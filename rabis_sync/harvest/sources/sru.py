"""Catalogues that answer by SRU 1.1, 1.2 or 2.0 with MARCXML."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from rabis_sync.errors import ConfigError, FatalError, SourceAway
from rabis_sync.harvest import sru_response
from rabis_sync.harvest.positions import BrokenRangeError, Range
from rabis_sync.harvest.questions import Question, pages, since_clause
from rabis_sync.harvest.sru_response import Answer, DoctypeError, MalformedError
from rabis_sync.marc.codec import MARCXML

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rabis_sync.harvest.sources import Page, Surroundings
    from rabis_sync.http import Response

VERSIONS = ("1.1", "1.2", "2.0")
PACKINGS = ("xml", "string")
#: Refusals whose body may say in SRU what is wrong.
_ANSWERED = frozenset({200, 400, 422})


@dataclass(frozen=True, slots=True)
class Options:
    """Keys of an SRU server in ``[sources.NAME]``."""

    url: str = field(metadata={"doc": "Address of the database, up to the question mark."})
    version: str = field(default="1.2", metadata={"doc": "Version of SRU: 1.1, 1.2 or 2.0."})
    query: str = field(default="cql.allRecords=1", metadata={"doc": "What to harvest, in CQL."})
    since_query: str = field(
        default="",
        metadata={
            "doc": "What changed since a day, in CQL with {since}; empty: everything is read each time."
        },
    )
    schema: str = field(default="marcxml", metadata={"doc": "The server's name for MARCXML."})
    packing: str = field(
        default="xml",
        metadata={"doc": "How records are asked for: xml, or string for servers that fail at it."},
    )
    username: str = field(default="", metadata={"doc": "Our account at the server, if it wants one."})
    password: str = field(
        default="", repr=False, metadata={"doc": "Its password, which belongs into the environment."}
    )
    page_size: int = field(default=100, metadata={"doc": "Records asked for at once."})

    def __post_init__(self) -> None:
        """Raises ValueError for a value that no server could take."""
        if urlsplit(self.url).scheme not in {"http", "https"}:
            raise ValueError(f"url {self.url!r} is no http or https address")
        for name, value, known in (("version", self.version, VERSIONS), ("packing", self.packing, PACKINGS)):
            if value not in known:
                raise ValueError(f"{name} {value!r} is none of {', '.join(known)}")
        if not self.query.strip():
            raise ValueError("query is empty")
        if self.page_size < 1:
            raise ValueError("page_size is less than 1")
        if bool(self.username) != bool(self.password):
            raise ValueError("username and password go together")
        if self.since_query:
            since_clause(self.since_query, date.min)


@dataclass(frozen=True, slots=True)
class Source:
    """The records that a query finds, by position."""

    options: Options
    around: Surroundings

    def pages(self, reached: dict[str, Any], checkpoint: dict[str, Any], *, full: bool) -> Iterator[Page]:
        """Pages of the query's list; see `sources.Source.pages`."""
        chosen = self.options
        listing = _Listing(chosen, self.around)
        whole = f"{listing.name} {chosen.query}"
        full = full or not chosen.since_query
        wish = self.around.since if chosen.since_query else ""
        question = Question.of(whole, wish=wish, reached=reached, full=full)
        if question.since:
            clause = since_clause(chosen.since_query, question.since)
            listing = _Listing(replace(chosen, query=f"({chosen.query}) and ({clause})"), self.around)
        return pages(listing, question, chosen.page_size, reached, checkpoint)

    def check(self) -> str:
        """One line on what a harvest would find now.

        Raises:
            SourceAway, FatalError, ConfigError: it would find nothing.
        """
        listing = _Listing(self.options, self.around)
        title = self._explained(listing)
        if self.options.since_query:
            clause = since_clause(self.options.since_query, datetime.now(UTC).date())
            _Listing(
                replace(self.options, query=f"({self.options.query}) and ({clause})"), self.around
            ).fetch(1, 1)
        total = listing.fetch(1, 1).total
        return f"{title}: {'unknown number of' if total is None else f'{total:,}'} records"

    def _explained(self, listing: _Listing) -> str:
        """Title of the database, if the server explains itself and knows our schema."""
        found = listing.explanation()
        if found is None:
            return listing.name
        schema = self.options.schema
        if found.schemas and schema not in found.schemas:
            raise ConfigError(
                f"{listing.name} has no record schema {schema!r}, but {', '.join(found.schemas)}"
            )
        return f"{found.title or listing.name} (SRU {self.options.version})"


class _Listing:
    """The list that one query makes on one server."""

    def __init__(self, options: Options, around: Surroundings) -> None:
        self.name = _shown(options.url)
        self.opened = datetime.now(UTC)
        self._options = options
        self._around = around
        self._heard = False

    def fetch(self, start: int, count: int) -> Range:
        """Records from a position on; see `positions.Listing.fetch`."""
        answer = self._page(start, count)
        results = [one._replace(offset=number) for number, one in enumerate(answer.results, start)]
        if results or not answer.diagnostics:
            return Range(results, answer.total)
        worst = answer.diagnostics[0]
        if worst.number == sru_response.BEHIND_THE_END:
            return Range((), start - 1 if answer.total is None else answer.total)
        if worst.number in sru_response.OF_ONE_RECORD:
            raise BrokenRangeError(
                f"The server gives {worst}.", f"position {start}: {worst}".encode(), MARCXML
            )
        kind = SourceAway if worst.number in sru_response.PASSING else FatalError
        raise kind(f"{self.name} answers with {worst}")

    def explanation(self) -> sru_response.Explanation | None:
        """What the server says of itself; None where it says nothing."""
        version = self._options.version
        params = {} if version == "2.0" else {"operation": "explain", "version": version}
        response = self._get(params, frozenset({*_ANSWERED, 404, 405, 501}))
        return sru_response.parse_explanation(response.body) if response.status == 200 else None

    def _page(self, start: int, count: int) -> Answer:
        """One page; asked for again when it is malformed, which a passing fault may have done.

        Raises:
            BrokenRangeError: it is malformed again.
        """
        params = self._params(start, count)
        try:
            return self._parsed(self._get(params, _ANSWERED))
        except MalformedError:
            response = self._get(params, _ANSWERED)
        try:
            return self._parsed(response)
        except MalformedError as error:
            found = sru_response.broken_record(response.body)
            raw, reason = (found.raw, found.reason) if found else (response.body, "malformed_xml")
            raise BrokenRangeError(sru_response.sentence(error), raw, MARCXML, reason) from error

    def _parsed(self, response: Response) -> Answer:
        if sru_response.is_html(response.body):
            raise SourceAway(
                f"{self.name} answers {response.status} with an HTML page",
                hint="The server may be under repair; else check the address.",
            )
        try:
            answer = sru_response.parse(response.body, self._around.encoding)
        except DoctypeError as error:
            raise FatalError(f"{self.name}: {error}") from error
        if response.status != 200 and not answer.diagnostics:
            raise FatalError(
                f"{self.name} answers {response.status}", hint="Check the address and the query."
            )
        return answer

    def _get(self, params: Mapping[str, str], accepted: frozenset[int]) -> Response:
        chosen = self._options
        response = self._around.client.get(
            chosen.url,
            params=params,
            credentials=(chosen.username, chosen.password) if chosen.username else "",
            accept_statuses=accepted,
        )
        if not self._heard:
            self._heard = True
            self.opened = _moment(response.headers.get("date", "")) or self.opened
        return response

    def _params(self, start: int, count: int) -> dict[str, str]:
        chosen = self._options
        asked = {"query": chosen.query, "startRecord": str(start), "maximumRecords": str(count)}
        asked["recordSchema"] = chosen.schema
        if chosen.version == "2.0":
            return {**asked, "recordXMLEscaping": chosen.packing}
        first = {"operation": "searchRetrieve", "version": chosen.version}
        return {**first, **asked, "recordPacking": chosen.packing}


def _shown(url: str) -> str:
    """The address without user, password and parameters, for messages."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _moment(header: str) -> datetime | None:
    """The moment of a Date header, or None."""
    try:
        return parsedate_to_datetime(header).astimezone(UTC)
    except ValueError:
        return None
