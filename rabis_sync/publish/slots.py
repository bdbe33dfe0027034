"""What differs between the languages of a page, while the page is made once for all of them.

It stands in the page as a slot, a name between two marks. No record can write a mark: every value is escaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.publish.rendering import Tree
    from rabis_sync.publish.vocabulary import Labels

#: Stands before and after the name of a slot.
MARK = "<%"


class Written(str):
    """A text as it stands in a page: templates do not escape it."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def slot(name: str) -> Written:
    """A slot of that name."""
    return Written(f"{MARK}{name}{MARK}")


class Slots(dict[str, "Callable[[Tree], str]"]):
    """What of a page differs between its languages: from the tree to the text."""

    def put(self, of_tree: Callable[[Tree], str]) -> Written:
        """A slot for it."""
        name = str(len(self))
        self[name] = of_tree
        return slot(name)

    def said(self, label: Labels) -> str:
        """A text that may be the same in every language."""
        if label.kk == label.ru == label.en:
            return label.kk
        return self.put(lambda tree: label.of(tree.language))


class Words:
    """Texts of the pages by their codes, for templates: each a slot.

    Args:
        slots: of the page; texts with values are put there.
    """

    def __init__(self, slots: Slots) -> None:
        self._slots = slots

    def __getitem__(self, code: str) -> Word:
        return Word(code, self._slots)


class Word(NamedTuple):
    """A text of the pages in any language, for templates."""

    code: str
    slots: Slots

    def __html__(self) -> str:
        return slot(self.code)

    def format(self, **values: Any) -> Written:
        """The text with values set in."""
        code = self.code  # what is put there must not hold the slots: a cycle would outlive the page
        return self.slots.put(lambda tree: tree.words[code].format(**values))
