"""What is to be said of a ledger has its values beside it, for a sentence in the reader's language."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the column; the next reconciliation fills it."""
    with op.batch_alter_table("ledger_notice") as table:
        table.add_column(sa.Column("params", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("ledger_notice") as table:
        table.alter_column("params", server_default=None)


def downgrade() -> None:
    """Take it away."""
    with op.batch_alter_table("ledger_notice") as table:
        table.drop_column("params")
