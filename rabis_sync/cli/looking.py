"""Commands that show what was found and what waits: reports, the status, the quarantine."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  Typer reads the annotations
from typing import Annotated

import typer

from rabis_sync import wiring
from rabis_sync.cli.options import Form, Lang, Language, State
from rabis_sync.cli.terminal import deliver, drawn, machine_readable, out

commands = typer.Typer()
quarantine = typer.Typer(no_args_is_help=True, help="What could not be read.")
commands.add_typer(quarantine, name="quarantine")


@commands.command()
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
    """Show what was found: duplicates, corrections, reconciliation, fund, publication, quarantine or runs."""
    if form is Form.TABLE and output is None:
        table = wiring.report_table(State.config, name, lang=lang.value, period=period, branch=branch)
        if sum(column.width + 3 for column in table.columns) <= out.width:
            for one in table.in_order():
                out.print(drawn(one))
            return
    content = wiring.report(
        State.config, name, form=form.value, lang=lang.value, period=period, branch=branch
    )
    deliver(content, output, binary=form is Form.XLSX)


@commands.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False, lang: Lang = Language.RU
) -> None:
    """Tell the last runs, watermarks, counts and warnings."""
    if as_json:
        deliver(machine_readable(wiring.status(State.config)), None)
        return
    for line in wiring.status_lines(State.config, lang.value):
        out.print(line, markup=False, soft_wrap=True)


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
