"""Merges as people meet them: what waits, the plan of one, approving, and the files for Web-RABIS."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.correct.leaving import own_encoding
from rabis_sync.errors import ConfigError, RecordError
from rabis_sync.marc import codec
from rabis_sync.marc.charset import UTF8
from rabis_sync.marc.fields import SUBFIELD, MarcRecord
from rabis_sync.marc.record import Record
from rabis_sync.reports import merges as sheets
from rabis_sync.wiring.batches import check_form, file_of
from rabis_sync.wiring.deciding import Decided, journalled
from rabis_sync.wiring.running import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from rabis_sync.dedup.merge import Line, Member, MergePlan
    from rabis_sync.store.database import Unit
    from rabis_sync.store.decisions import Choice
    from rabis_sync.store.merges import Merged
    from rabis_sync.wiring.assembly import Assembly

#: Fields shown of each kind before «and so many more».
SHOWN = 40


def merge_lines(path: Path, lang: str) -> list[str]:
    """Clusters that wait for `merges approve`, then merges that stand, in lines for people."""
    with opened(path) as (assembly, store), store.read() as unit:
        tell = _telling(assembly, lang)
        waiting, merges = (
            unit.duplicates.clusters(),
            unit.merges.all("standing", "lifted", "parted", "closed"),
        )
        ids = {number for one in waiting for number in one["records"]}
        ids |= {number for one in merges for number in one.records}
        named = _named(assembly, unit, ids)
        lines = [tell("waiting", clusters=len(waiting))] if waiting else [tell("none_waiting")]
        for one in waiting:
            lines.append(f"{one['id']:>8}  {tell(one['verdict'])}  {named[one['survivor']]}")
            lines += [f"{'':>8}  ← {named[number]}" for number in one["records"] if number != one["survivor"]]
        if merges:
            lines += ["", tell("approved", merges=len(merges))]
        for merge in merges:
            lines.append(f"{merge.id:>8}  {tell('state_' + merge.state)}  {named[merge.survivor]}")
            lines += [f"{'':>8}  ← {named[number]}" for number in merge.others]
        return lines


def merge_preview(path: Path, cluster: int, lang: str) -> list[str]:
    """What `merges approve` would do with a cluster, field by field.

    Raises:
        ConfigError: there is no such cluster, or its records cannot become one.
    """
    with opened(path) as (assembly, store), store.read() as unit:
        known = {one["id"]: one for one in unit.duplicates.clusters()}
        if cluster not in known:
            raise ConfigError(
                f"there is no cluster {cluster} waiting", hint="`rabis-sync merges list` shows what waits."
            )
        plan = assembly.merger.planned_for(unit, known[cluster])
        return list(_preview(assembly, plan, lang))


def approve_merges(path: Path, clusters: Sequence[int], *, note: str, lang: str) -> list[Decided]:
    """Merge clusters: all that are named or none.

    Raises:
        ConfigError: there is no such cluster, or its records cannot become one.
        BalanceError: copies would be lost.
        RunLocked: a run is under way.
    """

    def choose(assembly: Assembly, unit: Unit) -> list[Choice]:
        return assembly.merger.approve(unit, clusters, at=datetime.now(UTC))

    return journalled(path, choose, note=note, lang=lang)


class ExportedMerges(NamedTuple):
    """What was written: files, merged records, records to delete, and sentences on what could not be."""

    files: list[Path]
    written: int
    to_delete: int
    refused: list[str]


def export_merges(path: Path, output: Path, *, form: str, encoding: str | None, lang: str) -> ExportedMerges:
    """Write what the library imports and deletes: the merged records, their changes, and the records that go.

    Beside FILE stand FILE.xlsx (every field that was taken or dropped) and FILE-delete.xlsx (records to
    delete in Web-RABIS, with the copies that move first). Where several sources have merges the name of each
    is put in.

    Args:
        path: the configuration.
        output: FILE.
        form: ``iso2709`` or ``marcxml``.
        encoding: None: the one in which most records of the source came.
        lang: of the sheets.

    Raises:
        UnknownName: no such format or encoding.
        ConfigError: nothing was approved, or a file cannot be written.
    """
    check_form(form, encoding)
    if output.suffix == ".xlsx":
        raise ConfigError(
            f"{output} would be overwritten by the change sheet",
            hint="Give the batch another name, as merges.mrc.",
        )
    with opened(path) as (assembly, store), store.read() as unit:
        merges = unit.merges.all("standing")
        if not merges:
            raise ConfigError(
                "no approved merge waits for the library",
                hint="`rabis-sync merges list` shows what waits, `merges approve ID` approves it.",
            )
        plans = [assembly.merger.planned_again(unit, one) for one in merges]
        sources = sorted({plan.survivor.source for plan in plans})
        done = [
            _exported(
                assembly,
                unit,
                [both for both in zip(merges, plans, strict=True) if both[1].survivor.source == source],
                file_of(output, source, several=len(sources) > 1),
                (form, encoding or own_encoding(unit.records.encodings(source)), lang),
            )
            for source in sources
        ]
    return ExportedMerges(
        [file for one in done for file in one.files],
        sum(one.written for one in done),
        sum(one.to_delete for one in done),
        [line for one in done for line in one.refused],
    )


def _exported(
    assembly: Assembly,
    unit: Unit,
    merges: Sequence[tuple[Merged, MergePlan]],
    output: Path,
    wish: tuple[str, str, str],
) -> ExportedMerges:
    form, encoding, lang = wish
    now = datetime.now(assembly.zone)
    views = unit.records.get(one.survivor for one, _ in merges)
    records = [MarcRecord.from_canonical(views[one.survivor].canonical) for one, _ in merges]
    changes = sheets.change_sheet(
        _changes(assembly, [plan for _, plan in merges], lang), assembly.texts, lang, now
    )
    deletions = sheets.deletion_list(_deletions(assembly, unit, merges), assembly.texts, lang, now)
    refused: list[str] = []
    sheet, to_delete = output.with_suffix(".xlsx"), output.with_name(f"{output.stem}-delete.xlsx")
    chosen = UTF8 if form == codec.MARCXML else encoding
    try:
        with output.open("wb") as stream:
            written = codec.write(
                stream,
                records,
                syntax=form,
                encoding=chosen,
                refused=lambda *one: refused.append(_told(*one)),
            )
        sheet.write_bytes(changes)
        to_delete.write_bytes(deletions)
    except OSError as error:
        raise ConfigError(
            f"{error.filename or output} cannot be written: {error.strerror}", hint="Choose another place."
        ) from error
    return ExportedMerges(
        [output, sheet, to_delete], written, sum(len(one.others) for one, _ in merges), refused
    )


def _told(record: MarcRecord, error: RecordError) -> str:
    return f"record {record.control_number}: {error}"


def _telling(assembly: Assembly, lang: str) -> Callable[..., str]:
    return lambda code, **params: assembly.texts.say(f"merge.{code}", lang, **params)


def _named(assembly: Assembly, unit: Unit, ids: set[int]) -> dict[int, str]:
    """Control number and title by record id."""
    return {
        number: f"{one.control_number}  {_title(assembly, one.family, one.canonical)}"
        for number, one in unit.records.get(sorted(ids)).items()
    }


def _title(assembly: Assembly, family: str, canonical: str) -> str:
    return Record(MarcRecord.from_canonical(canonical), assembly.families[family]).title()


def _preview(assembly: Assembly, plan: MergePlan, lang: str) -> Iterator[str]:
    tell = _telling(assembly, lang)
    column, own, other = plan.why
    why = tell(f"why_{column}", own=own, other=other)
    yield tell("stays", record=plan.survivor.control_number, why=why)
    for member in plan.members:
        title = Record(member.marc, assembly.families[member.family]).title()
        mark = "→" if member is plan.survivor else "←"
        yield f"  {mark} {member.control_number}  {title}"
    moving = [str(item[1]) or "—" for one in plan.others for item in one.items]
    yield tell("moves", items=len(moving), numbers=moving) if moving else tell("moves_nothing")
    for code, fates in (("takes", {"kept", "number"}), ("drops", {"dropped_single", "dropped_own"})):
        lines = [line for line in plan.lines if line.fate in fates]
        if lines:
            yield tell(code, fields=len(lines))
            yield from (f"    {line.record}: {shown_field(line)}" for line in lines[:SHOWN])
        if len(lines) > SHOWN:
            yield "    …"
    same = Counter(line.fate for line in plan.lines)["same"]
    if same:
        yield tell("same", fields=same)


def shown_field(line: Line) -> str:
    """A field as cataloguers write it: ``606 ## $aРоман``."""
    if SUBFIELD not in line.text:
        return f"{line.tag} {line.text}"
    indicators, _, rest = line.text.partition(SUBFIELD)
    return (
        f"{line.tag} {indicators.replace(' ', '#'):#<2} {(SUBFIELD + rest).replace(SUBFIELD, ' $').strip()}"
    )


