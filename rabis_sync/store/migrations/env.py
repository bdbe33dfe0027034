"""Runs the migrations inside the transaction of the connection that `Store.upgrade` hands over."""

from alembic import context
from sqlmodel import SQLModel

from rabis_sync.store import (
    comparison_tables,
    match_tables,
    merge_tables,
    period_tables,
    rereading_tables,
    stock_tables,
    tables,
    term_tables,
)

assert tables  # importing them fills the metadata
assert match_tables
assert comparison_tables
assert term_tables
assert merge_tables
assert rereading_tables
assert stock_tables
assert period_tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    # SQLite can take a schema change back; Alembic is careful because Python's driver once could not.
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
