"""With what the rows of each source's records were made: where it changes, they are read anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the table; it is empty, so that the next harvest reads what is stored anew."""
    op.create_table(
        "read_with",
        sa.Column("source", sa.String(), primary_key=True),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("upto", sa.Integer(), nullable=True),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("read_with")