def _changes(assembly: Assembly, plans: Sequence[MergePlan], lang: str) -> Iterator[sheets.Change]:
    tell = _telling(assembly, lang)
    for plan in plans:
        title = Record(plan.survivor.marc, assembly.families[plan.survivor.family]).title()
        for line in plan.lines:
            yield sheets.Change(
                plan.survivor.control_number,
                title,
                line.record,
                shown_field(line),
                tell(f"fate_{line.fate}"),
                line.fate,
            )


def _deletions(
    assembly: Assembly, unit: Unit, merges: Sequence[tuple[Merged, MergePlan]]
) -> Iterator[sheets.Deletion]:
    for merge, plan in merges:
        owned = {row[0]: row for row in unit.records.items_of([merge.survivor]).get(merge.survivor, ())}
        moved = unit.merges.moved(merge.id)
        for gone in plan.others:
            title = Record(gone.marc, assembly.families[gone.family]).title()
            items = [owned[place] for place in moved.get(gone.id, ()) if place in owned]
            for item in items or [()]:
                yield _deletion(gone, plan.survivor, title, item)


def _deletion(gone: Member, stays: Member, title: str, item: Any) -> sheets.Deletion:
    """Of a row of the item table: position, inventory number, key, barcode, branch, place, call number."""
    number, branch, call_number = (item[1], item[4], item[6]) if item else ("", "", "")
    return sheets.Deletion(gone.control_number, title, stays.control_number, number, branch, call_number)
