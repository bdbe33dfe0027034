"""One record read through a dialect: its title, who made it, when and where, which copies there are."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rabis_sync.marc import figures, headings, identifiers
from rabis_sync.marc.fields import SUBFIELD
from rabis_sync.marc.headings import Contributor, Subject
from rabis_sync.marc.items import read_items
from rabis_sync.marc.links import Link, links
from rabis_sync.marc.numbering import is_designation, months, numbers
from rabis_sync.marc.path import LEADER, FieldIndex, Place
from rabis_sync.marc.wording import balanced, join_parts, join_volume

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.marc.dialect import CodeTable, Dialect
    from rabis_sync.marc.fields import MarcRecord
    from rabis_sync.marc.identifiers import Identifier
    from rabis_sync.marc.items import Item, ItemProfile
    from rabis_sync.marc.path import Path


__all__ = ["Contributor", "Link", "Place", "Record", "Subject"]

#: What an article names of the journal and the issue, or of the book it stands in.
_WHOLES = frozenset({"set", "volume"})


class Record:
    """A record as its readers see it; every method reads when it is asked.

    Args:
        marc: leader and fields.
        dialect: where each element lives.
        index: the fields by tag, where someone has made it already (`detect_in`).
    """

    __slots__ = ("_gathered", "_level", "_show", "dialect", "index", "marc", "spoken")

    def __init__(self, marc: MarcRecord, dialect: Dialect, index: FieldIndex | None = None) -> None:
        self.marc = marc
        self.dialect = dialect
        self.index = index or FieldIndex(marc)
        self._level = ""
        self.spoken: list[str] | None = None  # what `languages` gives, where that is known already
        self._show = dialect.show
        self._gathered: dict[str, list[str]] = {}

    # -- any element ----------------------------------------------------------------------------------------

    def values(self, element: str) -> list[str]:
        """All values of an element as they are shown: clean, none blank, in the order of its paths.

        Raises:
            KeyError: the dialect does not describe such an element.
        """
        if element in self._gathered:
            return self._gathered[element][:]
        index = self.index
        texts = index.texts
        show, plain = self._show, not self.dialect.trailing
        found: list[str] = []
        for tag, source, codes, nth, path in self.dialect.plans[element]:
            if tag not in texts:
                continue
            if path is not None:
                found += filter(None, map(show, path.read(index)))
                continue
            fields = index.split.get(source) or index.parts(source)
            for parts in fields[nth - 1 : nth] if nth else fields:
                for part in parts[1:]:
                    if part and part[0] in codes:
                        value = part[1:].strip()
                        if not (plain and value.isprintable()):  # printable text shows as it is
                            value = show(value)
                        if value:
                            found.append(value)
        return found

    def gather(self, elements: tuple[str, ...]) -> dict[str, list[str]]:
        """Read these elements together: a reader that asks for many of them has them sooner.

        Returns:
            Their values, which are the record's own: leave them as they are.
        """
        self._gathered = self.dialect.gathering(elements).read(self.index)
        return self._gathered

    def first(self, element: str) -> str:
        """The first such value, or an empty string."""
        values = self.values(element)
        return values[0] if values else ""

    def has(self, element: str) -> bool:
        """True where the element has a value that is not blank."""
        for tag, source, codes, nth, path in self.dialect.plans[element]:
            if path is None and source == tag and not nth and len(codes) == 1:
                for text in self.index.texts.get(tag, ()):  # most values begin with a letter or figure
                    if text.partition(SUBFIELD + codes)[2][:1].isalnum():
                        return True
        return bool(self.values(element))

    def places(self, element: str) -> list[Place]:
        """Every value of an element with its place, exactly as it stands, blank ones too."""
        found: list[Place] = []
        for path in self.dialect.paths[element]:
            if path.tag in self.index.texts:
                where = [index for index, field in enumerate(self.marc.fields) if field.tag == path.tag] or [
                    -1
                ]
                found += [
                    Place(where[spot.field], spot.path, spot.value)
                    for spot in path.spots(self.index.parts(path.tag))
                ]
        return found

    # -- the record itself ----------------------------------------------------------------------------------

    @property
    def control_number(self) -> str:
        """Number of the record in its source; empty when it has none."""
        return self.first("control_number")

    @property
    def status_deleted(self) -> bool:
        """True where the source says that the record was deleted."""
        paths = self.dialect.paths["status"]
        if len(paths) == 1 and paths[0].tag == LEADER:  # asked of every record there is
            return "".join(paths[0].of_leader(self.marc.leader)).strip() == "d"
        return self.first("status") == "d"

    def level(self) -> str:
        """Bibliographic level: one of `dialect.Level`.

        Where the codes leave open whether a monograph is a volume, it is one if its title has a number of a
        part, or if it names its set together with its own number there.
        """
        if not self._level:
            word = self._word(*self.dialect.level_reading)
            if word == "monograph_or_volume":
                word = "volume" if self._is_volume() else "monograph"
            self._level = word
        return self._level

    def _is_volume(self) -> bool:
        if self.values("part_number"):
            return True
        sets = self.values("set_title")
        return bool(sets) and (bool(self.values("set_part")) or is_designation(self.title_proper()))

    def kind(self) -> str:
        """Kind of material: one of `dialect.Kind`.

        A text of which the codes say that it is read on a screen is ``electronic``.
        """
        return self._word(*self.dialect.kind_reading)

    def _word(self, table: CodeTable, cut: Callable[[str], str], paths: tuple[Path, ...]) -> str:
        code = cut(self.marc.leader)
        for path in paths:
            if path.tag in self.index.texts:
                code += "".join(path.read(self.index)[:1])
        return table.codes.get(code) or table.word(code)

    # -- titles ---------------------------------------------------------------------------------------------

    def title(self) -> str:
        """What people call the document: title proper with its parts; a volume or issue takes its set's.

        «Задачи и этюды. Вып. 13», «Собрание сочинений. Т. 3. В круге первом», «Абай жолы. 1-кітап»,
        «Қазақ тілі мен әдебиеті. 2019, № 3».
        """
        own = self._own_title()
        sets = self.values("set_title")
        if not sets or (own and self.level() != "volume" and not is_designation(own)):
            return own
        return _without_last_stop(join_volume(sets, self.values("set_part"), _without_last_stop(own)))

    def _own_title(self) -> str:
        titles, parts = self.values("title"), self.values("part")
        own = titles[0] if len(titles) == 1 else " ; ".join(titles)
        return balanced(join_parts(own, parts)) if parts or "[" in own or "]" in own else own

    def title_proper(self) -> str:
        """The title proper alone, as written: of a volume often «Вып. 13»."""
        return self.first("title")

    def set_title(self) -> str:
        """Title of the set (and subset) a volume belongs to; empty for any other level."""
        return ". ".join(self.values("set_title")) if self.level() == "volume" else ""

    def host_title(self) -> str:
        """Title of the document an article stands in; empty for any other level."""
        return self.first("host_title") if self.level() == "analytic" else ""

    def other_title(self) -> str:
        """Other title information, several joined by « : »; without what is given as a parallel title."""
        found = self.values("other_title")
        parallel = set(self.values("parallel_title")) if found else ()
        return " : ".join([value for value in found if value not in parallel])

    def parallel_titles(self) -> list[str]:
        """The title in other languages, each once."""
        return _each_once(self.values("parallel_title"))

    def variant_titles(self) -> list[str]:
        """Other titles the document is known by, each once."""
        return _each_once(self.values("variant_title"))

    def part(self) -> str:
        """Which volume, part or issue it is, as written: «Вып. 13», «Т. 3. Кн. 5, Туризм»; empty for none."""
        parts = self.values("part")
        if self.level() == "volume":
            own = self.title_proper()
            numbers_ = self.values("set_part") or ([own] if is_designation(own) else [])
            parts = numbers_[:1] + [part for part in parts if part not in numbers_[:1]]
        return _without_last_stop(join_parts("", parts))

    def part_numbers(self) -> list[str]:
        """Numbers of volume, part, issue, grade and year in canonical form (see `numbering.numbers`)."""
        found: set[str] = set()
        for text in (*self.values("title"), *self.values("part")):
            found.update(numbers(text))
        found.update([month for text in self.values("part_number") for month in months(text)])
        if self.level() == "volume":
            said = {f"n{number[1:]}" for number in found if number[0] in "bipv"}  # «Т. 3» in number 3
            found.update({one for text in self.values("set_part") for one in numbers(text)} - said)
        for text in self.values("other_title"):
            found.update(numbers(text, explained_only=True))
        return sorted(found)

    def responsibility(self) -> str:
        """Statements of responsibility, joined by « ; »."""
        return " ; ".join(self.values("responsibility"))

    # -- names, numbers, codes ------------------------------------------------------------------------------

    def contributors(self) -> tuple[Contributor, ...]:
        """Who made it, in the order of the dialect's name fields."""
        return headings.contributors(self.dialect, self.index)

    def isbns(self) -> tuple[Identifier, ...]:
        """Every ISBN, good and bad; an EAN counts where there is no valid ISBN."""
        found = [one for value in self.values("isbn") for one in identifiers.isbns(value)]
        for one in found:
            if one.canonical:
                return tuple(found)
        eans = map(identifiers.isbn, self.values("ean"))
        return (*found, *(one for one in eans if one.canonical))

    def issns(self) -> tuple[Identifier, ...]:
        """Every ISSN, good and bad."""
        return tuple(map(identifiers.issn, self.values("issn")))

    def languages(self) -> list[str]:
        """Languages of the text, ISO 639-2/B, the main one first; what is no language code is left out.

        Usual slips are put right by the dialect's table (``kz``, «рус»); codes written together are parted.
        """
        if self.spoken is None:
            self.spoken = self._languages("language")
        return self.spoken[:]

    def original_languages(self) -> list[str]:
        """Languages it was translated from, in the same form."""
        return self._languages("original_language")

    def _languages(self, element: str) -> list[str]:
        values = self.values(element)
        if len(values) == 1:
            return list(_language_codes(self.dialect, values[0]))
        return _each_once([code for value in values for code in _language_codes(self.dialect, value)])

    def country(self) -> str:
        """Country of publication, ISO 3166-1 alpha-2; empty when unknown."""
        for value in self.values("country"):
            code = self.dialect.countries.get(value.lower(), value)
            if len(code) == 2 and code.isascii() and code.isalpha():
                return code.upper()
        return ""

    # -- publication ----------------------------------------------------------------------------------------

    def date(self) -> str:
        """Date of publication as written."""
        return self.first("date")

    def year(self) -> int | None:
        """Year of publication: the first plausible one in the date, else in the coded fields."""
        for element in ("date", "coded_date"):
            for value in self.values(element):
                found = figures.year(value)
                if found:
                    return found
        return None

    def place(self) -> str:
        """Places of publication, joined by « ; »."""
        return " ; ".join(self.values("place"))

    def publisher(self) -> str:
        """Publishers, joined by « ; »."""
        return " ; ".join(self.values("publisher"))

    def edition(self) -> str:
        """Edition statement."""
        return ", ".join(self.values("edition"))

    def extent(self) -> str:
        """Extent as written: «121, [3] с.»."""
        return ", ".join(self.values("extent"))

    def pages(self) -> int | None:
        """Number of pages (see `figures.pages`); of an article, from its place in the host."""
        elements = ("extent", "host_part") if self.level() == "analytic" else ("extent",)
        for element in elements:
            for value in self.values(element):
                if found := figures.pages(value):
                    return found
        return None

    def series(self) -> list[str]:
        """Titles of series, each once."""
        return _each_once(self.values("series"))

    # -- contents -------------------------------------------------------------------------------------------

    def subjects(self) -> tuple[Subject, ...]:
        """Subject headings in the order of the dialect's subject fields."""
        return headings.subjects(self.dialect, self.index)

    def keywords(self) -> list[str]:
        """Uncontrolled subject words, each once; words glued by a semicolon are parted."""
        return _each_once([word.strip() for value in self.values("keywords") for word in value.split(";")])

    def udc(self) -> list[str]:
        """UDC numbers as written."""
        return _each_once(self.values("udc"))

    def bbk(self) -> list[str]:
        """BBK numbers as written."""
        return _each_once(self.values("bbk"))

    def summary(self) -> str:
        """Summary, paragraphs apart by a line end."""
        return "\n".join(self.values("summary"))

    def notes(self) -> list[str]:
        """Notes meant for readers."""
        return self.values("notes")

    def urls(self) -> list[str]:
        """Addresses of files, each once."""
        return _each_once(self.values("urls"))

    def local_history(self) -> bool:
        """True where the cataloguer marked the document as local history."""
        return any(value.lower() in self.dialect.yes for value in self.values("local_history"))

    # -- other documents ------------------------------------------------------------------------------------

    def links(self) -> tuple[Link, ...]:
        """Documents that it names: its set, its volumes, its original; of an article what it stands in."""
        found = links(self.dialect, self.index)
        if found and self.level() == "analytic":
            return tuple(link._replace(kind="host") if link.kind in _WHOLES else link for link in found)
        return found

    # -- copies ---------------------------------------------------------------------------------------------

    def items(self, profile: ItemProfile) -> tuple[Item, ...]:
        """Copies as a profile reads them."""
        if profile.tag not in self.index.texts:
            return ()
        return read_items(profile, self.index)


@lru_cache(maxsize=1 << 10)
def _language_codes(dialect: Dialect, value: str) -> tuple[str, ...]:
    word = value.lower().rstrip(".")
    if word in dialect.languages:
        return (dialect.languages[word],)
    codes = [word[start : start + 3] for start in range(0, len(word), 3)]
    if all(len(code) == 3 and code.isascii() and code.isalpha() for code in codes):
        return tuple(dialect.languages.get(code, code) for code in codes)
    return ()


def _without_last_stop(text: str) -> str:
    """«Вып. 13.» is «Вып. 13»: a full stop after a digit ends a field, it is no abbreviation."""
    return text[:-1] if text.endswith(".") and text[-2:-1].isdigit() else text


def _each_once(values: list[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, values)))
