"""The public is told what changed: the log that every channel of publication reads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the log; what was published before is told as new with the next release."""
    op.create_table(
        "public_change",
        sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("item_id", "kind")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("reason", "before", "after")),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("release", sa.String(), nullable=False),
    )
    op.create_index("ix_public_change_item_id", "public_change", ["item_id"])


def downgrade() -> None:
    """Drop the log."""
    op.drop_table("public_change")
