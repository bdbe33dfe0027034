"""One book of the collection as everybody may see it, made of its record, its rights and its files alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.marc.headings import Contributor, Subject
from rabis_sync.marc.items import items_auto
from rabis_sync.publish.encoding import to_json
from rabis_sync.publish.languages import of_web

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from rabis_sync.marc.fields import MarcRecord
    from rabis_sync.marc.items import ItemProfile
    from rabis_sync.marc.record import Record
    from rabis_sync.publish.exchange import Exchange
    from rabis_sync.publish.related import Related
    from rabis_sync.publish.rights import Decision

#: Letters of a title -> languages written with them; without a language of the book the first one is meant.
_WRITTEN_WITH = (
    (re.compile("[әғқңөұүһі]", re.IGNORECASE), ("kk", "tt", "ky", "ba", "ug", "mn", "uk", "be")),
    (re.compile("[а-яё]", re.IGNORECASE), ("ru", "kk", "uk", "be", "tt", "ky", "ba", "uz", "ug", "mn")),
    (
        re.compile("[a-z]", re.IGNORECASE),
        ("und", "en", "de", "fr", "la", "pl", "es", "it", "tr", "uz", "az", "kk"),
    ),
)


#: Elements that an item is made of, read together.
_ELEMENTS = (
    *(
        "title",
        "part",
        "other_title",
        "parallel_title",
        "set_title",
        "set_part",
        "responsibility",
        "isbn",
        "ean",
    ),
    *("place", "publisher", "date", "coded_date", "extent", "language", "summary"),
)
#: Where digitised files and pictures of them lie in a release.
FILES = "files/"
#: What every browser shows in a page.
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})


class PublicFile(NamedTuple):
    """One file that everybody may take.

    Attributes:
        name: its name in addresses.
        mime: media type by content.
        bytes: size.
        sha256: checksum, hexadecimal.
        stamp: time of the scan's last change in nanoseconds.
        cover: a picture of the cover, lying beside the scan or drawn from it, and no file of the book's own.
        page: number of the page it shows, for a picture drawn of one; else 0.
        width, height: of a drawn picture, in pixels.
        pages: pages that a scan has; 0 where nobody knows.
    """

    name: str
    mime: str
    bytes: int
    sha256: str
    stamp: int
    cover: bool = False
    page: int = 0
    width: int = 0
    height: int = 0
    pages: int = 0

    @property
    def is_drawn(self) -> bool:
        """It is a picture that was drawn of a scan."""
        return self.width > 0

    def as_json(self) -> dict[str, Any]:
        """As the store and the manifest keep it."""
        return self._asdict()


class Holding(NamedTuple):
    """Where the printed book stands."""

    branch: str
    call_number: str


class Description(NamedTuple):
    """What a record says of its book, as everybody may read it.

    Attributes:
        titles: title by language (BCP 47, ``und`` when unknown), the main one first.
        date: date of publication as the record has it.
        languages: languages of the text (BCP 47).
        isbns: valid ISBNs, 13 digits.
    """

    titles: Mapping[str, str]
    responsibility: str
    contributors: tuple[Contributor, ...]
    place: str
    publisher: str
    date: str
    year: int | None
    extent: str
    pages: int | None
    languages: tuple[str, ...]
    subjects: tuple[Subject, ...]
    summary: str
    holdings: tuple[Holding, ...]
    isbns: tuple[str, ...]

    def told(self) -> list[Any]:
        """As plain JSON values."""
        return [list(self.titles.items()), *self[1:]]

    @staticmethod
    def of_told(told: Sequence[Any]) -> Description:
        """Read back what `told` wrote, from JSON too."""
        one = Description._make(told)
        return one._replace(
            titles=dict(one.titles),
            contributors=tuple([Contributor(*each) for each in one.contributors]),
            languages=tuple(one.languages),
            subjects=tuple([Subject(*each) for each in one.subjects]),
            holdings=tuple([Holding(*each) for each in one.holdings]),
            isbns=tuple(one.isbns),
        )


class PublicItem(NamedTuple):
    """A digitised book with its rights, files and description.

    Attributes:
        id: persistent identifier (see `naming.identify`).
        source: name of the source in the configuration.
        record: control number.
        reason: why it is not open; empty when it is.
        since: moment of its present standing, UTC; no part of the content.
        titles … isbns: as in `Description`.
        related: its set, its volumes, what it was made of.
        family: of the MARC record.
        marc: the MARC record as far as it is for other libraries.
    """

    id: str
    source: str
    record: str
    level: str
    rights_uri: str
    basis: str
    until: str
    reason: str
    files: tuple[PublicFile, ...]
    since: datetime
    titles: Mapping[str, str]
    responsibility: str
    contributors: tuple[Contributor, ...]
    place: str
    publisher: str
    date: str
    year: int | None
    extent: str
    pages: int | None
    languages: tuple[str, ...]
    subjects: tuple[Subject, ...]
    summary: str
    holdings: tuple[Holding, ...]
    isbns: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    family: str = ""
    marc: MarcRecord | None = None

    @property
    def described(self) -> Description:
        """What its record says."""
        return Description._make(getattr(self, name) for name in Description._fields)

    @property
    def title(self) -> str:
        """The main title."""
        return next(iter(self.titles.values()))

    @property
    def language(self) -> str:
        """Language of the main title."""
        return next(iter(self.titles))

    @property
    def parallel(self) -> tuple[tuple[str, str], ...]:
        """The other titles, each with its language."""
        return tuple(self.titles.items())[1:]

    @property
    def cover(self) -> PublicFile | None:
        """The picture of the cover, else the first of the files that a browser shows as a picture."""
        pictures = [file for file in self.files if file.mime in PICTURES and not file.page]
        return next((file for file in pictures if file.cover), pictures[0] if pictures else None)

    @property
    def downloads(self) -> tuple[PublicFile, ...]:
        """The book's own files."""
        return tuple(file for file in self.files if not file.cover and not file.page)

    @property
    def page_images(self) -> tuple[PublicFile, ...]:
        """Pictures of its pages, in order."""
        return tuple(file for file in self.files if file.page)

    def path(self, file: PublicFile) -> str:
        """Place of one of the files within a release."""
        return file_place(self.id, file.name)

    def digest(self, crosswalk: str) -> str:
        """32 digits, equal exactly when the public is shown the same.

        Args:
            crosswalk: fingerprint of what turns the MARC record into other formats: a change of it is a
                change of each record (OAI-PMH 2.0, section 2.7.1).
        """
        pages = [file.sha256 for file in self.page_images]
        shown = [self.content(), pages, self.family, self.marc.canonical() if self.marc else "", crosswalk]
        return blake2b(to_json(shown), digest_size=16).hexdigest()

    def content(self) -> dict[str, Any]:
        """All of it as plain JSON values; equal content gives equal values, whatever the clock says."""
        return {
            "id": self.id,
            "record": self.record,
            "source": self.source,
            "titles": dict(self.titles),
            "responsibility": self.responsibility,
            "contributors": [
                {"name": one.name, "role": one.role, "kind": one.kind, "dates": one.dates}
                for one in self.contributors
            ],
            "place": self.place,
            "publisher": self.publisher,
            "date": self.date,
            "year": self.year,
            "extent": self.extent,
            "pages": self.pages,
            "languages": list(self.languages),
            "subjects": [{"kind": one.kind, "text": one.text} for one in self.subjects],
            "summary": self.summary,
            "isbns": list(self.isbns),
            "holdings": [{"branch": one.branch, "call_number": one.call_number} for one in self.holdings],
            "related": [
                {"kind": one.kind, "title": one.title, "part": one.part, "item": one.item}
                for one in self.related
            ],
            "level": self.level,
            "rights_uri": self.rights_uri,
            "basis": self.basis,
            "until": self.until,
            "reason": self.reason,
            "files": [
                {
                    "name": one.name,
                    "mime": one.mime,
                    "bytes": one.bytes,
                    "sha256": one.sha256,
                    "pages": one.pages or None,
                    "cover": one.cover,
                }
                for one in self.files
                if not one.page
            ],
            "page_images": len(self.page_images),
        }


