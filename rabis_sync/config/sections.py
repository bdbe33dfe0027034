"""Every section of `config.toml` with its keys: a name, a default and a sentence for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003  pydantic reads the annotations
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        message = f"{name!r} is no time zone; Kazakhstan's is Asia/Almaty"
        raise ValueError(message) from error
    return name


def _web_address(address: str) -> str:
    if not address.startswith(("http://", "https://")):
        message = f"{address!r} is no web address: it starts with https:// or http://"
        raise ValueError(message)
    return address if address.endswith("/") else f"{address}/"


def _no_less_than_nothing(number: float) -> float:
    if not 0 <= number < float("inf"):
        message = f"{number} is less than nothing, or no number"
        raise ValueError(message)
    return number


def _proxy(address: str) -> str:
    if address and not address.startswith(("http://", "https://")):
        message = "a proxy's address starts with http:// or https://"
        raise ValueError(message)
    return address


def _doc(sentence: str) -> dict[str, str]:
    return {"doc": sentence}


@dataclass(frozen=True, slots=True)
class Names:
    """A name in the languages of the readers."""

    kk: str = field(metadata=_doc("in Kazakh"))
    ru: str = field(metadata=_doc("in Russian"))
    en: str = field(metadata=_doc("in English"))


@dataclass(frozen=True, slots=True)
class LibrarySection:
    """[library]: whose catalogue it is."""

    name: Names = field(metadata=_doc("The library's name as readers know it."))
    timezone: Annotated[str, AfterValidator(_zone)] = field(
        default="Asia/Almaty", metadata=_doc("Zone in which days begin and jobs are due.")
    )
    site_url: Annotated[str, AfterValidator(_web_address)] = field(
        default="http://127.0.0.1:8080/", metadata=_doc("Where the published collection can be reached.")
    )


@dataclass(frozen=True, slots=True)
class StoreSection:
    """[store]: our own database."""

    url: str = field(
        default="sqlite:///rabis_sync.db",
        metadata=_doc("sqlite:///file, relative to this file, or postgresql+psycopg://user@host/name."),
    )
    keep_versions: Annotated[int, AfterValidator(_no_less_than_nothing)] = field(
        default=3, metadata=_doc("Earlier contents of each record that are kept.")
    )


@dataclass(frozen=True, slots=True)
class HttpSection:
    """[http]: how we ask other servers."""

    contact: str = field(
        default="", metadata=_doc("Whom their administrators can write to; the site's address when empty.")
    )
    proxy: Annotated[str, AfterValidator(_proxy)] = field(
        default="", repr=False, metadata=_doc("Address of the proxy for all requests; none when empty.")
    )
    ca_file: str = field(
        default="", metadata=_doc("Certificates (PEM) of authorities to trust, instead of the usual ones.")
    )
    pause: Annotated[float, AfterValidator(_no_less_than_nothing)] = field(
        default=0, metadata=_doc("Seconds that lie at least between two requests to one host.")
    )


@dataclass(frozen=True, slots=True)
class SourceSection:
    """[sources.NAME]: one way records come in."""

    kind: str = field(metadata=_doc("How the records are fetched: a file in rabis_sync/harvest/sources."))
    dialect: str = field(default="auto", metadata=_doc("auto, or the name of a file in mappings/dialects."))
    encoding: str = field(
        default="auto", metadata=_doc("auto, or the name of the one encoding all records have.")
    )
    items: str = field(default="auto", metadata=_doc("auto, or the name of a file in mappings/items."))
    complete: bool = field(
        default=False,
        metadata=_doc("The source holds the whole catalogue: what is absent was deleted (guarded)."),
    )
    options: Any = None


@dataclass(frozen=True, slots=True)
class LedgerSection:
    """[ledgers.NAME]: one set of books of the accounting."""

    kind: str = field(metadata=_doc("How the books are read: a file in rabis_sync/reconcile/ledgers."))
    options: Any = None


@dataclass(frozen=True, slots=True)
class RightsSection:
    """[rights]: who allowed what."""

    path: str = field(default="rights.csv", metadata=_doc("The rights registry, CSV or XLSX."))


@dataclass(frozen=True, slots=True)
class CorrectSection:
    """[correct]: how records are examined."""

    dictionaries: str = field(
        default="/usr/share/hunspell",
        metadata=_doc("Folder of the Hunspell dictionaries (Debian packages hunspell-ru and hunspell-kk)."),
    )


@dataclass(frozen=True, slots=True)
class DedupSection:
    """[dedup]: what happens with duplicates."""

    auto_approve: bool = field(
        default=False,
        metadata=_doc("Merge sure duplicates every night without `merges approve`; each can be undone."),
    )


@dataclass(frozen=True, slots=True)
class PublishSection:
    """[publish]: the collection that everybody sees."""

    out: str = field(
        default="site", metadata=_doc("Folder of the releases; serve its `current` as a website.")
    )
    scans: str = field(default="scans", metadata=_doc("Folder of the digitised files that records link to."))
    pictures: str = field(
        default="pictures",
        metadata=_doc("Folder of covers and pages drawn of them; it may be emptied."),
    )
    keep_days: int = field(default=14, metadata=_doc("Days an old release stays reachable for slow readers."))
    language: Literal["kk", "ru", "en"] = field(
        default="kk",
        metadata=_doc("Language of the pages at the root: kk, ru or en; the others lie below."),
    )
    theme: str = field(
        default="",
        metadata=_doc("A style sheet (CSS) with the library's own colours and type; ours when empty."),
    )
    logo: str = field(default="", metadata=_doc("The library's emblem (SVG or PNG); none when empty."))


@dataclass(frozen=True, slots=True)
class WebSection:
    """[web]: what `serve` gives to everybody."""

    host: str = field(
        default="127.0.0.1",
        metadata=_doc("Address to listen on; the world speaks to a web server before it."),
    )
    port: int = field(default=8080, metadata=_doc("Port to listen on."))
    admin_email: str = field(
        default="",
        metadata=_doc("Whom those who harvest by OAI-PMH can write to; admin@ the site's host when empty."),
    )
    rate: int = field(
        default=20, metadata=_doc("Requests a second one reader may make in the long run; 0: no limit.")
    )


@dataclass(frozen=True, slots=True)
class CommissionSection:
    """[commission]: who makes and signs acts; what is left out is a line to fill in."""

    approver: str = field(default="", metadata=_doc("Who approves them: position and name."))
    chairman: str = field(default="", metadata=_doc("Chair of the commission."))
    members: list[str] = field(default_factory=list, metadata=_doc("Its members."))
    accountant: str = field(default="", metadata=_doc("The chief accountant."))
    keeper: str = field(default="", metadata=_doc("Who answers for the stock."))


@dataclass(frozen=True, slots=True)
class ReportsSection:
    """[reports]: the lists that a run leaves for people."""

    out: str = field(default="reports", metadata=_doc("Folder of the lists, with a folder for each day."))
    languages: list[Literal["kk", "ru", "en"]] = field(
        default_factory=lambda: list[Literal["kk", "ru", "en"]](("kk", "ru")),
        metadata=_doc("Languages in which they are left: kk, ru, en."),
    )
    keep_days: Annotated[int, AfterValidator(_no_less_than_nothing)] = field(
        default=60, metadata=_doc("Days for which they are kept.")
    )


@dataclass(frozen=True, slots=True)
class NoticeSection:
    """[notices.NAME]: one channel by which people are told how runs went."""

    kind: str = field(metadata=_doc("How it is told: a file in rabis_sync/service/notices."))
    lang: Literal["kk", "ru", "en"] = field(default="ru", metadata=_doc("Language: kk, ru or en."))
    events: list[Literal["failure", "recovery", "guard", "contracts", "digest"]] = field(
        default_factory=list, metadata=_doc("What it hears of; everything when left out.")
    )
    jobs: list[str] = field(
        default_factory=list, metadata=_doc("Jobs it hears of; every job of jobs/ when left out.")
    )
    options: Any = None


@dataclass(frozen=True, slots=True)
class ServiceSection:
    """[service]: how `serve` runs jobs, and what it tells."""

    log: Literal["console", "json"] = field(
        default="console", metadata=_doc("Shape of log lines: console for people, json for machines.")
    )
    stop_seconds: Annotated[int, AfterValidator(_no_less_than_nothing)] = field(
        default=60, metadata=_doc("Seconds that a run under way has to stop when the service is stopped.")
    )
    backups: str = field(
        default="backups", metadata=_doc("Folder in which the step backup leaves copies of the database.")
    )
    keep_backups: int = field(default=8, metadata=_doc("Copies that are kept there, the newest."))
    late_hours: Annotated[float, AfterValidator(_no_less_than_nothing)] = field(
        default=6, metadata=_doc("Hours after its moment at which a job without a good run is late.")
    )
    metrics_file: str = field(
        default="",
        metadata=_doc("File to leave metrics in after each run, for Prometheus's node exporter."),
    )


@dataclass(frozen=True, slots=True)
class Configuration:
    """A whole `config.toml`."""

    path: Path
    fingerprint: str
    library: LibrarySection
    store: StoreSection
    http: HttpSection
    sources: dict[str, SourceSection]
    ledgers: dict[str, LedgerSection]
    dedup: DedupSection
    rights: RightsSection | None
    correct: CorrectSection
    publish: PublishSection
    web: WebSection
    commission: CommissionSection
    service: ServiceSection
    reports: ReportsSection
    notices: dict[str, NoticeSection]
    secrets: frozenset[str] = field(default=frozenset(), repr=False)  # values that came from the environment

    @property
    def folder(self) -> Path:
        """What relative paths are relative to."""
        return self.path.parent


SECTIONS: dict[str, type] = {
    "library": LibrarySection,
    "store": StoreSection,
    "http": HttpSection,
    "sources": SourceSection,
    "ledgers": LedgerSection,
    "dedup": DedupSection,
    "rights": RightsSection,
    "correct": CorrectSection,
    "publish": PublishSection,
    "web": WebSection,
    "commission": CommissionSection,
    "service": ServiceSection,
    "reports": ReportsSection,
    "notices": NoticeSection,
}
