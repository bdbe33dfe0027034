"""What leaves for the catalogue: corrected records, and for people each place that changed, with the reasons.

A batch is in one encoding. A record that it cannot hold, or that would not read back as it was written, is
named and left out: nothing is changed to make it fit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.errors import RecordError
from rabis_sync.marc import codec
from rabis_sync.marc.charset import UTF8
from rabis_sync.marc.fields import MarcRecord
from rabis_sync.marc.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import BinaryIO

    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.store.corrections import View
    from rabis_sync.store.database import Unit


class Reason(NamedTuple):
    """Why a place changed: the rule, how grave it is, and what the rule's sentence for people names."""

    rule: str
    severity: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One place of one record, as it was harvested and as it should be.

    Attributes:
        record: control number.
        title: of the record, as corrected.
        path: address of the place.
        before: its text in the catalogue; empty where a field is new.
        after: its text in the batch; empty where a field went.
        reasons: one for each finding that changed it, in their order.
    """

    record: str
    title: str
    path: str
    before: str
    after: str
    reasons: tuple[Reason, ...]


@dataclass(slots=True)
class Batch:
    """What was written, and what could not be.

    Attributes:
        written: records in the file.
        changes: of these records, in the order of the file.
        refused: control number of a record that was left out, and why.
    """

    written: int = 0
    changes: list[Change] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def own_encoding(encodings: Mapping[str, int]) -> str:
    """The encoding in which most records of a source came; that of none is UTF-8."""
    common = next(iter(encodings), UTF8)
    return UTF8 if common.startswith("utf") else common


def write(
    stream: BinaryIO,
    unit: Unit,
    source: str,
    dialects: Mapping[str, Dialect],
    *,
    syntax: str,
    encoding: str,
) -> Batch:
    """Write the corrected records of a source whose content is still the one that was corrected.

    Args:
        stream: receives the file.
        unit: the view of the store.
        source: name of the source.
        dialects: by family, to read titles.
        syntax: ``iso2709`` or ``marcxml``.
        encoding: of ISO 2709; MARCXML is UTF-8.

    Raises:
        UnknownName: there is no such encoding or syntax.
    """
    batch = Batch()
    records = _worthy(unit, source, dialects, batch, (syntax, encoding))
    batch.written = codec.write(stream, records, syntax=syntax, encoding=encoding)
    return batch


def _worthy(
    unit: Unit, source: str, dialects: Mapping[str, Dialect], batch: Batch, form: tuple[str, str]
) -> Iterator[MarcRecord]:
    """The records that this form holds; the batch learns what changed in them, and of the others."""
    for page in unit.corrections.views(source):
        found = unit.corrections.applied(view.id for view in page)
        for view in page:
            record = MarcRecord.from_canonical(view.corrected)
            if problem := _problem(record, *form):
                batch.refused.append((view.control_number, problem))
                continue
            title = Record(record, dialects[view.family]).title()
            batch.changes += changes(view, title, found.get(view.id, []))
            yield record


def _problem(record: MarcRecord, syntax: str, encoding: str) -> str:
    """Why the form cannot hold the record as it is; empty where it can."""
    try:
        if syntax == codec.MARCXML:
            read = codec.decode(codec.encode_marcxml(record).encode(), syntax, UTF8)
        else:
            read = codec.decode(codec.encode_iso2709(record, encoding), syntax, encoding)
    except RecordError as error:
        return str(error)
    same = isinstance(read, codec.Decoded) and read.canonical == record.canonical()
    return "" if same else "it would read back as another record"


def changes(view: View, title: str, findings: Sequence[Mapping[str, Any]]) -> list[Change]:
    """The places that findings changed, by address; what several did to one place in turn is one change."""
    found: list[Change] = []
    for finding in findings:
        reason = Reason(finding["rule"], finding["severity"], _told(finding))
        after = finding["after"] or ""
        earlier = next((at for at, one in enumerate(found) if _goes_on(one, finding)), None)
        if earlier is None:
            found.append(
                Change(view.control_number, title, finding["path"], finding["before"], after, (reason,))
            )
        else:
            one = found[earlier]
            found[earlier] = Change(one.record, title, one.path, one.before, after, (*one.reasons, reason))
    return sorted((one for one in found if one.before != one.after), key=lambda one: one.path)


def _goes_on(change: Change, finding: Mapping[str, Any]) -> bool:
    return (change.path, change.after) == (finding["path"], finding["before"])


def _told(finding: Mapping[str, Any]) -> dict[str, Any]:
    return {**{name: finding[name] for name in ("path", "before", "after")}, **finding["params"]}
