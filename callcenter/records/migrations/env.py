"""Run by Alembic with the connection that :mod:`callcenter.records.migrations` opened.

The transaction is the caller's: all steps or none, on SQLite too, whose schema changes roll back
like any other write.
"""

from alembic import context

from callcenter.records.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite cannot ALTER in place
)
context.run_migrations()
