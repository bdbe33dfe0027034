"""`oai/`: what the OAI-PMH provider answers with, ready in the release: headers of all, records of each item.

The provider (`rabis_sync.web.oai`) reads these and nothing else, so a harvest never meets two states of the
collection, and a walk begun before a publication ends in the release in which it began.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from rabis_sync.publish import edm
from rabis_sync.publish.encoding import moment, to_json, xml_text
from rabis_sync.publish.feeds import Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rabis_sync.publish.changes import Change
    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.item import PublicItem

SCHEMA = "rabis-sync/oai/1"
FOLDER = "oai"
#: Set of all; the others are named after languages, and one for what anybody may read.
WHOLE = "kraeved"
_MIME = "application/json"
_DC = (
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai_dc/ '
    'http://www.openarchives.org/OAI/2.0/oai_dc.xsd">\n'
)


class Feed:
    """Headers of everything that was ever shown, and for each item its record in every format."""

    def documents(self, release: Release) -> Iterator[Document]:
        """`oai/headers.json` and `oai/<id>.json`."""
        yield Document(f"{FOLDER}/headers.json", partial(_headers, release), _MIME)
        for item in release.items:
            make = partial(_records, release, item)
            yield Document(place(item.id), make, _MIME, key=release.digests[item.id])


def place(item_id: str) -> str:
    """Where the record of an item lies in a release."""
    return f"{FOLDER}/{item_id}.json"


def _headers(release: Release) -> bytes:
    items = {item.id: item for item in release.items}
    return to_json(
        {
            "schema": SCHEMA,
            "release": release.id,
            "library": {"ru": release.library.ru, "kk": release.library.kk, "en": release.library.en},
            "formats": ["oai_dc", edm.PREFIX, *sorted(release.exchange.families)],
            "headers": [_header(change, items) for _, change in sorted(release.log.latest().items())],
        }
    )


def _header(change: Change, items: dict[str, PublicItem]) -> dict[str, Any]:
    item = items.get(change.item_id)
    header: dict[str, Any] = {"id": change.item_id, "at": moment(change.at), "release": change.release}
    if item is None:
        return header | {"deleted": True, "sets": [WHOLE]}
    missing = sorted(edm.withheld(item))
    return header | {"sets": sets(item)} | ({"withheld": missing} if missing else {})


def sets(item: PublicItem) -> list[str]:
    """The sets an item is in; a set with a colon lies in the one before it."""
    languages = [f"lang:{code}" for code in item.languages if code.isascii() and code.isalpha()]
    return [WHOLE, *(["open"] if item.files else []), *(["lang"] if languages else []), *languages]


def _records(release: Release, item: PublicItem) -> bytes:
    url = release.item_url(item)
    rights = release.vocabulary.statement_label(item.rights_uri).ru
    made = release.exchange.marcxml(item, release.exchange.families, url, rights)
    related = [release.lasting_url(one.item) if one.item else one.title for one in item.related]
    if europeana := edm.record(release, item):
        made[edm.PREFIX] = europeana
    return to_json({"oai_dc": dublin_core(item, url, rights, release.library.ru, related), **made})


def dublin_core(item: PublicItem, url: str, rights: str, library: str, related: Sequence[str]) -> str:
    """Simple Dublin Core; the rights statement's address stands alone in its element, our name in another.

    Args:
        item: what is described.
        url: address of its page.
        rights: name of its rights statement.
        library: name of the library.
        related: addresses of the items it has to do with, titles of what is not shown.
    """
    named = [("title", text, code) for code, text in item.titles.items()]
    named += [("creator" if one.primary else "contributor", one.name, "") for one in item.contributors]
    named += [("subject", one.text, "") for one in item.subjects]
    named += [("description", item.summary, "")]
    named += [("publisher", ": ".join(part for part in (item.place, item.publisher) if part), "")]
    named += [("date", str(item.year or item.date), ""), ("type", "Text", "")]
    named += [("format", mime, "") for mime in dict.fromkeys(file.mime for file in item.downloads)]
    named += [("format", item.extent, ""), ("identifier", url, "")]
    named += [("identifier", f"urn:isbn:{isbn}", "") for isbn in item.isbns]
    named += [("language", code, "") for code in item.languages]
    named += [("relation", text, "") for text in related]
    named += [("coverage", one.text, "") for one in item.subjects if one.kind == "place"]
    named += [("source", library, ""), ("rights", item.rights_uri, ""), ("rights", rights, "ru")]
    lines = [
        f"<dc:{name}{_language(code)}>{xml_text(text)}</dc:{name}>\n" for name, text, code in named if text
    ]
    return f"{_DC}{''.join(lines)}</oai_dc:dc>\n"


def _language(code: str) -> str:
    return f' xml:lang="{code}"' if code and code != "und" else ""
