"""Other documents that a record names: its set, its volumes, the print it was made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.marc.path import FieldIndex, Parts, Path


class Link(NamedTuple):
    """One document named by another one's record.

    Attributes:
        kind: what it is to the document (`dialect.Relation`).
        title: its title; empty where the record gives its number alone.
        part: number of the volume or issue, as written.
        number: control number of its record; empty where none is given.
    """

    kind: str
    title: str
    part: str
    number: str


def links(dialect: Dialect, index: FieldIndex) -> tuple[Link, ...]:
    """Every document that the linking fields name, in the order of the dialect's list, each once."""
    found = (
        Link(
            spec.kind,
            _first(dialect, title, parts),
            _first(dialect, part, parts),
            _first(dialect, number, parts),
        )
        for spec, (title, part, number) in zip(dialect.links, dialect.link_paths, strict=True)
        if spec.tag in index.texts
        for parts in index.parts(spec.tag)
    )
    return tuple(dict.fromkeys(link for link in found if link.title or link.number))


def _first(dialect: Dialect, paths: tuple[Path, ...], parts: Parts) -> str:
    """The first value in one field that is not blank."""
    return next(filter(None, map(dialect.show, _values(paths, parts))), "")


def _values(paths: tuple[Path, ...], parts: Parts) -> Iterator[str]:
    return (spot.value for path in paths for spot in path.spots([parts]))
