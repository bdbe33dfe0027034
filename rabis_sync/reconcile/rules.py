"""What a library decides about its statements: groups of branches, columns, terms of storage."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from rabis_sync.marc.cyrillic import fold
from rabis_sync.reconcile.branches import form

if TYPE_CHECKING:
    from collections.abc import Mapping

_STRICT = {"extra": "forbid"}

#: The group of every branch that no rule puts into another one.
GENERAL = "general"


def _doc(sentence: str) -> dict[str, str]:
    return {"doc": sentence}


@dataclass(frozen=True)
class Inside:
    """Codes of what is passed on inside the library system."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    supply: list[str] = field(default_factory=lambda: ["transfer"], metadata=_doc("Sources of supply."))
    reason: list[str] = field(default_factory=lambda: ["transfer"], metadata=_doc("Reasons of write-offs."))


@dataclass(frozen=True)
class OffBalance:
    """What is not taken on the balance sheet."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    kinds: list[str] = field(default_factory=list, metadata=_doc("Kinds of document."))
    accounts: list[str] = field(default_factory=list, metadata=_doc("Beginnings of accounts."))


@dataclass(frozen=True)
class Periodicals:
    """Kinds of document that appear in issues."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    kinds: list[str] = field(
        default_factory=lambda: ["newspaper", "magazine"], metadata=_doc("Kinds of document.")
    )
    by_set: list[str] = field(
        default_factory=lambda: ["newspaper"], metadata=_doc("Those whose unit is a year's set.")
    )


@dataclass(frozen=True)
class FundRules:
    """`mappings/fund.toml`."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    currency: str = field(default="KZT", metadata=_doc("Currency of amounts, ISO 4217."))
    languages: list[str] = field(
        default_factory=lambda: ["kaz", "rus"], metadata=_doc("Languages with a column of their own.")
    )
    kinds: list[str] = field(
        default_factory=list, metadata=_doc("Kinds of document in the order of the columns.")
    )
    expired: list[str] = field(
        default_factory=lambda: ["expired"], metadata=_doc("Reasons by which a periodical's term ends.")
    )
    groups: dict[str, list[str]] = field(
        default_factory=dict, metadata=_doc("Groups of branches: words of their names.")
    )
    inside: Inside = field(default_factory=Inside)
    off_balance: OffBalance = field(default_factory=OffBalance)
    periodicals: Periodicals = field(default_factory=Periodicals)
    retention: dict[str, int] = field(
        default_factory=dict, metadata=_doc("Years that periodicals are kept, by country of publication.")
    )
    annual_classes: dict[str, list[str]] = field(
        default_factory=dict, metadata=_doc("Rows of the annual table: classes counted together.")
    )
    kinds_of_records: dict[str, str] = field(
        default_factory=dict, metadata=_doc("Kind of document by the kind of record.")
    )

    def __post_init__(self) -> None:
        """Build the index once.

        Raises:
            ValueError: a class stands in two rows of the annual table.
        """
        _ = self._row_of_class

    def group(self, branch: str) -> str:
        """The group of a branch."""
        found = self._groups.get(branch)
        if found is None:
            found = self._groups[branch] = self._group(branch)
        return found

    def row_of_class(self, content_class: str) -> str:
        """The row of the annual table that a class belongs to; empty where it belongs to none."""
        return self._row_of_class.get(content_class, "")

    def on_balance(self, kind: str, account: str) -> bool:
        """True for what stands on the balance sheet."""
        off = self.off_balance
        return kind not in off.kinds and not (account and account.strip().startswith(tuple(off.accounts)))

    def column_of_language(self, language: str) -> str:
        """The language itself where it has a column, ``other`` else; empty stays empty."""
        return language if not language or language in self.languages else "other"

    def _group(self, branch: str) -> str:
        plain = f" {form(branch)} "
        for name, words in self.groups.items():
            for word in words:
                folded = fold(word.rstrip("*"))
                if f" {folded}" in plain if word.endswith("*") else f" {folded} " in plain:
                    return name
        return GENERAL

    @cached_property
    def _groups(self) -> dict[str, str]:
        return {}

    @cached_property
    def _row_of_class(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for row, classes in self.annual_classes.items():
            for one in classes:
                if found.setdefault(one, row) != row:
                    raise ValueError(f"[annual_classes] {one!r} stands in {found[one]} and {row}")
        return found
