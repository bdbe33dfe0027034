"""Periods are closed: the flows of the fund stand as a closing left them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rabis_sync.store.columns import OutsideText, UtcDateTime

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add both tables, empty."""
    op.create_table(
        "closed_period",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=False),
        sa.Column("flows", sa.Integer(), nullable=False),
        sa.Column("copies", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.UniqueConstraint("after"),
    )
    outside = ("branch", "kind", "content_class", "language", "supply", "reason", "title")
    figures = ("copies", "amount", "unpriced")
    documents = ("batch", "document", "number", "key")
    op.create_table(
        "posted_flow",
        sa.Column("period_id", sa.Integer(), sa.ForeignKey("closed_period.id"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("movement", sa.String(), nullable=False),
        *(sa.Column(name, OutsideText(), nullable=False) for name in outside),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in figures),
        *(sa.Column(name, OutsideText(), nullable=False) for name in documents),
        sa.Column("came_day", sa.String(), nullable=False),
        sa.Column("came_by", sa.String(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=True),
        sa.Column("country", OutsideText(), nullable=False),
        sa.Column("on_balance", sa.Boolean(), nullable=False),
        sa.Column("vague", sa.Boolean(), nullable=False),
        sa.Column("dated", sa.String(), nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("posted_flow")
    op.drop_table("closed_period")
