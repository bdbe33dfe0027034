"""Values of a row by their paths: attributes of its own, and of what its references lead to."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from rabis_sync.reconcile.onec.asking import KEYS
from rabis_sync.reconcile.onec.metadata import NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rabis_sync.reconcile.onec.asking import Asking
    from rabis_sync.reconcile.onec.metadata import Schema

Row = dict[str, Any]

#: What stands for no reference and no date.
NO_KEY, NO_DATE = "00000000-0000-0000-0000-000000000000", "0001-01-01T00:00:00"
#: More missing rows than that are read with their whole set.
MANY = 20 * KEYS


class References:
    """Follows references; what was fetched is remembered.

    Args:
        asking: a user of the infobase.
        schema: what it publishes.
        paths: every path that will be asked for, by the entity it starts at.
    """

    def __init__(self, asking: Asking, schema: Schema, paths: Iterable[tuple[str, str]]) -> None:
        self._asking, self._schema = asking, schema
        self._rows: dict[str, dict[str, Row]] = defaultdict(dict)
        self._wanted: dict[str, set[str]] = defaultdict(set)
        #: What was referred to and is not published.
        self.unpublished: set[str] = set()
        for entity, path in paths:
            self._want(entity, path)

    def keep(self, entity: str, rows: Iterable[Row]) -> None:
        """Remember rows that were read for another purpose."""
        self._rows[entity].update((row["Ref_Key"], row) for row in rows if "Ref_Key" in row)

    def want(self, entity: str, names: Iterable[str]) -> None:
        """Fetch these attributes, too, of what is fetched of an entity."""
        self._wanted[entity].update(names)

    def gather(self, entity: str, rows: Sequence[Row], paths: Iterable[str]) -> None:
        """Fetch what the paths of these rows lead to and is not known yet.

        Raises:
            SourceAway, FatalError, ConfigError: as of `Asking.everything`.
        """
        ahead = [path.partition("/") for path in paths if "/" in path and not path.startswith("=")]
        for reference, _, rest in sorted(set(ahead)):
            missing: dict[str, set[str]] = defaultdict(set)
            for row in rows:
                target, key = self.target(entity, row, reference)
                if target and key not in self._rows[target]:
                    missing[target].add(key)
            for target, keys in sorted(missing.items()):
                if rest != "Ref_Key":  # which is known: it is the reference
                    self.fetch(target, sorted(keys))
            if "/" in rest:
                self._gather_onward(entity, rows, reference, rest)

    def target(self, entity: str, row: Row, reference: str) -> tuple[str, str]:
        """Where a reference of a row leads: entity (empty where 1C does not tell) and key; "" for nowhere."""
        key = str(row.get(f"{reference}_Key") or row.get(reference) or "")
        if not key or key == NO_KEY:
            return "", ""
        kind = str(row.get(f"{reference}_Type") or "").removeprefix(NAMESPACE)
        target = kind or self._schema.target(entity, reference)
        return target, key

    def value(self, entity: str, row: Row, paths: Sequence[str]) -> Any:
        """The first of some paths that holds anything; empty when none does."""
        for path in paths:
            found = self._value(entity, row, path)
            if found not in {"", None}:
                return found
        return ""

    def card(self, entity: str, key: str) -> Row | None:
        """A row by its key, if it was gathered."""
        return self._rows[entity].get(key)

    def _value(self, entity: str, row: Row, path: str) -> Any:
        if path.startswith("="):
            return path[1:]
        reference, onward, rest = path.partition("/")
        if not onward:
            found = row.get(path, "")
            if isinstance(found, str):
                found = found.strip()
            return "" if found in (NO_KEY, NO_DATE, None) or isinstance(found, (dict, list)) else found
        target, key = self.target(entity, row, reference)
        led = self._rows[target].get(key) if target else None
        return "" if led is None else self._value(target, led, rest)

    def _gather_onward(self, entity: str, rows: Sequence[Row], reference: str, rest: str) -> None:
        led: dict[str, list[Row]] = defaultdict(list)
        for target, key in {self.target(entity, row, reference) for row in rows} - {("", "")}:
            if key in self._rows[target]:
                led[target].append(self._rows[target][key])
        for target, found in sorted(led.items()):
            self.gather(target, found, [rest])

    def fetch(self, target: str, keys: Sequence[str]) -> None:
        """Fetch rows by their keys; what is not published stays unknown.

        Raises:
            SourceAway, FatalError, ConfigError: as of `Asking.everything`.
        """
        if target not in self._schema.sets:
            self.unpublished |= {target} if keys else set()
            return
        select = self._select(target)
        if len(keys) > MANY:
            self.keep(target, self._asking.everything(target, select=select))
            keys = [key for key in keys if key not in self._rows[target]]
        for at in range(0, len(keys), KEYS):
            self.keep(target, self._asking.of_keys(target, keys[at : at + KEYS], select))

    def _select(self, target: str) -> list[str]:
        known = self._schema.properties.get(target, frozenset())
        wanted = (self._wanted[target] | self._wanted[""]) & known
        return ["Ref_Key", *sorted(wanted - {"Ref_Key"})]

    def _want(self, entity: str, path: str) -> None:
        """Note the attributes that a path needs of what it leads to; "" stands for any entity."""
        reference, onward, rest = path.partition("/")
        if not onward or path.startswith("="):
            return
        target = self._schema.target(entity, reference) if entity else ""
        first = rest.partition("/")[0]
        self._wanted[target] |= {first, f"{first}_Key", f"{first}_Type"} if "/" in rest else {first}
        self._want(target, rest)


def attributes(paths: Iterable[str]) -> list[str]:
    """Attributes of a row itself that its paths begin with, in the forms a reference may have."""
    found: dict[str, None] = {}
    for path in paths:
        first, onward, _ = path.partition("/")
        if not path.startswith("="):
            found.update(dict.fromkeys((f"{first}_Key", first, f"{first}_Type") if onward else (first,)))
    return list(found)
