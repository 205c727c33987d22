"""Alembic's entry: runs on the connection that the program opened for it."""

from __future__ import annotations

from alembic import context

import hms_desktop.db.tables  # noqa: F401 - importing it fills the metadata
from hms_desktop.db.metadata import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
