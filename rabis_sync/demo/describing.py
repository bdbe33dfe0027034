"""A book described as a cataloguer would: RUSMARC fields in the order of their tags.

Tags and codes are those of the UNIMARC manual (bibliographic format) and of RUSMARC's 899; 979$k is how the
made-up system marks local history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rabis_sync.demo import vocabulary
from rabis_sync.marc.fields import Field, MarcRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rabis_sync.demo.book import Book, Copy
    from rabis_sync.demo.people import Person
    from rabis_sync.demo.vocabulary import Language

#: Leader/07 and /08: bibliographic and hierarchical level.
LEVELS = {"monograph": "m0", "set": "m1", "volume": "m2", "serial": "s1", "issue": "s2"}
AUDIENCE = {"children": "b", "school": "d"}
AUTHOR, COMPILER, TRANSLATOR = "070", "220", "730"

KEYWORDS: dict[str, dict[Language, tuple[str, ...]]] = {
    "local": {"rus": ("история города", "Сарыарка"), "kaz": ("қала тарихы", "Сарыарқа")},
    "fiction": {"rus": ("проза Казахстана",), "kaz": ("қазақ прозасы",)},
    "children": {"rus": ("детское чтение",), "kaz": ("балалар әдебиеті",)},
    "school": {"rus": ("учебники",), "kaz": ("оқулықтар",)},
}
TOWN = {"rus": "Комирсай, город", "kaz": "Көмірсай қаласы"}
MINE = {"rus": "Шахта «Комирсайская»", "kaz": "«Көмірсай» шахтасы"}
TRANSLATED = {"rus": "пер. с каз.:", "kaz": "орыс тілінен аударған"}
COMPILED = {"rus": "сост.", "kaz": "құраст."}
PAGES = {"rus": "с.", "kaz": "б."}
ILLUSTRATED = {"rus": "ил.", "kaz": "сур."}
VOLUMES = {"rus": "т.", "kaz": "т."}
OF_SET = {"rus": "общ.", "kaz": "ортақ"}


def describe(book: Book, copies: Iterable[Copy]) -> MarcRecord:
    """The record of a book with one 899 for each of its copies."""
    fields = [
        *_control(book),
        *_numbers(book),
        *_coded(book),
        *_title(book),
        *_subjects(book),
        *_people(book),
        *_ends(book),
        *(_copy(copy) for copy in copies),
    ]
    local = [Field.data("979", "  ", [("k", "1")])] if book.local else []
    return MarcRecord(f"00000na{LEVELS[book.kind]} 2200000   450 ", (*fields, *local))


def catalogued(book: Book) -> str:
    """The day on which the book was catalogued, ``YYYYMMDD``: by its number, never before it appeared."""
    place = int(book.number[-6:])
    return f"{max(book.year, 2006)}{place % 12 + 1:02d}{place % 28 + 1:02d}"


def call_number(book: Book) -> str:
    """ББК and author mark: «84(5Каз) С 28»."""
    letters = book.heading or book.work_title
    return f"{book.bbk} {letters[0]} {sum(map(ord, letters)) % 89 + 10}"


def _control(book: Book) -> Iterator[Field]:
    yield Field("001", book.number)
    yield Field("005", f"{catalogued(book)}103000.0")


def _numbers(book: Book) -> Iterator[Field]:
    if book.isbn:
        yield Field.data("010", "  ", [("a", book.isbn)])
    if book.set_isbn:
        yield Field.data("010", "  ", [("a", book.set_isbn), ("b", OF_SET[book.language])])
    if book.issn:
        yield Field.data("011", "  ", [("a", book.issn)])


def _coded(book: Book) -> Iterator[Field]:
    spans = {"set": f"g{book.year}{book.last_year}", "serial": f"a{book.year}9999"}
    dates = spans.get(book.kind, f"d{book.year}    ")
    audience = AUDIENCE.get(book.shelf, "m")
    yield Field.data(
        "100", "  ", [("a", f"{catalogued(book)}{dates}{audience}  y0{book.language}y50      ca")]
    )
    if book.translator:
        original = "rus" if book.language == "kaz" else "kaz"
        yield Field.data("101", "1 ", [("a", book.language), ("c", original)])
    else:
        yield Field.data("101", "0 ", [("a", book.language)])
    yield Field.data("102", "  ", [("a", book.publisher.country)])
    if book.kind == "serial":
        yield Field.data("110", "  ", [("a", "afa         ")])
    else:
        yield Field.data("105", "  ", [("a", f"a       000{book.literature}y")])


def _title(book: Book) -> Iterator[Field]:
    # An issue stands under its periodical's title, a volume under its own number (RUSMARC, 200 and 461).
    name = [("a", book.host_title), ("h", book.title)] if book.kind == "issue" else [("a", book.title)]
    parts = [*name, ("e", book.other), *_responsibility(book)]
    yield Field.data("200", "1 ", [(code, value) for code, value in parts if value])
    if book.edition:
        yield Field.data("205", "  ", [("a", book.edition)])
    place = book.publisher.place[book.language]
    yield Field.data("210", "  ", [("a", place), ("c", book.publisher.name), ("d", _date(book))])
    yield Field.data("215", "  ", _extent(book))
    if book.series:
        yield Field.data("225", "1 ", [("a", book.series)])
    if book.note:
        yield Field.data("300", "  ", [("a", book.note)])
    if book.summary:
        yield Field.data("330", "  ", [("a", book.summary)])
    if book.host:
        whole = [("1", f"001{book.host}"), ("1", "2001 "), ("a", book.host_title), ("v", book.title)]
        yield Field.data("461", " 0", whole)


def _date(book: Book) -> str:
    return {"set": f"{book.year}-{book.last_year}", "serial": f"{book.year}-"}.get(book.kind, str(book.year))


def _extent(book: Book) -> list[tuple[str, str]]:
    if book.kind == "set":
        return [("a", f"{book.volumes} {VOLUMES[book.language]}"), ("d", "21 см")]
    if book.kind == "serial":
        return [("a", "журн."), ("d", "29 см")]
    return [("a", f"{book.pages} {PAGES[book.language]}"), ("c", ILLUSTRATED[book.language]), ("d", "21 см")]


def _responsibility(book: Book) -> Iterator[tuple[str, str]]:
    language = book.language
    if book.authors:
        yield "f", ", ".join(person.name[language].direct for person in book.authors)
    if book.compiler:
        yield "f", f"{COMPILED[language]} {book.compiler.name[language].direct}"
    if book.translator:
        yield "g", f"{TRANSLATED[language]} {book.translator.name[language].direct}"


def _subjects(book: Book) -> Iterator[Field]:
    language = book.language
    if book.local and book.authors and book.authors[0].died:
        yield _person("600", book.authors[0], book, "")
    if book.local and "шахт" in book.title.lower():
        yield Field.data("601", "02", [("a", MINE[language])])
    if book.subject:
        yield Field.data("606", "0 ", [("a", book.subject)])
    if book.local:
        yield Field.data("607", "  ", [("a", TOWN[language])])
    words = [*KEYWORDS.get(book.shelf, {}).get(language, ()), *book.keywords]
    if words:
        yield Field.data("610", "0 ", [("a", word) for word in words])
    yield Field.data("675", "  ", [("a", book.udc)])
    yield Field.data("686", "  ", [("a", book.bbk), ("2", "rubbk")])


def _people(book: Book) -> Iterator[Field]:
    for place, person in enumerate(book.authors):
        yield _person("701" if place else "700", person, book, AUTHOR)
    for other, role in ((book.compiler, COMPILER), (book.translator, TRANSLATOR)):
        if other:
            yield _person("702", other, book, role)


def _person(tag: str, person: Person, book: Book, role: str) -> Field:
    name = person.name[book.language]
    parts = [("a", name.surname), ("b", name.initials), ("g", f"{name.given} {name.patronymic}")]
    parts += [("f", person.dates), ("4", role)]
    return Field.data(tag, " 1", [(code, value) for code, value in parts if value])


def _ends(book: Book) -> Iterator[Field]:
    library = vocabulary.library()
    agency = [("a", "KZ"), ("b", library["sigla"]), ("c", catalogued(book)), ("g", "RCR")]
    yield Field.data("801", " 0", agency)
    if book.scan:
        yield Field.data("856", "4 ", [("u", f"scans/{book.scan}.pdf"), ("q", "application/pdf")])


def _copy(copy: Copy) -> Field:
    parts = [("a", copy.branch), ("j", copy.call_number), ("p", copy.inventory_number)]
    return Field.data("899", "  ", [(code, value) for code, value in parts if value])
