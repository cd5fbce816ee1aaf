"""Alembic runs this file: it walks the versions over the connection that `migrating` hands it."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
