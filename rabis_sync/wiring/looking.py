"""What people ask for between runs: reports, the status, the quarantine, exports of the stored catalogue."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.errors import ConfigError, RecordError, UnknownName
from rabis_sync.harvest import retry as retrying
from rabis_sync.marc import codec
from rabis_sync.marc.fields import MarcRecord
from rabis_sync.reports import render
from rabis_sync.service.execution import new_context, versions
from rabis_sync.store import backup
from rabis_sync.store.database import Store
from rabis_sync.store.engine import build
from rabis_sync.wiring.assembly import Assembly
from rabis_sync.wiring.counting import counting
from rabis_sync.wiring.monitoring import seen
from rabis_sync.wiring.running import opened
from rabis_sync.wiring.waiting import sentences, waiting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rabis_sync.harvest.retry import Retried
    from rabis_sync.reports.table import Table

#: Bytes of a record in quarantine that are shown.
SHOWN = 4000


def report(path: Path, name: str, *, form: str, lang: str, period: str | None, branch: str | None) -> bytes:
    """A report as a file; errors as `reports.render.render`."""
    with opened(path) as (assembly, store), store.read() as unit:
        now = datetime.now(assembly.zone)
        return render.render(
            name, unit, form=form, lang=lang, texts=assembly.texts, now=now, dialects=assembly.families,
            period=period, branch=branch, count=counting(assembly),
        )  # fmt: skip


def report_table(
    path: Path, name: str, *, lang: str, period: str | None = None, branch: str | None = None
) -> Table:
    """A report as plain values; errors as `reports.render.table`."""
    with opened(path) as (assembly, store), store.read() as unit:
        now = datetime.now(assembly.zone)
        return render.table(
            name, unit, lang=lang, texts=assembly.texts, now=now, dialects=assembly.families,
            period=period, branch=branch, count=counting(assembly),
        )  # fmt: skip


def status(path: Path) -> dict[str, Any]:
    """Last runs, watermarks, counts and warnings, for machines."""
    with opened(path) as (assembly, store), store.read() as unit:
        harvested = {row["source"]: row["updated_at"] for row in unit.harvests.all_progress()}
        return {
            "schema": "rabis-sync/status/1",
            "version": versions()["rabis-sync"],
            "runs": unit.runs.latest(5),
            "jobs": seen(assembly, unit, datetime.now(UTC)).document()["jobs"],
            "notices_unsent": len(unit.notices.waiting(datetime.now(UTC) - timedelta(days=3))),
            "sources": {
                name: {
                    "records": unit.records.counts(name),
                    "watermark": _brief(unit.harvests.progress(name).reached),
                    "harvested_at": harvested.get(name),
                    "unfinished": bool(unit.harvests.progress(name).checkpoint),
                }
                for name in assembly.configuration.sources
            },
            **waiting(unit),
        }


def _brief(watermark: dict[str, Any]) -> dict[str, Any]:
    """A watermark without its long parts: marks of a sweep are for the source alone."""
    return {name: value for name, value in watermark.items() if name != "marks"}


def status_lines(path: Path, lang: str) -> list[str]:
    """The same in sentences for people."""
    found = status(path)
    assembly = Assembly.of(path)

    def say(code: str, **params: object) -> str:
        return assembly.texts.say(f"status.{code}", lang, **params)

    def moment(at: datetime) -> str:
        return at.astimezone(assembly.zone).strftime("%Y-%m-%d %H:%M" if lang == "en" else "%d.%m.%Y %H:%M")

    if not found["runs"]:
        return [say("never")]
    last = found["runs"][0]
    lines = [
        say(
            "last_run",
            run=last["id"],
            job=last["job"],
            at=moment(last["started_at"]),
            outcome=last["outcome"],
        )
    ]
    for name, source in found["sources"].items():
        records = {"active": 0, "deleted": 0, **source["records"]}
        at = moment(source["harvested_at"]) if source["harvested_at"] else ""
        lines.append(say("source", source=name, at=at, **records))
        lines += [say("unfinished", source=name)] if source["unfinished"] else []
    lines += [say("late", job=job["job"]) for job in found["jobs"] if job["late"] and job["last_run"]]
    lines += [say("unsent", notices=found["notices_unsent"])] if found["notices_unsent"] else []
    return lines + [assembly.texts.say(code, lang, **params) for code, params in sentences(found)]


def program_version() -> str:
    """Version of the program."""
    return versions()["rabis-sync"]


def quarantined(path: Path, number: int) -> Iterator[str]:
    """One entry in lines for people.

    Raises:
        UnknownName: there is no such entry.
    """
    with opened(path) as (_, store), store.read() as unit:
        entry = unit.harvests.quarantined_one(number)
        known = [str(one["id"]) for one in unit.harvests.quarantined()]
    if entry is None:
        raise UnknownName("entry in quarantine", str(number), known)
    for name in ("id", "source", "at", "file", "offset", "identifier", "syntax", "reason", "detail", "state"):
        yield f"{name:<11} {entry[name]}"
    yield f"{'bytes':<11} {len(entry['raw'])}"
    shown = entry["raw"][:SHOWN].decode("utf-8", "backslashreplace")
    yield "".join(
        letter if letter.isprintable() or letter == "\n" else f"\\x{ord(letter):02x}" for letter in shown
    )


def retry_quarantine(path: Path) -> Retried:
    """Read everything in quarantine again, as a run of its own."""
    with opened(path, locked=True) as (assembly, store):
        readers = {name: assembly.reader(name) for name in assembly.configuration.sources}
        context = new_context()
        with store.write() as unit:
            run = unit.runs.start(
                "quarantine retry", versions=versions(), config_hash=assembly.configuration.fingerprint
            )
        decoders = {**retrying.DECODERS, "rabis": assembly.rabis_decoder()}
        found = retrying.retry(store, readers, type(context)(run, context.now), decoders)
        with store.write() as unit:
            unit.runs.end(run, "done", 0)
        return found


class Exported(NamedTuple):
    """How many records were written, and a sentence for each that could not be in this form."""

    written: int
    refused: list[str]


def export_records(path: Path, output: Path, *, source: str | None, view: str, form: str) -> Exported:
    """Write the stored catalogue to a file.

    Raises:
        UnknownName: no such source, view or format.
        ConfigError: the file cannot be written.
    """
    if view not in {"harvested", "corrected"}:
        raise UnknownName("view", view, ["harvested", "corrected"])
    if form not in {"iso2709", "marcxml", "jsonl"}:
        raise UnknownName("format", form, ["iso2709", "marcxml", "jsonl"])
    with opened(path) as (assembly, store), store.read() as unit:
        if source is not None and source not in assembly.configuration.sources:
            raise UnknownName("source", source, assembly.configuration.sources)
        stored = (
            one
            for batch in unit.records.stream(source=source, harvested=view == "harvested")
            for one in batch
        )
        records = (MarcRecord.from_canonical(one.canonical) for one in stored)
        try:
            with output.open("wb") as stream:
                if form == "jsonl":
                    return Exported(_write_jsonl(stream, records), [])
                refused: list[str] = []

                def tell(record: MarcRecord, error: RecordError) -> None:
                    refused.append(f"record {record.control_number}: {error}")

                return Exported(codec.write(stream, records, syntax=form, refused=tell), refused)
        except OSError as error:
            raise ConfigError(f"{output} cannot be written: {error.strerror}") from error


def upgrade_database(path: Path) -> tuple[str | None, str]:
    """Bring the schema up to date; the revision before and after."""
    assembly = Assembly.of(path)
    store = Store(build(assembly.store_url()))
    try:
        before, _ = store.revisions()
        store.upgrade()
        return before, store.revisions()[1]
    finally:
        store.close()


def backup_database(path: Path, file: Path) -> None:
    """Copy the database into a file; errors as `store.backup.backup`."""
    with opened(path) as (_, store):
        backup.backup(store, file)


def restore_database(path: Path, file: Path) -> None:
    """Put a backup in place; errors as `store.backup.restore`."""
    backup.restore(Assembly.of(path).store_url(), file)


def _write_jsonl(stream: Any, records: Iterator[MarcRecord]) -> int:
    """One JSON object a line: leader, and fields as MARC-in-JSON has them."""
    number = 0
    for number, record in enumerate(records, 1):  # noqa: B007  the last number is the count
        fields = [
            {field.tag: field.text if field.is_control else _json_field(field)} for field in record.fields
        ]
        line = json.dumps({"leader": record.leader, "fields": fields}, ensure_ascii=False)
        stream.write(line.encode() + b"\n")
    return number


def _json_field(field: Any) -> dict[str, Any]:
    first, second = field.indicators
    return {"ind1": first, "ind2": second, "subfields": [{code: value} for code, value in field.subfields()]}
