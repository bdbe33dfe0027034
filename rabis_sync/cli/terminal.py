"""The terminal: what is printed, and how plans, tables, progress and errors look there."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from rabis_sync.errors import ConfigError, RabisSyncError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rabis_sync import wiring

#: How grave lines look on a terminal.
STYLES = {"error": "red", "warning": "yellow"}

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def machine_readable(document: object) -> bytes:
    """A document as JSON."""
    return json.dumps(document, ensure_ascii=False, indent=2, default=_json_value).encode()


def _json_value(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def show_plan(plan: object) -> None:
    """Print the plan that a dry run would have carried out."""
    out.print(str(plan), markup=False, soft_wrap=True)


#: Of what has no known size, so many are told by one line.
SO_MANY = 10_000


class progress:  # noqa: N801  used like a function: `with progress() as (told, pace)`
    """A bar on a terminal, elsewhere a plain line for every tenth, or every `SO_MANY`."""

    def __enter__(self) -> tuple[Callable[[str, int, int | None], None], Callable[[str, str], None]]:
        self._bars = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
            TextColumn("{task.fields[pace]}"),
            console=err, transient=True, disable=not err.is_terminal,
        )  # fmt: skip
        self._tasks: dict[str, Any] = {}
        self._marks: dict[str, int] = {}
        self._paces: dict[str, str] = {}
        self._bars.start()
        return self._told, self._pace

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def _told(self, what: str, done: int, whole: int | None) -> None:
        if err.is_terminal:
            if what not in self._tasks:
                self._tasks[what] = self._bars.add_task(what, total=whole, pace="")
            pace = self._paces.get(what, "")
            self._bars.update(self._tasks[what], completed=done, total=whole, pace=pace)
        elif (mark := done * 10 // whole if whole else done // SO_MANY) != self._marks.get(what, 0):
            self._marks[what] = mark
            pace = f" ({self._paces[what]})" if what in self._paces else ""
            size = f" of {whole:,}" if whole else ""
            err.print(f"{what}: {done:,}{size}{pace}", soft_wrap=True)

    def _pace(self, what: str, told: str) -> None:
        self._paces[what] = told


def drawn(table: wiring.Table) -> Table:
    """A table of plain values as rich draws it."""
    shown = Table(title=table.title, title_justify="left", title_style="bold", header_style="bold")
    for column in table.columns:
        justify: Any = "right" if column.kind == "number" else "left"
        shown.add_column(column.label, justify=justify, overflow="fold", no_wrap=column.kind == "code")
    for row in table.rows:
        shown.add_row(*(_plain(cell) for cell in row.cells), style=STYLES.get(row.severity))
    shown.caption = "\n".join(table.remarks) if table.rows else table.empty
    shown.caption_justify = "left"
    return shown


def _plain(value: object) -> str:
    return str(value if value is not None else "").replace("[", "\\[")


def deliver(content: bytes, output: Path | None, *, binary: bool = False) -> None:
    """Write into the file named, or to the terminal.

    Raises:
        ConfigError: the file cannot be written, or no terminal can show it.
    """
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


def tell(error: RabisSyncError) -> None:
    """Print an error as a person reads it, with what to do about it."""
    err.print("[red bold]error[/] ", end="")
    err.print(str(error), markup=False, soft_wrap=True)
    if error.hint:
        err.print(error.hint, markup=False, soft_wrap=True)
