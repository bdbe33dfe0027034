"""What may be shown of each record on a day: its rights, its files, the pictures of its pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.publish.item import PICTURES, PublicFile
from rabis_sync.publish.naming import file_names
from rabis_sync.publish.plan import Candidate
from rabis_sync.publish.recall import page_image
from rabis_sync.publish.rights import NOT_EVALUATED, Decision, decide
from rabis_sync.publish.scans import Known, Scan, Scans, Spot, examine, sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from rabis_sync.marc.record import Record
    from rabis_sync.publish.pictures import Drawn, Studio
    from rabis_sync.publish.recall import Album
    from rabis_sync.publish.registry import RightsRegistry
    from rabis_sync.publish.standing import Key, Standing
    from rabis_sync.publish.vocabulary import RightsVocabulary


class Chosen(NamedTuple):
    """A record of local history that links to files.

    Attributes:
        key: source and control number.
        record: in its corrected view.
        stamp: of all that is stored of it (`recall.stamp_of`).
        why: what makes it local history.
        links: each once.
    """

    key: Key
    record: Record
    stamp: str
    why: str
    links: Sequence[str]


def rights_of(
    control_number: str,
    registry: RightsRegistry | None,
    on: date,
    vocabulary: RightsVocabulary,
    published: Callable[[], int | None],
) -> Decision:
    """What may be shown of a record on that day; nothing without a registry.

    The year of publication is asked for only where a row says of the work what makes it matter.
    """
    if registry is None:
        return Decision("closed", NOT_EVALUATED, reason="no_registry")
    rows = registry.of(control_number)
    year = published() if any(row.work for row in rows) else None
    return decide(control_number, rows, on, vocabulary.terms, year)


def judge(chosen: Chosen, before: Standing | None, rights: Decision, scans: Scans) -> Candidate:
    """Rights and files together: without a file that can be given there is nothing to show."""
    key, record, stamp, why, links = chosen
    found, faults = _scans(links, scans, _known(before))
    if not found:
        nothing = replace(rights, level="closed", basis="", until=None, reason=faults[0])
        return Candidate(key, record, stamp, why, nothing)
    if rights.level != "open":
        return Candidate(key, record, stamp, why, rights)
    files, paths = _public_files(found, _cover(found, scans), before.files if before else ())
    return Candidate(key, record, stamp, why, rights, files, paths)


def drawn_of(
    judged: Sequence[Candidate],
    studio: Studio,
    album: Album,
    before: Mapping[Key, Standing],
    *,
    only_known: bool,
) -> tuple[list[Candidate], list[str]]:
    """Open books with their pictures, and what could not be drawn.

    Args:
        judged: all candidates.
        studio: draws.
        album: pictures that the live release shows.
        before: what stood until now.
        only_known: draw nothing: it is a dry run.
    """
    recalled = {one.key: album.files(before.get(one.key), one.files) for one in judged if one.files}
    scans = [
        (file.sha256, path, file.mime)
        for one in judged
        if one.files and not recalled[one.key]
        for file, path in zip(one.files, one.paths, strict=True)
        if not file.cover
    ]
    if only_known:
        drawn = {checksum: known for checksum, *_ in scans if (known := studio.known(checksum))}
    else:
        drawn = studio.draw(scans)
    named = {checksum: Path(path).name for checksum, path, _ in scans}
    faults = [f"{named[checksum]} ({one.fault})" for checksum, one in drawn.items() if one.fault]
    found = []
    for one in judged:
        if shown := recalled.get(one.key):
            found.append(Candidate(*one[:5], shown[0], one.paths + shown[1]))
        else:
            found.append(_with_pictures(one, drawn) if one.files else one)
    return found, sorted(faults)


def _with_pictures(candidate: Candidate, drawn: Mapping[str, Drawn]) -> Candidate:
    """A book with the pictures of its scans: pages numbered through, one cover at most."""
    own = [file for file in candidate.files if not file.cover]
    covered = len(own) < len(candidate.files)
    files, paths = list(candidate.files), list(candidate.paths)
    page = 0
    for scan in own:
        kept = drawn.get(scan.sha256)
        if kept:
            files[files.index(scan)] = scan._replace(pages=kept.pages)
        for picture in kept.pictures if kept else ():
            if not picture.page and covered:
                continue
            covered = True
            page += bool(picture.page)
            image = page_image(page, picture.bytes, picture.sha256, picture.width, picture.height)
            files.append(
                image if picture.page else image._replace(name="cover-drawn.jpg", cover=True, page=0)
            )
            paths.append(f"{kept.folder}/{picture.file}" if kept else "")
    return candidate._replace(files=tuple(files), paths=tuple(paths))


def _known(before: Standing | None) -> dict[Known, tuple[str, str]]:
    """Media type and extension of the files that were given until now."""
    found = {}
    for file in before.files if before else ():
        stem, _, extension = file.name.rpartition(".")
        found[stem, file.bytes, file.stamp] = file.mime, extension
    return found


def _scans(
    links: Iterable[str], scans: Scans, known: Mapping[Known, tuple[str, str]]
) -> tuple[list[Scan], list[str]]:
    """The files the links mean, each once, and the reasons where there is none."""
    found: dict[Spot, Scan] = {}
    faults: list[str] = []
    for link in links:
        spot = scans.find(link)
        scan = spot if isinstance(spot, str) else examine(spot, known)
        if isinstance(scan, str):
            faults.append(scan)
        else:
            found.setdefault(scan.spot, scan)
    return list(found.values()), faults


def _cover(found: Sequence[Scan], scans: Scans) -> Scan | None:
    """The cover that lies beside the first scan; none where the scans are pictures themselves."""
    spot = None if any(scan.mime in PICTURES for scan in found) else scans.cover_of(found[0].spot)
    scan = examine(spot) if spot else None
    return scan if isinstance(scan, Scan) and scan.mime in PICTURES else None


def _public_files(
    found: Sequence[Scan], cover: Scan | None, before: Iterable[PublicFile]
) -> tuple[tuple[PublicFile, ...], tuple[str, ...]]:
    """Files and where they lie; one of unchanged size and time keeps the checksum it had."""
    scans = [*found, cover] if cover else list(found)
    checksums = {(file.name, file.bytes, file.stamp): file.sha256 for file in before}
    names = file_names([scan.name for scan in scans], [scan.extension for scan in scans])
    files = []
    for name, scan in zip(names, scans, strict=True):
        checksum = checksums.get((name, scan.bytes, scan.stamp)) or sha256_of(Path(scan.spot.path))
        files.append(PublicFile(name, scan.mime, scan.bytes, checksum, scan.stamp, scan is cover))
    return tuple(files), tuple(scan.spot.path for scan in scans)
