"""Alembic's entry: runs the migrations on the connection that config/upgrades.py hands over."""  # noqa: INP001  Alembic loads it by path

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, render_as_batch=connection.dialect.name == "sqlite")
context.run_migrations()
