"""Commands that look after the database."""

from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from tracker.cli import main
from tracker.cli.common import config_option, engine_from

#: so long we wait for an import that is under way
PATIENCE_MS = 120_000


def bring_up_to_date(engine: Engine) -> None:
    """Run the migrations that this database has not seen; a SQLite file is made where none is."""
    if engine.dialect.name == "sqlite" and engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", "tracker:migrations")
    config.set_main_option("path_separator", "os")
    with engine.connect() as connection:
        newest = ScriptDirectory.from_config(config).get_current_head()
        if MigrationContext.configure(connection).get_current_revision() == newest:
            return  # nothing is to be written, so nobody who writes is waited for
        connection.rollback()
        if engine.dialect.name == "sqlite":
            # A table is changed by building it anew: rows that point to it must not mind meanwhile.
            # SQLite hears this only outside a transaction.
            cursor = connection.connection.cursor()
            cursor.execute("PRAGMA foreign_keys = OFF")
            cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
            connection = connection.execution_options(sqlite_begin="IMMEDIATE")  # noqa: PLW2901
        with connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    engine.dispose()  # the next connection minds again


@main.command()
@config_option
def migrate(ini: Path) -> None:
    """Bring the database up to date with this version."""
    bring_up_to_date(engine_from(ini))
    click.echo("The database is up to date.")
