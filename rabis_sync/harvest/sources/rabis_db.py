"""Web-RABIS's own PostgreSQL, read only: records with their copies, edits that no date tells, what is gone.

There are two ways through the catalogue. By change: records in the order of (last edit, id), cheap. By id: a
sweep that looks at every group of records by its mark (`harvest.rabis.marks`), reads those that changed,
whoever changed what of them, and meets all that exists, so that what it does not meet was deleted.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.errors import ConfigError
from rabis_sync.harvest.rabis.building import Builder
from rabis_sync.harvest.rabis.connection import engine_of
from rabis_sync.harvest.rabis.course import Course, Wish, chart
from rabis_sync.harvest.rabis.database import Database, Moment
from rabis_sync.harvest.rabis.layout import Layout, lay_out
from rabis_sync.harvest.rabis.mapping import BlockMapping
from rabis_sync.harvest.rabis.marks import GROUP, WINDOW, marks, packed, unpacked
from rabis_sync.harvest.sources import Gone, Named, Page, Surroundings
from rabis_sync.marc.items import ItemProfile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.harvest.rabis.database import Opening, Reading
    from rabis_sync.harvest.sources import Result

#: Changes listed at a time; within one list no record comes twice, however often it is edited meanwhile.
LISTED = 50_000
#: Where the states of copies are explained.
COPIES = "items/rabis_899.toml"
#: An id that stands for any, to see how the mapping makes a control number of it.
_ANY_ID = 1234567890


@dataclass(frozen=True, slots=True)
class Options:
    """Keys of Web-RABIS's database in ``[sources.NAME]``."""

    url: str = field(
        metadata={"doc": "Its PostgreSQL: postgresql://reader@host/webrabis (with a password: url_env)."}
    )
    schema: str = field(default="public", metadata={"doc": "The schema its tables are in."})
    blocks: str = field(
        default="rabis_blocks.toml", metadata={"doc": "File in mappings/ that says what its blocks mean."}
    )
    statement_timeout: int = field(default=60, metadata={"doc": "Seconds that one question to it may take."})
    overlap_minutes: int = field(
        default=10, metadata={"doc": "Minutes before the last harvest that are looked at once more."}
    )
    sweep: bool = field(
        default=True,
        metadata={
            "doc": "Look at every record each time: finds copies without an edit, and what was deleted."
        },
    )

    def __post_init__(self) -> None:
        """Raises ValueError for times that are none."""
        if self.statement_timeout < 1 or self.overlap_minutes < 0:
            message = "statement_timeout is at least 1 second, overlap_minutes at least 0"
            raise ValueError(message)


class Catalogue(NamedTuple):
    """The opened catalogue: where, what of it, and how it is understood.

    Attributes:
        database: where it is read.
        layout: what is read of it.
        builder: how rows become records.
        deleted: states of deleted records.
        sets: ids of records that have parts.
        opening: what the server said when the list was opened.
        wish: what is wanted of this harvest.
        affixes: what a control number has before and after the id.
    """

    database: Database
    layout: Layout
    builder: Builder
    deleted: frozenset[int]
    sets: frozenset[int]
    opening: Opening
    wish: Wish
    affixes: tuple[str, str]

    def results(self, ids: list[int]) -> tuple[Result, ...]:
        """These records, all in one state of the database; what is gone meanwhile is left out."""
        with self.database.reading() as connection:
            found = self.database.descriptions(connection, self.layout, ids, self.sets)
        return tuple(self._result(one) for one in found)

    def _result(self, description: dict[str, Any]) -> Result:
        identifier = str(description["ebook"]["id"])
        if description["ebook"]["state_id"] in self.deleted:
            return Gone(identifier)
        return Named(self.builder.decoded(description), identifier)

    def control_number(self, number: int) -> str:
        """The control number that a record of this id has."""
        before, after = self.affixes
        return f"{before}{number}{after}"


class Window(NamedTuple):
    """Some neighbouring ids as a sweep sees them: which are to be read, which merely exist, their marks."""

    read: list[int]
    exist: list[int]
    marks: str
    end: int


