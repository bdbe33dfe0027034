"""How a library numbers its copies: prefixes that a branch implies, letters typed for digits, what fits."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from rabis_sync.marc.identifiers import inventory_key
from rabis_sync.reconcile.branches import form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

#: A mapping with an unknown name in it is refused.
STRICT = {"extra": "forbid"}

#: Numbers in one registered range: no library of ours has more copies.
LONGEST_RANGE = 20_000_000

_PARTS = re.compile(r"([^\d]*)(\d+)(.*)", re.DOTALL)


@dataclass(frozen=True)
class Series:
    """Numbers that some branches give by a rule of their own.

    Attributes:
        name: what people call the series.
        branches: names of its branches in the catalogue and in the books; empty: every other branch.
        prefix: letters before its numbers.
        implied: a number without any letters is one of this series, since its branch says so.
        suffix: pattern of what is left out behind a number: a year, a part of the fund.
        format: pattern of its numbers, written as they are compared; empty: that of all numbers.
        ranges: first and last number that the inventory books register: what is missing inside is told.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    name: str
    branches: list[str] = field(default_factory=list)
    prefix: str = ""
    implied: bool = False
    suffix: str = ""
    format: str = ""
    ranges: list[tuple[int, int]] = field(default_factory=list)

    @cached_property
    def letters(self) -> str:
        """The prefix as it is compared."""
        return inventory_key(f"{self.prefix}1")[:-1] if self.prefix else ""


@dataclass(frozen=True)
class Numbering:
    """`mappings/inventory_numbers.toml`.

    Attributes:
        given: ``library`` when a number is given once in the whole system, ``branch`` when each branch has
            numbers of its own.
        format: pattern of an inventory number, written as it is compared: capitals, Cyrillic where letters
            look alike, no leading zeros.
        typed_for_digits: letter -> the digit that it is typed for, after a first digit.
        series: numbers with rules of their own; the first that fits a branch counts.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    given: Literal["library", "branch"] = "library"
    format: str = ""
    typed_for_digits: dict[str, str] = field(default_factory=dict)
    series: list[Series] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Raises ValueError for a pattern that is none, or a range that ends before it begins."""
        try:
            for pattern in (self.format, *(text for one in self.series for text in (one.format, one.suffix))):
                re.compile(pattern)
        except re.error as bad:
            raise ValueError(f"inventory numbers: {bad.pattern!r} is no pattern: {bad}") from bad
        for one in self.series:
            if any(not 0 <= last - first < LONGEST_RANGE for first, last in one.ranges):
                raise ValueError(
                    f"inventory numbers: a range of series {one.name!r} ends before it begins, or is too long"
                )

    @cached_property
    def _by_branch(self) -> dict[str, Series]:
        return {form(name): one for one in reversed(self.series) for name in one.branches}

    @cached_property
    def _common(self) -> Series:
        return next((one for one in self.series if not one.branches), Series(""))

    @cached_property
    def _digits(self) -> dict[int, str]:
        return {ord(letter.upper()): digit for letter, digit in self.typed_for_digits.items()}

    def of(self, branch: str) -> Series:
        """The series of a branch."""
        return self._by_branch.get(form(branch), self._common) if self._by_branch else self._common

    def rules(self) -> Iterator[Series]:
        """Every series, and the one without rules if it is used."""
        yield from self.series
        if self._common not in self.series:
            yield self._common

    def key(self, key: str, branch: str, number: str) -> str:
        """A number for comparing, by the rules of its branch's series.

        Args:
            key: the same by the rules that all libraries have (`identifiers.inventory_key`).
            branch: as its side calls it.
            number: as written.
        """
        series = self.of(branch) if self._by_branch else self._common
        if key.isdecimal():
            return series.letters + key if series.implied else key
        return self._ruled(self._mended(key, number, series), series)

    @property
    def spares_digits(self) -> bool:
        """No rule changes a number of digits alone."""
        return not any(one.implied for one in self.series)

    def fits(self, key: str, branch: str) -> bool:
        """True where a number, in the form for comparing, is written as the library writes them."""
        matches = self._matches(self.of(branch)) if self._by_branch else self._matches_common
        return matches is None or matches(key) is not None

    @cached_property
    def _matches_common(self) -> Callable[[str], object] | None:
        return self._matches(self._common)

    def _matches(self, series: Series) -> Callable[[str], object] | None:
        pattern = series.format or self.format
        return _compiled(pattern).fullmatch if pattern else None

    def _mended(self, key: str, number: str, series: Series) -> str:
        """The key with digits for the letters typed in their place, where it does not fit otherwise."""
        pattern = series.format or self.format
        parts = _PARTS.fullmatch(number.upper())
        if parts is None or not self._digits or not pattern or _fits(pattern, key):
            return key
        mended = inventory_key(f"{parts[1]}{parts[2]}{parts[3].translate(self._digits)}")
        return mended if _fits(pattern, mended) else key

    def _ruled(self, key: str, series: Series) -> str:
        parts = _PARTS.fullmatch(key)
        if parts is None:
            return key
        letters, digits, rest = parts.groups()
        if rest and series.suffix and re.fullmatch(series.suffix, rest):
            rest = ""
        if not letters and series.implied:
            letters = series.letters
        return f"{letters}{digits}{rest}"


@lru_cache(maxsize=1 << 12)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _fits(pattern: str, key: str) -> bool:
    return _compiled(pattern).fullmatch(key) is not None


def rewritten(keys: Iterable[Sequence[Any]], numbering: Numbering) -> Iterator[tuple[int, int, str]]:
    """Record id, position and key for comparing of the items whose number the rules change.

    Args:
        keys: record id, position, inventory key, branch and number of every item.
        numbering: the library's rules.
    """
    for record_id, position, key, branch, number in keys:
        ruled = numbering.key(key, branch, number)
        if ruled != key:
            yield record_id, position, ruled
