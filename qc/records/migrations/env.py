"""Run by Alembic: brings the database behind an open connection to a revision."""

from alembic import context

from qc.records.models import Record


def run() -> None:
    """Migrate over the connection that the caller has put into the configuration."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=Record.metadata)
    with context.begin_transaction():
        context.run_migrations()


run()