def file_place(item_id: str, name: str) -> str:
    """Place of a file of an item within a release."""
    return f"{FILES}{item_id}/{name}"


@dataclass(frozen=True, slots=True)
class Identity:
    """Which record an item is, and since when it stands as it does."""

    id: str
    source: str
    record: str
    since: datetime


def make_item(
    identity: Identity,
    record: Record,
    decision: Decision,
    files: Sequence[PublicFile],
    profiles: Mapping[str, ItemProfile],
    exchange: Exchange,
    *,
    related: Sequence[Related] = (),
    described: Description | None = None,
) -> PublicItem:
    """Describe a record for the public.

    Args:
        identity: identifier, source, control number and moment.
        record: the record in its corrected view.
        decision: what may be shown of it.
        files: its files, in the order of the links; empty unless the level is open.
        profiles: item profiles by name, for shelf marks and branches.
        exchange: what of the MARC record other libraries are given.
        related: what it has to do with other documents.
        described: what the record says, where that is known.
    """
    return PublicItem(
        identity.id,
        identity.source,
        identity.record,
        decision.level,
        decision.rights_uri,
        decision.basis,
        decision.until.isoformat() if decision.until else "",
        decision.reason,
        tuple(files),
        identity.since,
        *(described or describe(record, profiles)),
        related=tuple(related),
        family=record.dialect.family,
        marc=exchange.public(record.marc, record.dialect.family),
    )


def describe(record: Record, profiles: Mapping[str, ItemProfile]) -> Description:
    """What a record says of its book."""
    record.gather(_ELEMENTS)
    languages = tuple(dict.fromkeys(of_web(code) for code in record.languages()))
    return Description(
        titles=titles(record, languages),
        responsibility=record.responsibility(),
        contributors=tuple(record.contributors()),
        place=record.place(),
        publisher=record.publisher(),
        date=record.date(),
        year=record.year(),
        extent=record.extent(),
        pages=record.pages(),
        languages=languages,
        subjects=tuple(record.subjects()),
        summary=record.summary(),
        holdings=holdings(record, profiles),
        isbns=tuple(dict.fromkeys(one.canonical for one in record.isbns() if one.canonical)),
    )


def titles(record: Record, languages: Sequence[str]) -> dict[str, str]:
    """The title and its parallel titles by language, the main one first; of two in one language the first."""
    main = record.title() or record.control_number
    if other := record.other_title():
        main = main if other in main else f"{main}: {other}"
    found = {language_of(main, languages): main}
    for parallel in record.parallel_titles():
        found.setdefault(language_of(parallel, languages), parallel)
    return found


def language_of(text: str, languages: Sequence[str]) -> str:
    """Language of a title: the first of the book's languages that is written with its letters."""
    for letters, written in _WRITTEN_WITH:
        if letters.search(text):
            return next((language for language in languages if language in written), written[0])
    return languages[0] if languages else "und"


def holdings(record: Record, profiles: Mapping[str, ItemProfile]) -> tuple[Holding, ...]:
    """Branches and shelf marks of the copies that are still in the stock; inventory numbers stay inside."""
    _, items = items_auto(record, profiles)
    places = (Holding(item.branch, item.call_number) for item in items if not item.withdrawn)
    return tuple(dict.fromkeys(place for place in places if place.branch or place.call_number))
