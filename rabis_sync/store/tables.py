"""Every table of our database; a column is described where its name alone would not do.

Amounts of money are integers in minor units (tiyn, kopecks) with a currency beside them, moments are UTC.
Strings are empty rather than NULL where a record may simply not have the element.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  SQLModel reads the annotations
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from rabis_sync.store.columns import OutsideText, UtcDateTime

Json = dict[str, Any]

#: Rows lie in the order of the key, which then needs no index of its own: narrow tables with a composite key.
CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}

#: None is the NULL of SQL, not the word ``null`` of JSON.
_NULLABLE_JSON: Any = sa.JSON(none_as_null=True)


def _json() -> Any:
    return Field(default_factory=dict, sa_type=sa.JSON, nullable=False)


def text(**options: Any) -> Any:
    """A column of text of any length."""
    return Field(default="", sa_type=sa.Text, nullable=False, **options)


def _outside(**options: Any) -> Any:
    return Field(sa_type=OutsideText, **{"default": "", "nullable": False, **options})


def _moment(**options: Any) -> Any:
    return Field(sa_type=UtcDateTime, **options)


class Run(SQLModel, table=True):
    """One execution of a job or of a single step."""

    id: int | None = Field(default=None, primary_key=True)
    job: str
    started_at: datetime = _moment(index=True)
    ended_at: datetime | None = _moment(default=None)
    outcome: str = "running"  # running, done, quarantined, guard, failed, retry, interrupted
    exit_code: int | None = None
    versions: Json = _json()
    config_hash: str = ""


class RunStep(SQLModel, table=True):
    """One step of a run with what it counted."""

    __tablename__: ClassVar[str] = "run_step"
    run_id: int = Field(primary_key=True, foreign_key="run.id")
    position: int = Field(primary_key=True)
    name: str
    outcome: str = "running"
    counts: Json = _json()
    message: str = _outside()


class Watermark(SQLModel, table=True):
    """How far a source has been harvested, and where an unfinished harvest stands."""

    source: str = Field(primary_key=True)
    reached: Json = _json()  # moves with the last page only
    checkpoint: Json = _json()  # moves with every page; empty when no harvest is under way
    updated_at: datetime = _moment()


class Seen(SQLModel, table=True):
    """Records met by the harvest under way: tells repeated control numbers, and what is absent at the end."""

    __table_args__: ClassVar[dict[str, Any]] = CLUSTERED
    source: str = Field(primary_key=True)
    record_id: int = Field(primary_key=True)


class BibRecord(SQLModel, table=True):
    """Identity and state of a bibliographic record; narrow, since it is updated often."""

    __tablename__: ClassVar[str] = "record"
    # The number first: it is asked for with its source and, on the command line, without one.
    __table_args__ = (
        sa.UniqueConstraint("control_number", "source"),
        sa.Index(
            "ix_record_identifier",
            "identifier",
            sqlite_where=sa.text("identifier != ''"),
            postgresql_where=sa.text("identifier != ''"),
        ),
    )
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})  # given by `Records.add`
    source: str
    control_number: str
    state: str = "active"  # active, deleted, merged (active in its source, but one with another record here)
    family: str
    profile: str = ""  # item profile that read the items
    content_hash: str
    changed_run: int = Field(index=True)
    changed_at: datetime = _moment()
    checked_with: str = ""  # fingerprint of the rules that examined this content
    identifier: str = ""  # the source's own name of the record where it has one, e.g. of OAI-PMH
    raw_hash: str = ""  # of the bytes in `Content` (`marc.reading.raw_hash`); empty where nobody noted it


class Content(SQLModel, table=True):
    """A record as it came and as it was read. Never altered but by a harvest."""

    record_id: int = Field(primary_key=True, foreign_key="record.id")
    syntax: str
    encoding: str
    confidence: float
    raw: bytes
    canonical: str = text()


class RecordVersion(SQLModel, table=True):
    """An earlier content of a record, as it stood until a harvest brought another one."""

    __tablename__: ClassVar[str] = "record_version"
    record_id: int = Field(primary_key=True, foreign_key="record.id")
    replaced_run: int = Field(primary_key=True)
    replaced_at: datetime = _moment()
    content_hash: str
    syntax: str
    encoding: str
    confidence: float
    raw: bytes
    canonical: str = text()


class Corrected(SQLModel, table=True):
    """Our corrected view of a record, where it differs from the harvested one."""

    record_id: int = Field(primary_key=True, foreign_key="record.id")
    based_on: str  # content hash of the harvested record
    canonical: str = text()


class ItemRow(SQLModel, table=True):
    """One copy (or a group of copies under one number) of a record."""

    __tablename__: ClassVar[str] = "item"
    __table_args__: ClassVar[dict[str, Any]] = CLUSTERED
    record_id: int = Field(primary_key=True, foreign_key="record.id")
    position: int = Field(primary_key=True)
    inventory_number: str
    inventory_key: str = Field(index=True)
    barcode: str
    branch: str
    place: str
    call_number: str
    price: int | None = Field(default=None, sa_type=sa.BigInteger)
    currency: str
    acquired: str  # ISO date
    ksu: str
    act_in: str
    act_out: str
    status: str
    withdrawn: bool
    quantity: int = Field(sa_type=sa.BigInteger)


class Quarantine(SQLModel, table=True):
    """What could not be read, with its bytes and the reason."""

    __table_args__ = (sa.UniqueConstraint("source", "raw_hash"),)
    id: int | None = Field(default=None, primary_key=True)
    source: str
    run_id: int
    at: datetime = _moment()
    syntax: str
    reason: str
    detail: str = _outside()
    file: str = _outside()
    offset: int = Field(default=0, sa_type=sa.BigInteger)
    identifier: str = _outside()
    raw: bytes
    raw_hash: str
    state: str = "open"  # open, taken (a later retry could read it)


class Tombstone(SQLModel, table=True):
    """A record that is gone, why, and what stands in its place."""

    source: str = Field(primary_key=True)
    control_number: str = Field(primary_key=True)
    reason: str  # deleted_by_source, absent, merged
    successor: str = ""
    run_id: int
    at: datetime = _moment()


class Finding(SQLModel, table=True):
    """What a correction rule found in one record."""

    id: int | None = Field(default=None, primary_key=True)
    # Of record, rule, path and content: the same fault is one finding for ever.
    fingerprint: str = Field(unique=True)
    record_id: int = Field(foreign_key="record.id", index=True)
    rule: str
    path: str
    before: str = _outside()
    after: str | None = _outside(default=None, nullable=True)
    action: str  # fix, suggest, report
    severity: str  # error, warning, info
    params: Json = _json()
    state: str = "open"  # open, accepted, rejected, closed
    first_run: int


class Pair(SQLModel, table=True):
    """Two records compared and not found to be different; record_a < record_b."""

    record_a: int = Field(primary_key=True, foreign_key="record.id")
    record_b: int = Field(primary_key=True, foreign_key="record.id", index=True)
    verdict: str  # duplicate, review
    score: float
    evidence: list[Json] = Field(default_factory=list, sa_type=sa.JSON, nullable=False)
    first_run: int


class Cluster(SQLModel, table=True):
    """Records that describe one edition; its id is the smallest record id in it."""

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    survivor: int
    verdict: str
    why: list[Any] = Field(
        default_factory=list, sa_type=sa.JSON, nullable=False
    )  # column, its value, the other's


class ClusterMember(SQLModel, table=True):
    """Membership of a record in a cluster."""

    __tablename__: ClassVar[str] = "cluster_member"
    record_id: int = Field(primary_key=True, foreign_key="record.id")
    cluster_id: int = Field(index=True)


class LedgerEntry(SQLModel, table=True):
    """One row of the accounting, with its place in the books."""

    __tablename__: ClassVar[str] = "ledger_entry"
    ledger: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    place: str = _outside()  # file, sheet and row, or entity key: «fond.xlsx · Лист1 · 17»
    inventory_number: str = _outside()
    inventory_key: str = _outside(index=True)
    title: str = _outside()
    author: str = _outside()
    year: int | None = Field(default=None, sa_type=sa.BigInteger)
    price: int | None = Field(default=None, sa_type=sa.BigInteger)
    quantity: int = Field(default=1, sa_type=sa.BigInteger)
    amount: int | None = Field(default=None, sa_type=sa.BigInteger)
    currency: str = "KZT"
    branch: str = _outside()
    acquired: str = _outside()
    document: str = _outside()
    ksu: str = _outside()
    act_out: str = _outside()
    act_date: str = _outside()
    reason: str = _outside()
    content_class: str = ""
    language: str = ""
    movement: str = "copy"  # copy, acquired, written_off, moved: what the row tells
    kind: str = ""
    supply: str = _outside()
    reason_code: str = ""
    moved: str = ""
    moved_from: str = _outside()
    moved_to: str = _outside()
    moved_document: str = _outside()
    account: str = _outside()


class LedgerStretch(SQLModel, table=True):
    """Rows of the books whose entries stand from a position on: while they last they need not be read."""

    __tablename__: ClassVar[str] = "ledger_stretch"
    ledger: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    digest: str  # of the rows and of all that makes entries of them (`reconcile.recall`)
    left: Json = _json()  # what they leave behind beside their entries


class LedgerSummary(SQLModel, table=True):
    """A total that the books themselves state: a record of the summary accession book (КСУ), or a balance."""

    __tablename__: ClassVar[str] = "ledger_summary"
    ledger: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    place: str = _outside()
    part: str  # acquired, written_off, opening, closing, balance
    number: str = _outside()
    date: str = _outside()
    branch: str = _outside()
    supply: str = _outside()
    document: str = _outside()
    act: str = _outside()
    reason: str = _outside()
    reason_code: str = ""
    titles: int | None = Field(default=None, sa_type=sa.BigInteger)
    copies: int | None = Field(default=None, sa_type=sa.BigInteger)
    amount: int | None = Field(default=None, sa_type=sa.BigInteger)
    currency: str = "KZT"
    shares: Json = _json()  # copies by kind, content_class, language, reason, on_balance


class LedgerNotice(SQLModel, table=True):
    """A row of the books that could not be read, or something about a ledger that a person should look at."""

    __tablename__: ClassVar[str] = "ledger_notice"
    ledger: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    place: str = _outside()
    code: str
    detail: str = _outside()
    unread: bool
    params: Json = _json()


class Discrepancy(SQLModel, table=True):
    """Where the catalogue's items and the accounting disagree."""

    id: int | None = Field(default=None, primary_key=True)
    fingerprint: str = Field(unique=True)
    code: str
    severity: str
    inventory_number: str = _outside()
    branch: str = _outside()
    record_id: int | None = None
    catalogue: Json | None = Field(default=None, sa_type=_NULLABLE_JSON)
    ledger: Json | None = Field(default=None, sa_type=_NULLABLE_JSON)
    params: Json = _json()
    state: str = "open"  # open, closed, accepted
    first_seen: datetime = _moment()
    closed_at: datetime | None = _moment(default=None)
    note: str = _outside()


