"""A record as it is compared: its fields folded, numbered and joined, once while it is harvested.

What comes out are the columns of the match table; whether two records are the same is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.marc.cyrillic import TOKEN, fold, fold_words
from rabis_sync.marc.headings import name_of, named
from rabis_sync.marc.identifiers import inventory_key
from rabis_sync.marc.numbering import is_designation, months, numbers, ordinal, without_designations

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rabis_sync.marc.dialect import Dialect, NameField
    from rabis_sync.marc.identifiers import Identifier
    from rabis_sync.marc.record import Record

#: Between the values of a column that holds several.
BETWEEN = "\x1f"

#: The values of each element that is read.
Values = Mapping[str, Sequence[str]]


class FoldedRecord(NamedTuple):
    """Columns for matching. Empty text or None: the record does not say.

    Attributes:
        level: bibliographic level (`Record.level`).
        kind: kind of material (`Record.kind`).
        language: languages of the text, main one first, apart by a space.
        title: title proper with names of parts folded, without what numbers them («Абай жолы. 1 том» is
            «абай жоли»); a volume's begins with its set's.
        title_written: the same before folding, in small letters: tells «құл» from «күл».
        title_full: the folded title with other title information, that too without what numbers a part.
        other_titles: parallel and variant titles folded, apart by `BETWEEN`.
        part: numbers that tell parts apart, sorted, apart by a space: «v2 p1», «g5», «y1994»
            (`numbering.LETTERS`).
        year: year of publication.
        edition: number of the edition, else its statement folded.
        contributors: surname and initials folded, «абай к», apart by `BETWEEN`.
        publisher: publishers folded, without the words for a publishing house, apart by `BETWEEN`.
        pages: number of pages.
        isbns: valid ISBN-13, sorted, apart by a space.
        issns: valid ISSN, sorted, apart by a space.
        identifiers: numbers of national bibliography and legal deposit, apart by a space.
        series: titles of series folded, each with its number after a «#» where there is one («абай клуби#3»,
            «сообщения#2-85-101»), apart by `BETWEEN`.
        host: title of the set or host folded.
        items: number of copies.
    """

    level: str
    kind: str
    language: str
    title: str
    title_written: str
    title_full: str
    other_titles: str
    part: str
    year: int | None
    edition: str
    contributors: str
    publisher: str
    pages: int | None
    isbns: str
    issns: str
    identifiers: str
    series: str
    host: str
    items: int


#: What is read together; an element that is asked for and not named here only takes longer.
_ELEMENTS = (
    "title",
    "part",
    "part_number",
    "other_title",
    "parallel_title",
    "variant_title",
    "responsibility",
    "isbn",
    "ean",
    "issn",
    "national_number",
    "legal_deposit",
    "language",
    "publisher",
    "date",
    "edition",
    "extent",
    "series",
    "series_number",
    "set_title",
    "set_part",
    "host_title",
)


def fold_record(record: Record, items: int = 0) -> FoldedRecord:
    """Fold one record.

    Args:
        record: the record.
        items: how many copies it has (by the profile of its source).
    """
    found = record.gather(_ELEMENTS)
    level = record.level()
    sets = record.set_title()
    part = _part(record, level)
    written = _title(found, sets, numbered=bool(part))
    title = fold(written)
    other = _subtitle(record, numbered=bool(part)) if found["other_title"] else ""
    # What a record lacks is not asked for: of twenty elements a book has ten.
    return FoldedRecord(
        level=level,
        kind=record.kind(),
        language=" ".join(record.languages()),
        title=title,
        title_written=" ".join(filter(None, map(_in_small_letters, written.split()))),
        title_full=f"{title} {other}" if other else title,
        other_titles=_other_titles(record) if found["parallel_title"] or found["variant_title"] else "",
        part=" ".join(part),
        year=record.year(),
        edition=_edition(record.edition()) if found["edition"] else "",
        contributors=_joined(_contributors(record, found)),
        publisher=_joined(map(_publisher, found["publisher"])) if found["publisher"] else "",
        pages=record.pages(),
        isbns=_canonical(record.isbns()) if found["isbn"] or found["ean"] else "",
        issns=_canonical(record.issns()) if found["issn"] else "",
        identifiers=_identifiers(found),
        series=_joined(_series(found)) if found["series"] else "",
        host=fold(sets or record.host_title()),
        items=items,
    )


def _part(record: Record, level: str) -> list[str]:
    """Numbers of the part; of an article, those of the issue it stands in too («2019, № 3, б. 14-21»)."""
    part = record.part_numbers()
    if level == "analytic":
        part += [one for text in record.values("host_part") for one in numbers(text, explained_only=True)]
        return sorted(set(part))
    return part


def _other_titles(record: Record) -> str:
    return _joined(map(fold, (*record.parallel_titles(), *record.variant_titles())))


def _subtitle(record: Record, *, numbered: bool) -> str:
    """Other title information folded, without what numbers a part."""
    subtitle = record.other_title()
    return "" if is_designation(subtitle) else fold(_unnumbered(subtitle, numbered=numbered))


def _series(found: Values) -> list[str]:
    """A record of one series has its number; which of several numbers goes with which series is not told."""
    titles = list(map(fold, dict.fromkeys(found["series"])))
    numbered = _DIGIT.findall("".join(found["series_number"][:1])) if len(titles) == 1 else []
    return [f"{titles[0]}#{'-'.join(numbered)}"] if numbered else titles


@lru_cache(maxsize=1 << 16)
def _in_small_letters(piece: str) -> str:
    """The words of a piece of a title that has no spaces."""
    return " ".join(TOKEN.findall(piece.lower()))


def _title(found: Values, sets: str, *, numbered: bool) -> str:
    """Title proper as written; of a volume, the set's title and what its own title says beside the number."""
    numbers_ = [text for text in found["part_number"] if numbers(text) or months(text)]
    texts = [text for text in found["title"] if not sets or not is_designation(text)]
    texts += [text for text in found["part"] if text not in numbers_]
    own = " ".join([_unnumbered(text, numbered=numbered) for text in texts])
    if not sets:
        return own
    whole = _unnumbered(sets, numbered=numbered)
    return own if fold(own).startswith(fold(whole)) else f"{whole} {own}".rstrip()


