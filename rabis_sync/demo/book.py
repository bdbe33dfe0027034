"""What the made-up library owns, as values: a book as a cataloguer would describe it, and its copies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from decimal import Decimal

    from rabis_sync.demo.people import Person
    from rabis_sync.demo.vocabulary import Language, Publisher

Kind = Literal["monograph", "set", "volume", "serial", "issue"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One description; what is empty is not in the record."""

    number: str = ""
    kind: Kind = "monograph"
    shelf: str
    language: Language
    title: str
    other: str = ""
    authors: tuple[Person, ...] = ()
    translator: Person | None = None
    compiler: Person | None = None
    edition: str = ""
    publisher: Publisher
    year: int
    last_year: int = 0
    pages: int = 0
    volumes: int = 0
    isbn: str = ""
    set_isbn: str = ""
    issn: str = ""
    udc: str
    bbk: str
    literature: str = "y"
    series: str = ""
    note: str = ""
    subject: str = ""
    keywords: tuple[str, ...] = ()
    summary: str = ""
    host: str = ""
    host_title: str = ""
    local: bool = False
    scan: str = ""

    @property
    def work_title(self) -> str:
        """The title the book is known by: of the set or periodical for a part of it."""
        return self.host_title or self.title

    @property
    def full_title(self) -> str:
        """As people read it: «Собрание сочинений. Т. 1»."""
        return f"{self.host_title}. {self.title}" if self.host_title else self.title

    @property
    def heading(self) -> str:
        """The first author as a heading has him, or an empty string."""
        return self.authors[0].name[self.language].inverted if self.authors else ""

    @property
    def has_copies(self) -> bool:
        """False for the description of a whole set or periodical: its parts are on the shelf."""
        return self.kind in ("monograph", "volume", "issue")


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy on a shelf.

    Attributes:
        record: control number of the book.
        inventory_number: as the catalogue has it; empty where the cataloguer left it out.
        price: in tenge.
        acquired: ISO date.
        ksu: number of the entry in the summary register (книга суммарного учёта).
    """

    record: str
    inventory_number: str
    branch: str
    call_number: str
    price: Decimal
    acquired: str
    ksu: str


#: Books that belong together: a set or periodical first, then its parts; or one book alone.
Group = list[Book]
