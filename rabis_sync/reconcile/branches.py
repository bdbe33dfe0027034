"""Which name of a branch in the catalogue is which in the books: by given aliases, else by usage."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.marc.cyrillic import fold_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: A name is taken for the other one when so many copies say so, and so large a part of its copies.
ENOUGH, SHARE = 5, 0.8


class Assumed(NamedTuple):
    """Two names taken for one branch because nearly all copies of the one are in the other.

    Attributes:
        catalogue: name in the catalogue.
        ledger: name in the books.
        copies: how many copies have this pair of names.
    """

    catalogue: str
    ledger: str
    copies: int


class Branches:
    """Names of branches.

    Args:
        aliases: the name shown -> its other names.
    """

    def __init__(self, aliases: Mapping[str, Iterable[str]]) -> None:
        self._same = {
            form(other): form(name) for name, others in aliases.items() for other in (name, *others)
        }

    def of(self, name: str) -> str:
        """One form of all names of a branch; empty for no name."""
        plain = form(name)
        return self._same.get(plain, plain)

    def assumed(self, pairs: Mapping[tuple[str, str], int]) -> list[Assumed]:
        """Names that neither aliases nor letters make one, but usage does.

        Only a name that the books never use can be one of another branch there.

        Args:
            pairs: (name in the catalogue, name in the books) of copies in both -> number of copies.
        """
        in_books = {self.of(ledger) for _, ledger in pairs}
        usage: dict[str, Counter[str]] = defaultdict(Counter)
        for (catalogue, ledger), copies in sorted(pairs.items()):
            if self.of(catalogue) not in in_books:
                usage[catalogue][ledger] += copies
        found = []
        for catalogue, counted in sorted(usage.items()):
            ledger, copies = counted.most_common(1)[0]
            if copies >= ENOUGH and copies >= SHARE * counted.total():
                found.append(Assumed(catalogue, ledger, copies))
        return found


@lru_cache(maxsize=1 << 12)
def form(name: str) -> str:
    """A name for comparing: «Филиал № 3», «филиал №3» and «Филиал N 3» are one."""
    return " ".join(word for word in fold_words(name.replace("№", " ")) if word not in {"n", "no", "но"})