def _unnumbered(text: str, *, numbered: bool) -> str:
    """Without the number of a part; a record that has none may still count its volumes («в 2 т.»)."""
    return without_designations(text) if numbered or _DIGIT.search(text) else text


_DIGIT = re.compile(r"\d+")


def person_key(name: str) -> str:
    """Surname and initials folded: «Мишина, Е. М.», «Мишина Елена Михайловна», «Е. М. Мишина» -> мишина е м.

    Without a comma the surname is the first word, or the last where initials come first. Particles in small
    letters («де», «фон») are left out.
    """
    surname, comma, given = name.partition(",")
    if not comma:
        first, *rest = TOKEN.findall(name) or [""]
        if rest and (len(first) == 1 or name.startswith(f"{first}.", 0, 3)):
            first, rest = rest[-1], [first, *rest[:-1]]
        surname, given = first, " ".join(rest)
    return fold(f"{surname} {_initials(given)}")


@lru_cache(maxsize=1 << 12)
def _initials(given: str) -> str:
    return " ".join([word[0] for word in TOKEN.findall(given) if word[0].isupper()])


def _contributors(record: Record, found: Values) -> list[str]:
    """Keys of the names; where the record has no heading for a name, of those in its first statement."""
    dialect = record.dialect
    keys = [_name_key(dialect, spec, text) for spec, text in named(dialect, record.index)]
    if any(key is not None for key in keys):
        return [key for key in keys if key is not None]
    stated = "".join(found["responsibility"][:1])
    return [person_key(name) for name in _STATED_NAME.findall(stated)]


# Authors have many books, so the fields repeat themselves letter for letter.
@lru_cache(maxsize=1 << 14)
def _name_key(dialect: Dialect, spec: NameField, text: str) -> str | None:
    """The key of a name; None where the field has no name."""
    name, kind, _ = name_of(dialect, spec, text)
    if not name:
        return None
    return person_key(name) if kind == "person" else fold(name)


_CAPITAL = "[A-ZА-ЯЁӘҒҚҢӨҰҮҺІҖÄÂÁÇČĞǴÎÏÑŃÖÓŜŠŞÛÜÚŪÝŽ]"
#: «Ю.», and its two letters in Latin: «Yu.», «Zh.».
_INITIAL = rf"{_CAPITAL}[aehosu]?\. ?"
_SURNAME = rf"{_CAPITAL}[^\W\d_]+(?:-{_CAPITAL}[^\W\d_]+)?"
_STATED_NAME = re.compile(rf"(?<!\w)(?:{_INITIAL}){{1,2}}{_SURNAME}|{_SURNAME},? (?:{_INITIAL}){{1,2}}")

_HOUSE = frozenset(
    fold_words(
        "изд издательство издательский издат во дом баспа баспасы баспа үйі нәшр нәшрияты ооо тоо жшс ао зао "
        "оао фирма publishing publishers publ press house ltd inc co"
    )
)
_NO_PUBLISHER = frozenset({"б и", "б м", "s n"})


@lru_cache(maxsize=1 << 12)
def _publisher(name: str) -> str:
    words = fold_words(name)
    whole = " ".join(words)
    if whole in _NO_PUBLISHER:
        return ""
    return " ".join([word for word in words if word not in _HOUSE]) or whole


_EDITION_NUMBER = re.compile(
    r"(?<![\d.,])(\d{1,2})\W{0,2}(?:е|ое|нче|нчы|[іы]?н?ш[іы]|th|nd|rd|st|вид)?\W{0,2}(?:изд|басыл|басма|бас|ed|вид)"
    r"|(?:изд|ed)\w*\W{1,2}(\d{1,2})(?![\d.,])",
    re.IGNORECASE,
)


@lru_cache(maxsize=1 << 12)
def _edition(statement: str) -> str:
    """«2-е изд., доп.», «Изд. 2-е», «2-нче басма», «второе издание» are all «2»."""
    if not statement:
        return ""
    found = _EDITION_NUMBER.search(statement)
    if found:
        return found[1] or found[2]
    numbered = next(filter(None, map(ordinal, TOKEN.findall(statement)[:2])), 0)
    return str(numbered) if numbered else fold(statement)


def _canonical(numbers: tuple[Identifier, ...]) -> str:
    return " ".join(sorted({one.canonical for one in numbers if one.canonical})) if numbers else ""


def _identifiers(found: Values) -> str:
    """National bibliography and legal deposit numbers, each with its kind: «nb:RU123», «ld:2001-1566П»."""
    told = {f"nb:{inventory_key(value)}" for value in found["national_number"]}
    told.update([f"ld:{inventory_key(value)}" for value in found["legal_deposit"]])
    return " ".join(sorted(told)) if told else ""


def _joined(values: Iterable[str]) -> str:
    return BETWEEN.join(dict.fromkeys(filter(None, values)))
