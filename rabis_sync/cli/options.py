"""What a command may be told: options that several commands share, and the configuration they work on."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Language(StrEnum):
    """Languages of everything people read."""

    KK = "kk"
    RU = "ru"
    EN = "en"


class Form(StrEnum):
    """Shapes of a report."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"


class State:
    """What the options before the command said."""

    config = Path("config.toml")


DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")]
Note = Annotated[str, typer.Option("--note", help="Why, in your own words.")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of the text.")]
