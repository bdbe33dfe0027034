"""Commands that close periods of the fund, list them, and open the last one again."""

from __future__ import annotations

from typing import Annotated

import typer

from rabis_sync import wiring
from rabis_sync.cli.options import DryRun, Lang, Language, Note, State
from rabis_sync.cli.terminal import deliver, machine_readable, out

commands = typer.Typer()
period = typer.Typer(no_args_is_help=True, help="Closed periods of the fund: their figures do not change.")
commands.add_typer(period, name="period")

Label = Annotated[str, typer.Argument(help="2023-Q4, 2023 or 2023-10.", metavar="PERIOD")]


@period.command()
def close(
    label: Label,
    accept: Annotated[
        bool, typer.Option("--accept-differences", help="Close it though identities do not hold.")
    ] = False,
    dry_run: DryRun = False,
    note: Note = "",
    lang: Lang = Language.RU,
) -> None:
    """Close a quarter, year or month: what comes late for it counts as a correction in the open period."""
    decided = wiring.close_period(
        State.config, label, note=note, lang=lang.value, accept=accept, dry_run=dry_run
    )
    if not isinstance(decided, list):
        out.print(str(decided), markup=False, soft_wrap=True)
        return
    for one in decided:
        out.print(f"{one.number}: {one.sentence}", markup=False, soft_wrap=True)


@period.command(name="list")
def list_periods(
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False, lang: Lang = Language.RU
) -> None:
    """List what is closed, and whether it is as it was closed."""
    if as_json:
        deliver(machine_readable(wiring.periods(State.config)), None)
        return
    for line in wiring.period_lines(State.config, lang.value):
        out.print(line, markup=False, soft_wrap=True)


@period.command()
def reopen(label: Label, note: Note = "", lang: Lang = Language.RU) -> None:
    """Open the last closed period again; --note says why."""
    decided = wiring.reopen_period(State.config, label, note=note, lang=lang.value)
    out.print(f"{decided.number}: {decided.sentence}", markup=False, soft_wrap=True)
