"""`demo`: the made-up library is harvested over HTTP, taken through a whole night, its finds are counted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.demo import library, settings
from rabis_sync.demo.planted import Found, Planted, compare
from rabis_sync.demo.standin import ExportFile, StandIn
from rabis_sync.errors import ConfigError
from rabis_sync.wiring.running import Manner, opened, run_job

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rabis_sync.demo.planted import Row
    from rabis_sync.service.execution import RunReport
    from rabis_sync.store.database import Unit

#: What proves that a folder is one of ours, so that `--keep` may write it anew.
MARK = "planted.json"


class Demonstration(NamedTuple):
    """What is shown at the end.

    Attributes:
        title: what was run.
        opening: what came in.
        columns: headings of the table.
        rows: one for each kind of find: its name, planted, found, and found beyond what was planted.
        closing: how long it took, and where to look next.
        exit_code: of the run.
    """

    title: str
    opening: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    closing: tuple[str, ...]
    exit_code: int


def run_demo(
    keep: Path | None, lang: str, progress: Callable[[str, int, int | None], None], *, extra: int = 0
) -> Demonstration:
    """Build, harvest over loopback, run the nightly job, compare with what was planted.

    Args:
        keep: folder to leave the library in; None: a temporary one, of which only the site's path is told.
        lang: language of the summary.
        progress: see `StepContext.progress`.
        extra: so many more faults than usual are planted (tests).

    Raises:
        ConfigError: the folder holds something else.
    """
    began = monotonic()
    folder = _made(keep)
    library.build(folder, extra=extra)
    with StandIn({settings.EXPORT_ADDRESS: ExportFile(folder / settings.EXPORT)}) as standin:
        path = settings.write(folder, port=standin.port)
        report = run_job(path, "nightly", Manner(progress=progress))
    settings.write(folder)
    with opened(path) as (assembly, store), store.read() as unit:
        found = _found(unit)
        texts = assembly.texts
    rows = compare(Planted.load(folder / MARK), found)

    def say(code: str, **params: object) -> str:
        return texts.say(code, lang, **params)

    return _shown(say, folder, rows, report, monotonic() - began)


def _made(keep: Path | None) -> Path:
    if keep is None:
        return Path(mkdtemp(prefix="rabis-sync-demo-"))
    if keep.exists() and (not keep.is_dir() or (any(keep.iterdir()) and not (keep / MARK).is_file())):
        raise ConfigError(f"{keep} is there and holds something else", hint="Choose a new folder for --keep.")
    if keep.exists():
        rmtree(keep)
    keep.mkdir(parents=True)
    return keep


#: Levels at which everybody sees the book.
SHOWN = {"open", "view"}

#: Family of planted errors that each rule finds.
FAMILIES = {
    "whitespace": "whitespace",
    "look_alikes": "look_alike",
    "isbn_check_digit": "isbn_check",
    "isbn_form": "isbn_form",
    "mandatory_fields": "missing",
    "stored_punctuation": "full_stop",
}


def _found(unit: Unit) -> Found:
    """What the run left in the store, in the terms in which it was planted."""
    return Found(
        duplicates=frozenset((pair["a"], pair["b"]) for pair in unit.duplicates.pairs()),
        errors=frozenset(
            (one["control_number"], FAMILIES.get(one["rule"], one["rule"]))
            for one in unit.corrections.findings()
        ),
        discrepancies=frozenset(
            (one["code"], one["inventory_number"] or one["control_number"] or "")
            for one in unit.ledgers.discrepancies()
            if one["severity"] != "info"
        ),
        published=frozenset(
            one["control_number"]
            for one in unit.publications.all()
            if one["state"] == "published" and one["level"] in SHOWN
        ),
    )


def _shown(
    say: Callable[..., str], folder: Path, rows: Sequence[Row], report: RunReport, seconds: float
) -> Demonstration:
    counts: Counter[str] = Counter()
    for step in report.steps:
        counts.update(step.counts)
    return Demonstration(
        title=say("summary.title"),
        opening=say("summary.harvest", records=counts["received"], items=counts["items"]),
        columns=("", say("demo.planted"), say("demo.found"), say("demo.beyond")),
        rows=tuple(
            (say(f"demo.{row.what}"), str(row.planted), str(row.found), str(len(row.unplanned)))
            for row in rows
        ),
        closing=(
            say("demo.withheld", withheld=counts["withheld"]),
            say("summary.time", seconds=f"{seconds:.1f}"),
            say("summary.site", path=folder / "site" / "current" / "index.html"),
            say("summary.keep", config=folder / "config.toml"),
        ),
        exit_code=report.exit_code,
    )
