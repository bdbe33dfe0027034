"""Words and headings of the catalogue, counted by records and kept up as records change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the tables, empty: the next correction fills them."""
    op.create_table(
        "term",
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("term", sa.String(), primary_key=True),
        sa.Column("records", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "counted",
        sa.Column("record_id", sa.Integer(), sa.ForeignKey("record.id"), primary_key=True),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("counted")
    op.drop_table("term")
