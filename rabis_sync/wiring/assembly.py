"""A configuration becomes concrete parts: mappings, sources, ledgers, feeds, and settings for every step."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from ssl import create_default_context
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from rabis_sync import config
from rabis_sync.correct import dictionary as dictionaries
from rabis_sync.correct import step as correct_step
from rabis_sync.correct.rule import RULES, Ruleset
from rabis_sync.correct.schema import Schema
from rabis_sync.correct.word_settings import WordSettings
from rabis_sync.dedup import step as dedup_step
from rabis_sync.dedup.merge import MergeRules
from rabis_sync.dedup.merging import Merger
from rabis_sync.dedup.verdict import Matching
from rabis_sync.errors import ConfigError, UnknownName
from rabis_sync.harvest import sources
from rabis_sync.harvest import step as harvest_step
from rabis_sync.harvest.rabis.building import Builder
from rabis_sync.harvest.rabis.mapping import BlockMapping
from rabis_sync.harvest.reading import Reader
from rabis_sync.http import Client
from rabis_sync.marc.dialect import Dialect
from rabis_sync.marc.items import ItemProfile
from rabis_sync.publish import step as publish_step
from rabis_sync.publish.exchange import Exchange
from rabis_sync.publish.feeds import FEEDS
from rabis_sync.publish.look import read_look
from rabis_sync.publish.plan import Limits
from rabis_sync.publish.selection import Selection
from rabis_sync.publish.vocabulary import Labels, RightsVocabulary
from rabis_sync.reconcile import ledgers
from rabis_sync.reconcile import step as reconcile_step
from rabis_sync.reconcile.acts import ActRules
from rabis_sync.reconcile.columns import LedgerColumns
from rabis_sync.reconcile.matching import Policy
from rabis_sync.reconcile.scanning import ScanRules
from rabis_sync.reconcile.series import Numbering
from rabis_sync.reconcile.terms import LedgerTerms
from rabis_sync.reports.texts import Texts
from rabis_sync.service import notices
from rabis_sync.service.jobs import Guards, Job
from rabis_sync.store.database import Store
from rabis_sync.store.engine import located
from rabis_sync.wiring.counting import fund_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from rabis_sync.config import Configuration, SourceSection
    from rabis_sync.correct.dictionary import Dictionary

T = TypeVar("T")


def option_types() -> config.OptionTypes:
    """Options of every plugin that a configuration may name."""
    return {
        "sources": sources.OPTIONS.all(), "ledgers": ledgers.OPTIONS.all(), "notices": notices.OPTIONS.all(),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class HarvestWish:
    """What is asked of the harvest.

    Attributes:
        sources: names; none named: all.
        full: everything, whatever the watermarks say.
        since: ISO date from which changes are wanted, whatever the watermarks say; empty: no wish.
        limit: records at most (0: no limit).
    """

    sources: Sequence[str] = ()
    full: bool = False
    since: str = ""
    limit: int = 0


@dataclass(frozen=True)
class Assembly:
    """The parts that one configuration asks for; each is made when it is first needed."""

    configuration: Configuration

    @staticmethod
    def of(path: Path) -> Assembly:
        """Assemble from a configuration file.

        Raises:
            ConfigError: of `config.load`.
        """
        return Assembly(config.load(path, option_types()))

    @property
    def folder(self) -> Path:
        """The library's folder: what relative paths are relative to."""
        return self.configuration.folder

    @property
    def zone(self) -> ZoneInfo:
        """The library's time zone."""
        return ZoneInfo(self.configuration.library.timezone)

    @cached_property
    def dialects(self) -> dict[str, Dialect]:
        """Every dialect by name."""
        return {
            name: config.read_toml(path, Dialect) for name, path in self.mapping_files("dialects").items()
        }

    @cached_property
    def families(self) -> dict[str, Dialect]:
        """The dialect that stands for each family."""
        return {dialect.family: dialect for dialect in reversed(self.dialects.values())}

    @cached_property
    def profiles(self) -> dict[str, ItemProfile]:
        """Every item profile by name."""
        return {
            name: config.read_toml(path, ItemProfile) for name, path in self.mapping_files("items").items()
        }

    def mapping(self, name: str, kind: type[T]) -> T:
        """A mapping as its dataclass: the library's own file, else the one that came with the program."""
        return config.read_toml(self.mapping_file(name), kind)

    def mapping_file(self, name: str) -> Path:
        """Where a mapping is read from."""
        own = self.folder / "mappings" / name
        return own if own.is_file() else config.bundled("mappings") / name

    def mapping_files(self, room: str) -> dict[str, Path]:
        """Files of a folder of mappings by name; the library's own files stand before the bundled ones."""
        return self._files("mappings", room)

    def job_files(self) -> dict[str, Path]:
        """Files of jobs by name; the library's own stand before the bundled ones."""
        return self._files("jobs")

    def _files(self, *place: str) -> dict[str, Path]:
        folders = (config.bundled(place[0]).joinpath(*place[1:]), self.folder.joinpath(*place))
        return {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}

    def job_file(self, name: str) -> Path:
        """Where a job is read from; raises UnknownName where there is no such file."""
        files = self.job_files()
        if name not in files:
            raise UnknownName("job", name, files)
        return files[name]

    def job(self, name: str) -> Job:
        """A job by name; errors as of `job_file` and `config.read_toml`."""
        return config.read_toml(self.job_file(name), Job)

    def store(self) -> Store:
        """The database, opened; errors as `Store.open`."""
        return Store.open(self.store_url())

    def store_url(self) -> str:
        """Address of the database; a relative SQLite file lies in the library's folder."""
        return located(self.configuration.store.url, self.folder)

    def source(self, name: str, store: Store, *, since: str = "") -> sources.Source:
        """A source of the configuration, ready to be read; `since` as in `Surroundings`."""
        section = self._source_section(name)

        def known(other: str) -> Iterator[str]:
            with store.read() as unit:
                return iter(unit.records.active_numbers(other))

        around = sources.Surroundings(
            self.folder, self._client, section.encoding, known=known, since=since, mapping=self.mapping
        )
        made: sources.Source = sources.SOURCES.get(section.kind)(section.options, around)
        return made

    def reader(self, name: str) -> Reader:
        """How the records of a source are understood."""
        section = self._source_section(name)
        return Reader(
            dialects=_chosen("dialect", section.dialect, self.dialects) or self.families,
            profiles=_chosen("item profile", section.items, self.profiles) or self.profiles,
        )

    def rabis_decoder(self) -> Callable[[bytes], Any]:
        """Makes records of the rows of Web-RABIS that wait in quarantine."""
        return Builder(self.mapping("rabis_blocks.toml", BlockMapping)).decode

    def harvest_settings(
        self, name: str, guards: Guards, wish: HarvestWish, store: Store
    ) -> harvest_step.Settings:
        """Settings of the harvest of one source."""
        return harvest_step.Settings(
            name=name,
            source=self.source(name, store, since=wish.since),
            reader=self.reader(name),
            complete=self._source_section(name).complete,
            max_deleted_share=guards.max_deleted.share,
            max_deleted_number=guards.max_deleted.number,
            max_rejected_share=guards.max_rejected.share,
            max_rejected_number=guards.max_rejected.number,
            full=wish.full,
            limit=wish.limit,
            of=getattr(self._source_section(name).options, "of", None),
            keep_versions=self.configuration.store.keep_versions,
        )

    def correct_settings(self) -> correct_step.Settings:
        """Settings of the correction: every rule there is, with its own mapping."""
        rules = RULES.all()
        own = {
            name: self.mapping(f"rules/{name}.toml", rule.settings)
            for name, rule in rules.items()
            if rule.settings
        }
        files = {name: self._schema(name) for rule in rules.values() for name in rule.files}
        return correct_step.Settings(
            self.families, Ruleset.of(rules.values(), own, files), self.words, self.dictionaries()
        )

    def _schema(self, name: str) -> str:
        """The text of a format's schema.

        Raises:
            ConfigError: the library's own file cannot be read as one.
        """
        path = self.mapping_file(name)
        try:
            text = path.read_text("utf-8-sig")
            Schema(text, [], [])
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ConfigError(
                f"{path} is no Avram schema: {type(error).__name__}: {error}",
                hint="Compare it with the bundled file, or remove it: the bundled one is used then.",
            ) from error
        return text

    @cached_property
    def words(self) -> WordSettings:
        """What is known of languages."""
        return self.mapping("words.toml", WordSettings)

    def dictionaries(self) -> dict[str, Dictionary]:
        """The dictionaries that are installed, by language.

        Raises:
            ConfigError: one is there and cannot be read.
        """
        folder = self.folder / self.configuration.correct.dictionaries
        found = {
            language: dictionaries.load(folder, one.name, language, one.like)
            for language, one in self.words.dictionaries.items()
        }
        return {language: one for language, one in found.items() if one is not None}

    def dedup_settings(self, *, full: bool = False) -> dedup_step.Settings:
        """Settings of the search for duplicates; full: of the whole catalogue, whatever changed."""
        return dedup_step.Settings(
            self.mapping("match.toml", Matching),
            full,
            merger=self.merger,
            auto_approve=self.configuration.dedup.auto_approve,
        )

    @cached_property
    def merger(self) -> Merger:
        """What plans and carries out merges."""
        return Merger(self.families, self.profiles, self.mapping("merge.toml", MergeRules))

    def ledger(self, name: str) -> ledgers.Ledger:
        """A set of books of the configuration, ready to be read."""
        section = self.configuration.ledgers[name]
        around = ledgers.Surroundings(
            self.folder, self.ledger_columns, self.ledger_terms, self._client, self.mapping
        )
        made: ledgers.Ledger = ledgers.LEDGERS.get(section.kind)(section.options, around)
        return made

    def reconcile_settings(self, guards: Guards, *, full: bool = False) -> reconcile_step.Settings:
        """Settings of the reconciliation with every set of books."""
        return reconcile_step.Settings(
            ledgers={name: self.ledger(name) for name in self.configuration.ledgers},
            dialects=self.families,
            policy=self.policy,
            max_changed_share=guards.max_discrepancies.share,
            max_changed_number=guards.max_discrepancies.number,
            full=full,
        )

    def publish_settings(self, guards: Guards) -> publish_step.Settings:
        """Settings of the publication."""
        configuration = self.configuration
        section, names = configuration.publish, configuration.library.name
        scans = self.folder / section.scans
        return publish_step.Settings(
            dialects=self.families,
            profiles=self.profiles,
            vocabulary=self.mapping("rights.toml", RightsVocabulary),
            exchange=self.mapping("exchange.toml", Exchange),
            selection=self.mapping("collection.toml", Selection),
            feeds={name: feed() for name, feed in FEEDS.all().items()},
            library=Labels(names.kk, names.ru, names.en),
            site_url=configuration.library.site_url,
            timezone=configuration.library.timezone,
            out=self.folder / section.out,
            scans=scans if scans.is_dir() else None,
            pictures=self.folder / section.pictures,
            registry=self.folder / configuration.rights.path if configuration.rights else None,
            limits=Limits(guards.max_withdrawn.number, guards.max_withdrawn.share),
            keep_days=section.keep_days,
            look=read_look(
                section.language,
                self.folder / section.theme if section.theme else None,
                self.folder / section.logo if section.logo else None,
            ),
        )

    def every_mapping(self) -> str:
        """Read every mapping that a night needs and count them; errors as of `config.read_toml`."""
        self.correct_settings()
        self.dedup_settings()
        self.reconcile_settings(Guards())
        fund_settings(self)
        self.publish_settings(Guards())
        _ = self.mapping("acts.toml", ActRules), self.mapping("stockcheck.toml", ScanRules)
        return (
            f"{len(self.dialects)} dialects, {len(self.profiles)} item profiles, {len(RULES.names())} "
            f"correction rules, {len(self.texts.sentences)} texts, "
            f"{len(self.ledger_columns.columns)} ledger columns"
        )

    def guards(self) -> Guards:
        """Guards of a step that runs by itself: those of the nightly job."""
        return self.job("nightly").guards

    @cached_property
    def texts(self) -> Texts:
        """Every text for people; what the library's own file lacks is as it is bundled."""
        files = (self.mapping_file("issues.toml"), config.bundled("mappings") / "issues.toml")
        return Texts.of(*map(config.parsed, dict.fromkeys(files)))

    @cached_property
    def policy(self) -> Policy:
        """What the library decides about its numbers."""
        numbering = self.mapping("inventory_numbers.toml", Numbering)
        return Policy(branches=self.ledger_columns.branches, numbering=numbering)

    @cached_property
    def ledger_columns(self) -> LedgerColumns:
        """How headings of the books are understood."""
        return self.mapping("ledger_columns.toml", LedgerColumns)

    @cached_property
    def ledger_terms(self) -> LedgerTerms:
        """What words of the books mean."""
        return self.mapping("ledger_terms.toml", LedgerTerms)

    @cached_property
    def _client(self) -> Client:
        """One for all sources: they share its connections and its distance between requests."""
        section = self.configuration.http
        contact = section.contact or self.configuration.library.site_url
        ca_file = str(self.folder / section.ca_file) if section.ca_file else ""
        try:
            if ca_file:
                create_default_context(cafile=ca_file)
        except OSError as error:
            raise ConfigError(f"http.ca_file: {ca_file} holds no certificates in PEM: {error}") from error
        return Client(contact, pause=section.pause, proxy=section.proxy, ca_file=ca_file)

    def _source_section(self, name: str) -> SourceSection:
        found = self.configuration.sources
        if name not in found:
            raise UnknownName("source", name, found)
        return found[name]


def _chosen(what: str, name: str, known: dict[str, Any]) -> dict[str, Any]:
    """The one that is named, or nothing for ``auto``."""
    if name == "auto":
        return {}
    if name not in known:
        raise UnknownName(what, name, ["auto", *known])
    return {name: known[name]}


def needs_sources(configuration: Configuration) -> None:
    """Raises ConfigError for a configuration without any source."""
    if not configuration.sources:
        raise ConfigError(
            f"{configuration.path} names no source of records", hint="Add a [sources.NAME] section."
        )
