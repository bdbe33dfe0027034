"""Stock checks: their files line by line, and what came of a closed one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rabis_sync.store.columns import OutsideText, UtcDateTime

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "stock_check",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("branch", OutsideText(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.JSON(), nullable=True),
    )
    op.create_table(
        "stock_file",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("check_id", sa.Integer(), sa.ForeignKey("stock_check.id"), nullable=False),
        sa.Column("name", OutsideText(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("blank", sa.Integer(), nullable=False),
        sa.UniqueConstraint("check_id", "digest"),
    )
    op.create_index("ix_stock_file_check_id", "stock_file", ["check_id"])
    op.create_table(
        "stock_line",
        sa.Column("file_id", sa.Integer(), sa.ForeignKey("stock_file.id"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("sheet", OutsideText(), nullable=False),
        sa.Column("raw", OutsideText(), nullable=False),
        sa.Column("cell", OutsideText(), nullable=False),
        sa.Column("means", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stock_finding",
        sa.Column("check_id", sa.Integer(), sa.ForeignKey("stock_check.id"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop them."""
    for name in ("stock_finding", "stock_line", "stock_file", "stock_check"):
        op.drop_table(name)
