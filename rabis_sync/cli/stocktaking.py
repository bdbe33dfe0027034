"""Commands for stock checks: a branch's shelves read with a scanner, against catalogue and books."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  Typer reads the annotations
from typing import Annotated

import typer

from rabis_sync import wiring
from rabis_sync.cli.options import Form, Lang, Language, Note, State
from rabis_sync.cli.terminal import deliver, drawn, out

commands = typer.Typer()
stockcheck = typer.Typer(no_args_is_help=True, help="Stock checks of branches.")
commands.add_typer(stockcheck, name="stockcheck")

Number = Annotated[int, typer.Argument(help="Number of the check.", metavar="ID")]


@stockcheck.command(name="open")
def begin(
    branch: Annotated[str, typer.Argument(help="As the catalogue or the books call it.")],
    note: Note = "",
    lang: Lang = Language.RU,
) -> None:
    """Begin the check of a branch."""
    _print_decided([wiring.open_stockcheck(State.config, branch, note=note, lang=lang.value)])


@stockcheck.command()
def scan(
    number: Number,
    file: Annotated[list[Path], typer.Argument(help="Scan files: TXT, CSV or XLSX.", metavar="FILE…")],
    lang: Lang = Language.RU,
) -> None:
    """Take scan files into a check; each line is kept, the same file is taken once."""
    told, decided = wiring.scan(State.config, number, file, lang=lang.value)
    for line in told:
        out.print(line, markup=False, soft_wrap=True)
    _print_decided(decided)


@stockcheck.command()
def show(
    number: Number,
    form: Annotated[Form, typer.Option("--format", help="xlsx and html are the act to sign.")] = Form.TABLE,
    lang: Lang = Language.RU,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write here instead of the terminal.")
    ] = None,
) -> None:
    """Show what a check has found so far, or what it found when it was closed."""
    if form is Form.TABLE and output is None:
        table = wiring.stockcheck_table(State.config, number, lang.value)
        out.print("\n".join([table.title, *table.remarks]), markup=False, soft_wrap=True)
        for one in table.parts:
            out.print(drawn(one))
        return
    content = wiring.stockcheck_paper(State.config, number, form=form.value, lang=lang.value)
    deliver(content, output, binary=form is Form.XLSX)


@stockcheck.command()
def close(number: Number, note: Note = "", lang: Lang = Language.RU) -> None:
    """Close a check: its outcome is kept as it is; `undo` opens it again."""
    _print_decided([wiring.close_stockcheck(State.config, number, note=note, lang=lang.value)])


@stockcheck.command(name="list")
def list_checks(lang: Lang = Language.RU) -> None:
    """List every check."""
    for line in wiring.stockcheck_lines(State.config, lang.value):
        out.print(line, markup=False, soft_wrap=True)


def _print_decided(decided: list[wiring.Decided]) -> None:
    for one in decided:
        out.print(f"{one.number}: {one.sentence}", markup=False, soft_wrap=True)
