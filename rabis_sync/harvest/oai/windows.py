"""Windows of time in which a repository is read, and how they are cut: values only."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def moment_of(text: str) -> datetime | None:
    """A UTCdatetime of either granularity (OAI-PMH 2.0, section 3.3), or None.

    Fractions of a second and offsets, which the protocol does not allow, are understood.
    """
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)


def text_of(moment: datetime) -> str:
    """A moment with seconds granularity."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class Window(NamedTuple):
    """A part of what is asked for.

    Attributes:
        set: empty for the whole repository.
        first: the earliest datestamp that belongs to it; empty: no limit.
        last: the latest one; empty: no limit.
        each: identifiers are listed, and every record is fetched alone.
        part: it came about by halving.
    """

    set: str = ""
    first: str = ""
    last: str = ""
    each: bool = False
    part: bool = False

    def arguments(self, grain: timedelta) -> dict[str, str]:
        """Set, from and until as the repository's granularity wants them."""
        length = 10 if grain == DAY else 20
        named = {"from": self.first[:length], "until": self.last[:length], "set": self.set}
        return {name: value for name, value in named.items() if value}

    def holds(self, datestamp: str) -> bool:
        """False where a datestamp stands clearly outside: the server did not ask itself for the dates."""
        moment, first, last = moment_of(datestamp), moment_of(self.first), moment_of(self.last)
        if moment is None:
            return True
        return not ((first and moment < first - DAY) or (last and moment > last + DAY))

    def halved(self, grain: timedelta, since: datetime, now: datetime) -> tuple[Window, Window] | None:
        """Two windows that hold the same, or None where the granularity allows no more.

        Args:
            grain: granularity of the repository.
            since: where records begin, if the window has no beginning.
            now: where they end, if it has no end.
        """
        first = _whole(moment_of(self.first) or since, grain)
        last = _whole(moment_of(self.last) or now, grain)
        if last - first < grain:
            return None
        middle = first + grain * ((last - first) // (grain * 2))
        before = self._replace(last=_end(middle, grain), part=True)
        return before, self._replace(first=text_of(middle + grain), part=True)

    def begun(self, grain: timedelta, span: timedelta, since: datetime, now: datetime) -> tuple[Window, ...]:
        """The first `span` of it, and what comes after: a later harvest can go on there.

        The two share their border, since some servers take `until` for the first moment outside.
        """
        if not span:
            return (self,)
        first = _whole(moment_of(self.first) or since, grain)
        border = first + span
        if border + grain >= (moment_of(self.last) or now):
            return (self,)
        return self._replace(last=_end(border, grain)), self._replace(first=text_of(border))


def _whole(moment: datetime, grain: timedelta) -> datetime:
    return moment.replace(hour=0, minute=0, second=0) if grain == DAY else moment


def _end(moment: datetime, grain: timedelta) -> str:
    return text_of(moment + grain - SECOND)


_LISTS = ("sets", "owed", "owing")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a harvest stands; as a dict it is the checkpoint.

    Attributes:
        url, prefix: what was asked, so that a changed configuration is noticed.
        sets: that the harvest reads.
        since: the wish it was begun with.
        opened: the server's clock when the first list was opened; empty before.
        entire: everything is read: no window has a beginning that anyone chose.
        todo: windows not finished, the one under way first.
        token: where that one goes on; empty: at its beginning.
        passed: records of it so far, and
        size: how many it has in all (0: not told).
        again: how often it was begun anew.
        done: records of this harvest so far.
        caught: what changed since it was opened has been asked for, or need not be.
        each: every record is fetched alone, by the configuration.
        owed: identifiers that could not be read at earlier harvests and are still to be asked for, and
        owing: those that could not be read at this one.
    """

    url: str
    prefix: str
    sets: tuple[str, ...]
    since: str = ""
    opened: str = ""
    entire: bool = False
    todo: tuple[Window, ...] = ()
    token: str = ""
    passed: int = 0
    size: int = 0
    again: int = 0
    done: int = 0
    caught: bool = True
    each: bool = False
    owed: tuple[str, ...] = ()
    owing: tuple[str, ...] = ()

    @property
    def expected(self) -> int:
        """Records of this harvest in all; 0 where that is not known."""
        return self.done - self.passed + self.size if self.size and len(self.todo) == 1 else 0

    def checkpoint(self) -> dict[str, Any]:
        """As plain values."""
        lists = {name: list(getattr(self, name)) for name in _LISTS}
        return {**asdict(self), **lists, "todo": [list(one) for one in self.todo]}

    @staticmethod
    def of(checkpoint: dict[str, Any]) -> Place | None:
        """Read back what `checkpoint` wrote; None where it was not us who wrote it."""
        known = {name: value for name, value in checkpoint.items() if name in Place.__slots__}
        try:
            lists = {name: tuple(known[name]) for name in _LISTS}
            todo = tuple(Window(*one) for one in known["todo"])
            return Place(**{**known, **lists, "todo": todo})
        except (KeyError, TypeError):
            return None

    def moved(self, token: str, count: int, size: int) -> Place:
        """After a page of `count` records that ended with this token."""
        return replace(
            self, token=token, passed=self.passed + count, size=size or self.size, done=self.done + count
        )

    def ended(self) -> Place:
        """The window under way is finished."""
        return self.instead(*self.todo[1:])

    def anew(self) -> Place:
        """The window under way is begun once more."""
        return replace(self, token="", passed=0, size=0, again=self.again + 1)

    def instead(self, *todo: Window) -> Place:
        """These windows remain, the first from its beginning."""
        return replace(self, todo=todo, token="", passed=0, size=0, again=0)
