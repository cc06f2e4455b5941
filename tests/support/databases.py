"""Databases for the tests: each a fresh one, built by the migrations."""

import os
import secrets
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tracker.db import open_engine

#: An empty PostgreSQL server for the tests; `make test` starts one and sets this.
POSTGRESQL = os.environ.get("TRACKER_TEST_POSTGRESQL")
KINDS = ["sqlite", *(["postgresql"] if POSTGRESQL else [])]


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
        url = f"sqlite:///{folder}/{secrets.token_hex(4)}.sqlite"
        migrated(url)
        yield url
        return
    name = f"tracker_{secrets.token_hex(4)}"
    server = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)
    migrated(url)
    yield url
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


def migrated(url):
    engine = open_engine(url)
    migrate(engine)
    engine.dispose()
