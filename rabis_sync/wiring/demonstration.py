"""`demo`: the made-up library is harvested over HTTP, taken through the whole night, and the finds are counted."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.demo import library, settings
from rabis_sync.demo.planted import Found, Planted, compare
from rabis_sync.demo.standin import ExportFile, StandIn
from rabis_sync.errors import ConfigError
from rabis_sync.wiring.running import opened, run_job

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.reports.texts import Texts
    from rabis_sync.service.jobs import RunReport
    from rabis_sync.store.database import Unit

#: What proves that a folder is one of ours, so that `--keep` may write it anew.
MARK = "planted.json"


class Demonstration(NamedTuple):
    """What is shown at the end.

    Attributes:
        title: what was run.
        columns: headings of the summary.
        rows: one for each kind of find.
        lines: where to look next.
        exit_code: of the run.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[str, ...]
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
    planted_by_then = library.build(folder, extra=extra)
    with ExitStack() as stack:
        standin = stack.enter_context(
            StandIn({settings.EXPORT_ADDRESS: ExportFile(folder / settings.EXPORT)})
        )
        path = settings.write(folder, port=standin.port)
        report = run_job(path, "nightly", dry_run=False, show=lambda _plan: None, progress=progress)
    settings.write(folder)
    with opened(path) as (assembly, store), store.read() as unit:
        found = _found(unit)
        texts = assembly.texts
    planted = Planted.load(folder / MARK)
    assert planted == planted_by_then
    return _shown(folder, planted, found, report, texts, lang, monotonic() - began)


def _made(keep: Path | None) -> Path:
    if keep is None:
        return Path(mkdtemp(prefix="rabis-sync-demo-"))
    if keep.exists() and (not keep.is_dir() or (any(keep.iterdir()) and not (keep / MARK).is_file())):
        raise ConfigError(f"{keep} is there and holds something else", hint="Choose a new folder for --keep.")
    if keep.exists():
        rmtree(keep)
    keep.mkdir(parents=True)
    return keep


#: Family of planted errors that each rule finds.
FAMILIES = {
    "whitespace": "whitespace",
    "look_alikes": "look_alike",
    "isbn_check_digit": "isbn_check",
    "isbn_form": "isbn_form",
    "mandatory_fields": "missing",
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
        ),
        published=frozenset(
            one["control_number"]
            for one in unit.publications.all()
            if one["state"] == "published" and one["files"]
        ),
    )


def _shown(
    folder: Path, planted: Planted, found: Found, report: RunReport, texts: Texts, lang: str, seconds: float
) -> Demonstration:
    counts = {step.name.split()[0]: step.counts for step in report.steps}
    rows = [
        (texts.say(f"demo.{row.what}", lang), str(row.planted), str(row.found), str(len(row.unplanned)))
        for row in compare(planted, found)
    ]
    received = counts["harvest"].get("received", 0)
    title = texts.say("demo.title", lang, records=received, items=planted.items, seconds=f"{seconds:.1f}")
    columns = tuple(
        texts.say(f"demo.column_{name}", lang) for name in ("what", "planted", "found", "unplanned")
    )
    site = folder / "site" / "current" / "index.html"
    lines = (
        texts.say("demo.site", lang, path=site),
        texts.say(
            "demo.next", lang, command=f"rabis-sync --config {folder / 'config.toml'} report duplicates"
        ),
    )
    return Demonstration(title, columns, tuple(rows), lines, report.exit_code)
