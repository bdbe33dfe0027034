"""The accounting's words for reasons, languages and classes become the codes that statements count by."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from rabis_sync.marc.cyrillic import fold, fold_words

if TYPE_CHECKING:
    from collections.abc import Mapping

Terms = dict[str, list[str]]


def _doc(sentence: str) -> dict[str, str]:
    return {"doc": sentence}


@dataclass(frozen=True)
class LedgerTerms:
    """`mappings/ledger_terms.toml`: for each kind of word, code -> its names; a star ends a beginning."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    reason: Terms = field(default_factory=dict, metadata=_doc("Why copies are written off."))
    supply: Terms = field(default_factory=dict, metadata=_doc("How copies come."))
    kind: Terms = field(default_factory=dict, metadata=_doc("Kinds of document."))
    language: Terms = field(default_factory=dict, metadata=_doc("Languages, by ISO 639-2 code."))
    content_class: Terms = field(default_factory=dict, metadata=_doc("Content classes."))

    def __post_init__(self) -> None:
        """Build the indexes once.

        Raises:
            ValueError: a word would mean two things.
        """
        _ = self._indexes

    def code(self, what: str, word: str) -> str:
        """The code of a word, empty where it is not known or means several things.

        Args:
            what: ``reason``, ``supply``, ``kind``, ``language`` or ``content_class``.
            word: as the books have it.
        """
        index = self._indexes[what]
        found = self._known.get((what, word))
        if found is None:
            found = self._known[what, word] = index.code(word)
            if len(self._known) > 1 << 14:
                self._known.clear()
        return found

    @cached_property
    def _indexes(self) -> Mapping[str, _Index]:
        return {one.name: _Index.of(one.name, getattr(self, one.name)) for one in fields(self)}

    @cached_property
    def _known(self) -> dict[tuple[str, str], str]:
        return {}


@dataclass(frozen=True, slots=True)
class _Index:
    """Whole folded words, and beginnings of them, with what they mean."""

    whole: Mapping[str, str]
    beginnings: tuple[tuple[str, str], ...]

    @staticmethod
    def of(what: str, terms: Terms) -> _Index:
        whole: dict[str, str] = {}
        beginnings = []
        for code, names in terms.items():
            whole.setdefault(fold(code), code)
            for name in names:
                if name.endswith("*"):
                    beginnings.append((f" {fold(name)}", code))
                elif whole.setdefault(fold(name), code) != code:
                    raise ValueError(f"[{what}] {name!r} means both {whole[fold(name)]} and {code}")
        return _Index(whole, tuple(beginnings))

    def code(self, word: str) -> str:
        words = fold_words(word)
        form = " ".join(words)
        if form in self.whole:
            return self.whole[form]
        found = {code for beginning, code in self.beginnings if beginning in f" {form}"}
        return found.pop() if len(found) == 1 else ""
