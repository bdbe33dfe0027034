"""The circulation service of Web-RABIS: cards of records that another source brought, one by one, politely.

It is asked for nothing but ``GET {url}/api/v1/ebook/{id}/card``: never for readers or their orders.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from rabis_sync.errors import ConfigError, FatalError, SourceAway
from rabis_sync.harvest.rabis import cards
from rabis_sync.harvest.rabis.mapping import BlockMapping
from rabis_sync.harvest.sources import Copies, Named, Page, Surroundings
from rabis_sync.marc.items import ItemProfile
from rabis_sync.marc.reading import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.http import Client, Response

PATH = "{url}/api/v1/ebook/{id}/card"
#: Cards that are committed together: with the pause between them about half a minute of work.
CARDS = 50
#: Bytes of a card.
LARGEST = 4 * 1024**2
#: Answers that are looked at here; all others are the client's matter.
LOOKED_AT = frozenset({200, 400, 401, 403, 404, 405, 409, 410, 422})
_TOKEN = "Get a new token of an account that may see cards and put it where token_env says."  # noqa: S105  a hint


@dataclass(frozen=True, slots=True)
class Options:
    """Keys of the circulation service in ``[sources.NAME]``."""

    url: str = field(metadata={"doc": "Address of the circulation service, without /api."})
    of: str = field(metadata={"doc": "The source whose records get their copies refreshed."})
    token: str = field(
        default="", metadata={"doc": "Its access token (token_env names the variable that holds it)."}
    )
    pause: float = field(default=0.5, metadata={"doc": "Seconds that lie at least between two requests."})
    number: str = field(
        default=r"(\d+)$", metadata={"doc": "Expression whose first group finds the id in a control number."}
    )
    blocks: str = field(
        default="rabis_blocks.toml", metadata={"doc": "File in mappings/ that says what a copy's row means."}
    )
    states: str = field(
        default="rabis_899",
        metadata={"doc": "File in mappings/items that explains the states of copies."},
    )

    def __post_init__(self) -> None:
        """Raises ValueError for what cannot work."""
        try:
            groups = re.compile(self.number).groups
        except re.error as error:
            message = f"number: {self.number!r} is no regular expression: {error}"
            raise ValueError(message) from error
        if groups < 1 or self.pause < 0:
            message = "number needs a group, and pause is at least 0"
            raise ValueError(message)


@dataclass
class _Tally:
    """What was asked so far: cards that came, and records without one."""

    cards: int = 0
    without: int = 0
    #: The service itself said so, in its JSON, at least once.
    confirmed: bool = False

    def checkpoint(self, after: str | None, done: int) -> dict[str, Any]:
        """What is kept with a page."""
        return {"after": after, "done": done, "cards": self.cards, "without": self.without}


@dataclass(frozen=True, slots=True)
class Source:
    """Cards of known records."""

    options: Options
    around: Surroundings

    def pages(self, reached: dict[str, Any], checkpoint: dict[str, Any], *, full: bool) -> Iterator[Page]:  # noqa: ARG002  every card is asked for, each time
        """Pages of copies; see `sources.Source.pages`. Goes on after the control number it stopped at."""
        with self._asking() as asking:
            yield from self._pages(asking, checkpoint)

    def _pages(self, asking: _Asking, checkpoint: dict[str, Any]) -> Iterator[Page]:
        numbers, done, fresh = self._rest(checkpoint)
        tally = _Tally() if fresh else _Tally(checkpoint["cards"], checkpoint["without"], confirmed=True)
        whole = sum(1 for _ in self.around.known(self.options.of))
        after = checkpoint.get("after")
        while some := list(islice(numbers, CARDS)):
            found = [one for number in some if (one := asking.card(number, tally)) is not None]
            if fresh and not found and not tally.confirmed:
                raise FatalError(
                    f"{self.options.url} has no card of the first {len(some)} records and does not say why",
                    hint="Check url: it is the address of the circulation service, without /api/v1.",
                )
            after, done = some[-1], done + len(some)
            yield Page(
                "",
                tuple(one for one in found if isinstance(one, Named)),
                tally.checkpoint(after, done) | ({"fresh": True} if fresh else {}),
                done=done,
                whole=max(whole, done),
                copies=tuple(one for one in found if isinstance(one, Copies)),
            )
            fresh = False
        if done:
            goal = {"cards": tally.cards, "without_card": tally.without}
            yield Page("", (), tally.checkpoint(after, done), goal, done, max(whole, done))

    def check(self) -> str:
        """One line: how many records, and whether the service shows the card of the first.

        Raises:
            SourceAway, FatalError, ConfigError: it does not.
        """
        whole = sum(1 for _ in self.around.known(self.options.of))
        first = next(self.around.known(self.options.of), None)
        told = f"{self.options.url}, {whole:,} records of source {self.options.of!r}"
        with self._asking() as asking:
            if first is not None:
                asking.card(first, _Tally())
        until = cards.expiry(self.options.token)
        return told + (f", token good until {until:%F %H:%M} UTC" if until else "")

    def _rest(self, checkpoint: dict[str, Any]) -> tuple[Iterator[str], int, bool]:
        """The control numbers still to be asked for, how many were, and whether this is a beginning."""
        after = checkpoint.get("after")
        numbers = self.around.known(self.options.of)
        if after is not None:
            if after in numbers:  # takes what stands before it, too
                return numbers, checkpoint["done"], False
            numbers = self.around.known(self.options.of)
        return numbers, 0, True

    @contextmanager
    def _asking(self) -> Iterator[_Asking]:
        options = self.options
        if not options.token:
            raise ConfigError("the circulation service needs a token", hint=_TOKEN)
        until = cards.expiry(options.token)
        if until and until <= datetime.now(UTC):
            raise FatalError(f"the token for {options.url} expired at {until:%F %H:%M} UTC", hint=_TOKEN)
        mapping = self.around.mapping(options.blocks, BlockMapping)
        profile = self.around.mapping(f"items/{options.states}.toml", ItemProfile)
        client = replace(self.around.client, pause=max(options.pause, self.around.client.pause))
        try:
            yield _Asking(client, options, mapping, profile)
        finally:
            client.close()


@dataclass(frozen=True, slots=True)
class _Asking:
    """Asks for one card after the other."""

    client: Client
    options: Options
    mapping: BlockMapping
    profile: ItemProfile

    def card(self, control_number: str, tally: _Tally) -> Copies | Named | None:
        """The copies of a record; None where it has no card; the body where that cannot be understood.

        Raises:
            SourceAway: the service does not answer, or shows a page for people.
            FatalError: it refuses us.
        """
        match = re.search(self.options.number, control_number)
        if match is None:
            tally.without += 1
            return None
        url = PATH.format(url=self.options.url.rstrip("/"), id=match[1])
        answer = self.client.get(
            url,
            headers={"Accept": "application/json"},
            credentials=self.options.token,
            accept_statuses=LOOKED_AT,
            limit=LARGEST,
        )
        if not self._shown(answer, tally):
            tally.without += 1
            return None
        try:
            found = cards.copies(cards.document(answer.body), match[1], self.mapping, self.profile)
        except cards.NoCardError as error:
            detail = f"{url}: {error}"
            return Named(Unreadable(answer.body, 0, cards.SYNTAX, cards.REASON, detail), control_number)
        tally.confirmed = True
        if found is None:
            tally.without += 1
            return None
        tally.cards += 1
        return Copies(control_number, found)

    def _shown(self, answer: Response, tally: _Tally) -> bool:
        """True for an answer that may be a card, False where the record has none."""
        said = cards.explanation(answer.body)
        if answer.status == 200:
            if answer.body.lstrip()[:1] == b"<":
                raise SourceAway(
                    f"{answer.url} shows a page for people instead of a card",
                    hint="Check url; or the service is being maintained: try later.",
                )
            return True
        if answer.status in {404, 410} or (answer.status == 400 and cards.says_no_such_record(answer.body)):
            tally.confirmed = tally.confirmed or bool(said)
            return False
        message = f"{answer.url} answers {answer.status}{f': {said}' if said else ''}"
        if answer.status == 401:
            raise FatalError(f"{message} (the token is missing, wrong or expired)", hint=_TOKEN)
        if answer.status == 403:
            raise FatalError(message, hint="The token's account may not see cards: ask for that right alone.")
        raise FatalError(message, hint="Check url and number in the source's section.")
