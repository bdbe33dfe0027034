"""One OAI-PMH repository: asks, asks again where the answer is damaged, and says what it refuses."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.errors import ConfigError, FatalError, RabisSyncError, SourceAway, nearest
from rabis_sync.harvest.oai import answer
from rabis_sync.harvest.oai.answer import Answer, BrokenPageError
from rabis_sync.harvest.oai.kept import keep
from rabis_sync.harvest.oai.windows import DAY, SECOND, moment_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rabis_sync.http import Client, Response

#: A damaged answer is asked for so often in all: it may have been an accident.
TRIES = 3
#: Besides 200: some servers send OAI-PMH's own errors with these, and 500 is what a record that they cannot
#: write does to a whole page. The client itself waits and asks again at 502, 503, 504 and 429.
STATUSES = frozenset({200, 400, 404, 406, 422, 500, 501})
#: Lists of sets that are longer are not walked to their end.
MOST_SETS = 200


class TokenLostError(Exception):
    """The repository no longer knows the resumption token, or leads round in circles by it."""


class Identity(NamedTuple):
    """What the repository says of itself.

    Attributes:
        name: for people.
        grain: the smallest step of datestamps: a second or a day.
        earliest: no record is older, it says.
        deletions: ``no``, ``transient`` or ``persistent``.
        clock: what time it is there, if it says so.
    """

    name: str
    grain: timedelta
    earliest: datetime
    deletions: str
    clock: datetime | None


class Reply(NamedTuple):
    """An answer, and what came with it."""

    answer: Answer
    body: bytes
    clock: datetime | None


@dataclass(frozen=True, slots=True)
class Repository:
    """The other side.

    Attributes:
        url: base address.
        client: asks.
        credentials: user and password, or a token; empty: anybody.
        folder: the library's, where damaged answers are kept.
    """

    url: str
    client: Client
    credentials: tuple[str, str] | str
    folder: Path

    def identify(self) -> Identity:
        """What it is.

        Raises:
            SourceAway: it does not answer.
            FatalError: it is no OAI-PMH 2.0.
        """
        reply = self._told("Identify")
        said = _own(reply.answer)
        version = said.get("protocolVersion", "")
        if version != "2.0":
            raise FatalError(
                f"{self.url} speaks OAI-PMH {version or 'of no version'}",
                hint="Only version 2.0 can be harvested.",
            )
        earliest = moment_of(said.get("earliestDatestamp", "")) or datetime(1990, 1, 1, tzinfo=UTC)
        grain = SECOND if "ss" in said.get("granularity", "") else DAY
        name, deletions = said.get("repositoryName", ""), said.get("deletedRecord", "no")
        return Identity(name, grain, earliest, deletions, reply.clock)

    def formats(self) -> list[tuple[str, str]]:
        """Prefix and namespace of each metadata format, in its order."""
        found = [dict(one) for one in self._told("ListMetadataFormats").answer.content]
        return [(one.get("metadataPrefix", ""), one.get("metadataNamespace", "")) for one in found]

    def prefix(self, wanted: str, before: str = "") -> str:
        """The prefix to ask for.

        Args:
            wanted: this one; empty: the first whose namespace is one of MARC, but rather
            before: the one that was asked for last time.

        Raises:
            ConfigError: there is none such.
        """
        formats = self.formats()
        names = [prefix for prefix, _ in formats]
        chosen = [name for name in (wanted or before,) if name in names]
        if not wanted:
            chosen += [prefix for prefix, namespace in formats if "marc" in namespace.lower()]
            chosen += [prefix for prefix in names if "marc" in prefix.lower()]
        if not chosen:
            what = f"no format {wanted!r}" if wanted else "no MARC"
            raise ConfigError(
                f"{self.url} has {what}, only: {', '.join(names)}", hint="Set prefix to one of these."
            )
        return chosen[0]

    def check_sets(self, wanted: tuple[str, ...]) -> None:
        """See that it has these sets; a list that is very long, or damaged, proves nothing.

        Raises:
            ConfigError: it has not.
        """
        if not wanted:
            return
        try:
            known = {dict(one).get("setSpec", "") for one in self._sets()}
        except (BrokenPageError, TokenLostError, SourceAway, FatalError):
            return
        for name in wanted:
            if known and name not in known and "" not in known:
                near = nearest(name, known) or ", ".join(sorted(known)[:20])
                raise ConfigError(f"{self.url} has no set {name!r}", hint=f"Did you mean: {near}?")

    def ask(self, verb: str, arguments: dict[str, str]) -> Reply:
        """One answer, whatever it says.

        Raises:
            BrokenPageError: it is damaged every time; the last one is kept in a file that the message names.
            SourceAway, FatalError: of the client.
        """
        for failed in range(1, TRIES + 1):
            try:
                return self._once(verb, arguments)
            except BrokenPageError as error:
                name = keep(self.folder, error.body)
                broken = BrokenPageError(f"{error}{f' (kept in {name})' if name else ''}", error.body)
                if failed < TRIES:
                    self.client.retries.sleep(self.client.retries.pause(failed))
        raise broken

    def alive(self) -> bool:
        """True where it still says who it is: then a request that fails does so by itself."""
        try:
            return "protocolVersion" in _own(self._told("Identify").answer)
        except RabisSyncError:
            return False

    def refuse(self, said: Answer, verb: str) -> None:
        """Raise what an error of OAI-PMH (section 3.6) means for us.

        Raises:
            ConfigError: what was asked for is not there.
            FatalError: the request is not understood.
        """
        code, message = said.error
        told = f"{self.url} answers {verb} with {code}: {message}"
        if code in {"cannotDisseminateFormat", "noSetHierarchy", "noMetadataFormats"}:
            raise ConfigError(told, hint="Correct prefix or set in the source's section.")
        if code:
            raise FatalError(told, hint="Check the address, prefix and set in the source's section.")

    def _once(self, verb: str, arguments: dict[str, str]) -> Reply:
        params = {"verb": verb, **arguments}
        response = self.client.get(
            self.url, params=params, credentials=self.credentials, accept_statuses=STATUSES
        )
        try:
            said = answer.read(response.body, verb)
        except BrokenPageError:
            _refused(response)
            raise
        if response.status != 200 and not said.error[0]:
            _refused(response)
        return Reply(said, response.body, _clock(said, response))

    def _told(self, verb: str) -> Reply:
        """An answer without which nothing can be done.

        Raises:
            SourceAway: it stays damaged.
            FatalError, ConfigError: of `refuse`.
        """
        try:
            reply = self.ask(verb, {})
        except BrokenPageError as error:
            raise SourceAway(f"{self.url}: {error}") from error
        self.refuse(reply.answer, verb)
        return reply

    def _sets(self) -> Iterator[tuple[tuple[str, str], ...]]:
        arguments: dict[str, str] = {}
        for _ in range(MOST_SETS):
            said = self.ask("ListSets", arguments).answer
            self.refuse(said, "ListSets")
            yield from said.content
            if said.token is None or not said.token.text:
                return
            arguments = {"resumptionToken": said.token.text}
        raise TokenLostError


def _own(said: Answer) -> dict[str, str]:
    """Elements of Identify's own; those of a description are somebody else's."""
    return dict(reversed([child[0] for child in said.content if len(child) == 1]))


def _refused(response: Response) -> None:
    """An answer whose status says that it is none.

    Raises:
        BrokenPageError: the server failed.
        SourceAway: there is no such address now.
        FatalError: it does not want us.
    """
    told = f"{response.url.partition('?')[0]} answers {response.status}"
    if response.status >= 500:
        raise BrokenPageError(told, response.body)
    if response.status == 404:
        raise SourceAway(told, hint="Check the address in the source's section.")
    if response.status != 200:
        raise FatalError(told, hint="Check the address, prefix and set in the source's section.")


def _clock(said: Answer, response: Response) -> datetime | None:
    """The server's clock: the earlier of responseDate and Date, since some write local time into one."""
    found = [moment_of(said.moment)]
    with suppress(KeyError, ValueError):
        found.append(parsedate_to_datetime(response.headers["date"]).astimezone(UTC))
    return min((one for one in found if one is not None), default=None)
