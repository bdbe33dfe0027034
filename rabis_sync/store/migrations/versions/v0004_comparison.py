"""What the reconciliation leaves beside its findings: stock not catalogued, and how much of it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add both tables, empty: the next reconciliation fills them."""
    op.create_table(
        "uncatalogued",
        sa.Column("ledger", sa.String(), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "coverage",
        sa.Column("branch", sa.Text(), primary_key=True),
        sa.Column("content_class", sa.Text(), primary_key=True),
        sa.Column("copies", sa.BigInteger(), nullable=False),
        sa.Column("catalogued", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("coverage")
    op.drop_table("uncatalogued")
