"""Which way a harvest takes through the catalogue: decided from where the last one ended or broke off."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of this harvest, and what the server said when its list was opened.

    Attributes:
        full: everything is to be read.
        sweep: by id, looking at every group's mark.
        since: ISO date from which changes are wanted, whatever was harvested before; empty: no wish.
        built: fingerprint of how rows become records.
        entries: marks of the dictionaries.
        altered: an entry that was there at the last harvest is another or gone now.
        watermark: from when the next harvest must look; empty where no column says when a record changed.
    """

    full: bool
    sweep: bool
    since: str
    built: str
    entries: State
    altered: bool
    watermark: str


@dataclass(frozen=True, slots=True)
class Course:
    """The way.

    Attributes:
        way: in the order of ids, or of changes.
        everything: every record is read, changed or not.
        goal: what the watermark will be at the end.
        since: the wish it serves.
        after: the id, or the moment and id, that it goes on from.
        done: records passed already.
        before: marks of the last sweep, by window.
        marks: marks found by this one so far.
        resumed: it broke off once.
    """

    way: Literal["id", "change"]
    everything: bool
    goal: State
    since: str
    after: Any
    done: int = 0
    before: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    resumed: bool = False

    def checkpoint(self, after: Any, done: int, marks: dict[str, str], *, fresh: bool) -> State:
        """What is kept with a page, to go on after it."""
        kept: State = {"way": self.way, "everything": self.everything, "since": self.since, "goal": self.goal}
        kept |= {"after": after, "done": done} | ({"marks": marks} if marks else {})
        return kept | ({"fresh": True} if fresh else {})


def chart(reached: State, checkpoint: State, wish: Wish) -> Course:
    """Decide the way.

    An unfinished harvest is gone on with, unless rows become records differently now or more is wanted. The
    first harvest, a full one, and one after a change of mapping, form or an entry of a dictionary read
    everything. A wish for changes since a day moves the watermark only where it leaves no gap behind.
    """
    before = reached.get("marks") or {}
    if _goes_on(checkpoint, wish):
        return Course(
            way=checkpoint["way"],
            everything=checkpoint["everything"],
            goal=checkpoint["goal"],
            since=wish.since,
            after=checkpoint["after"],
            done=checkpoint["done"],
            before=before,
            marks=checkpoint.get("marks") or {},
            resumed=True,
        )
    if wish.since and not wish.full and wish.watermark:
        gapless = bool(reached) and wish.since <= reached.get("watermark", "")[:10]
        goal = {**reached, "watermark": wish.watermark} if gapless else reached
        return Course("change", everything=False, goal=goal, since=wish.since, after=[wish.since, 0])
    everything = wish.full or wish.altered or reached.get("built") != wish.built
    goal = {"watermark": wish.watermark, "built": wish.built, "entries": wish.entries}
    if everything or wish.sweep or not wish.watermark:
        everything = everything or not wish.sweep
        return Course("id", everything=everything, goal=goal, since="", after=0, before=before)
    kept = {"marks": before} if before else {}
    return Course("change", everything=False, goal=goal | kept, since="", after=[reached["watermark"], 0])


def _goes_on(checkpoint: State, wish: Wish) -> bool:
    """True where the unfinished harvest is still the one that is wanted."""
    if not checkpoint or checkpoint.get("since", "") != wish.since:
        return False
    same = checkpoint["since"] or checkpoint["goal"].get("built") == wish.built
    return bool(same) and (checkpoint["everything"] or not wish.full)
