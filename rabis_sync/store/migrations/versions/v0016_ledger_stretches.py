"""Rows of the books that a reading may know from the last one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the table; it is empty, so that the next reconciliation reads the books whole."""
    op.create_table(
        "ledger_stretch",
        sa.Column("ledger", sa.String(), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("left", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("ledger_stretch")
