"""Which content class a book is of: by the word of the accounting, else by its number of the BBK or UDC."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_STRICT = {"extra": "forbid"}

#: The letter that opens children's books in the children's tables of the BBK, and Earth sciences in the
#: scientific ones.
CHILDREN = "Д"

_BRACKETS = re.compile(r"\([^)]*\)?")
_SEVERAL = re.compile(r"[;+]|(?<=\d):(?=\d)|,\s")
_LETTER = re.compile(r"[А-ЯЁ]")
#: Three figures alone or before a sign are of the UDC, as is anything with its signs of language and form.
_UDC_ALONE = re.compile(r"\d{3}(?:[.:(=\-]|$)|\d{1,2}(?:[=]|\(0\d)|\(=|0\d")
#: A place in Cyrillic or the typical division «я» are of the BBK.
_BBK_ALONE = re.compile(r"\d\d[.\d]*(?:\(\d[А-ЯЁӘҒҚҢӨҰҮҺІа-яё]|я\d)")


def _doc(sentence: str) -> dict[str, str]:
    return {"doc": sentence}


class Marks(NamedTuple):
    """What a record says of its content.

    Attributes:
        bbk: numbers of the BBK as written.
        udc: numbers of the UDC as written.
        literature: its code says that it is a literary text.
    """

    bbk: Sequence[str] = ()
    udc: Sequence[str] = ()
    literature: bool = False


@dataclass(frozen=True)
class ContentClasses:
    """`mappings/content_classes.toml`: the classes of statements, and what belongs to each."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    classes: list[str] = field(metadata=_doc("The classes, in the order of the columns."))
    books: Literal["bbk", "udc"] = field(
        default="bbk", metadata=_doc("What numbers in the books are of where their form does not tell.")
    )
    literature: str = field(default="", metadata=_doc("Class of literary texts without a number."))
    udc: dict[str, list[str]] = field(default_factory=dict, metadata=_doc("Beginnings of UDC numbers."))
    udc_forms: list[dict[str, str]] = field(
        default_factory=list, metadata=_doc("Forms of UDC numbers: pattern and class.")
    )
    bbk: dict[str, list[str]] = field(
        default_factory=dict, metadata=_doc("Beginnings of BBK numbers, public and children's tables.")
    )
    bbk_scientific: dict[str, list[str]] = field(
        default_factory=dict, metadata=_doc("Beginnings of BBK numbers, scientific tables.")
    )

    def __post_init__(self) -> None:
        """Build the tables once.

        Raises:
            ValueError: a class is not among `classes`, a beginning stands under two of them, or a pattern is
                no regular expression.
        """
        _ = self._tables, self._forms
        if self.literature:
            self._known(self.literature, "literature")

    def of_books(self, written: str) -> str:
        """The class of what the books have in their column of content; empty where it tells none.

        Args:
            written: id of a class, or a number of a classification.
        """
        if written in self._ids:
            return written
        number = written.strip()
        if not number:
            return ""
        if _LETTER.match(number) or _BBK_ALONE.match(number):
            return self.of_bbk(number)
        if _UDC_ALONE.match(number):
            return self.of_udc(number)
        return self.of_bbk(number) if self.books == "bbk" else self.of_udc(number)

    def of_record(self, marks: Marks) -> str:
        """The class of a record: by the BBK, else the UDC, else its code of literature; empty: unknown."""
        by_udc = next(filter(None, map(self.of_udc, marks.udc)), "")
        for number in marks.bbk:
            found = self.of_bbk(number)
            # Of the two tables that have this letter the UDC tells which one is meant.
            if number.strip().startswith(CHILDREN) and by_udc == self.of_scientific(number):
                return by_udc
            if found:
                return found
        return by_udc or (self.literature if marks.literature else "")

    def of_bbk(self, number: str) -> str:
        """The class of a BBK number; empty where the tables do not have it."""
        first = _first(number)
        if _LETTER.match(first) and not first.startswith(CHILDREN):
            return self.of_scientific(first)
        return self._longest("bbk", first)

    def of_scientific(self, number: str) -> str:
        """The class of a BBK number of the scientific tables."""
        return self._longest("bbk_scientific", _first(number))

    def of_udc(self, number: str) -> str:
        """The class of a UDC number; a BBK number in its place is read as one."""
        written = number.strip().replace(" ", "")
        if _LETTER.match(written) or _BBK_ALONE.match(written):
            return self.of_bbk(written)
        for pattern, found in self._forms:
            if pattern.match(written):
                return found
        return self._longest("udc", _first(written))

    def _longest(self, table: str, number: str) -> str:
        beginnings = self._tables[table]
        for length in range(len(number), 0, -1):
            found = beginnings.get(number[:length])
            if found is not None:
                return found
        return ""

    @cached_property
    def _ids(self) -> frozenset[str]:
        return frozenset(self.classes)

    @cached_property
    def _forms(self) -> list[tuple[re.Pattern[str], str]]:
        found = []
        for form in self.udc_forms:
            if form.keys() != {"pattern", "class"}:
                raise ValueError(f"udc_forms: {form!r} has not just pattern and class")
            try:
                pattern = re.compile(form["pattern"])
            except re.error as bad:
                raise ValueError(f"udc_forms: {form['pattern']!r} is no regular expression: {bad}") from bad
            found.append((pattern, self._known(form["class"], "udc_forms")))
        return found

    @cached_property
    def _tables(self) -> Mapping[str, Mapping[str, str]]:
        return {name: self._table(name) for name in ("udc", "bbk", "bbk_scientific")}

    def _table(self, name: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for id_, beginnings in getattr(self, name).items():
            self._known(id_, name)
            for one in beginnings:
                if found.setdefault(one, id_) != id_:
                    raise ValueError(f"[{name}] {one!r} stands under {found[one]} and {id_}")
        return found

    def _known(self, id_: str, where: str) -> str:
        if id_ not in self.classes:
            raise ValueError(f"{where}: {id_!r} is none of the classes {', '.join(self.classes)}")
        return id_


def _first(number: str) -> str:
    """The first number of several, without places and blanks."""
    bare = _BRACKETS.sub("", number).replace(" ", "")
    return _SEVERAL.split(bare)[0].strip(".,:;-/") if bare else ""
