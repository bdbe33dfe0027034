"""Import batches for the catalogue, each with the sheet that tells people what is in it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.correct import leaving
from rabis_sync.errors import ConfigError, UnknownName
from rabis_sync.marc import codec
from rabis_sync.marc.charset import AUTO, UTF8, checked
from rabis_sync.reports import sheet
from rabis_sync.wiring.running import opened

if TYPE_CHECKING:
    from pathlib import Path

    from rabis_sync.store.database import Unit
    from rabis_sync.wiring.assembly import Assembly


class Written(NamedTuple):
    """A batch: its file and sheet, how many records, in which encoding, and what was left out and why."""

    batch: Path
    sheet: Path
    records: int
    encoding: str
    refused: list[tuple[str, str]]


def export_corrections(
    path: Path, output: Path, *, source: str | None, form: str, encoding: str | None, lang: str
) -> list[Written]:
    """Write what was corrected, one batch a source, each with its change sheet.

    Args:
        path: the configuration.
        output: the batch's file; where several sources have corrections the name of each is put in.
        source: only of this source.
        form: ``iso2709`` or ``marcxml``.
        encoding: None: the one in which most records of the source came.
        lang: of the change sheet.

    Returns:
        What was written; nothing where no record waits to be taken over.

    Raises:
        UnknownName: no such source, form or encoding.
        ConfigError: the file cannot be written, or the form has an encoding of its own.
    """
    check_form(form, encoding)
    with opened(path) as (assembly, store), store.read() as unit:
        known = unit.records.sources()
        if source is not None and source not in known:
            raise UnknownName("source", source, known)
        waiting = [one for one in known if source in {None, one} and next(unit.corrections.views(one), None)]
        return [
            _write(
                assembly, unit, one, file_of(output, one, several=len(waiting) > 1), (form, encoding, lang)
            )
            for one in waiting
        ]


def check_form(form: str, encoding: str | None) -> None:
    """Raises UnknownName or ConfigError for a form, or an encoding, that no batch is written in."""
    if form not in {codec.ISO2709, codec.MARCXML}:
        raise UnknownName("format", form, [codec.ISO2709, codec.MARCXML])
    if encoding is None:
        return
    if checked(encoding) == AUTO:
        raise ConfigError(
            "'auto' names no encoding to write in", hint="Leave --encoding out for the source's own."
        )
    if form == codec.MARCXML and encoding.lower() not in {"utf-8", "utf8"}:
        raise ConfigError("MARCXML is written in UTF-8", hint="Leave --encoding out, or choose iso2709.")


def file_of(output: Path, source: str, *, several: bool) -> Path:
    """Where the batch of a source goes."""
    return output.with_name(f"{output.stem}-{source}{output.suffix}") if several else output


def _line(change: leaving.Change) -> sheet.Line:
    return sheet.Line(change.record, change.title, change.path, change.before, change.after, change.reasons)


def _write(
    assembly: Assembly, unit: Unit, source: str, file: Path, wish: tuple[str, str | None, str]
) -> Written:
    form, encoding, lang = wish
    own = leaving.own_encoding(unit.records.encodings(source))
    chosen = UTF8 if form == codec.MARCXML else encoding or own
    beside = file.with_suffix(".xlsx")
    if beside == file:
        raise ConfigError(
            f"{file} would be overwritten by the change sheet",
            hint="Give the batch another name, as corrections.mrc.",
        )
    draft = file.with_name(f".{file.name}.part")
    try:
        with draft.open("wb") as stream:
            done = leaving.write(stream, unit, source, assembly.families, syntax=form, encoding=chosen)
        told = sheet.write(
            [_line(change) for change in done.changes], done.refused,
            batch=file.name, texts=assembly.texts, lang=lang,
            now=datetime.now(assembly.zone),
        )  # fmt: skip
        beside.write_bytes(told)
        draft.replace(file)
    except OSError as error:
        raise ConfigError(
            f"{error.filename or file} cannot be written: {error.strerror}", hint="Choose another place."
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return Written(file, beside, done.written, chosen, done.refused)
