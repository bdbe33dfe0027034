"""A published record tells what makes it local history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the column; the next publication fills it."""
    with op.batch_alter_table("publication") as table:
        table.add_column(sa.Column("chosen", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("publication") as table:
        table.alter_column("chosen", server_default=None)


def downgrade() -> None:
    """Drop the column."""
    with op.batch_alter_table("publication") as table:
        table.drop_column("chosen")
