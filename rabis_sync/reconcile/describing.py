"""What the catalogue knows of a lot and the books do not: title, class, language, kind, country."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.marc.cyrillic import is_kazakh_letter
from rabis_sync.marc.fields import MarcRecord
from rabis_sync.marc.record import Record
from rabis_sync.reconcile.content import Marks
from rabis_sync.reconcile.likeness import ALIKE, of_books

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.reconcile.branches import Branches
    from rabis_sync.reconcile.content import ContentClasses
    from rabis_sync.reconcile.lots import Lot
    from rabis_sync.reconcile.rules import FundRules
    from rabis_sync.reconcile.sides import Copy
    from rabis_sync.store.database import Unit

#: Elements of a dialect that need not be there: codes of literature, and of the type of a serial.
LITERATURE, SERIAL = "literature", "serial_type"
#: Codes of literary texts: UNIMARC 105 $a/11 (a-h), MARC 21 008/33 (1, d, e, f, h, i, j, m, p, s).
LITERARY = frozenset("abcdefgh1ijmps")
#: Code of a newspaper: UNIMARC 110 $a/0 is c, MARC 21 008/21 is n.
NEWSPAPER = frozenset("cn")
#: Levels of records of periodicals.
PERIODICAL = frozenset({"serial", "issue"})
#: So many different Kazakh letters in a title tell its language where nothing else does.
ENOUGH_LETTERS = 2


class Known(NamedTuple):
    """What the catalogue says of a record; each is empty where it does not say it."""

    content_class: str = ""
    language: str = ""
    kind: str = ""
    country: str = ""
    title: str = ""


NOTHING = Known()


class Shelved:
    """Brings the catalogue's record to the lots under one number.

    Args:
        branches: what is one branch under many names.
    """

    def __init__(self, branches: Branches) -> None:
        self._branches = branches

    def attach(self, held: Sequence[Lot], copies: Sequence[Copy]) -> None:
        """Give each lot the record of the copy it is: of its branch before others, and of its title.

        A number that leads to another book tells nothing of this one.
        """
        for lot in held:
            branch = self._branches.of(lot.line.branch)
            ordered = sorted(
                copies, key=lambda copy: (self._branches.of(copy.branch) != branch, copy.record_id)
            )
            for copy in ordered:
                if _alike(lot.line.title, lot.line.author, copy.title, copy.whole, copy.authors):
                    lot.record = copy.record_id
                    break


@lru_cache(maxsize=1 << 14)
def _alike(books: str, author: str, title: str, whole: str, authors: str) -> bool:
    return of_books(books, author, title, whole, authors) >= ALIKE


def known_records(
    unit: Unit,
    held: Iterable[Lot],
    dialects: Mapping[str, Dialect],
    classes: ContentClasses,
    rules: FundRules,
) -> dict[int, Known]:
    """What the catalogue says of the records of these lots.

    A record is read only where its class, language or kind is wanted or it is a periodical: the books know
    most.
    """
    wanted: set[int] = set()
    for one in held:
        line = one.line
        if one.record is not None and (
            not (classes.of_books(line.content_class) and line.language and line.kind)
            or line.kind in rules.periodicals.kinds
        ):
            wanted.add(one.record)
    return {
        number: _known(
            Record(MarcRecord.from_canonical(stored.canonical), dialects[stored.family]), classes, rules
        )
        for number, stored in unit.records.get(sorted(wanted)).items()
    }


def _known(record: Record, classes: ContentClasses, rules: FundRules) -> Known:
    marks = Marks(record.bbk(), record.udc(), _coded(record, LITERATURE, LITERARY))
    languages = record.languages()
    if record.level() in PERIODICAL:
        kind = "newspaper" if _coded(record, SERIAL, NEWSPAPER) else "magazine"
    else:
        kind = rules.kinds_of_records.get(record.kind(), "other")
    return Known(classes.of_record(marks), languages[0] if languages else "", kind, record.country())


def _coded(record: Record, element: str, codes: Collection[str]) -> bool:
    return element in record.dialect.plans and record.first(element)[:1] in codes


def language_of_title(title: str) -> str:
    """``kaz`` for a title with several Kazakh letters; empty: letters alone do not tell."""
    letters = {letter for letter in title.lower() if is_kazakh_letter(letter)}
    return "kaz" if len(letters) >= ENOUGH_LETTERS else ""
