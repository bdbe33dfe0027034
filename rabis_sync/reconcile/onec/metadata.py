"""What an infobase publishes, from its ``$metadata``: sets, their properties, where references lead.

The document is EDMX of OData 3 as 1C writes it (5.5 MB for 1,556 sets): an entity type has the name of its
set, a reference ``X_Key`` has a navigation property ``X``, whose association ends at the type it leads to.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Before every type's name.
NAMESPACE = "StandardODATA."


class NotMetadataError(ValueError):
    """The document is no ``$metadata`` of 1C; the message says why."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What is published.

    Attributes:
        sets: names of the entity sets that can be asked for.
        properties: entity type -> names of its properties.
        references: (entity type, reference without ``_Key``) -> entity type it leads to.
    """

    sets: frozenset[str]
    properties: Mapping[str, frozenset[str]]
    references: Mapping[tuple[str, str], str]

    def target(self, entity: str, reference: str) -> str:
        """The set that a reference of an entity leads to; empty when the document does not say."""
        return self.references.get((entity, reference), "")


def schema(document: bytes) -> Schema:
    """Read a ``$metadata`` document.

    Raises:
        NotMetadataError: it is no XML, declares entities, or names no entity set.
    """
    reading = _Reading()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reading.start
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(document, True)  # noqa: FBT003  expat's own signature
    except expat.ExpatError as error:
        raise NotMetadataError(f"it is no XML: {error}") from error
    if not reading.sets:
        raise NotMetadataError("it names no entity set")
    return reading.schema()


class _Reading:
    """Elements as they open; a property belongs to the last type that was opened."""

    def __init__(self) -> None:
        self.sets: set[str] = set()
        self._type = ""
        self._properties: dict[str, set[str]] = defaultdict(set)
        self._leads: list[tuple[str, str, str, str]] = []
        self._association = ""
        self._ends: dict[tuple[str, str], str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element opens; prefixes differ between versions of the platform."""
        one = attributes.get("Name", "")
        match name.rpartition(":")[2]:
            case "EntityType" | "ComplexType":
                self._type = one
                self._properties[one] = set()
            case "Property":
                self._properties[self._type].add(one)
            case "NavigationProperty":
                relationship = _bare(attributes.get("Relationship", ""))
                self._leads.append((self._type, one, relationship, attributes.get("ToRole", "")))
            case "Association":
                self._association = one
            case "End" if "Type" in attributes:
                self._ends[self._association, attributes.get("Role", "")] = _bare(attributes["Type"])
            case "EntitySet":
                self.sets.add(one)

    def schema(self) -> Schema:
        """All of it together."""
        found = {(owner, one): self._ends.get((link, role), "") for owner, one, link, role in self._leads}
        return Schema(
            frozenset(self.sets),
            {name: frozenset(properties) for name, properties in self._properties.items()},
            {key: target for key, target in found.items() if target},
        )


def _bare(name: str) -> str:
    return name.removeprefix(NAMESPACE)


def _refuse(*_: object) -> None:
    raise NotMetadataError("it declares entities of its own, which no infobase does")
