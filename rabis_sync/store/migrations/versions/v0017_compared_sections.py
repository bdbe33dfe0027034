"""What numbers told when they were last compared, and which of them are due again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add both tables; nothing is recalled from an empty one, so that the next comparison is a whole one."""
    op.create_table(
        "compared_section",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("first", sa.Text(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
    )
    op.create_table(
        "number_due",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("inventory_key", sa.String(), nullable=False),
        sa.Column("branch", sa.String(), nullable=False),
        sa.Column("inventory_number", sa.String(), nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("number_due")
    op.drop_table("compared_section")
