"""Alembic's entry point: run the migrations on the connection that `database.migrate` hands over."""

from alembic import context

from hikiate.models import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, compare_server_default=False)
context.run_migrations()
