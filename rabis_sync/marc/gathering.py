"""Several elements of a record read together, in one pass over its fields.

A reader that asks for twenty elements one by one goes through most fields twenty times. What comes out is the
same, value for value and in the same order.
"""

from __future__ import annotations

from operator import methodcaller
from typing import TYPE_CHECKING

from rabis_sync.marc.fields import SUBFIELD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.marc.path import FieldIndex, Path

_split = methodcaller("split", SUBFIELD)

#: By subfield code the elements that want it.
Wanted = dict[str, tuple[str, ...]]


class Gathering:
    """Reads some elements together.

    Paths that say no more than tag, first field or all, and subfields share one pass, tag by tag in the order
    in which the elements name them. An element that this order would mix up is read by itself, and so is
    every element with a path that says more, where the record has that path's tag.

    Args:
        dialect: where the elements live.
        elements: names.
    """

    __slots__ = ("_alone", "_nothing", "_paths", "_plain", "_plan", "_show")

    def __init__(self, dialect: Dialect, elements: Sequence[str]) -> None:
        self._show = dialect.show
        self._plain = not dialect.trailing
        self._nothing: dict[str, list[str]] = {name: [] for name in elements}
        self._paths = {name: dialect.paths[name] for name in elements}
        plan: dict[str, dict[str, tuple[Wanted, Wanted]]] = {}
        #: By tag the elements that are read alone where a record has it.
        self._alone: dict[str, list[str]] = {}
        for name, paths in self._paths.items():
            shared = _in_order(paths, plan)
            for path in paths:
                if not shared or path.plan[-1] is not None:
                    self._alone.setdefault(path.tag, []).append(name)
                if shared and path.plan[-1] is None:
                    _want(plan, name, path)
        #: Tag, then source with what its first field and what every other is read for.
        self._plan = [
            (tag, [(source, first, others) for source, (first, others) in sources.items()])
            for tag, sources in plan.items()
        ]

    def read(self, index: FieldIndex) -> dict[str, list[str]]:
        """The values of every element. Those of one that has none are shared: leave them as they are."""
        found = self._pass(index)
        texts, show = index.texts, self._show
        for tag, names in self._alone.items():
            if tag in texts:
                for name in names:
                    values = [value for path in self._paths[name] for value in path.read(index)]
                    found[name] = [*filter(None, map(show, values))]
        return found

    def _pass(self, index: FieldIndex) -> dict[str, list[str]]:
        found = self._nothing.copy()
        texts, split, show, plain = index.texts, index.split, self._show, self._plain
        for tag, sources in self._plan:
            if tag not in texts:
                continue
            for source, first, others in sources:
                wanted = first
                # What is read here whole is not kept split: nobody asks for it again.
                fields = split.get(source) or (
                    index.parts(source) if source != tag else map(_split, texts[tag])
                )
                for parts in fields:
                    for part in parts[1:]:
                        names = wanted.get(part[:1])
                        if names is None:
                            continue
                        value = part[1:].strip()
                        if not (plain and value.isprintable()):  # printable text shows as it is
                            value = show(value)
                        for name in names if value else ():
                            if found[name]:
                                found[name].append(value)
                            else:
                                found[name] = [value]
                    wanted = others
        return found


def _want(plan: dict[str, dict[str, tuple[Wanted, Wanted]]], name: str, path: Path) -> None:
    tag, source, codes, nth, _ = path.plan
    first, others = plan.setdefault(tag, {}).setdefault(source, ({}, {}))
    for wanted in (first,) if nth else (first, others):
        for code in codes:
            wanted[code] = (*wanted.get(code, ()), name)


def _in_order(paths: Sequence[Path], plan: dict[str, dict[str, tuple[Wanted, Wanted]]]) -> bool:
    """True where a pass over the tags of the plan, and then over new ones, meets the paths in their order."""
    plain = [path.plan for path in paths if path.plan[-1] is None]
    tags = [tag for tag, *_ in plain]
    places = list(plan)
    known = [places.index(tag) if tag in plan else len(places) for tag in tags]
    once = len(set(tags)) == len(tags)
    return once and known == sorted(known) and all(nth <= 1 for *_, nth, _ in plain)
