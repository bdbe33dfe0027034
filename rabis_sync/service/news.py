"""What of a run is worth telling: decided from how it ended and how the one before did, each thing once."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from rabis_sync.service.execution import WELL
from rabis_sync.service.timetable import SUCCESS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date


@dataclass(frozen=True, slots=True)
class News:
    """One thing that people are to be told.

    Attributes:
        event: one of `service.notices.NEWS`.
        key: what makes it the same thing; it is told once for each key.
        text: group of the sentences in `mappings/issues.toml` under ``notice``.
        params: what the sentences name.
        lines: further sentences, each a code and what it names.
        steps: steps of the run it is about, as rows of the ledger.
        about: names of what it tells of, where those are told once each.
    """

    event: str
    key: str
    text: str
    params: Mapping[str, Any] = field(default_factory=dict)
    lines: Sequence[tuple[str, Mapping[str, Any]]] = ()
    steps: Sequence[Mapping[str, Any]] = ()
    about: Sequence[str] = ()


def of_run(run: Mapping[str, Any], before: Sequence[str], on: date) -> list[News]:
    """What is to be told of a run that ended.

    The same failure of the same steps is told once a day, another one at once.

    Args:
        run: the row of the ledger with its steps.
        before: outcomes of the earlier runs of the job, newest first.
        on: the library's day.
    """
    job, outcome = run["job"], run["outcome"]
    params = {"job": job, "run": run["id"], "outcome": outcome, "at": run["started_at"]}
    failing = [step for step in run["steps"] if step["outcome"] not in WELL]
    if outcome in SUCCESS:
        last = next((one for one in before if one not in {"interrupted", "running"}), "done")
        if last in SUCCESS:
            return []
        return [News("recovery", f"recovery:{job}:{run['id']}", "recovery", params, steps=run["steps"])]
    if outcome == "interrupted":
        return []
    event = "guard" if outcome == "guard" else "failure"
    what = _mark(*(f"{step['name']} {step['outcome']}" for step in failing))
    return [News(event, f"{event}:{job}:{on}:{what}", event, params, steps=run["steps"])]


def of_error(job: str, message: str, on: date) -> News:
    """What is to be told of a run that could not begin, or broke off by a defect; once a day."""
    key = f"failure:{job}:{on}:{_mark(message)}"
    return News("failure", key, "not_begun", {"job": job, "error": message})


def of_contracts(ending: Mapping[tuple[str, str, str], int], told: set[str]) -> list[News]:
    """What is to be told of permissions that end soon: each once for each distance.

    Args:
        ending: source, record and last day (ISO) to the distance of the notice in days: 90, 30 or 7.
        told: names of those that were told of before.
    """
    new = {
        f"{source}:{record}:{until}:{days}": (record, until, days)
        for (source, record, until), days in sorted(ending.items(), key=lambda one: (one[0][2], one[0][1]))
    }
    new = {name: one for name, one in new.items() if name not in told}
    if not new:
        return []
    lines = [
        ("notice.contracts.line", {"record": record, "until": until, "days": days})
        for record, until, days in new.values()
    ]
    return [
        News(
            "contracts", f"contracts:{_mark(*new)}", "contracts", {"items": len(new)}, lines, about=list(new)
        )
    ]


def _mark(*parts: str) -> str:
    """A short name for some texts together."""
    return sha256("\n".join(parts).encode()).hexdigest()[:16]
