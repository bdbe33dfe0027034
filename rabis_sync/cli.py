"""The command line: parse, call one step, print, exit with its code."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from rabis_sync import wiring
from rabis_sync.errors import ConfigError, RabisSyncError, RecordError

if TYPE_CHECKING:
    from collections.abc import Callable

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Harvest, correct, deduplicate, reconcile and publish the catalogue of a library on Web-RABIS.",
)
quarantine = typer.Typer(no_args_is_help=True, help="What could not be read.")
database = typer.Typer(no_args_is_help=True, help="Our own database.")
export = typer.Typer(no_args_is_help=True, help="Files for others.")
app.add_typer(quarantine, name="quarantine")
app.add_typer(database, name="db")
app.add_typer(export, name="export")

#: How grave lines look on a terminal.
STYLES = {"error": "red", "warning": "yellow"}

#: Exit code of a program that was stopped from the keyboard (POSIX shells: 128 + SIGINT).
INTERRUPTED = 130

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class Language(StrEnum):
    """Languages of everything people read."""

    KK = "kk"
    RU = "ru"
    EN = "en"


class Form(StrEnum):
    """Shapes of a report."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"


class State:
    """What the options before the command said."""

    config = Path("config.toml")


DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")]
Note = Annotated[str, typer.Option("--note", help="Why, in your own words.")]
Findings = Annotated[list[str], typer.Argument(help="Numbers as the reports show them.", metavar="FINDING…")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of the text.")]


def main() -> NoReturn:
    """Run the command line; every error of ours is one message with a hint, and the exit code it has."""
    try:
        sys.exit(app(standalone_mode=False) or 0)  # typer gives back the code of an Exit
    except RabisSyncError as error:
        _tell(error)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        err.print("interrupted; the next run goes on where this one stopped")
        sys.exit(INTERRUPTED)
    except Exception as error:
        if not hasattr(error, "show"):
            raise
        error.show()  # a mistake on the command line shows itself
        sys.exit(ConfigError.exit_code)


@app.callback(invoke_without_command=True)
def _options(
    config: Annotated[
        Path, typer.Option("--config", envvar="RABIS_SYNC_CONFIG", help="The library's configuration.")
    ] = Path("config.toml"),
    version: Annotated[bool, typer.Option("--version", help="Tell the version.")] = False,
) -> None:
    State.config = config
    if version:
        out.print(wiring.program_version())
        raise typer.Exit


@app.command()
def demo(
    keep: Annotated[
        Path | None, typer.Option("--keep", help="Leave the demo library in this folder.")
    ] = None,
    lang: Lang = Language.EN,
) -> None:
    """Run the whole nightly job on a small made-up library against a local stand-in for Web-RABIS."""
    with _progress() as told:
        shown = wiring.run_demo(keep, lang.value, told)
    out.print(f"\n[bold]{shown.title}[/]\n{shown.opening}\n")
    drawn = Table(*shown.columns, box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for column in drawn.columns[1:]:
        column.justify = "right"
    for name, planted, found, beyond in shown.rows:
        drawn.add_row(name, planted, found, beyond, style="green" if found == planted else "yellow")
    out.print(drawn)
    for line in shown.closing:
        out.print(line, markup=False, soft_wrap=True)
    raise typer.Exit(shown.exit_code)


@app.command()
def init(folder: Path) -> None:
    """Write config.toml, mappings/ and jobs/ for a new library."""
    for path in wiring.init(folder):
        out.print(f"written  {path}", soft_wrap=True)
    out.print(f"\nNext: put the library's own values into {folder / 'config.toml'}, then run", soft_wrap=True)
    out.print(f"  rabis-sync --config {folder / 'config.toml'} check", soft_wrap=True)


@app.command()
def check() -> None:
    """Look at everything a run needs: one line each, all problems at once."""
    worst = 0
    for line in wiring.check(State.config):
        mark, style = ("ok", "green") if line.exit_code == 0 else ("!!", "red")
        out.print(f"[{style}]{mark}[/]  {line.name:<22} ", end="")
        out.print(line.message, markup=False, soft_wrap=True)
        worst = max(worst, line.exit_code)
    raise typer.Exit(worst)


@app.command()
def harvest(
    source: Annotated[
        list[str] | None, typer.Argument(help="Names of sources; all when none is given.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Everything, whatever the watermark says.")] = False,
    since: Annotated[
        datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="What changed since this day.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="Stop after about so many records.")] = 0,
    dry_run: DryRun = False,
) -> None:
    """Fetch what changed."""
    _run(
        "harvest",
        dry_run=dry_run,
        wish=wiring.HarvestWish(source or [], full, since.date().isoformat() if since else "", limit),
    )


@app.command()
def correct(dry_run: DryRun = False) -> None:
    """Find and mend what the rules know."""
    _run("correct", dry_run=dry_run)


@app.command()
def dedup(dry_run: DryRun = False) -> None:
    """Find records that describe the same edition."""
    _run("dedup", dry_run=dry_run)


@app.command()
def reconcile(dry_run: DryRun = False) -> None:
    """Hold the catalogue's copies against the books of the accounting."""
    _run("reconcile", dry_run=dry_run)


@app.command()
def publish(dry_run: DryRun = False) -> None:
    """Publish what may be published."""
    _run("publish", dry_run=dry_run)


@app.command(name="run")
def run_job(job: str, dry_run: DryRun = False) -> None:
    """Run the steps of jobs/JOB.toml under the lock, as one run."""
    with _progress() as told:
        report = wiring.run_job(State.config, job, wiring.Manner(dry_run, _show, told))
    _print_run(report)


@app.command()
def report(
    name: str,
    form: Annotated[Form, typer.Option("--format", help="Shape of the report.")] = Form.TABLE,
    lang: Lang = Language.RU,
    period: Annotated[str | None, typer.Option("--period", help="2023, 2023-Q4 or FROM..TO.")] = None,
    branch: Annotated[str | None, typer.Option("--branch", help="Only this branch.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="Write here instead of the terminal.")
    ] = None,
) -> None:
    """Show what was found: duplicates, corrections, reconciliation, publication, quarantine or runs."""
    if form is Form.TABLE and output is None:
        table = wiring.report_table(State.config, name, lang=lang.value, period=period, branch=branch)
        if sum(column.width + 3 for column in table.columns) <= out.width:
            out.print(_rich(table))
            return
    content = wiring.report(
        State.config, name, form=form.value, lang=lang.value, period=period, branch=branch
    )
    _deliver(content, output, binary=form is Form.XLSX)


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False, lang: Lang = Language.RU
) -> None:
    """Tell the last runs, watermarks, counts and warnings."""
    if as_json:
        _deliver(_as_json(wiring.status(State.config)), None)
        return
    for line in wiring.status_lines(State.config, lang.value):
        out.print(line, markup=False, soft_wrap=True)


@app.command()
def accept(finding: Findings, note: Note = "", lang: Lang = Language.RU) -> None:
    """Accept what findings propose (12), or let discrepancies stand (d12)."""
    _print_decided(wiring.decide_findings(State.config, finding, "accepted", note=note, lang=lang.value))


@app.command()
def reject(finding: Findings, note: Note = "", lang: Lang = Language.RU) -> None:
    """Reject findings: they do not come back until the field changes."""
    _print_decided(wiring.decide_findings(State.config, finding, "rejected", note=note, lang=lang.value))


@app.command()
def decisions(
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False, lang: Lang = Language.RU
) -> None:
    """List everything that people decided, the latest last."""
    if as_json:
        _deliver(_as_json(wiring.decisions(State.config)), None)
        return
    for line in wiring.decision_lines(State.config, lang.value):
        out.print(line, markup=False, soft_wrap=True)


@app.command()
def undo(decision: int, note: Note = "", lang: Lang = Language.RU) -> None:
    """Take a decision back."""
    _print_decided([wiring.undo_decision(State.config, decision, note=note, lang=lang.value)])


@quarantine.command(name="list")
def list_quarantine(lang: Lang = Language.RU) -> None:
    """List what could not be read."""
    report("quarantine", lang=lang)


@quarantine.command(name="show")
def show_quarantine(number: int) -> None:
    """Show one entry: the reason, the place, and the bytes as far as they can be shown."""
    for line in wiring.quarantined(State.config, number):
        out.print(line, markup=False, soft_wrap=True)


@quarantine.command()
def retry() -> None:
    """Try to read everything in quarantine again."""
    taken, left = wiring.retry_quarantine(State.config)
    out.print(f"{taken} taken, {left} still unreadable")


@database.command()
def upgrade() -> None:
    """Bring the database to this program's schema."""
    before, after = wiring.upgrade_database(State.config)
    out.print(f"schema {before or 'none'} -> {after}")


@database.command()
def backup(file: Path) -> None:
    """Write a copy of the database, while it is in use."""
    wiring.backup_database(State.config, file)
    out.print(f"written  {file}", soft_wrap=True)


@database.command()
def restore(file: Path) -> None:
    """Put a backup in place of an empty database."""
    wiring.restore_database(State.config, file)
    out.print(f"restored from {file}", soft_wrap=True)


@export.command(name="records")
def export_records(
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write.")],
    source: Annotated[str | None, typer.Option("--source", help="Only of this source.")] = None,
    view: Annotated[str, typer.Option("--as", help="harvested or corrected.")] = "corrected",
    form: Annotated[str, typer.Option("--format", help="iso2709, marcxml or jsonl.")] = "iso2709",
) -> None:
    """Write the stored copy of the catalogue."""
    done = wiring.export_records(State.config, output, source=source, view=view, form=form)
    out.print(f"{done.written} records written to {output}", soft_wrap=True)
    for line in done.refused:
        err.print(line, markup=False, soft_wrap=True)
    raise typer.Exit(RecordError.exit_code if done.refused else 0)


def _run(step: str, *, dry_run: bool, wish: wiring.HarvestWish | None = None) -> None:
    with _progress() as told:
        manner = wiring.Manner(dry_run, _show, told)
        done = wiring.run_step(State.config, step, manner, wish or wiring.HarvestWish())
    _print_run(done)


def _print_run(done: wiring.RunReport) -> NoReturn:
    for step in done.steps:
        counts = ", ".join(
            f"{number} {name.replace('_', ' ')}" for name, number in step.counts.items() if number
        )
        line = ": ".join(part for part in (step.name, counts or step.message or step.outcome) if part)
        (out if step.outcome in {"done", "planned", "quarantined"} else err).print(
            line, markup=False, soft_wrap=True
        )
        if counts and step.message:
            out.print(f"  {step.message}", markup=False, soft_wrap=True)
    if done.outcome == "quarantined":
        out.print("something new could not be read: `rabis-sync quarantine list`")
    raise typer.Exit(done.exit_code)


def _print_decided(decided: list[wiring.Decided]) -> None:
    for one in decided:
        out.print(f"{one.number}: {one.sentence}", markup=False, soft_wrap=True)


def _as_json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2, default=_json_value).encode()


def _json_value(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _show(plan: object) -> None:
    out.print(str(plan), markup=False, soft_wrap=True)


class _progress:  # noqa: N801  used like a function: `with _progress() as told`
    """A bar on a terminal, a plain line for every tenth elsewhere."""

    def __enter__(self) -> Callable[[str, int, int | None], None]:
        self._bars = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
            console=err, transient=True, disable=not err.is_terminal,
        )  # fmt: skip
        self._tasks: dict[str, Any] = {}
        self._tenths: dict[str, int] = {}
        self._bars.start()
        return self._tell

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def _tell(self, what: str, done: int, whole: int | None) -> None:
        if err.is_terminal:
            task = self._tasks.setdefault(what, None) or self._bars.add_task(what, total=whole)
            self._tasks[what] = task
            self._bars.update(task, completed=done, total=whole)
        elif whole and done * 10 // whole != self._tenths.get(what):
            self._tenths[what] = done * 10 // whole
            err.print(f"{what}: {done:,} of {whole:,}", soft_wrap=True)


def _rich(table: wiring.Table) -> Table:
    """A table of plain values as rich draws it."""
    drawn = Table(title=table.title, title_justify="left", title_style="bold", header_style="bold")
    for column in table.columns:
        justify: Any = "right" if column.kind == "number" else "left"
        drawn.add_column(column.label, justify=justify, overflow="fold", no_wrap=column.kind == "code")
    for row in table.rows:
        drawn.add_row(*(_plain(cell) for cell in row.cells), style=STYLES.get(row.severity))
    drawn.caption = "\n".join(table.remarks) if table.rows else table.empty
    drawn.caption_justify = "left"
    return drawn


def _plain(value: object) -> str:
    return str(value if value is not None else "").replace("[", "\\[")


def _deliver(content: bytes, output: Path | None, *, binary: bool = False) -> None:
    if output is None and binary:
        raise ConfigError("an XLSX cannot be shown on a terminal", hint="Name a file: --output report.xlsx")
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.write(b"\n")
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise ConfigError(
            f"{output} cannot be written: {error.strerror}", hint="Choose another place."
        ) from error


def _tell(error: RabisSyncError) -> None:
    err.print("[red bold]error[/] ", end="")
    err.print(str(error), markup=False, soft_wrap=True)
    if error.hint:
        err.print(error.hint, markup=False, soft_wrap=True)
