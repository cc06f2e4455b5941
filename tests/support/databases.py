"""Databases for the tests: each a fresh one, as the migrations build it.

The migrations run once for each kind of database; every other one is a copy of what they made.
"""

import atexit
import functools
import os
import secrets
import tempfile
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tracker.db import open_engine

#: An empty PostgreSQL server for the tests; `make test` starts one and sets this.
POSTGRESQL = os.environ.get("TRACKER_TEST_POSTGRESQL")
KINDS = ["sqlite", *(["postgresql"] if POSTGRESQL else [])]
#: What differs between the two lies in the services, whose tests take both. Tests of single pages
#: take the stricter one; the walk over every page and the journeys take SQLite.
PAGE_KINDS = KINDS if os.environ.get("TRACKER_TEST_PAGES") == "both" else KINDS[-1:]


def alembic_config():
    config = Config()
    config.set_main_option("script_location", "tracker:migrations")
    config.set_main_option("path_separator", "os")
    return config


def migrate(engine):
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def fresh_database(kind, folder):
    """Give the URL of a new, migrated database."""
    if kind == "sqlite":
        yield new_sqlite_file(Path(folder) / f"{secrets.token_hex(4)}.sqlite")
        return
    name = f"tracker_{secrets.token_hex(4)}"
    _on_the_server(f"CREATE DATABASE {name} TEMPLATE {_postgresql_template()}")
    yield _at(name)
    _on_the_server(f"DROP DATABASE {name} WITH (FORCE)")


def new_sqlite_file(path):
    """Write a migrated database to a file, and give its URL."""
    path.write_bytes(_sqlite_template())
    return f"sqlite:///{path}"


def migrated(url):
    engine = open_engine(url)
    migrate(engine)
    engine.dispose()


@functools.cache
def _sqlite_template():
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "template.sqlite"
        migrated(f"sqlite:///{file}")
        engine = create_engine(f"sqlite:///{file}")
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        return file.read_bytes()


@functools.cache
def _postgresql_template():
    name = f"tracker_template_{secrets.token_hex(4)}"
    _on_the_server(f"CREATE DATABASE {name}")
    atexit.register(_on_the_server, f"DROP DATABASE {name} WITH (FORCE)")
    migrated(_at(name))
    return name


def _at(name):
    return make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)


def _on_the_server(statement):
    server = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(statement))
    server.dispose()
