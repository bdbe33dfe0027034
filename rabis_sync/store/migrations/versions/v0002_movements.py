"""Entries of the books tell what happened to a copy; the books' own totals (КСУ, balances) are kept."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None

#: New columns of an entry and what one that was read before has in them.
_STRINGS = {"movement": "copy", "kind": "", "reason_code": "", "moved": ""}
_TEXTS = dict.fromkeys(("supply", "moved_from", "moved_to", "moved_document", "account"), "")


def upgrade() -> None:
    """Add the columns, filled, and the table."""
    with op.batch_alter_table("ledger_entry") as table:
        for name, filled in (_STRINGS | _TEXTS).items():
            kind = sa.String() if name in _STRINGS else sa.Text()
            table.add_column(sa.Column(name, kind, nullable=False, server_default=filled))
    with op.batch_alter_table("ledger_entry") as table:
        for name in _STRINGS | _TEXTS:
            table.alter_column(name, server_default=None)
    op.create_table(
        "ledger_summary",
        sa.Column("ledger", sa.String(), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        *_filled(sa.Text(), "place"),
        *_filled(sa.String(), "part"),
        *_filled(sa.Text(), "number", "date", "branch", "supply", "document", "act", "reason"),
        *_filled(sa.String(), "reason_code"),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in ("titles", "copies", "amount")),
        *_filled(sa.String(), "currency"),
        *_filled(sa.JSON(), "shares"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("ledger_summary")
    with op.batch_alter_table("ledger_entry") as table:
        for name in _STRINGS | _TEXTS:
            table.drop_column(name)


def _filled(kind: Any, *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=False) for name in names]
