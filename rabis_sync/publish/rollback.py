"""Back to an earlier release: only to one that is whole and shows nothing that may not be shown today."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rabis_sync.errors import GuardStop, UnknownName
from rabis_sync.publish import pointer, release
from rabis_sync.publish.folders import damaged
from rabis_sync.publish.judging import rights_of
from rabis_sync.publish.manifest import read_manifest
from rabis_sync.publish.registry import read_registry
from rabis_sync.publish.rights import LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date, datetime

    from rabis_sync.publish.manifest import Manifest
    from rabis_sync.publish.step import Settings


def rollback(
    settings: Settings, name: str, now: datetime, published: Callable[[str, str], int | None]
) -> None:
    """Point the site at an earlier release; the next publication decides anew.

    Args:
        settings: of publication.
        name: of the release.
        now: moment, UTC.
        published: year of publication of a record, by source and control number.

    Raises:
        UnknownName: there is no such release.
        GuardStop: it is not whole any more, or it shows what may not be shown today.
        ConfigError: of the rights registry.
    """
    folder = settings.out / pointer.RELEASES / name
    manifest = read_manifest(folder) if name in release.kept_names(settings.out) else None
    if manifest is None:
        raise UnknownName("release", name, release.kept_names(settings.out))
    if damaged(str(folder), *manifest.sizes()):
        raise GuardStop(
            f"release {name} is not whole any more: files were taken back since, or somebody tidied up",
            hint="Choose a later release, or run `rabis-sync publish`.",
        )
    on = now.astimezone(ZoneInfo(settings.timezone)).date()
    if forbidden := list(_forbidden(settings, manifest, on, published)):
        raise GuardStop(
            f"release {name} shows what may not be shown today: {', '.join(forbidden[:10])}",
            hint="Choose a later release, or run `rabis-sync publish`.",
        )
    release.go_live(settings.out, manifest)


def _forbidden(
    settings: Settings, manifest: Manifest, on: date, published: Callable[[str, str], int | None]
) -> Iterator[str]:
    """Records that the release shows more of than their rights allow on that day."""
    registry = read_registry(settings.registry, settings.vocabulary) if settings.registry else None
    for standing in manifest.standings:
        year = partial(published, *standing.key)
        allowed = rights_of(standing.control_number, registry, on, settings.vocabulary, year).level
        given = "open" if standing.files else standing.level
        if LEVELS.index(given) < LEVELS.index(allowed) and standing.shown:
            yield standing.control_number
