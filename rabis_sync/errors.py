"""Every error of rabis-sync; an `except` clause is the policy, and the class knows its exit code.

RabisSyncError                 1   base: never raised itself
├── FatalError                 1   abort: nothing that a later try would mend
│   ├── NotMarc                1   the file is something else (PDF, HTML page, XLSX …)
│   ├── EmptySource            1   a first harvest that brought no record at all
│   └── BalanceError           1   a count that must add up does not
├── ConfigError                2   the configuration, a mapping or a job is wrong
│   ├── UnknownName            2   a name that no plugin, file or section has
│   └── NewerDatabase          2   the database was written by a later version
├── GuardStop                  3   a run that would change more than its job allows
├── RetryableError            75   try later: nothing is wrong with us
│   ├── SourceAway            75   file missing, locked or unreadable; server does not answer
│   ├── RunLocked             75   another run holds the lock
│   └── RunStopped            75   a run was told to stop before its end
└── RecordError                4   one record (or row) cannot be taken: it goes to quarantine
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable

#: A run that did all its work and put something new into quarantine (interfaces.md, exit codes).
EXIT_QUARANTINED = 4


class RabisSyncError(Exception):
    """Base of all our errors.

    Args:
        message: what is wrong and where, in the reader's terms; one line.
        hint: what to do about it; replaces the hint of the class.
    """

    exit_code: ClassVar[int] = 1
    hint: str = ""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        if hint is not None:
            self.hint = hint

    @property
    def told(self) -> str:
        """What is wrong, then what to do about it."""
        return f"{self}. {self.hint}".removesuffix(". ")


class FatalError(RabisSyncError):
    """Abort: trying again without a change would fail again."""


class NotMarc(FatalError):
    """The file holds no MARC at all."""

    hint = "Give the export of the Cataloguer module: ISO 2709 (.mrc, .iso) or MARCXML (.xml)."


class EmptySource(FatalError):
    """The first harvest of a source brought no record."""

    hint = "Check that the export really ran: the file holds no record."


class BalanceError(FatalError):
    """A count that must add up does not: the run cannot be trusted."""

    hint = "Keep the database and the source file as they are and report this as a defect."


class ConfigError(RabisSyncError):
    """The configuration, a mapping or a job file is wrong; nothing was started."""

    exit_code = 2
    hint = "Correct the file and run `rabis-sync check`."


class UnknownName(ConfigError):
    """A name nobody knows.

    Args:
        what: the kind of thing named, e.g. ``source kind``.
        name: the name as written.
        known: every name that would have been right.
    """

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = nearest(name, names)
        hint = f"Did you mean {near!r}? Known: {', '.join(names)}." if near else f"Known: {', '.join(names)}."
        super().__init__(f"unknown {what} {name!r}", hint=hint)


class NewerDatabase(ConfigError):
    """The database was migrated by a later version of the program."""

    hint = "Install the newer rabis-sync, or restore a backup made before the upgrade."


class GuardStop(RabisSyncError):
    """A run that would delete, change or withdraw more than its job allows, stopped before the effect."""

    exit_code = 3
    hint = (
        "Look at the source first; if the change is meant, raise the limit in the job's [guards] for one run."
    )


class RetryableError(RabisSyncError):
    """Nothing is wrong with us: try later."""

    exit_code = 75
    hint = "Try again later; the next run goes on where this one stopped."


class SourceAway(RetryableError):
    """A file is missing, locked or unreadable, or a server does not answer."""


class RunLocked(RetryableError):
    """Another run holds the lock."""

    hint = "Wait until the other run has ended: `rabis-sync status` shows it."


class RunStopped(RetryableError):
    """A run was told to stop before its end."""

    hint = "The next run goes on where this one stopped."


class RecordError(RabisSyncError):
    """One record or row cannot be taken; the rest goes on."""

    exit_code = EXIT_QUARANTINED


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like the one given, or None when none does."""
    found = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return found[0] if found else None
