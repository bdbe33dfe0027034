"""What a numbered list is asked for, everything or what changed, and the pages that the answer makes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from rabis_sync.harvest.positions import Listing, Place, Walk
from rabis_sync.harvest.sources import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The day on which a server counts a change is told by its zone, and by a clock that may be wrong.
OVERLAP = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for.

    Attributes:
        whole: of whom, and for what, when everything is wanted.
        since: day from which changes are wanted; None: everything.
    """

    whole: str
    since: date | None = None

    @staticmethod
    def of(whole: str, *, wish: str, reached: dict[str, Any], full: bool) -> Question:
        """What is to be asked for after a watermark.

        Args:
            whole: as in `Question`.
            wish: ISO date asked for by the person who started the harvest; empty: the watermark counts.
            reached: the watermark, which says nothing about another question.
            full: everything, whatever the watermark says.
        """
        if wish:
            return Question(whole, datetime.fromisoformat(wish).date())
        return Question(whole, None if full else _day(whole, reached))

    def __str__(self) -> str:
        return f"{self.whole} since {self.since}" if self.since else self.whole

    def goal(self, opened: datetime, reached: dict[str, Any]) -> dict[str, Any]:
        """The watermark after this question; it stays where it is if there is a gap before our day."""
        day = _day(self.whole, reached)
        if self.since and (day is None or day < self.since):
            return reached
        return {"question": self.whole, "since": (opened.astimezone(UTC) - OVERLAP).date().isoformat()}


def _day(whole: str, reached: dict[str, Any]) -> date | None:
    return date.fromisoformat(reached["since"]) if reached.get("question") == whole else None


def since_clause(template: str, day: date) -> str:
    """A condition with the day in it.

    Args:
        template: holds ``{since}`` (2026-11-22), or ``{since:%Y%m%d}`` for another form.
        day: from which changes are wanted.

    Raises:
        ValueError: the template holds something else in braces, or no day at all.
    """
    try:
        clause = template.format(since=day)
    except (KeyError, IndexError, AttributeError) as error:
        raise ValueError(f"{template!r} may hold {{since}} alone in braces") from error
    if clause == template:
        raise ValueError(f"{template!r} does not hold {{since}}")
    return clause


def pages(
    listing: Listing,
    question: Question,
    size: int,
    reached: dict[str, Any],
    checkpoint: dict[str, Any],
) -> Iterator[Page]:
    """Pages of the list, from its beginning or from where the checkpoint of the same question stopped.

    Args:
        listing: the answer to the question.
        question: see `Question`.
        size: records of a page.
        reached: watermark, which stays when something could not be read, so that it is asked for again.
        checkpoint: of an unfinished harvest.
    """
    resumed = _resumed(listing, question, checkpoint)
    goal = checkpoint["goal"] if resumed else None
    walk = Walk(listing, size)
    for results, place in walk.steps(resumed or Place()):
        goal = goal or question.goal(listing.opened, reached)
        state = {"question": str(question), "goal": goal, **asdict(place)}
        if resumed is None:
            state["fresh"] = True
            resumed = place
        yield Page(
            listing.name,
            tuple(results),
            state,
            None if not place.ended else reached if place.lost else goal,
            place.position - 1,
            place.total or 0,
            entire=question.since is None and not place.lost,
            listed=question.since is None,
        )


def _resumed(listing: Listing, question: Question, checkpoint: dict[str, Any]) -> Place | None:
    """Place of the checkpoint; None when it belongs to another question, or to a list that was read out."""
    if checkpoint.get("question") != str(question):
        return None
    place = Place(**{name: checkpoint[name] for name in Place.__dataclass_fields__})
    if place.ended and listing.fetch(1, 1).total != place.total:
        return None
    return place