@dataclass(frozen=True, slots=True)
class Source:
    """The catalogue of Web-RABIS."""

    options: Options
    around: Surroundings

    def pages(self, reached: dict[str, Any], checkpoint: dict[str, Any], *, full: bool) -> Iterator[Page]:
        """Pages of changed records, or of all; see `sources.Source.pages`."""
        with self._opened(reached, full=full) as catalogue:
            course = chart(reached, checkpoint, catalogue.wish)
            by_id = course.way == "id"
            pages = self._by_id(catalogue, course) if by_id else self._by_change(catalogue, course)
            for page in pages:
                yield page if page.reached is None else replace(page, notices=tuple(_notices(catalogue)))

    def check(self) -> str:
        """One line on the catalogue, and on everything in it that would not reach us.

        Raises:
            SourceAway, FatalError, ConfigError: it cannot be harvested.
        """
        with self._opened({}, full=False) as catalogue:
            layout, opening = catalogue.layout, catalogue.opening
            told = [f"{opening.records:,} records in ebook and {len(layout.children)} tables of blocks"]
            told += _notices(catalogue)
            with catalogue.database.reading() as connection:
                states = catalogue.database.copy_states(connection, layout)
        profile = self.around.mapping(COPIES, ItemProfile)
        known = {code for rule in profile.statuses for code in rule.codes}
        strange = [f"{code} ({name})" for code, name in states if not known & {code, name}]
        if strange:
            told.append(f"states of copies that mappings/{COPIES} does not know: {', '.join(strange)}")
        return "; ".join(told)

    @contextmanager
    def _opened(self, reached: dict[str, Any], *, full: bool) -> Iterator[Catalogue]:
        builder = Builder(self.around.mapping(self.options.blocks, BlockMapping))
        engine = engine_of(self.options.url, statement_timeout=self.options.statement_timeout)
        database = Database(engine, self.options.schema)
        try:
            with database.reading() as connection:
                catalogue = self._surveyed(database, connection, builder, reached, full=full)
            yield catalogue
        finally:
            engine.dispose()

    def _surveyed(
        self,
        database: Database,
        connection: Reading,
        builder: Builder,
        reached: dict[str, Any],
        *,
        full: bool,
    ) -> Catalogue:
        relations = database.relations(connection)
        layout = lay_out(builder.mapping, relations, database.blocks(connection, relations))
        opening = database.opening(connection, layout, self.options.overlap_minutes)
        entries, altered = database.entries_marks(connection, layout, reached.get("entries") or {})
        wish = Wish(
            full=full,
            sweep=self.options.sweep,
            since=self.around.since,
            built=layout.fingerprint(builder.mapping),
            entries=entries,
            altered=altered,
            watermark=opening.watermark,
        )
        deleted = database.states(connection, layout, builder.mapping.deleted)
        sets = database.sets(connection, layout)
        return Catalogue(database, layout, builder, deleted, sets, opening, wish, _affixes(builder))

    def _by_change(self, catalogue: Catalogue, course: Course) -> Iterator[Page]:
        after, done, fresh = Moment(*course.after), course.done, not course.resumed
        met: set[int] = set()
        listed = self._listed(catalogue, after)
        while listed:
            for moments in _cut(listed, self.around.page_size):
                ids = [one.id for one in moments if one.id not in met]
                met.update(ids)
                done += len(moments)
                kept = course.checkpoint(list(moments[-1]), done, {}, fresh=fresh)
                yield Page("", catalogue.results(ids), kept, done=done)
                fresh = False
            after = listed[-1]
            listed = self._listed(catalogue, after) if len(listed) == LISTED else []
        if not fresh:
            yield Page("", (), course.checkpoint(list(after), done, {}, fresh=False), course.goal, done, done)

    def _listed(self, catalogue: Catalogue, after: Moment) -> list[Moment]:
        with catalogue.database.reading() as connection:
            return catalogue.database.changes(connection, catalogue.layout, after, LISTED)

    def _by_id(self, catalogue: Catalogue, course: Course) -> Iterator[Page]:
        found, done, fresh = dict(course.marks), course.done, not course.resumed
        whole, last = catalogue.opening.records, course.after
        while window := self._window(catalogue, course, last + 1):
            if window.marks:
                found[str((window.end - 1) // WINDOW)] = window.marks
            pieces = _cut(window.read, self.around.page_size) or [[]]
            exist = tuple(map(catalogue.control_number, window.exist))
            done += len(exist)
            for place, ids in enumerate(pieces, 1):
                last = window.end - 1 if place == len(pieces) else ids[-1]
                done += len(ids)
                kept = course.checkpoint(last, done, found, fresh=fresh)
                yield Page("", catalogue.results(ids), kept, done=done, whole=max(whole, done), present=exist)
                exist, fresh = (), False
        goal = course.goal | ({"marks": found} if found else {})
        kept = course.checkpoint(last, done, found, fresh=fresh)
        yield Page("", (), kept, goal, done, max(whole, done), swept=True)

    def _window(self, catalogue: Catalogue, course: Course, least: int) -> Window | None:
        """The next window that has records; None after the last."""
        database, layout = catalogue.database, catalogue.layout
        with database.reading() as connection:
            first = database.next_id(connection, layout, least)
            if first is None:
                return None
            number = first // WINDOW
            start, end = number * WINDOW, (number + 1) * WINDOW
            standing = database.standing(connection, layout, first, end)
            found = course.marks.get(str(number), "")
            if self.options.sweep and not found:
                told = database.versions(connection, layout, start, end)
                told += [("set", one // GROUP, 1, str(one)) for one in catalogue.sets if start <= one < end]
                found = packed(number, marks(told))
        now, before = unpacked(number, found), unpacked(number, course.before.get(str(number)))
        read = {
            one for one, _ in standing
            if course.everything or not now or now.get(one // GROUP) != before.get(one // GROUP)
        }  # fmt: skip
        exist = [one for one, state in standing if one not in read and state not in catalogue.deleted]
        return Window(sorted(read), exist, found, end)


def _notices(catalogue: Catalogue) -> list[str]:
    """Everything in the catalogue that would not reach us."""
    told = list(catalogue.layout.notices)
    if catalogue.opening.undated:
        told.append(
            f"{catalogue.opening.undated:,} records have no date of change: only a sweep notices their edits"
        )
    return told


def _cut(listed: list[Any], size: int) -> list[list[Any]]:
    return [listed[at : at + size] for at in range(0, len(listed), size)]


def _affixes(builder: Builder) -> tuple[str, str]:
    """What the mapping puts around an id to make a control number of it.

    Raises:
        ConfigError: it does not put the id there whole.
    """
    sample = builder.decoded({"ebook": {"id": _ANY_ID, "title": "-"}})
    number = getattr(getattr(sample, "record", None), "control_number", "")
    before, whole, after = number.partition(str(_ANY_ID))
    if not whole:
        raise ConfigError(f"the mapping makes the control number {number!r} of a record: the id is not in it")
    return before, after
