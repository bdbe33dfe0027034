"""Clusters tell why their survivor was chosen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the column; clusters that are there get their reason at the next search."""
    with op.batch_alter_table("cluster") as table:
        table.add_column(sa.Column("why", sa.JSON(), nullable=False, server_default='["name", 0, 0]'))
    with op.batch_alter_table("cluster") as table:
        table.alter_column("why", server_default=None)


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("cluster") as table:
        table.drop_column("why")
