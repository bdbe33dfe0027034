"""Where each element of a record lives: a dialect and an item profile, as plain data read from `mappings/`.

Nothing here knows a tag. `mappings/dialects/*.toml` says it for records, `mappings/items/*.toml` for copies,
in the language of paths (`rabis_sync/marc/path.py`): ``200$a``, ``100$a/9-12``, ``461>200$a``,
``686[$2=rubbk]$a``. An element may have several paths; they are read in their order.

The dataclasses have plain typed fields, so that pydantic's ``TypeAdapter`` validates a TOML file into them:
an unknown key, a wrong type or a path that cannot be read is an error that names its place in the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from rabis_sync.marc.gathering import Gathering
from rabis_sync.marc.path import LEADER, Path, parse
from rabis_sync.marc.wording import clean, without_isbd

if TYPE_CHECKING:
    from collections.abc import Callable


#: pydantic reads this attribute of a dataclass; the name is all that this package knows of pydantic.
STRICT: dict[str, str] = {"extra": "forbid"}

Level = Literal["monograph", "set", "volume", "analytic", "serial", "issue", "collection", "integrating"]
Kind = Literal[
    "text",
    "manuscript",
    "notated_music",
    "map",
    "video",
    "sound",
    "music",
    "image",
    "electronic",
    "multimedia",
    "object",
]
#: What a document named in a record is to the record's own: the set it belongs to, a volume of it, a text
#: inside it, what it stands in, what it was made of, what was made of it, another form or edition of it.
Relation = Literal["set", "volume", "part", "host", "original", "reproduction", "other_form", "edition"]
Severity = Literal["error", "warning", "info"]

#: Elements that a dialect must describe (with an empty list where its family has no such thing); it may name
#: more.
ELEMENTS: dict[str, str] = {
    "control_number": "number of the record in its source",
    "status": "one letter: d for a deleted record",
    "general_data": "the field that every record of the family must have beside its title",
    "source": "agency that made the record",
    "title": "title proper",
    "part": "numbers and names of parts in the title, in their order",
    "part_number": "numbers of parts alone",
    "other_title": "other title information",
    "parallel_title": "the title in another language",
    "variant_title": "cover titles, former titles, uniform titles",
    "responsibility": "statements of responsibility",
    "set_title": "title of the set a volume belongs to, then of its subset",
    "set_part": "number of the volume in the set",
    "set_number": "control number of the set's record",
    "host_title": "title of the document an article stands in",
    "host_part": "volume, issue and pages of it",
    "isbn": "ISBN",
    "ean": "EAN, read where there is no ISBN",
    "issn": "ISSN",
    "national_number": "number in a national bibliography",
    "legal_deposit": "number of the legal deposit",
    "other_number": "number of the record in another system",
    "language": "languages of the text",
    "original_language": "language it was translated from",
    "country": "country of publication",
    "place": "place of publication",
    "publisher": "publisher",
    "date": "date of publication as written",
    "coded_date": "date of publication in the coded fields",
    "edition": "edition statement",
    "extent": "number of pages, volumes, sheets",
    "series": "series",
    "series_number": "number in the series",
    "keywords": "uncontrolled subject words",
    "udc": "UDC numbers",
    "bbk": "BBK numbers",
    "classification": "a number of any classification",
    "access_point": "a heading for a person, body or meeting",
    "location": "where copies are held",
    "summary": "summary",
    "notes": "notes for readers",
    "contents": "contents",
    "urls": "addresses of files",
    "local_history": "yes for a document of local history",
}


def _paths(element: str, texts: list[str]) -> tuple[Path, ...]:
    try:
        return tuple(parse(text) for text in texts)
    except ValueError as bad:
        raise ValueError(f"element {element!r}: {bad}") from bad


def _coded_by(element: str, table: CodeTable) -> tuple[Callable[[str], str], tuple[Path, ...]]:
    """How the beginning of a code is cut out of a leader, and the paths in fields that follow.

    Raises:
        ValueError: a path cannot be read, or one of the leader comes after one of a field.
    """
    paths = _paths(element, table.path)
    in_leader = [path for path in paths if path.tag == LEADER]
    if list(paths[: len(in_leader)]) != in_leader:
        raise ValueError(f"[{element}]: paths of the leader come before those of fields")

    # A catalogue has a few dozen leaders, and each record's is asked for level and kind.
    @lru_cache(maxsize=1 << 10)
    def cut(leader: str) -> str:
        return "".join(value for path in in_leader for value in path.of_leader(leader))

    return cut, paths[len(in_leader) :]


@dataclass(frozen=True)
class Evidence:
    """One sign that a record belongs to the family.

    Attributes:
        path: what is looked at; the sign is there when a value of it matches.
        pattern: regular expression that the value's beginning must match.
        weight: points the sign gives.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    path: str
    pattern: str = r"\s*\S"
    weight: int = 1


