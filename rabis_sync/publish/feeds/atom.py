"""`atom.xml` for feed readers and aggregators: what changed lately, what is gone, and the way to all before.

Atom (RFC 4287) with deleted entries (RFC 6721) as an archived feed (RFC 5005, section 4): the current
document holds the youngest part of the log, each archive a full part, which never changes once it is made.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rabis_sync.publish.encoding import moment, xml_text, xml_value
from rabis_sync.publish.feeds import Document
from rabis_sync.publish.manifest import created
from rabis_sync.publish.wording import imprint, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rabis_sync.publish.changes import Change
    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.item import PublicItem

#: Entries of the log in an archive.
PART = 100
_MIME = "application/atom+xml"
_SPACES = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0" '
    'xmlns:at="http://purl.org/atompub/tombstones/1.0"'
)


class Feed:
    """The log of changes as entries; of several entries of an item in one document the last one stands."""

    def documents(self, release: Release) -> Iterator[Document]:
        """`atom.xml`, and `atom/00001.xml` … for what is older."""
        entries = release.log.entries
        full = max(0, (len(entries) - 1) // PART)
        items = {item.id: item for item in release.items}
        for number in range(1, full + 1):
            part = entries[(number - 1) * PART : number * PART]
            make = partial(_archive, release, items, number, part)
            yield Document(_place(number), make, _MIME, key=f"{part[0].seq}-{part[-1].seq}")
        links = [("self", "atom.xml"), ("alternate", "")]
        links += [("prev-archive", _place(full))] if full else []
        youngest = entries[full * PART :]
        updated = moment(youngest[-1].at) if youngest else moment(created(release.id))
        yield Document("atom.xml", _feed(release, items, links, updated, youngest, ""), _MIME)


def _place(number: int) -> str:
    return f"atom/{number:05}.xml"


def _archive(release: Release, items: dict[str, PublicItem], number: int, part: Sequence[Change]) -> bytes:
    links = [("self", _place(number)), ("current", "atom.xml"), ("alternate", "")]
    links += [("prev-archive", _place(number - 1))] if number > 1 else []
    return _feed(release, items, links, moment(part[-1].at), part, "<fh:archive/>\n")


def _feed(
    release: Release,
    items: dict[str, PublicItem],
    links: Sequence[tuple[str, str]],
    updated: str,
    part: Sequence[Change],
    mark: str,
) -> bytes:
    last = {change.item_id: change for change in part}
    youngest_first = sorted(last.values(), key=lambda change: -change.seq)
    body = "".join(
        _entry(release, items[change.item_id], change)
        if change.kind != "delete" and change.item_id in items
        else _deleted(release, change)
        for change in youngest_first
        if change.kind == "delete" or change.item_id in items
    )
    addresses = "".join(
        f"<link rel={xml_value(rel)} href={xml_value(release.current_url(path))}"
        f"{' type=' + xml_value('text/html') if rel == 'alternate' else ''}/>\n"
        for rel, path in links
    )
    head = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed {_SPACES} xml:lang="ru">\n'
        f"<id>{xml_text(release.current_url('atom.xml'))}</id>\n"
        f"<title>{xml_text(texts()['title'].ru)} — {xml_text(release.library.ru)}</title>\n"
        f"<updated>{updated}</updated>\n{addresses}{mark}"
        f"<author><name>{xml_text(release.library.ru)}</name></author>\n"
    )
    return f"{head}{body}</feed>\n".encode()


def _entry(release: Release, item: PublicItem, change: Change) -> str:
    people = "".join(
        f"<{'author' if one.primary else 'contributor'}><name>{xml_text(one.name)}</name>"
        f"</{'author' if one.primary else 'contributor'}>\n"
        for one in item.contributors
        if one.name
    )
    summary = "\n\n".join(part for part in (imprint(item), item.summary) if part) or item.title
    language = "" if item.language == "und" else f" xml:lang={xml_value(item.language)}"
    terms = dict.fromkeys(one.text for one in item.subjects if one.text)
    return (
        f"<entry{language}>\n<id>{xml_text(_identifier(release, item.id))}</id>\n"
        f"<title>{xml_text(item.title)}</title>\n<updated>{moment(change.at)}</updated>\n"
        f'<link rel="alternate" type="text/html" href={xml_value(release.item_url(item))}/>\n{people}'
        + "".join(f"<category term={xml_value(term)}/>\n" for term in terms)
        + f"<rights>{xml_text(item.rights_uri)}</rights>\n<summary>{xml_text(summary)}</summary>\n</entry>\n"
    )


def _deleted(release: Release, change: Change) -> str:
    ref = xml_value(_identifier(release, change.item_id))
    comment = f"<at:comment>{xml_text(change.reason)}</at:comment>" if change.reason else ""
    return f'<at:deleted-entry ref={ref} when="{moment(change.at)}">{comment}</at:deleted-entry>\n'


def _identifier(release: Release, item_id: str) -> str:
    """A name for ever, whatever address the site moves to (RFC 4151)."""
    return f"tag:{urlsplit(release.site_url).hostname},2026:{item_id}"
