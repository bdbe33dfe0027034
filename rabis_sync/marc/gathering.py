"""Several elements of a record read together, in one pass over its fields.

A reader that asks for twenty elements one by one goes through most fields twenty times. What comes out is the
same, value for value and in the same order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.marc.path import FieldIndex

#: By subfield code the numbers of the paths that want it.
Wanted = dict[str, tuple[int, ...]]


class Gathering:
    """Reads those of some elements whose paths say no more than tag, first field or all, and subfields.

    Args:
        dialect: where the elements live.
        elements: names; the others of them are left out.
    """

    __slots__ = ("_by_tag", "_owners", "_plain", "_show", "elements")

    def __init__(self, dialect: Dialect, elements: Iterable[str]) -> None:
        self._show = dialect.show
        self._plain = not dialect.trailing
        plans = dialect.plans
        simple = [name for name in elements if all(plan[4] is None and plan[3] < 2 for plan in plans[name])]
        #: The elements that are read.
        self.elements = frozenset(simple)
        #: The element of each path; paths are numbered in the order in which their values are told.
        self._owners = [name for name in simple for _ in plans[name]]
        #: By tag and source, what the first field and what every other is read for.
        self._by_tag: dict[str, dict[str, tuple[Wanted, Wanted]]] = {}
        paths = [plan for name in simple for plan in plans[name]]
        for number, (tag, source, codes, nth, _) in enumerate(paths):
            first, others = self._by_tag.setdefault(tag, {}).setdefault(source, ({}, {}))
            for wanted in (first,) if nth else (first, others):
                for code in codes:
                    wanted[code] = (*wanted.get(code, ()), number)

    def read(self, index: FieldIndex) -> dict[str, list[str]]:
        """The values of the elements that have some."""
        by_path: dict[int, list[str]] = {}
        by_tag, split = self._by_tag, index.split
        for tag in index.texts:
            if tag not in by_tag:
                continue
            for source, (first, others) in by_tag[tag].items():
                wanted = first
                for parts in split.get(source) or index.parts(source):
                    for part in parts[1:]:
                        for number in wanted.get(part[:1], ()):
                            if number in by_path:
                                by_path[number].append(part[1:])
                            else:
                                by_path[number] = [part[1:]]
                    wanted = others
        found: dict[str, list[str]] = {}
        for number in sorted(by_path):
            if values := self._shown(by_path[number]):
                found[self._owners[number]] = found.get(self._owners[number], []) + values
        return found

    def _shown(self, texts: list[str]) -> list[str]:
        values = [text.strip() for text in texts]
        if not self._plain or not "".join(values).isprintable():  # printable text shows as it is
            values = [self._show(value) for value in values]
        return [value for value in values if value]
