"""Commands for merges: what waits, the plan of one, approving."""

from __future__ import annotations

from typing import Annotated

import typer

from rabis_sync import wiring
from rabis_sync.cli.options import Lang, Language, Note, State
from rabis_sync.cli.terminal import out

commands = typer.Typer()
merges = typer.Typer(no_args_is_help=True, help="Records of one edition that become one.")
commands.add_typer(merges, name="merges")


@merges.command(name="list")
def list_merges(lang: Lang = Language.RU) -> None:
    """List clusters that wait for approval, and merges that stand."""
    for line in wiring.merge_lines(State.config, lang.value):
        out.print(line, markup=False, soft_wrap=True)


@merges.command()
def show(cluster: int, lang: Lang = Language.RU) -> None:
    """Show what approving a cluster would do: which record stays, what it takes, what is dropped."""
    for line in wiring.merge_preview(State.config, cluster, lang.value):
        out.print(line, markup=False, soft_wrap=True)


@merges.command()
def approve(
    cluster: Annotated[list[int], typer.Argument(help="Numbers of clusters.", metavar="ID…")],
    note: Note = "",
    lang: Lang = Language.RU,
) -> None:
    """Merge clusters, all that are named or none; `undo` takes each of them back."""
    for one in wiring.approve_merges(State.config, cluster, note=note, lang=lang.value):
        out.print(f"{one.number}: {one.sentence}", markup=False, soft_wrap=True)
