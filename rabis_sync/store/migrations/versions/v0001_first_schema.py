"""The first schema: every table that harvest, correct, dedup, reconcile and publish write.

A migration says what the schema was on its day, so nothing here is taken from the models of today.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

Column = sa.Column[Any]


def upgrade() -> None:
    """Create every table."""
    _runs()
    _harvests()
    _records()
    _corrections()
    _duplicates()
    _ledgers()
    _decisions()
    _publications()


def downgrade() -> None:
    """Drop every table, the referring ones first."""
    for table in (
        *("publication", "decision", "discrepancy", "ledger_notice", "ledger_entry"),
        *("cluster_member", "cluster", "pair", "corrected", "finding"),
        *("match_row", "item", "record_version", "content", "record"),
        *("tombstone", "quarantine", "seen", "watermark", "run_step", "run"),
    ):
        op.drop_table(table)


def _runs() -> None:
    op.create_table(
        "run",
        _key("id"),
        *_strings("job"),
        _moment("started_at"),
        _moment("ended_at", nullable=True),
        *_strings("outcome"),
        sa.Column("exit_code", sa.Integer(), nullable=True),
        *_json("versions"),
        *_strings("config_hash"),
    )
    op.create_index("ix_run_started_at", "run", ["started_at"])
    op.create_table(
        "run_step",
        _key("run_id", "run.id"),
        _key("position"),
        *_strings("name", "outcome"),
        *_json("counts"),
        *_texts("message"),
    )


def _harvests() -> None:
    op.create_table("watermark", _name("source"), *_json("reached", "checkpoint"), _moment("updated_at"))
    op.create_table("seen", _name("source"), _key("record_id"), sqlite_with_rowid=False)
    op.create_table(
        "quarantine",
        _key("id"),
        *_strings("source"),
        *_integers("run_id"),
        _moment("at"),
        *_strings("syntax", "reason"),
        *_texts("detail", "file"),
        _long("offset"),
        *_texts("identifier"),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        *_strings("raw_hash", "state"),
        sa.UniqueConstraint("source", "raw_hash"),
    )
    op.create_table(
        "tombstone",
        _name("source"),
        _name("control_number"),
        *_strings("reason", "successor"),
        *_integers("run_id"),
        _moment("at"),
    )


def _records() -> None:
    op.create_table(
        "record",
        _key("id", given=True),
        *_strings("source", "control_number", "state", "family", "profile", "content_hash"),
        *_integers("changed_run"),
        _moment("changed_at"),
        *_strings("checked_with", "identifier"),
        sa.UniqueConstraint("control_number", "source"),
    )
    op.create_index("ix_record_changed_run", "record", ["changed_run"])
    named = sa.text("identifier != ''")
    op.create_index(
        "ix_record_identifier", "record", ["identifier"], sqlite_where=named, postgresql_where=named
    )
    op.create_table(
        "content",
        _key("record_id", "record.id"),
        *_strings("syntax", "encoding"),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        *_texts("canonical"),
    )
    op.create_table(
        "record_version",
        _key("record_id", "record.id"),
        _key("replaced_run"),
        _moment("replaced_at"),
        *_strings("content_hash", "syntax", "encoding"),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        *_texts("canonical"),
    )
    op.create_table(
        "item",
        _key("record_id", "record.id"),
        _key("position"),
        *_strings("inventory_number", "inventory_key", "barcode", "branch", "place", "call_number"),
        _long("price", nullable=True),
        *_strings("currency", "acquired", "ksu", "act_in", "act_out", "status"),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        _long("quantity"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_item_inventory_key", "item", ["inventory_key"])
    op.create_table(
        "match_row",
        _key("record_id", "record.id"),
        *_strings("level", "kind", "language"),
        *_texts("title", "title_full", "other_titles", "part"),
        _long("year", nullable=True),
        *_strings("edition"),
        *_texts("contributors"),
        *_strings("publisher"),
        _long("pages", nullable=True),
        *_texts("isbns"),
        *_strings("issns"),
        *_texts("identifiers", "series", "host"),
        *_integers("items"),
    )


def _corrections() -> None:
    op.create_table("corrected", _key("record_id", "record.id"), *_strings("based_on"), *_texts("canonical"))
    op.create_table(
        "finding",
        _key("id"),
        *_strings("fingerprint"),
        sa.Column("record_id", sa.Integer(), sa.ForeignKey("record.id"), nullable=False),
        *_strings("rule", "path"),
        *_texts("before"),
        sa.Column("after", sa.Text(), nullable=True),
        *_strings("action", "severity"),
        *_json("params"),
        *_strings("state"),
        *_integers("first_run"),
        sa.UniqueConstraint("fingerprint"),
    )
    op.create_index("ix_finding_record_id", "finding", ["record_id"])


def _duplicates() -> None:
    op.create_table(
        "pair",
        _key("record_a", "record.id"),
        _key("record_b", "record.id"),
        *_strings("verdict"),
        sa.Column("score", sa.Float(), nullable=False),
        *_json("evidence"),
        *_integers("first_run"),
    )
    op.create_index("ix_pair_record_b", "pair", ["record_b"])
    op.create_table("cluster", _key("id", given=True), *_integers("survivor"), *_strings("verdict"))
    op.create_table("cluster_member", _key("record_id", "record.id"), *_integers("cluster_id"))
    op.create_index("ix_cluster_member_cluster_id", "cluster_member", ["cluster_id"])


def _ledgers() -> None:
    op.create_table(
        "ledger_entry",
        _name("ledger"),
        _key("position"),
        *_texts("place", "inventory_number", "inventory_key", "title", "author"),
        _long("year", nullable=True),
        _long("price", nullable=True),
        _long("quantity"),
        _long("amount", nullable=True),
        *_strings("currency"),
        *_texts("branch", "acquired", "document", "ksu", "act_out", "act_date", "reason"),
        *_strings("content_class", "language"),
    )
    op.create_index("ix_ledger_entry_inventory_key", "ledger_entry", ["inventory_key"])
    op.create_table(
        "ledger_notice",
        _name("ledger"),
        _key("position"),
        *_texts("place"),
        *_strings("code"),
        *_texts("detail"),
        sa.Column("unread", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "discrepancy",
        _key("id"),
        *_strings("fingerprint", "code", "severity"),
        *_texts("inventory_number", "branch"),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("catalogue", sa.JSON(), nullable=True),
        sa.Column("ledger", sa.JSON(), nullable=True),
        *_json("params"),
        *_strings("state"),
        _moment("first_seen"),
        _moment("closed_at", nullable=True),
        *_texts("note"),
        sa.UniqueConstraint("fingerprint"),
    )


def _decisions() -> None:
    op.create_table(
        "decision",
        _key("id"),
        _moment("at"),
        *_strings("kind"),
        *_json("subject", "before", "after"),
        *_texts("note"),
        sa.Column("undone_by", sa.Integer(), nullable=True),
    )


def _publications() -> None:
    op.create_table(
        "publication",
        _name("source"),
        _name("control_number"),
        *_strings("item_id", "state", "level"),
        *_texts("rights_uri", "basis"),
        *_strings("until", "reason"),
        *_json("files"),
        *_strings("release"),
        _moment("at"),
        sa.UniqueConstraint("item_id"),
    )


def _key(name: str, refers: str = "", *, given: bool = False) -> Column:
    """A numeric key; `given`: the program counts, so the database keeps no sequence."""
    foreign = [sa.ForeignKey(refers)] if refers else []
    return sa.Column(name, sa.Integer(), *foreign, primary_key=True, autoincrement=False if given else "auto")


def _name(name: str) -> Column:
    return sa.Column(name, sa.String(), primary_key=True)


def _strings(*names: str) -> list[Column]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _texts(*names: str) -> list[Column]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _integers(*names: str) -> list[Column]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _long(name: str, *, nullable: bool = False) -> Column:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _json(*names: str) -> list[Column]:
    return [sa.Column(name, sa.JSON(), nullable=False) for name in names]


def _moment(name: str, *, nullable: bool = False) -> Column:
    """A moment in UTC."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
