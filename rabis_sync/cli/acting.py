"""Commands for papers that people sign: acts of write-off and of acceptance."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from rabis_sync import wiring
from rabis_sync.cli.options import Lang, Language, State
from rabis_sync.cli.terminal import err, out

commands = typer.Typer()
act = typer.Typer(no_args_is_help=True, help="Acts of write-off and of acceptance, ready to be signed.")
commands.add_typer(act, name="act")

Listed = Annotated[Path, typer.Option("--list", help="Inventory numbers: TXT, CSV or XLSX.")]
Output = Annotated[Path, typer.Option("-o", "--output", help="File of the act: .xlsx or .html.")]
Day = Annotated[
    datetime | None, typer.Option("--date", formats=["%Y-%m-%d", "%d.%m.%Y"], help="Date of the act; today.")
]
Number = Annotated[str, typer.Option("--number", help="Number of the act; a line to fill in.")]
Branch = Annotated[str, typer.Option("--branch", help="Whose act it is: others' copies are refused.")]
Basis = Annotated[str, typer.Option("--basis", help="The document it rests on; a line to fill in.")]
Without = Annotated[bool, typer.Option("--without-refused", help="Go on without the lines that are refused.")]


@act.command()
def writeoff(
    *,
    listed: Listed,
    output: Output,
    day: Day = None,
    number: Number = "",
    branch: Branch = "",
    reason: Annotated[
        str, typer.Option("--reason", help="Of lines that name none: worn, obsolete, lost_reader …")
    ] = "",
    basis: Basis = "",
    without_refused: Without = False,
    lang: Lang = Language.RU,
) -> None:
    """Make an act of write-off of the copies that a list names."""
    wish = wiring.ActWish(
        "writeoff", _day(day), number, branch, reason, basis, leave_out=without_refused, lang=lang.value
    )
    _make(listed, output, wish)


@act.command()
def acceptance(
    *,
    listed: Listed,
    output: Output,
    day: Day = None,
    number: Number = "",
    branch: Branch = "",
    giver: Annotated[str, typer.Option("--from", help="Whom the copies come from.")] = "",
    basis: Basis = "",
    without_refused: Without = False,
    lang: Lang = Language.RU,
) -> None:
    """Make an act of acceptance of the copies that a list names."""
    wish = wiring.ActWish(
        "acceptance", _day(day), number, branch, "", basis, giver, leave_out=without_refused, lang=lang.value
    )
    _make(listed, output, wish)


def _make(listed: Path, output: Path, wish: wiring.ActWish) -> None:
    made = wiring.make_act(State.config, listed, output, wish)
    for line in (*made.refused, *made.remarks):
        err.print(line, markup=False, soft_wrap=True)
    left = f", {len(made.refused)} lines left out" if made.refused else ""
    noun = "copy" if made.copies == 1 else "copies"
    out.print(f"{made.copies:,} {noun}, {made.amount:,.2f} KZT{left}: {output}", soft_wrap=True)


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None
