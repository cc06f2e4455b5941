"""Databases for the tests: each a fresh one, as the migrations build it.

The migrations run once for each kind of database; every other one is a copy of what they made.
"""

import atexit
import functools
import os
import secrets
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, delete, literal, select, text, union_all
from sqlalchemy.engine import make_url

from tests.support.once import SHARED, once
from tracker.db import open_engine
from tracker.models import Base

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
    name = _spare.pop() if _spare else _new_on_the_server()
    yield _at(name)
    if _emptied(name):
        _spare.append(name)
    else:
        _drop(name)


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
    return (once("sqlite", _make_sqlite_template) / "template.sqlite").read_bytes()


def _make_sqlite_template(folder):
    url = f"sqlite:///{folder / 'template.sqlite'}"
    migrated(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


@functools.cache
def _postgresql_template():
    return (once("postgresql", _make_postgresql_template) / "name").read_text()


def _make_postgresql_template(folder):
    name = f"tracker_template_{secrets.token_hex(4)}"
    _on_the_server(f"CREATE DATABASE {name}")
    if not SHARED:  # else it goes with the server, at the end of the run
        atexit.register(_drop, name)
    migrated(_at(name))
    (folder / "name").write_text(name)


#: Databases on the server that were used and are empty again: a new one takes far longer.
_spare = []
#: What the migrations made in each of them, in few letters.
_shapes = {}


def _new_on_the_server():
    name = f"tracker_{secrets.token_hex(4)}"
    _on_the_server(f"CREATE DATABASE {name} TEMPLATE {_postgresql_template()}")
    if not SHARED:
        atexit.register(_drop, name)
    with _server(_at(name)) as connection:
        filled = connection.scalars(_which_are_filled()).all()
        assert filled == [], "what the migrations write must be written again when one is emptied"
        _shapes[name] = connection.exec_driver_sql(SHAPE).scalar()
    return name


def _emptied(name):
    """Take everything out of a database; say whether it is as the migrations left it."""
    with _server(_at(name)) as connection:
        connection.exec_driver_sql(ALONE)
        filled = connection.scalars(_which_are_filled()).all()
        connection.exec_driver_sql("SET session_replication_role = replica")  # no guards, no keys
        for table in filled:
            connection.execute(delete(Base.metadata.tables[table]))
        if filled:
            connection.exec_driver_sql(f"VACUUM {', '.join(filled)}")
        connection.exec_driver_sql(FROM_ONE_AGAIN)
        return connection.exec_driver_sql(SHAPE).scalar() == _shapes[name]


@functools.cache
def _which_are_filled():
    return union_all(
        *(
            select(literal(name)).where(select(table).exists())
            for name, table in Base.metadata.tables.items()
        )
    )


#: Ends whatever is still connected, and waits until it is gone.
ALONE = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
FROM_ONE_AGAIN = """
SELECT setval(format('%%I.%%I', schemaname, sequencename), start_value, false)
FROM pg_sequences WHERE last_value IS NOT NULL
"""
#: Every table, column, index, check and trigger in one line.
SHAPE = """
SELECT md5(string_agg(line, ' ' ORDER BY line)) FROM (
    SELECT format('%%s %%s %%s', relkind, relname, relchecks) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT format('%%s %%s %%s %%s', attrelid::regclass, attname, atttypid, attnotnull)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND attnum > 0
    UNION ALL
    SELECT format('%%s %%s %%s', conrelid::regclass, conname, convalidated) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT format('%%s %%s %%s', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger
    WHERE NOT tgisinternal
) AS lines (line)
"""


def _at(name):
    return make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)


def _drop(name):
    _on_the_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _on_the_server(statement):
    with _server(POSTGRESQL) as connection:
        connection.execute(text(statement))


@contextmanager
def _server(url):
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()
