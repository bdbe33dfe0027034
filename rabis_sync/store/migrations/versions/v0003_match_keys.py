"""Titles are matched as written too; keys of records are kept: only what changed is compared again."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the column, filled with the folded title until the record is harvested again, and the tables."""
    with op.batch_alter_table("match_row") as table:
        table.add_column(sa.Column("title_written", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("match_row") as table:
        table.alter_column("title_written", server_default=None)
    op.execute("UPDATE match_row SET title_written = title")
    op.create_table("match_due", _number("record_id"))
    op.create_table(
        "match_key",
        sa.Column("key", sa.BigInteger(), primary_key=True),
        sa.Column("record_id", sa.Integer(), primary_key=True),
        sa.Column("refined", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table("match_keys", _number("record_id"), sa.Column("keys", sa.LargeBinary(), nullable=False))
    op.create_table("match_basis", _number("id"), sa.Column("fingerprint", sa.String(), nullable=False))


def downgrade() -> None:
    """Drop what was added."""
    for name in ("match_basis", "match_keys", "match_key", "match_due"):
        op.drop_table(name)
    with op.batch_alter_table("match_row") as table:
        table.drop_column("title_written")


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), primary_key=True, autoincrement=False)
