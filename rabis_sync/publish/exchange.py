"""Records as other libraries take them: what of a MARC record leaves the house, and the other family's form.

Which fields are private and how an item stands in each family is data: `mappings/exchange.toml`. A record
of the family asked for is given as its cataloguers made it; one of the other family is made anew of the
item's elements, never converted field by field, and so holds less, but nothing wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from hashlib import blake2b
from itertools import compress
from typing import TYPE_CHECKING, Any

from rabis_sync.marc import marcxml
from rabis_sync.marc.fields import SUBFIELD, Field, MarcRecord
from rabis_sync.marc.marcxml import FORBIDDEN
from rabis_sync.publish.encoding import xml_clean
from rabis_sync.publish.languages import of_catalogue
from rabis_sync.publish.related import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rabis_sync.publish.item import PublicItem

#: ``{name}`` in a template.
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_NO_MARK = f"[^{FORBIDDEN.pattern[1:]}"
#: Text of a data field that XML can hold as it is, as most of them.
_CLEAN = re.compile(f"{_NO_MARK}{{0,2}}(?:{SUBFIELD}[0-9A-Za-z]{_NO_MARK}*)+")


@dataclass(frozen=True, slots=True)
class FieldForm:
    """One field of a made record.

    Attributes:
        tag: its tag.
        indicators: both; empty for a control field.
        text: template of a control field.
        subfields: pairs of code and template; one that comes out empty is left out, and a field without any.
        each: the list it is repeated for; empty: it stands once.
    """

    tag: str
    indicators: str = ""
    text: str = ""
    subfields: tuple[tuple[str, str], ...] = ()
    each: str = ""


@dataclass(frozen=True, slots=True)
class RecordForm:
    """How an item stands in one family.

    Attributes:
        leader: 24 characters; lengths are filled in by who writes it.
        fields: in order.
        private: tags that never leave the house; a dot stands for any character.
    """

    leader: str
    fields: tuple[FieldForm, ...]
    private: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError for a leader that is none."""
        if len(self.leader) != 24:
            raise ValueError("a leader has 24 characters")


@dataclass(frozen=True)
class Exchange:
    """`mappings/exchange.toml`: how items stand in each family."""

    families: dict[str, RecordForm] = field(default_factory=dict)

    @cached_property
    def fingerprint(self) -> str:
        """Changes whenever a record would be given otherwise."""
        return blake2b(repr(self.families).encode(), digest_size=16).hexdigest()

    @cached_property
    def _private(self) -> dict[str, re.Pattern[str]]:
        return {
            family: re.compile("|".join(form.private) or "(?!)") for family, form in self.families.items()
        }

    @cached_property
    def _linking(self) -> dict[str, list[FieldForm]]:
        """Fields that lead to the item's page, by family."""
        return {
            family: [one for one in form.fields if "{url}" in repr(one)]
            for family, form in self.families.items()
        }

    def public(self, record: MarcRecord, family: str) -> MarcRecord:
        """The record without the fields that never leave the house."""
        private = self._private.get(family)
        shown = _shown(private, tuple(record.tags)) if private else ()
        if all(shown):
            return record
        kept = list(compress(record.tags, shown)), list(compress(record.texts, shown))
        return MarcRecord.of(record.leader, *kept)

    def marcxml(self, item: PublicItem, families: Iterable[str], url: str, rights: str) -> dict[str, str]:
        """The item as XML, by family: MARC 21 as MARCXML, UNIMARC as MarcXchange (ISO 25577).

        Args:
            item: what is shown.
            families: of `families`.
            url: address of the item's page.
            rights: name of its rights statement.

        Raises:
            KeyError: there is no such family.
        """
        values = _values(item, url, rights)
        return {family: _xml(self._record(item, family, values), family) for family in families}

    def _record(self, item: PublicItem, family: str, values: Mapping[str, Any]) -> MarcRecord:
        """The item as a record of that family."""
        form = self.families[family]
        if item.marc is not None and item.family == family:
            link = (made for one in self._linking[family] for made in _made(one, values))
            fields = sorted((*item.marc.fields, *link), key=lambda one: one.tag)
            return MarcRecord(item.marc.leader, tuple(fields))
        return MarcRecord(form.leader, tuple(made for one in form.fields for made in _made(one, values)))


