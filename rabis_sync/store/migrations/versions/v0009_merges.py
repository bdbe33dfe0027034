"""Merges of records that describe one edition, and what has to be put back when one is undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rabis_sync.store.columns import UtcDateTime

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "merge",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("survivor", sa.Integer(), sa.ForeignKey("record.id"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("laid", sa.String(), nullable=False),
        sa.Column("own_view", sa.Text(), nullable=True),
        sa.Column("own_based_on", sa.String(), nullable=False),
    )
    op.create_index("ix_merge_survivor", "merge", ["survivor"])
    op.create_table(
        "merge_member",
        sa.Column("merge_id", sa.Integer(), sa.ForeignKey("merge.id"), primary_key=True),
        sa.Column("record_id", sa.Integer(), sa.ForeignKey("record.id"), primary_key=True),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("matched", sa.JSON(), nullable=False),
    )
    op.create_index("ix_merge_member_record_id", "merge_member", ["record_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("merge_member")
    op.drop_table("merge")
