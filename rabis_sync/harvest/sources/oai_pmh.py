"""OAI-PMH 2.0: what changed since the last harvest by the server's own clock, deletions included."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from rabis_sync.harvest.oai.repository import Repository
from rabis_sync.harvest.oai.walk import Walk, gathered
from rabis_sync.harvest.oai.windows import Place, Window, moment_of, text_of
from rabis_sync.harvest.sources import Page, Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Records that could not be read are asked for again, so many at a harvest.
MOST_OWED = 100


@dataclass(frozen=True, slots=True)
class Options:
    """Keys of an OAI-PMH repository in ``[sources.NAME]``."""

    url: str = field(metadata={"doc": "Base address of the repository, without ?verb=…."})
    prefix: str = field(
        default="", metadata={"doc": "Metadata prefix to ask for; the first MARC format offered when empty."}
    )
    set: str | tuple[str, ...] = field(
        default="", metadata={"doc": "One set, or a list of sets; the whole repository when empty."}
    )
    window_days: int = field(
        default=0, metadata={"doc": "Days asked for at a time, for servers with short memory; 0: no limit."}
    )
    overlap_minutes: int = field(
        default=60, metadata={"doc": "Minutes asked for again, for records that were being saved meanwhile."}
    )
    verb: Literal["ListRecords", "ListIdentifiers"] = field(
        default="ListRecords",
        metadata={"doc": "ListRecords, or ListIdentifiers to list names and fetch every record alone."},
    )
    username: str = field(default="", metadata={"doc": "User of the repository, if it wants one."})
    password: str = field(
        default="", metadata={"doc": "The user's password: password_env, never in this file."}
    )
    token: str = field(
        default="", metadata={"doc": "Or the token that a bearer shows: token_env, never in this file."}
    )

    def __post_init__(self) -> None:
        """Raises ValueError for numbers below zero."""
        if min(self.window_days, self.overlap_minutes) < 0:
            message = "window_days and overlap_minutes are not below 0"
            raise ValueError(message)

    @property
    def sets(self) -> tuple[str, ...]:
        """Every set once, in order."""
        given = (self.set,) if isinstance(self.set, str) else self.set
        return tuple(dict.fromkeys(one for one in given if one))


@dataclass(frozen=True, slots=True)
class Source:
    """The watermark is kept for each set: one that is added later is read from its beginning."""

    options: Options
    around: Surroundings

    def pages(self, reached: dict[str, Any], checkpoint: dict[str, Any], *, full: bool) -> Iterator[Page]:
        """Pages of all windows; see `sources.Source.pages`."""
        repository = self._repository()
        walk = Walk(
            repository,
            repository.identify(),
            self.around.encoding,
            self.around.page_size,
            timedelta(days=self.options.window_days),
        )
        place = self._resumed(checkpoint, full=full)
        fresh = place is None
        place = place or self._begun(repository, reached, full=full)
        for piece in gathered(walk.pieces(place), self.around.page_size):
            place = piece.place
            checkpoint = _checkpoint(place, fresh=fresh)
            yield Page("", piece.results, checkpoint, None, place.done, place.expected)
            fresh = False
        goal = self._goal(place, reached)
        yield Page("", (), _checkpoint(place, fresh=fresh), goal, place.done, place.done, entire=place.entire)

    def check(self) -> str:
        """One line on what a harvest would find now.

        Raises:
            SourceAway, ConfigError: it would find nothing.
        """
        repository = self._repository()
        known = repository.identify()
        prefix = repository.prefix(self.options.prefix)
        repository.check_sets(self.options.sets)
        sets = f", sets {', '.join(self.options.sets)}" if self.options.sets else ""
        return (
            f"{known.name or self.options.url}, OAI-PMH 2.0, {prefix}{sets}, since {known.earliest:%F}, "
            f"deletions: {known.deletions}"
        )

    def _repository(self) -> Repository:
        options = self.options
        who = (options.username, options.password) if options.username else options.token
        return Repository(options.url, self.around.client, who, self.around.folder)

    def _resumed(self, checkpoint: dict[str, Any], *, full: bool) -> Place | None:
        """Where an unfinished harvest of the same things stopped."""
        place = Place.of(checkpoint)
        if place is None or (full and not place.entire):
            return None
        asked = (
            self.options.url,
            self.options.sets,
            self._since(full=full),
            self.options.prefix or place.prefix,
        )
        return place if asked == (place.url, place.sets, place.since, place.prefix) else None

    def _begun(self, repository: Repository, reached: dict[str, Any], *, full: bool) -> Place:
        """A new harvest: every set from its own watermark on."""
        options = self.options
        prefix = repository.prefix(options.prefix, reached.get("prefix", ""))
        repository.check_sets(options.sets)
        marks = {} if full or not self._same(reached, prefix) else reached["sets"]
        windows = [self._window(name, marks.get(name, "")) for name in options.sets or ("",)]
        if since := moment_of(self._since(full=full)):
            windows = [one._replace(first=text_of(since)) for one in windows]
        entire = not any(window.first for window in windows)
        owed = reached.get("owed", []) if marks else []
        return Place(
            options.url,
            prefix,
            options.sets,
            self._since(full=full),
            entire=entire,
            todo=tuple(windows),
            caught=not entire,
            each=options.verb == "ListIdentifiers",
            owed=tuple(owed[:MOST_OWED]),
            owing=tuple(owed[MOST_OWED:]),
        )

    def _since(self, *, full: bool) -> str:
        return "" if full else self.around.since

    def _window(self, name: str, mark: str) -> Window:
        moment = moment_of(mark)
        first = text_of(moment - timedelta(minutes=self.options.overlap_minutes)) if moment else ""
        return Window(name, first, each=self.options.verb == "ListIdentifiers")

    def _same(self, reached: dict[str, Any], prefix: str) -> bool:
        """Whether a watermark is one of the records that are asked for now."""
        return (reached.get("url"), reached.get("prefix")) == (self.options.url, prefix)

    def _goal(self, place: Place, reached: dict[str, Any]) -> dict[str, Any]:
        """The new watermark; it passes nothing over that a wish (`since`) left out."""
        old = reached["sets"] if self._same(reached, place.prefix) else {}
        since = moment_of(place.since)
        marks = {}
        for name in place.sets or ("",):
            mark = moment_of(old.get(name, ""))
            if since is None or (mark is not None and since <= mark):
                marks[name] = place.opened
            elif mark is not None:
                marks[name] = old[name]
        owed = list(place.owing[-MOST_OWED * 10 :])
        return {"url": place.url, "prefix": place.prefix, "sets": marks, "owed": owed}


def _checkpoint(place: Place, *, fresh: bool) -> dict[str, Any]:
    return {**place.checkpoint(), **({"fresh": True} if fresh else {})}
