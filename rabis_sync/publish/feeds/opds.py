"""`opds/`: the open books for reading apps, by language, decade, author and subject (specs.opds.io).

Every page stands twice: as OPDS 1.2, which is Atom and what apps of today read, and as OPDS 2.0, which is
JSON. Only books that one may take are in it; one that is taken back is simply gone.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from rabis_sync.publish import catalog
from rabis_sync.publish.encoding import fingerprint, moment, to_json, xml_text, xml_value
from rabis_sync.publish.feeds import Document, Sheaf
from rabis_sync.publish.manifest import created
from rabis_sync.publish.wording import format_name, imprint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rabis_sync.publish.catalog import Entrance, Page
    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.item import PublicFile, PublicItem

FOLDER = "opds"
_KIND = "application/atom+xml;profile=opds-catalog;kind={}"
_NAVIGATION, _ACQUISITION = _KIND.format("navigation"), _KIND.format("acquisition")
_JSON = "application/opds+json"
_TAKE = "http://opds-spec.org/acquisition/open-access"
_IMAGE, _THUMBNAIL = "http://opds-spec.org/image", "http://opds-spec.org/image/thumbnail"
_SPACES = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:opds="http://opds-spec.org/2010/catalog" xmlns:thr="http://purl.org/syndication/thread/1.0"'
)


#: The books of a page of OPDS 2.0, before they are set in.
_BOOKS = b'"publications":[]'
Text = TypeVar("Text", str, bytes)


class Feed:
    """The catalogue in both forms."""

    def documents(self, release: Release) -> Iterator[Sheaf]:
        """`opds/catalog.xml` and `opds/catalog.json`, and what they lead to."""
        shown = {item.id: f"{release.digests[item.id]} {moment(item.since)}" for item in release.items}
        for page in catalog.pages(release, created(release.id)):
            places, key = (_place(page.name, "xml"), _place(page.name, "json")), _key(page, shown)
            yield Sheaf(places, key, partial(_both, release, page, places, key))


def _both(release: Release, page: Page, places: tuple[str, str], key: str) -> Iterator[Document]:
    kind = _NAVIGATION if page.entrances or page.name == catalog.TOP else _ACQUISITION
    yield Document(places[0], partial(_atom, release, page, kind), kind, key=key)
    yield Document(places[1], partial(_json, release, page), _JSON, key=key)


def _place(name: str, form: str) -> str:
    return f"{FOLDER}/{name}.{form}"


def _key(page: Page, shown: Mapping[str, str]) -> str:
    """Equal exactly when the page shows the same.

    Args:
        page: the page.
        shown: what it shows of each book, by identifier.
    """
    entrances = [(one.name, one.label, one.count, moment(one.updated)) for one in page.entrances]
    books = [shown[item.id] for item in page.books]
    of_itself = (page.label, moment(page.updated), page.parent, page.number, page.last, page.total)
    return fingerprint(of_itself, entrances, books)


# --- OPDS 1.2 ----------------------------------------------------------------------------------------


def _atom(release: Release, page: Page, kind: str) -> bytes:
    address = partial(_address, release, form="xml")
    links = [("self", address(page.name), kind), ("start", address(catalog.TOP), _NAVIGATION)]
    if page.parent:
        links.append(("up", address(page.parent), _NAVIGATION))
    links += [(rel, address(name), kind) for rel, name in _others(page)]
    body = "".join(
        f"<link rel={xml_value(rel)} href={xml_value(to)} type={xml_value(mime)}/>\n"
        for rel, to, mime in links
    )
    body += "".join(_way(release, one, page) for one in page.entrances)
    body += "".join(_once(release, _book, item) for item in page.books)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed {_SPACES} xml:lang="kk">\n'
        f"<id>{xml_text(address(page.name))}</id>\n<title>{xml_text(page.label)}</title>\n"
        f"<updated>{moment(page.updated)}</updated>\n"
        f"<author><name>{xml_text(release.library.kk)}</name></author>\n{body}</feed>\n"
    ).encode()


def _way(release: Release, entrance: Entrance, page: Page) -> str:
    address = _address(release, entrance.name, form="xml")
    rel = "http://opds-spec.org/sort/new" if entrance.name == catalog.NEWEST else "subsection"
    kind = _NAVIGATION if page.name == catalog.TOP and entrance.name in catalog.OFFERED else _ACQUISITION
    return (
        f"<entry>\n<id>{xml_text(address)}</id>\n<title>{xml_text(entrance.label)}</title>\n"
        f"<updated>{moment(entrance.updated)}</updated>\n"
        f'<link rel="{rel}" href={xml_value(address)} type="{kind}" thr:count="{entrance.count}"/>\n'
        f'<content type="text">{entrance.count}</content>\n</entry>\n'
    )


def _book(release: Release, item: PublicItem) -> str:
    people = "".join(
        f"<author><name>{xml_text(one.name)}</name></author>\n" for one in item.contributors if one.primary
    )
    facts = [("dcterms:identifier", item.id), ("dcterms:issued", str(item.year or ""))]
    facts += [("dcterms:language", code) for code in item.languages]
    facts += [("dcterms:publisher", item.publisher), ("dcterms:extent", item.extent)]
    facts += [("rights", item.rights_uri)]
    told = "".join(f"<{name}>{xml_text(text)}</{name}>\n" for name, text in facts if text)
    subjects = "".join(
        f"<category term={xml_value(one.text)} label={xml_value(one.text)}/>\n" for one in item.subjects
    )
    summary = "\n".join(text for text in (imprint(item), item.summary) if text)
    links = "".join(
        f'<link rel="{rel}" href={xml_value(to)} type={xml_value(mime)}{more}/>\n'
        for rel, to, mime, more in _links(release, item)
    )
    return (
        f"<entry>\n<id>{xml_text(release.item_url(item))}</id>\n<title>{xml_text(item.title)}</title>\n"
        f"<updated>{moment(item.since)}</updated>\n{people}{told}{subjects}"
        + (f'<summary type="text">{xml_text(summary)}</summary>\n' if summary else "")
        + f"{links}</entry>\n"
    )


def _links(release: Release, item: PublicItem) -> Iterator[tuple[str, str, str, str]]:
    yield "alternate", release.item_url(item), "text/html", ""
    if item.cover:
        cover = release.current_url(item.path(item.cover))
        yield _IMAGE, cover, item.cover.mime, ""
        yield _THUMBNAIL, cover, item.cover.mime, ""
    for file in item.downloads:
        more = f' length="{file.bytes}" title={xml_value(format_name(file.mime))}'
        yield _TAKE, release.current_url(item.path(file)), file.mime, more


# --- OPDS 2.0 ----------------------------------------------------------------------------------------


def _json(release: Release, page: Page) -> bytes:
    address = partial(_address, release, form="json")
    links = [("self", page.name), ("start", catalog.TOP), *([("up", page.parent)] if page.parent else [])]
    links += _others(page)
    feed: dict[str, Any] = {
        "metadata": {"title": page.label, "modified": moment(page.updated)},
        "links": [{"rel": rel, "href": address(name), "type": _JSON} for rel, name in links],
    }
    if page.books:
        feed["metadata"] |= {
            "numberOfItems": page.total,
            "itemsPerPage": catalog.PAGE_SIZE,
            "currentPage": page.number,
        }
        feed["publications"] = []
    else:
        feed["navigation"] = [
            {"title": one.label, "href": address(one.name), "type": _JSON, "rel": "subsection"}
            | {"properties": {"numberOfItems": one.count}}
            for one in page.entrances
        ] or [{"title": page.label, "href": release.current_url(), "type": "text/html", "rel": "alternate"}]
    books = b",".join(_once(release, _publication, item) for item in page.books)
    return to_json(feed).replace(_BOOKS, b"%s%s]" % (_BOOKS[:-1], books), 1)


def _once(release: Release, make: Callable[[Release, PublicItem], Text], item: PublicItem) -> Text:
    """A book as lists give it: made once for all of them."""
    key = ("opds", make, item.id)
    made: Text | None = release.pieces.get(key)
    if made is None:
        made = release.pieces[key] = make(release, item)
    return made


def _publication(release: Release, item: PublicItem) -> bytes:
    published = {"name": item.publisher} if item.publisher else None
    metadata: dict[str, Any] = {
        "@type": "http://schema.org/Book",
        "identifier": release.item_url(item),
        "title": dict(item.titles) if "und" not in item.titles and len(item.titles) > 1 else item.title,
        "author": [{"name": one.name} for one in item.contributors if one.primary],
        "contributor": [{"name": one.name} for one in item.contributors if not one.primary],
        "language": list(item.languages),
        "publisher": published,
        "published": f"{item.year:04}" if item.year else "",
        "modified": moment(item.since),
        "numberOfPages": item.pages,
        "subject": [{"name": one.text} for one in item.subjects],
        "description": item.summary,
    }
    described: dict[str, Any] = {
        "metadata": {name: value for name, value in metadata.items() if value},
        "links": [
            {"rel": _TAKE, "href": release.current_url(item.path(file)), "type": file.mime}
            | {"size": file.bytes}
            for file in item.downloads
        ],
    }
    described["links"].append({"rel": "alternate", "href": release.item_url(item), "type": "text/html"})
    if item.cover:
        described["images"] = [_image(release, item, item.cover)]
    return to_json(described)


def _image(release: Release, item: PublicItem, cover: PublicFile) -> dict[str, Any]:
    size = {"width": cover.width, "height": cover.height} if cover.width and cover.height else {}
    return {"href": release.current_url(item.path(cover)), "type": cover.mime, **size}


def _address(release: Release, name: str, form: str) -> str:
    return release.current_url(_place(name, form))


def _others(page: Page) -> Iterator[tuple[str, str]]:
    """The other pages of a list that goes on."""
    if page.last > 1:
        yield "first", page.named(1)
        yield "last", page.named(page.last)
    if page.number > 1:
        yield "previous", page.named(page.number - 1)
    if page.number < page.last:
        yield "next", page.named(page.number + 1)
