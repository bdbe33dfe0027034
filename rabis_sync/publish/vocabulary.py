"""The words of rights, as `mappings/rights.toml` holds them: levels, statements, bases, registry cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from rabis_sync.errors import ConfigError
from rabis_sync.publish.rights import LEVELS, Terms, exact_uri


@dataclass(frozen=True, slots=True)
class Labels:
    """One text in the three languages of the library."""

    kk: str
    ru: str
    en: str

    def of(self, language: str) -> str:
        """The text in that language (kk, ru, en)."""
        return {"kk": self.kk, "ru": self.ru, "en": self.en}[language]


@dataclass(frozen=True, slots=True)
class Level:
    """A level of access: how it is called, and how a cell of the registry may name it."""

    label: Labels
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A rights statement or licence: its address and our own, unofficial name for it."""

    uri: str
    label: Labels


@dataclass(frozen=True, slots=True)
class Words:
    """What cells say instead of a date or a year, and how a note or role marks an author or a work."""

    no_end: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    repressed: tuple[str, ...] = ()
    official: tuple[str, ...] = ()
    anonymous: tuple[str, ...] = ()
    posthumous: tuple[str, ...] = ()


@dataclass(frozen=True)
class RightsVocabulary:
    """The whole of `mappings/rights.toml`."""

    levels: dict[str, Level]
    statements: dict[str, Statement]
    bases: dict[str, Labels]
    terms: Terms = field(default_factory=Terms)
    words: Words = field(default_factory=Words)

    def __post_init__(self) -> None:
        """Hold the file to what the rules know.

        Raises:
            ConfigError: a level is missing or unknown, or an address is not in its exact form.
        """
        if set(self.levels) != set(LEVELS):
            raise ConfigError(f"rights.toml: [levels] must hold exactly {', '.join(LEVELS)}")
        for name, statement in self.statements.items():
            if exact_uri(statement.uri) != statement.uri:
                raise ConfigError(f"rights.toml: [statements.{name}] uri is not in its exact form")

    def level_of(self, cell: str) -> str | None:
        """The level a cell names, in English or by one of its words; None when it names none."""
        word = " ".join(cell.casefold().split())
        return next((name for name in LEVELS if word == name or word in self.levels[name].words), None)

    @cached_property
    def _labels(self) -> dict[str, Labels]:
        return {statement.uri: statement.label for statement in self.statements.values()}

    def statement_label(self, uri: str) -> Labels:
        """Our name for the statement; for one that the file does not list, its address."""
        return self._labels.get(uri) or Labels(uri, uri, uri)