@dataclass(frozen=True)
class CodeTable:
    """Codes of the record that decide one word.

    Attributes:
        path: paths whose values are read one after the other and put together.
        codes: what the code says; the longest key that the code begins with counts.
        otherwise: the word for a code that is not in the table.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    path: list[str]
    codes: dict[str, str]
    otherwise: str

    def word(self, code: str) -> str:
        """The word for a code."""
        known = (code[:length] for length in range(len(code), 0, -1))
        return next((self.codes[part] for part in known if part in self.codes), self.otherwise)


@dataclass(frozen=True, eq=False)
class NameField:
    """A field that names a person, body or meeting with a part in the document.

    Attributes:
        tag: the field's tag.
        kind: what is named.
        primary: it is the main entry.
        name: subfield of the entry element (surname, name of the body).
        initials: subfield of initials, put after a comma.
        forenames: subfield of the full forenames, used when there are no initials.
        number: subfield of the number that belongs to the name («Петр I»).
        units: subfields of subordinate units, each put after a full stop.
        dates: subfield of the dates of life or of the meeting.
        roles: subfields of codes or words for the role, in order of preference.
        role: relator code when the field says none.
        meeting: first indicator that makes the body a meeting.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    tag: str
    kind: Literal["person", "body", "meeting"]
    primary: bool = False
    name: str = "a"
    initials: str = ""
    forenames: str = ""
    number: str = ""
    units: str = ""
    dates: str = ""
    roles: str = ""
    role: str = ""
    meeting: str = ""


