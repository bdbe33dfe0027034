"""Attributes that a mapping names and the infobase does not have, each with the one that is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rabis_sync.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.reconcile.onec.mapping import Read
    from rabis_sync.reconcile.onec.metadata import Schema


def missing_attributes(read: Read, schema: Schema) -> Iterator[str]:
    """One sentence for every path that cannot be followed; where 1C does not describe an entity, none.

    Args:
        read: what is read.
        schema: what is published.
    """
    header = f"{read.entity}_{read.table}RowType" if read.table else read.entity
    if read.table and header not in schema.properties:
        header = f"{read.entity}_{read.table}"
    for of_row, entity in ((False, header), (True, f"{read.entity}_{read.rows}")):
        names = read.row_fields if of_row else read.fields
        for name in names:
            problems = [next(_missing(path, entity, schema), "") for path in read.paths(name, of_row=of_row)]
            if problems and all(problems):  # of several one is enough: configurations differ
                yield f"{name}: {problems[0]}"
    if read.rows and read.rows not in schema.properties.get(read.entity, {read.rows}):
        yield f"{read.entity} has no tabular section {read.rows}"
    if read.card:
        of = f"{read.entity}_{read.rows}" if read.rows else header
        yield from _missing(f"{read.card}/Ref_Key", of, schema)


def _missing(path: str, entity: str, schema: Schema) -> Iterator[str]:
    known = schema.properties.get(entity)
    if path.startswith("=") or not known:
        return
    first, onward, rest = path.partition("/")
    if not known & {first, *({f"{first}_Key"} if onward else set())}:
        near = nearest(first, {name.removesuffix("_Key") for name in known})
        yield f"{entity} has no attribute {first!r}" + (f", but {near!r}" if near else "")
    elif onward:
        target = schema.target(entity, first)
        if target and target not in schema.sets and rest != "Ref_Key":
            yield f"{entity}: {first!r} leads to {target}, which 1C does not publish"
        elif target:
            yield from _missing(rest, target, schema)
