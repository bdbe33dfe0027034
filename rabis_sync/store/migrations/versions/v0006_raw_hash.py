"""Records are known by their bytes: an export read again need not be decoded again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the column, empty for the records that are there: their bytes are decoded until they change."""
    with op.batch_alter_table("record") as table:
        table.add_column(sa.Column("raw_hash", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("record") as table:
        table.alter_column("raw_hash", server_default=None)


def downgrade() -> None:
    """Drop the column."""
    with op.batch_alter_table("record") as table:
        table.drop_column("raw_hash")