@dataclass(frozen=True, eq=False)
class SubjectField:
    """A field of subject headings.

    Attributes:
        tag: the field's tag.
        kind: what the heading is about.
        heading: subfields of the heading, joined by a comma in the order of the field.
        subdivisions: subfields put after it, each after a dash.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    tag: str
    kind: Literal["person", "body", "family", "work", "title", "topic", "place", "form", "time"]
    heading: str = "a"
    subdivisions: str = ""


@dataclass(frozen=True, eq=False)
class LinkField:
    """A field that names another document.

    Attributes:
        tag: the field's tag.
        kind: what that document is to this one.
        title: paths of its title, each without the tag: ``>200$a``, ``[$1=]$t``.
        part: the same of the number of its volume or issue.
        number: the same of the control number of its record.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    tag: str
    kind: Relation
    title: list[str]
    part: list[str] = field(default_factory=list)
    number: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Mandatory:
    """An element a record must have, and how grave it is when it has not.

    Attributes:
        element: name of the element.
        severity: ``error`` where the record cannot be used without it.
        levels: the levels it is asked of; empty: all.
        kinds: the kinds it is asked of; empty: all.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    element: str
    severity: Severity = "warning"
    levels: list[Level] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Dialect:
    """How one family of MARC, or one library's way of writing it, is read.

    Attributes:
        name: the file's name; what a configuration calls it.
        family: ``unimarc`` or ``marc21``.
        evidence: signs by which a record is known to be of the family (`rabis_sync.marc.family`).
        elements: name of an element -> its paths.
        level: leader codes -> bibliographic level.
        kind: leader and coded-field codes -> kind of material.
        names: fields of contributors, in the order in which they are shown.
        subjects: fields of subject headings.
        roles: role codes and words (lower case, no full stop) -> MARC relator codes.
        languages: codes and words that people write for a language -> ISO 639-2/B.
        countries: codes and words for a country -> ISO 3166-1 alpha-2.
        flags: words that mean yes in a yes-or-no element.
        links: fields that name other documents.
        trailing: punctuation that belongs to the display (ISBD) and is cut off the end of a value.
        abbreviations: words that keep their full stop at the end of a value, beside those up to four letters
            long.
        mandatory: what must be there.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    name: str
    family: Literal["unimarc", "marc21"]
    evidence: list[Evidence]
    elements: dict[str, list[str]]
    level: CodeTable
    kind: CodeTable
    names: list[NameField]
    subjects: list[SubjectField]
    roles: dict[str, str]
    languages: dict[str, str]
    countries: dict[str, str]
    flags: list[str]
    mandatory: list[Mandatory]
    links: list[LinkField] = field(default_factory=list)
    trailing: str = ""
    abbreviations: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Parse every path once, so that a bad one is told when the file is read.

        Raises:
            ValueError: a path cannot be read, or an element is asked for that is not described.
        """
        _ = self.paths, self.level_reading, self.kind_reading, self.link_paths, self.signs
        missing = sorted(set(ELEMENTS) - set(self.elements))
        if missing:
            raise ValueError(
                f"[elements] does not describe {missing}; an element that the family lacks is []"
            )
        unknown = sorted({rule.element for rule in self.mandatory} - set(self.elements))
        if unknown:
            raise ValueError(f"[[mandatory]] names elements that [elements] does not describe: {unknown}")

    def __getstate__(self) -> dict[str, Any]:
        """What the file says, for another process; the rest is made again there."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @cached_property
    def paths(self) -> dict[str, tuple[Path, ...]]:
        """The parsed paths of every element."""
        return {element: _paths(element, texts) for element, texts in self.elements.items()}

    @cached_property
    def plans(self) -> dict[str, tuple[tuple[str, str, str, int, Path | None], ...]]:
        """The same prepared for reading (`Path.plan`)."""
        return {element: tuple(path.plan for path in paths) for element, paths in self.paths.items()}

    @cached_property
    def _gatherings(self) -> dict[tuple[str, ...], Gathering]:
        return {}

    def gathering(self, elements: tuple[str, ...]) -> Gathering:
        """Elements that somebody reads together, prepared for it once."""
        if elements not in self._gatherings:
            self._gatherings[elements] = Gathering(self, elements)
        return self._gatherings[elements]

    @cached_property
    def show(self) -> Callable[[str], str]:
        """Makes a value as it is displayed: clean, without the punctuation that belongs to the display."""
        if not self.trailing:
            return clean
        trailing, abbreviations = self.trailing, frozenset(self.abbreviations)
        return lambda value: without_isbd(clean(value), trailing, abbreviations)

    @cached_property
    def yes(self) -> frozenset[str]:
        """The flags, to be looked up."""
        return frozenset(word.lower() for word in self.flags)

    @cached_property
    def level_reading(self) -> tuple[CodeTable, Callable[[str], str], tuple[Path, ...]]:
        """What the level's code means, how its beginning is cut from a leader, and where the rest stands."""
        return self.level, *_coded_by("level", self.level)

    @cached_property
    def kind_reading(self) -> tuple[CodeTable, Callable[[str], str], tuple[Path, ...]]:
        """The same of the kind's code."""
        return self.kind, *_coded_by("kind", self.kind)

    @cached_property
    def link_paths(self) -> tuple[tuple[tuple[Path, ...], ...], ...]:
        """The parsed paths of each linking field: title, part, number."""
        return tuple(
            tuple(
                _paths("links", [spec.tag + text for text in texts])
                for texts in (spec.title, spec.part, spec.number)
            )
            for spec in self.links
        )

    @cached_property
    def signs(self) -> tuple[tuple[Path, Callable[[str], object], int], ...]:
        """The evidence, ready to be looked for: path, what a value must match, points."""
        return tuple(
            (_paths("evidence", [sign.path])[0], re.compile(sign.pattern).match, sign.weight)
            for sign in self.evidence
        )

    def mandatory_for(self, level: str, kind: str) -> list[Mandatory]:
        """What a record of this level and kind must have."""
        return [
            rule
            for rule in self.mandatory
            if (not rule.levels or level in rule.levels) and (not rule.kinds or kind in rule.kinds)
        ]
