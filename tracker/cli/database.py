"""Commands that look after the database."""

from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from tracker.cli import main
from tracker.cli.common import config_option, engine_from


def bring_up_to_date(engine: Engine) -> None:
    """Run the migrations that this database has not seen; a SQLite file is made where none is."""
    if engine.dialect.name == "sqlite" and engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", "tracker:migrations")
    config.set_main_option("path_separator", "os")
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # A table is changed by building it anew: rows that point to it must not mind meanwhile.
            # SQLite hears this only outside a transaction.
            connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
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
