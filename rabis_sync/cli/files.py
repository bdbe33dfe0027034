"""Commands that read and write files: our own database, exports for others."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  Typer reads the annotations
from typing import Annotated

import typer

from rabis_sync import wiring
from rabis_sync.cli.options import Lang, Language, State
from rabis_sync.cli.terminal import err, out
from rabis_sync.errors import RecordError

commands = typer.Typer()
database = typer.Typer(no_args_is_help=True, help="Our own database.")
export = typer.Typer(no_args_is_help=True, help="Files for others.")
commands.add_typer(database, name="db")
commands.add_typer(export, name="export")


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


@export.command(name="corrections")
def export_corrections(
    output: Annotated[
        Path, typer.Option("-o", "--output", help="File of the batch; the sheet stands beside it.")
    ],
    source: Annotated[str | None, typer.Option("--source", help="Only of this source.")] = None,
    form: Annotated[str, typer.Option("--format", help="iso2709 or marcxml.")] = "iso2709",
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="UTF-8, cp1251, KZ-1048, PT154 …; else the source's own.")
    ] = None,
    lang: Lang = Language.RU,
) -> None:
    """Write corrected records as an import batch for Web-RABIS, and a change sheet (XLSX) beside it."""
    done = wiring.export_corrections(
        State.config, output, source=source, form=form, encoding=encoding, lang=lang.value
    )
    if not done:
        out.print("no corrected record waits to be taken over; nothing was written")
    for one in done:
        out.print(
            f"{one.records} records written to {one.batch} ({one.encoding}), the changes to {one.sheet}",
            soft_wrap=True,
        )
        for number, problem in one.refused:
            err.print(f"left out: record {number}: {problem}", markup=False, soft_wrap=True)
    raise typer.Exit(RecordError.exit_code if any(one.refused for one in done) else 0)


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


@export.command(name="merges")
def export_merges(
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write.")],
    form: Annotated[str, typer.Option("--format", help="iso2709 or marcxml.")] = "iso2709",
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Of ISO 2709; that of the source when left out.")
    ] = None,
    lang: Lang = Language.RU,
) -> None:
    """Write approved merges for Web-RABIS: merged records, their changes, and which records to delete."""
    done = wiring.export_merges(State.config, output, form=form, encoding=encoding, lang=lang.value)
    for file in done.files:
        out.print(f"written  {file}", soft_wrap=True)
    out.print(f"{done.written} merged records to import, {done.to_delete} records to delete", soft_wrap=True)
    for line in done.refused:
        err.print(line, markup=False, soft_wrap=True)
    raise typer.Exit(RecordError.exit_code if done.refused else 0)


@export.command(name="handover")
def export_handover(
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder of the package; not there yet.")],
    books: Annotated[
        list[str] | None, typer.Argument(help="Identifiers or record numbers; all open books without.")
    ] = None,
    lang: Lang = Language.RU,
) -> None:
    """Write the package for the national electronic library: scans, covers, descriptions, contracts."""
    done = wiring.hand_over(State.config, output, wanted=books or (), lang=lang.value)
    out.print(f"{done.books} books with {done.files} files written to {output}", soft_wrap=True)
