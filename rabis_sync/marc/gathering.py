"""Several elements of a record read together, in one pass over its fields.

A reader that asks for twenty elements one by one goes through most fields twenty times. What comes out is the
same, value for value and in the same order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.marc.path import FieldIndex, Path

#: By subfield code the numbers of the paths that want it.
Wanted = dict[str, tuple[int, ...]]


class Gathering:
    """Reads some elements together.

    Paths that say no more than tag, first field or all, and subfields share one pass; any other is read by
    itself, where the record has its tag.

    Args:
        dialect: where the elements live.
        elements: names.
    """

    __slots__ = ("_by_tag", "_nothing", "_others", "_owners", "_plain", "_show")

    def __init__(self, dialect: Dialect, elements: Sequence[str]) -> None:
        self._show = dialect.show
        self._plain = not dialect.trailing
        self._nothing: dict[str, list[str]] = {name: [] for name in elements}
        paths = [(name, path) for name in elements for path in dialect.paths[name]]
        #: The element of each path; paths are numbered in the order in which their values are told.
        self._owners = [name for name, _ in paths]
        #: By tag and source, what the first field and what every other is read for.
        self._by_tag: dict[str, dict[str, tuple[Wanted, Wanted]]] = {}
        self._others: list[tuple[str, int, Path]] = []
        for number, (_, path) in enumerate(paths):
            tag, source, codes, nth, special = path.plan
            if special is not None or nth > 1:
                self._others.append((tag, number, path))
                continue
            first, others = self._by_tag.setdefault(tag, {}).setdefault(source, ({}, {}))
            for wanted in (first,) if nth else (first, others):
                for code in codes:
                    wanted[code] = (*wanted.get(code, ()), number)

    def read(self, index: FieldIndex) -> dict[str, list[str]]:
        """The values of every element. Those of one that has none are shared: leave them as they are."""
        by_path = self._pass(index)
        for tag, number, path in self._others:
            if tag in index.texts and (values := [*filter(None, map(self._show, path.read(index)))]):
                by_path[number] = values
        found = self._nothing.copy()
        for number in sorted(by_path):
            owner = self._owners[number]
            found[owner] = found[owner] + by_path[number] if found[owner] else by_path[number]
        return found

    def _pass(self, index: FieldIndex) -> dict[int, list[str]]:
        """Values by number of the path."""
        found: dict[int, list[str]] = {}
        by_tag, split, show, plain = self._by_tag, index.split, self._show, self._plain
        for tag in index.texts:
            if tag not in by_tag:
                continue
            for source, (first, others) in by_tag[tag].items():
                wanted = first
                for parts in split.get(source) or index.parts(source):
                    for part in parts[1:]:
                        if part[:1] not in wanted:
                            continue
                        value = part[1:].strip()
                        if not (plain and value.isprintable()):  # printable text shows as it is
                            value = show(value)
                        for number in wanted[part[0]] if value else ():
                            found.setdefault(number, []).append(value)
                    wanted = others
        return found
