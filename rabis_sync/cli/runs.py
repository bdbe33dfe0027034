"""Commands that do the work: the demo, a new library, the check, steps and jobs."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  Typer reads the annotations
from pathlib import Path  # noqa: TC003  Typer reads the annotations
from typing import Annotated, NoReturn

import typer
from rich import box
from rich.table import Table

from rabis_sync import wiring
from rabis_sync.cli.options import DryRun, Lang, Language, State
from rabis_sync.cli.terminal import err, out, progress, show_plan
from rabis_sync.errors import ConfigError

commands = typer.Typer()


@commands.command()
def demo(
    keep: Annotated[
        Path | None, typer.Option("--keep", help="Leave the demo library in this folder.")
    ] = None,
    lang: Lang = Language.EN,
) -> None:
    """Run the whole nightly job on a small made-up library against a local stand-in for Web-RABIS."""
    with progress() as (told, _):
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


@commands.command()
def init(folder: Path) -> None:
    """Write config.toml, mappings/ and jobs/ for a new library."""
    for path in wiring.init(folder):
        out.print(f"written  {path}", soft_wrap=True)
    out.print(f"\nNext: put the library's own values into {folder / 'config.toml'}, then run", soft_wrap=True)
    out.print(f"  rabis-sync --config {folder / 'config.toml'} check", soft_wrap=True)


@commands.command()
def check() -> None:
    """Look at everything a run needs: one line each, all problems at once."""
    worst = 0
    for line in wiring.check(State.config):
        mark, style = ("ok", "green") if line.exit_code == 0 else ("!!", "red")
        out.print(f"[{style}]{mark}[/]  {line.name:<22} ", end="")
        out.print(line.message, markup=False, soft_wrap=True)
        worst = max(worst, line.exit_code)
    raise typer.Exit(worst)


@commands.command()
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


@commands.command()
def correct(dry_run: DryRun = False) -> None:
    """Find and mend what the rules know."""
    _run("correct", dry_run=dry_run)


@commands.command()
def dedup(
    full: Annotated[bool, typer.Option("--full", help="The whole catalogue, not only what changed.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Find records that describe the same edition."""
    _run("dedup", dry_run=dry_run, wish=wiring.HarvestWish(full=full))


@commands.command()
def reconcile(
    full: Annotated[bool, typer.Option("--full", help="Everything, not only what changed.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Hold the catalogue's copies against the books of the accounting."""
    _run("reconcile", dry_run=dry_run, wish=wiring.HarvestWish(full=full))


@commands.command()
def publish(dry_run: DryRun = False) -> None:
    """Publish what may be published."""
    _run("publish", dry_run=dry_run)


@commands.command(name="run")
def run_job(
    job: str,
    dry_run: DryRun = False,
    log: Annotated[bool, typer.Option("--log", help="Tell by lines of a log, as [service] says.")] = False,
) -> None:
    """Run the steps of jobs/JOB.toml under the lock, as one run."""
    if log:
        raise typer.Exit(wiring.run_logged(State.config, job, wiring.Manner(dry_run, show_plan)))
    with progress() as (told, pace):
        report = wiring.run_job(State.config, job, wiring.Manner(dry_run, show_plan, told, pace))
    _print_run(report)


@commands.command()
def rollback(release: str) -> None:
    """Point the site at an earlier release."""
    wiring.rollback(State.config, release)
    out.print(f"live  {release}", soft_wrap=True)


@commands.command()
def notify(
    test: Annotated[bool, typer.Option("--test", help="Send a test by every channel of [notices].")] = False,
) -> None:
    """Tell people by the channels of [notices]."""
    if not test:
        raise ConfigError("nothing to tell", hint="`notify --test` sends a test by every channel.")
    worst = 0
    for name, error in wiring.notify_test(State.config):
        told = "sent" if error is None else f"not sent: {error.told}"
        (err if error else out).print(f"{name:<14} {told}", markup=False, soft_wrap=True)
        worst = max(worst, error.exit_code if error else 0)
    raise typer.Exit(worst)


@commands.command()
def serve() -> None:
    """Run the jobs when they are due and serve the site, its live feeds and OAI-PMH, until stopped."""
    from rabis_sync.wiring.serving import serve as serving  # noqa: PLC0415  no other command waits for it

    serving(State.config, lambda line: out.print(line, markup=False, soft_wrap=True))


def _run(step: str, *, dry_run: bool, wish: wiring.HarvestWish | None = None) -> None:
    with progress() as (told, pace):
        manner = wiring.Manner(dry_run, show_plan, told, pace)
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
