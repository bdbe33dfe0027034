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


class progress:  # noqa: N801  used like a function: `with progress() as told`
    """A bar on a terminal, a plain line for every tenth elsewhere."""

    def __enter__(self) -> Callable[[str, int, int | None], None]:
        self._bars = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
            console=err, transient=True, disable=not err.is_terminal,
        )  # fmt: skip
        self._tasks: dict[str, Any] = {}
        self._tenths: dict[str, int] = {}
        self._bars.start()
        return self._told

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def _told(self, what: str, done: int, whole: int | None) -> None:
        if err.is_terminal:
            task = self._tasks.setdefault(what, None) or self._bars.add_task(what, total=whole)
            self._tasks[what] = task
            self._bars.update(task, completed=done, total=whole)
        elif whole and done * 10 // whole != self._tenths.get(what):
            self._tenths[what] = done * 10 // whole
            err.print(f"{what}: {done:,} of {whole:,}", soft_wrap=True)


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
