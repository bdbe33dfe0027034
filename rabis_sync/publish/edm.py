"""An item in the Europeana Data Model, for aggregators of Europe (pro.europeana.eu/page/edm-documentation).

What Europeana demands is more than its schema says: a title or a description, a kind or a subject, the
language of a text, a link to what is shown, and one of the rights statements that it takes. An item with any
other statement is not given, and told why.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rabis_sync.publish.encoding import xml_text, xml_value
from rabis_sync.publish.facets import type_of
from rabis_sync.publish.wording import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.item import PublicItem

PREFIX = "edm"
#: Why an item is not given.
REASON = "rights_statement"
NAMESPACE = "http://www.europeana.eu/schemas/edm/"
_UNDETERMINED = "http://rightsstatements.org/vocab/UND/1.0/"
_NOT_EVALUATED = "http://rightsstatements.org/vocab/CNE/1.0/"
#: Licences and statements that Europeana takes (its licensing framework, as its Schematron rules have it).
_TAKEN = re.compile(
    r"http://creativecommons\.org/(licenses/(by|by-sa|by-nc|by-nd|by-nc-sa|by-nc-nd)/[1-4]\.[05]/([a-z]{2}/)?"
    r"|publicdomain/(mark|zero)/1\.0/)"
    r"|http://rightsstatements\.org/vocab/(NoC-NC|NoC-OKLR|InC|InC-EDU|InC-OW-EU|CNE)/1\.0/"
)
#: Kinds of related items that an item is a part of.
_WHOLES = frozenset({"set", "host"})
_TYPES = {"map": "IMAGE", "picture": "IMAGE", "object": "IMAGE", "sound": "SOUND", "video": "VIDEO"}
_SPACES = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:edm="http://www.europeana.eu/schemas/edm/" '
    'xmlns:ore="http://www.openarchives.org/ore/terms/"'
)


def statement(item: PublicItem) -> str | None:
    """The rights statement towards Europeana; None where it takes none such.

    A copyright undetermined (UND) is to Europeana one not evaluated (CNE).
    """
    uri = _NOT_EVALUATED if item.rights_uri == _UNDETERMINED else item.rights_uri
    return uri if _TAKEN.fullmatch(uri) else None


def withheld(item: PublicItem) -> dict[str, str]:
    """Formats in which the item is not given, each with the reason."""
    return {} if statement(item) else {PREFIX: REASON}


def record(release: Release, item: PublicItem) -> str | None:
    """The item as RDF/XML; None where it is not for Europeana."""
    rights = statement(item)
    if rights is None:
        return None
    page = release.item_url(item)
    thing = f"{page}#book"
    return (
        f"<rdf:RDF {_SPACES}>\n"
        f"<edm:ProvidedCHO rdf:about={xml_value(thing)}>\n"
        f"{''.join(_described(release, item))}</edm:ProvidedCHO>\n"
        f"{''.join(_resources(release, item, rights))}"
        f"<ore:Aggregation rdf:about={xml_value(f'{page}#aggregation')}>\n"
        f"{''.join(_aggregated(release, item, thing, rights))}</ore:Aggregation>\n</rdf:RDF>\n"
    )


def _described(release: Release, item: PublicItem) -> Iterator[str]:
    """The book, whatever copy of it is shown."""
    kind = type_of(item)
    parallel = list(item.titles.items())[1:]
    told = [("dc:creator" if one.primary else "dc:contributor", one.name, "") for one in item.contributors]
    told += [("dc:date", str(item.year or item.date), ""), ("dc:description", item.summary, "")]
    told += [("dc:identifier", item.id, "")]
    told += [("dc:identifier", f"urn:isbn:{isbn}", "") for isbn in item.isbns]
    told += [("dc:language", code, "") for code in item.languages or ("und",)]
    told += [("dc:publisher", item.publisher, "")]
    told += [("dc:subject", one.text, "") for one in item.subjects if one.kind != "place"]
    told += [("dc:title", item.title, item.language)]
    told += [("dcterms:alternative", title, code) for code, title in parallel]
    told += [("dc:type", texts()[f"type.{kind}"].of(code), code) for code in ("kk", "ru", "en")]
    told += [("dcterms:extent", item.extent, ""), ("dcterms:issued", str(item.year or ""), "")]
    yield from (_text(*one) for one in told)
    for related in item.related:
        if related.item and related.kind in _WHOLES:
            yield _link("dcterms:isPartOf", release.lasting_url(related.item))
    yield from (_text("dcterms:spatial", one.text) for one in item.subjects if one.kind == "place")
    yield _text("edm:type", _TYPES.get(kind, "TEXT"))


def _resources(release: Release, item: PublicItem, rights: str) -> Iterator[str]:
    """The files, each with its type and its rights."""
    for file in (*item.downloads, *([item.cover] if item.cover and item.cover.cover else [])):
        address = xml_value(release.current_url(item.path(file)))
        yield f"<edm:WebResource rdf:about={address}>\n{_text('dc:format', file.mime)}"
        yield f"{_link('edm:rights', rights)}</edm:WebResource>\n"


def _aggregated(release: Release, item: PublicItem, thing: str, rights: str) -> Iterator[str]:
    """What the library shows of it; in the order of the schema."""
    files = [release.current_url(item.path(file)) for file in item.downloads]
    yield _link("edm:aggregatedCHO", thing)
    yield _text("edm:dataProvider", release.library.en, "en")
    for address in files[1:]:
        yield _link("edm:hasView", address)
    yield _link("edm:isShownAt", release.item_url(item))
    for address in files[:1]:
        yield _link("edm:isShownBy", address)
    if item.cover:
        yield _link("edm:object", release.current_url(item.path(item.cover)))
    yield _text("edm:provider", release.library.en, "en")
    yield _link("edm:rights", rights)


def _text(name: str, text: str, language: str = "") -> str:
    if not text:
        return ""
    tag = f" xml:lang={xml_value(language)}" if language and language != "und" else ""
    return f"<{name}{tag}>{xml_text(text)}</{name}>\n"


def _link(name: str, address: str) -> str:
    return f"<{name} rdf:resource={xml_value(address)}/>\n"
