"""What a job is: its steps, when it is due, what counts as too much change, and what a failure holds back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import time
from typing import Literal, get_args

StepName = Literal["harvest", "correct", "dedup", "reconcile", "publish", "reports", "backup", "digest"]
STEPS: tuple[StepName, ...] = get_args(StepName)

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
#: In the order of `date.weekday`.
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


@dataclass(frozen=True, slots=True)
class Limit:
    """How much may go in one run: the larger of the two is what is allowed."""

    share: float = field(metadata={"doc": "Part of what there is, 0 to 1."})
    number: int = field(metadata={"doc": "Always allowed, however small the whole is."})

    def __post_init__(self) -> None:
        """Raises ValueError for a share that is none."""
        if not 0 <= self.share <= 1:
            message = f"a share lies between 0 and 1, not {self.share}"
            raise ValueError(message)

    def allows(self, number: int, whole: int) -> bool:
        """Whether so many of the whole may go."""
        return number <= max(self.number, int(self.share * whole))


@dataclass(frozen=True, slots=True)
class Guards:
    """What counts as too much change for one unattended night."""

    max_deleted: Limit = field(
        default=Limit(0.02, 20),
        metadata={"doc": "Records that may vanish from a source that holds the whole catalogue."},
    )
    max_withdrawn: Limit = field(
        default=Limit(0.02, 20),
        metadata={"doc": "Published books that may vanish without their contract having ended."},
    )
    max_rejected: Limit = field(
        default=Limit(0.05, 50),
        metadata={"doc": "Records of a source that may go into quarantine; a part of those it has."},
    )
    max_discrepancies: Limit = field(
        default=Limit(0.01, 500),
        metadata={
            "doc": "Discrepancies that may open, or close, after the first run; a part of all entries."
        },
    )


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a job is due, in the library's time zone, and how often it is tried again."""

    at: str = field(metadata={"doc": "Hour and minute, as in 02:30."})
    days: list[Weekday] = field(
        default_factory=lambda: list(WEEKDAYS),
        metadata={"doc": "Names of weekdays; every day when left out."},
    )
    retries: int = field(
        default=3,
        metadata={"doc": "Times a run is tried again that was interrupted or found something away."},
    )
    retry_minutes: int = field(
        default=30, metadata={"doc": "Minutes after which what was away is looked for again."}
    )

    def __post_init__(self) -> None:
        """Raises ValueError for a time that is none, no day, or a negative number."""
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", self.at):
            message = f"at is an hour and a minute between 00:00 and 23:59, as in 02:30, not {self.at!r}"
            raise ValueError(message)
        if not self.days:
            message = "days names no day: leave it out for every day, or leave out [schedule]"
            raise ValueError(message)
        if self.retries < 0 or self.retry_minutes < 1:
            message = "retries is 0 or more, and retry_minutes 1 or more"
            raise ValueError(message)

    @property
    def time(self) -> time:
        """`at` as a time of the day."""
        return time.fromisoformat(self.at)


@dataclass(frozen=True, slots=True)
class Job:
    """`jobs/NAME.toml`."""

    steps: list[StepName] = field(metadata={"doc": "Steps in the order they run."})
    schedule: Schedule | None = field(
        default=None, metadata={"doc": "When `serve` runs it; left out: only when asked for."}
    )
    full: bool = field(
        default=False,
        metadata={"doc": "Harvest, compare records, and compare with the books anew, whatever is known."},
    )
    guards: Guards = field(default=Guards(), metadata={"doc": "What counts as too much change."})
    after_failure: dict[StepName, list[StepName]] = field(
        default_factory=dict,
        metadata={"doc": "Which later steps still run when a step did not end well; not named: all."},
    )

    def __post_init__(self) -> None:
        """Raises ValueError for steps that are none, repeated, or named where they are not."""
        if not self.steps:
            message = "steps names no step"
            raise ValueError(message)
        repeated = [name for at, name in enumerate(self.steps) if name in self.steps[:at]]
        if repeated:
            message = f"steps names {repeated[0]!r} twice"
            raise ValueError(message)
        for failed, still in self.after_failure.items():
            later = self.steps[self.steps.index(failed) + 1 :] if failed in self.steps else []
            wrong = [name for name in still if name not in later]
            if failed not in self.steps or wrong:
                told = f"{wrong[0]!r} does not come after" if wrong else "there is no step"
                message = f"after_failure: {told} {failed!r}; the steps are {', '.join(self.steps)}"
                raise ValueError(message)

    def holds_back(self, failed: str, later: str) -> bool:
        """Whether a step that did not end well keeps a later one from running."""
        return any(name == failed and later not in still for name, still in self.after_failure.items())