@lru_cache(maxsize=4_096)
def _shown(private: re.Pattern[str], tags: tuple[str, ...]) -> tuple[bool, ...]:
    """Which fields others may see; most records have the tags of another one."""
    return tuple([private.fullmatch(tag) is None for tag in tags])


#: XML namespace of each family.
NAMESPACES = {"marc21": "http://www.loc.gov/MARC21/slim", "unimarc": "info:lc/xmlns/marcxchange-v2"}
_OPENING = {
    "marc21": f'<record xmlns="{NAMESPACES["marc21"]}">',
    "unimarc": f'<record xmlns="{NAMESPACES["unimarc"]}" format="UNIMARC" type="Bibliographic">',
}


def _xml(record: MarcRecord, family: str) -> str:
    clean = tuple(one for one in map(_clean, record.fields) if one is not None)
    return marcxml.encode(MarcRecord(record.leader, clean), _OPENING[family])


def _clean(one: Field) -> Field | None:
    """A field as XML can hold it; None where nothing of it can."""
    if one.is_control:
        return Field(one.tag, xml_clean(one.text))
    if _CLEAN.fullmatch(one.text):
        return one
    parts = [(code, xml_clean(value)) for code, value in one.subfields()]
    parts = [(code, value) for code, value in parts if code.isascii() and code.isalnum()]
    return Field.data(one.tag, one.indicators, parts) if parts else None


def _values(item: PublicItem, url: str, rights: str) -> dict[str, Any]:
    """What templates may name: texts, and lists of such."""
    people = [
        {"name": one.name, "dates": one.dates, "role": one.role, "kind": one.kind, "primary": one.primary}
        for one in item.contributors
    ]
    main = next((one for one in people if one["primary"]), None)
    others = [one for one in people if one is not main]
    subjects = [{"kind": one.kind, "text": one.text} for one in item.subjects]
    languages = [of_catalogue(one) for one in item.languages]
    return {
        "id": item.id,
        "title": item.title,
        "responsibility": item.responsibility,
        "place": item.place,
        "publisher": item.publisher,
        "date": item.date or str(item.year or ""),
        "year4": f"{item.year:04}" if item.year else "uuuu",
        "extent": item.extent,
        "summary": item.summary,
        "language3": languages[0] if languages and len(languages[0]) == 3 else "und",
        "url": url,
        "rights": rights,
        "rights_uri": item.rights_uri,
        "isbns": [{"isbn": one} for one in item.isbns],
        "languages": [{"language": one} for one in languages if len(one) == 3],
        "parallel": [{"title": text} for _, text in item.parallel],
        "main_persons": [one for one in [main] if one and one["kind"] == "person"],
        "main_bodies": [one for one in [main] if one and one["kind"] != "person"],
        "other_persons": [one for one in others if one["kind"] == "person"],
        "other_bodies": [one for one in others if one["kind"] != "person"],
        **{f"{kind}_subjects": [one for one in subjects if one["kind"] == kind] for kind in _SUBJECTS},
        **{f"{kind}_links": _links(item, kind) for kind in KINDS},
        "other_subjects": [one for one in subjects if one["kind"] not in _SUBJECTS],
    }


def _links(item: PublicItem, kind: str) -> list[dict[str, str]]:
    found = (one for one in item.related if one.kind == kind)
    return [{"title": one.title, "part": one.part, "item": one.item} for one in found]


_SUBJECTS = ("person", "place", "topic")


def _made(form: FieldForm, values: Mapping[str, Any]) -> Iterator[Field]:
    for one in values[form.each] if form.each else [{}]:
        known = {**values, **one} if one else values
        if form.text:
            yield Field(form.tag, _filled(form.text, known))
            continue
        parts = [(code, _filled(template, known)) for code, template in form.subfields]
        if parts := [(code, text) for code, text in parts if text]:
            yield Field.data(form.tag, form.indicators, parts)


def _filled(template: str, values: Mapping[str, Any]) -> str:
    """A template with its values; empty where one of them is."""
    parts = list(_parsed(template))
    for at in range(1, len(parts), 2):
        parts[at] = str(values[parts[at]])
        if not parts[at]:
            return ""
    return "".join(parts)


@cache
def _parsed(template: str) -> tuple[str, ...]:
    """Text and names of values, in turns."""
    return tuple(_PLACEHOLDER.split(template))