class Decision(SQLModel, table=True):
    """What a person decided, with before and after, so that it can be undone."""

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = _moment()
    kind: str
    subject: Json = _json()
    before: Json = _json()
    after: Json = _json()
    note: str = _outside()
    undone_by: int | None = None


class Publication(SQLModel, table=True):
    """Standing of one record towards the public."""

    source: str = Field(primary_key=True)
    control_number: str = Field(primary_key=True)
    item_id: str = Field(unique=True)  # persistent identifier in every address; never used again
    state: str  # published, withheld, withdrawn
    level: str
    rights_uri: str = _outside()
    basis: str = _outside()
    until: str = ""
    reason: str = ""
    files: list[Json] = Field(default_factory=list, sa_type=sa.JSON, nullable=False)
    release: str = ""
    at: datetime = _moment()
    chosen: str = _outside()  # what makes the record local history


class PublicChange(SQLModel, table=True):
    """One entry of the log of what the public saw change; append-only."""

    __tablename__: ClassVar[str] = "public_change"
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    item_id: str = Field(index=True)
    kind: str  # create, update, withdraw, restore, delete
    at: datetime = _moment()
    reason: str = ""
    before: str = ""
    after: str = ""
    given: bool
    release: str


def table(model: type[SQLModel]) -> sa.Table:
    """The Core table of a model: bulk paths use it directly."""
    found: sa.Table = model.__table__  # type: ignore[attr-defined]  # SQLModel sets it at run time
    return found
