"""Records written as cataloguers read them, and the bundled rules with their mappings."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import TypeAdapter

from rabis_sync.correct import dictionary
from rabis_sync.correct.lexicon import Lexicon
from rabis_sync.correct.plan import Examiner
from rabis_sync.correct.rule import RULES, Ruleset
from rabis_sync.correct.vocabulary import Counts
from rabis_sync.correct.word_settings import WordSettings
from rabis_sync.marc.dialect import Dialect
from rabis_sync.marc.fields import SUBFIELD, Field, MarcRecord, content_hash
from rabis_sync.marc.folding import fold_record
from rabis_sync.marc.record import Record
from rabis_sync.store.records import Incoming
from tests.conftest import new_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rabis_sync.correct.dictionary import Dictionary
    from rabis_sync.store.database import Store

#: Where Debian's packages put the dictionaries.
HUNSPELL = Path("/usr/share/hunspell")


@pytest.fixture(scope="session")
def dialects(root: Path) -> dict[str, Dialect]:
    return {name: _read(root / f"mappings/dialects/{name}.toml", Dialect) for name in ("unimarc", "marc21")}


@pytest.fixture(scope="session")
def ruleset(root: Path) -> Ruleset:
    rules = RULES.all()
    settings = {
        name: _read(root / f"mappings/rules/{name}.toml", rule.settings)
        for name, rule in rules.items()
        if rule.settings is not None
    }
    files = {
        name: (root / "mappings" / name).read_text("utf-8") for rule in rules.values() for name in rule.files
    }
    return Ruleset.of(rules.values(), settings, files)


@pytest.fixture(scope="session")
def examine(dialects: dict[str, Dialect], ruleset: Ruleset) -> Callable[..., list[tuple[str, ...]]]:
    """What one rule says of a record: action, path, before, after."""

    def look(
        rule: str,
        text: str,
        *,
        family: str = "unimarc",
        vocabulary: Mapping[str, int] | None = None,
        lexicon: Lexicon | None = None,
    ) -> list[tuple[Any, ...]]:
        counted = vocabulary or (lexicon.words if lexicon else {})
        plan = Examiner(ruleset, counted, dialects, lexicon).plan("catalogue", parsed(text), family)
        return [(edit.action, edit.path, edit.before, edit.after) for edit in plan.edits if edit.rule == rule]

    return look


@pytest.fixture(scope="session")
def word_settings(root: Path) -> WordSettings:
    return _read(root / "mappings/words.toml", WordSettings)


@pytest.fixture(scope="session")
def dictionaries(word_settings: WordSettings) -> dict[str, Dictionary]:
    """The dictionaries that Debian brings."""
    found = {}
    for language, one in word_settings.dictionaries.items():
        loaded = dictionary.load(HUNSPELL, one.name, language, one.like)
        if loaded is None:
            pytest.skip(f"needs the Debian package {one.package}")
        found[language] = loaded
    return found


@pytest.fixture
def knowing(word_settings: WordSettings, dictionaries: dict[str, Dictionary]) -> Callable[..., Lexicon]:
    """What a catalogue knows that has these words in so many records, and these names in one."""

    def of(
        words: Mapping[str, int], names: tuple[str, ...] = (), headings: Mapping[str, int] | None = None
    ) -> Lexicon:
        return Lexicon(word_settings, Counts(words, dict.fromkeys(names, 1), headings or {}), dictionaries)

    return of


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "library.db")
    yield opened
    opened.close()


@pytest.fixture
def harvested(store: Store, dialects: dict[str, Dialect]) -> Callable[..., None]:
    """Puts records into the store, or a new version of those it has, numbered from 1."""
    return partial(_harvest, dialects["unimarc"], store)


@pytest.fixture
def harvest_into(dialects: dict[str, Dialect]) -> Callable[..., None]:
    """The same for a store that is named."""
    return partial(_harvest, dialects["unimarc"])


def _harvest(dialect: Dialect, store: Store, *texts: str, run: int = 1) -> None:
    now = datetime(2026, 1, run, tzinfo=UTC)
    made = [incoming(parsed(text, number), dialect) for number, text in enumerate(texts, 1)]
    with store.write() as unit:
        known = unit.records.known("catalogue", [one.control_number for one in made])
        new = [one for one in made if one.control_number not in known]
        changed = [
            (known[one.control_number].id, one)
            for one in made
            if one.control_number in known and known[one.control_number].content_hash != one.content_hash
        ]
        unit.records.change(changed, run=run, at=now)
        unit.records.add("catalogue", new, run=run, at=now)


def parsed(text: str, number: int = 1) -> MarcRecord:
    """A record out of lines such as ``200 $aАбай жолы$fМ. Әуезов``."""
    found = [Field("001", str(number))]
    for line in text.split("\n"):
        tag, _, rest = line.partition(" ")
        if tag:
            found.append(Field(tag, ("" if rest[:1] != "$" else "  ") + rest.replace("$", SUBFIELD)))
    return MarcRecord("00000nam0 2200000   450 ", tuple(found))


def incoming(marc: MarcRecord, dialect: Dialect) -> Incoming:
    canonical = marc.canonical()
    return Incoming(
        control_number=marc.control_number,
        family=dialect.family,
        profile="",
        content_hash=content_hash(canonical),
        syntax="iso2709",
        encoding="utf-8",
        confidence=1.0,
        raw=canonical.encode(),
        canonical=canonical,
        items=(),
        match=tuple(fold_record(Record(marc, dialect))),
    )


def _read(path: Path, kind: type[Any]) -> Any:
    return TypeAdapter(kind).validate_python(tomllib.loads(path.read_text("utf-8")))


@pytest.fixture(scope="session")
def as_record() -> Callable[[str], MarcRecord]:
    """A record out of lines."""
    return parsed
