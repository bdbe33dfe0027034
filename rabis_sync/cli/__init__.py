"""The command line: parse, call one step, print, exit with its code."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from rabis_sync import wiring
from rabis_sync.cli import acting, deciding, files, looking, merging, periods, runs, stocktaking
from rabis_sync.cli.options import State
from rabis_sync.cli.terminal import err, out, tell
from rabis_sync.errors import ConfigError, RabisSyncError

#: Exit code of a program that was stopped from the keyboard (POSIX shells: 128 + SIGINT).
INTERRUPTED = 130

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Harvest, correct, deduplicate, reconcile and publish the catalogue of a library on Web-RABIS.",
)
for part in (runs, looking, deciding, merging, stocktaking, periods, acting, files):  # the order of --help
    app.add_typer(part.commands)


def main() -> NoReturn:
    """Run the command line; every error of ours is one message with a hint, and the exit code it has."""
    try:
        sys.exit(app(standalone_mode=False) or 0)  # typer gives back the code of an Exit
    except RabisSyncError as error:
        tell(error)
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
